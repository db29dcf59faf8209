"""A D-Bus session of its own with a real Secret Service, or with one that never answers."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Dict

from typing_extensions import Self

if TYPE_CHECKING:
    from jeepney.io.blocking import DBusConnection

#: What `Session` starts.
PROGRAMS = ("dbus-daemon", "gnome-keyring-daemon")

# Without directories of services nothing of the machine's is ever activated on this bus.
_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy></busconfig>"""

_NAME = "org.freedesktop.secrets"

_SILENT = """
import sys
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
connection = open_dbus_connection(bus=sys.argv[1])
connection.send_and_get_reply(message_bus.RequestName(sys.argv[2]))
sys.stdin.read()
"""


def missing() -> str:
    """The programs that are not here, in words; empty when all are."""
    return " and ".join(name for name in PROGRAMS if not shutil.which(name))


class Session:
    """The session; `environment` leads programs to it."""

    def __init__(self, home: Path) -> None:
        self._home, self._stack = home, contextlib.ExitStack()
        # Not below pytest's directory: the name of a socket has 107 characters at most.
        self._runtime = self._stack.enter_context(tempfile.TemporaryDirectory(prefix="clore-"))
        self._address = f"unix:path={self._runtime}/bus"
        configuration = Path(self._runtime, "bus.conf")
        configuration.write_text(_BUS.format(socket=f"{self._runtime}/bus"))
        bus = self._start(
            "dbus-daemon", f"--config-file={configuration}", "--nofork", "--print-address"
        )
        assert bus.stdout is not None
        assert bus.stdout.readline().startswith(self._address.encode())

    @property
    def environment(self) -> Dict[str, str]:
        """What a program needs to find the bus, and this home."""
        return {
            "HOME": str(self._home),
            "XDG_RUNTIME_DIR": self._runtime,
            "DBUS_SESSION_BUS_ADDRESS": self._address,
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def unlock(self) -> None:
        """Start gnome-keyring with an open keyring."""
        daemon = self._start("gnome-keyring-daemon", "--unlock", "--components=secrets", "-f")
        assert daemon.stdin is not None
        daemon.stdin.write(b"password")
        daemon.stdin.close()
        self._wait_for_service()

    def lock(self) -> None:
        """Lock the keyring of the daemon, which has nobody to show a prompt."""
        import secretstorage

        with self._connection() as connection:
            secretstorage.get_default_collection(connection).lock()

    def be_silent(self) -> None:
        """Start a service that owns the name and never answers."""
        self._start(sys.executable, "-c", _SILENT, self._address, _NAME)
        self._wait_for_service()

    def secrets(self) -> Dict[str, str]:
        """The secrets that `clore` has stored, by account."""
        import secretstorage

        with self._connection() as connection:
            items = secretstorage.get_default_collection(connection).search_items(
                {"service": "clore-ai"}
            )
            return {item.get_attributes()["username"]: item.get_secret().decode() for item in items}

    def _connection(self) -> contextlib.closing[DBusConnection]:
        from jeepney.io.blocking import open_dbus_connection

        return contextlib.closing(open_dbus_connection(bus=self._address))

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={"PATH": os.environ["PATH"], **self.environment},
        )  # fmt: skip
        self._stack.callback(_stop, process)
        return process

    def _wait_for_service(self) -> None:
        from jeepney.bus_messages import message_bus

        deadline = time.monotonic() + 20
        with self._connection() as connection:
            while not connection.send_and_get_reply(message_bus.NameHasOwner(_NAME)).body[0]:
                assert time.monotonic() < deadline, "the service has not come"
                time.sleep(0.01)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        assert stream is not None
        stream.close()
