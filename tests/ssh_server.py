"""A real sshd on loopback, for as long as a test needs it, in which the tests' user logs in."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socketserver
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List

SSHD = shutil.which("sshd", path=f"/usr/sbin:{os.environ.get('PATH', '')}")
READY = bool(SSHD and shutil.which("ssh"))
_CONFIG = """\
HostKey {0}/host
AuthorizedKeysFile {0}/user.pub
PidFile none
PermitRootLogin yes
StrictModes no
Subsystem sftp internal-sftp
UsePAM no
"""


@dataclass
class SshServer:
    """Where it is, who may log in, and with which key."""

    port: int
    directory: Path

    @property
    def user(self) -> str:
        return pwd.getpwuid(os.getuid()).pw_name

    @property
    def options(self) -> List[str]:
        """What a client of ours says, so that nothing of the user's own counts."""
        return ["-F", "none", "-i", f"{self.directory}/user", "-o", "BatchMode=yes"]

    def change_host_key(self) -> None:
        make_key(self.directory / "host")


def make_key(path: Path) -> None:
    path.unlink(missing_ok=True)
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path], check=True
    )


class _Listener(socketserver.TCPServer):
    def __init__(self, config: Path, log: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.config, self.log = config, log
        self.children: List[subprocess.Popen[bytes]] = []

    def shutdown_request(self, request: Any) -> None:
        """Close our copy only: shut down, the connection would end for the child as well."""
        self.close_request(request)


class _Handler(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        """Hand the connection to an sshd of its own: no port to choose, no start to wait for."""
        assert SSHD, "nobody asks unless READY"
        command = [SSHD, "-i", "-e", "-f", str(self.server.config)]
        with self.server.log.open("ab") as log:
            child = subprocess.Popen(command, stdin=self.request, stdout=self.request, stderr=log)
        self.server.children.append(child)


@contextlib.contextmanager
def ssh_server(directory: Path) -> Iterator[SshServer]:
    """Serve on a free port of 127.0.0.1, with keys and a log in ``directory``."""
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd wants it, the package makes none
    for name in ("host", "user"):
        make_key(directory / name)
    config = directory / "sshd_config"
    config.write_text(_CONFIG.format(directory))
    with _Listener(config, directory / "log") as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield SshServer(server.server_address[1], directory)
        finally:
            server.shutdown()
            for child in server.children:
                child.terminate()
                child.wait()
