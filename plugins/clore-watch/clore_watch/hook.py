"""Runs somebody's command for each event."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any, Dict, Generator, List, Optional

from clore_cli.plugin import App, Shown, UsageError, clean, to_json

from .events import Event, record

#: Seconds that a command may take. One that hangs must not end the watch.
LIMIT = 60.0
_GRACE = 2.0  # seconds to end by itself when asked to


class Hook:
    """A command that is run for each event, one after the other, without a shell.

    It finds the event as JSON on its stdin, and each value in the environment, as
    ``CLORE_WATCH_PRICE_USD_PER_HOUR``. What it prints goes to stderr, beside the data on stdout.

    Args:
        app: the run, which is told when it fails.
        words: the command and its arguments, quoted as for a shell.
        limit: seconds after which it is ended.

    Raises:
        UsageError: there is no such command.
    """

    def __init__(self, app: App, words: str, limit: float = LIMIT) -> None:
        try:
            self._words = shlex.split(words)
        except ValueError:
            raise UsageError("--exec: a quote is not closed.") from None
        program = self._words[0] if self._words else ""
        if shutil.which(program) is None:
            raise UsageError(f"--exec: there is no command {program!r}.")
        self._app, self._limit = app, limit

    def __call__(self, shown: Shown) -> None:
        """Run it for what has been printed."""
        for event in shown.rows:
            failure = self._run(event)
            if failure:
                self._app.warn(
                    f"--exec: {self._words[0]} {failure} (at {event.event} {event.offer.id})."
                )

    def _run(self, event: Event) -> Optional[str]:
        """What went wrong."""
        values = record(event)
        child: Optional[subprocess.Popen[bytes]] = None
        try:
            with _signals_later():
                child = self._started(values)
            child.communicate(f"{to_json(values)}\n".encode(), timeout=self._limit)
        except subprocess.TimeoutExpired:
            _end(child)
            return f"took more than {self._limit:g} s and was ended"
        except BaseException as error:
            if child is None and isinstance(error, OSError):
                return f"cannot be run: {error.strerror}"
            _end(child)
            raise
        return f"ended with status {child.returncode}" if child.returncode else None

    def _started(self, values: Dict[str, Any]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603  the user's own command; no shell reads the data
            self._words,
            stdin=subprocess.PIPE,
            stdout=_stderr(),
            env={**os.environ, **environment(values)},
            # In a group of its own: all that it has started is ended with it.
            start_new_session=True,
        )


@contextlib.contextmanager
def _signals_later() -> Generator[None, None, None]:
    """A context in which signals wait: a command that is only half started cannot be ended.

    They are not blocked, because the command would inherit that.
    """
    late: List[int] = []
    before: Dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)):
            handler = signal.getsignal(number)
            if callable(handler) and number not in before:
                before[number] = signal.signal(number, lambda caught, _: late.append(caught))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    for number in late:
        signal.raise_signal(number)


def environment(values: Dict[str, Any]) -> Dict[str, str]:
    """``values`` as variables; what is missing is empty, and no text has control characters."""
    return {
        f"CLORE_WATCH_{key.upper()}": "" if value is None else _text(value)
        for key, value in values.items()
    }


def _text(value: Any) -> str:
    """``value`` in the encoding of the system, which may know fewer characters."""
    text = clean(value if isinstance(value, str) else to_json(value))
    encoding = sys.getfilesystemencoding()
    return text.encode(encoding, "replace").decode(encoding)


def _stderr() -> int:
    return sys.stderr.fileno() if sys.stderr else subprocess.DEVNULL


def _end(child: Optional[subprocess.Popen[bytes]]) -> None:
    """End the command, if there is one, and all that it has started: politely, then not."""
    if child is None:
        return
    _signal(child, "SIGTERM")
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(_GRACE)
    _signal(child, "SIGKILL")
    with child:  # closes the pipe, and waits
        pass


def _signal(child: subprocess.Popen[bytes], name: str) -> None:
    if not hasattr(os, "killpg"):  # Windows has no groups, and one way to end a process
        return child.kill()
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, getattr(signal, name))
    return None
