"""Runs the user's own program that prints the API key: ``key_command`` in the configuration.

Without a shell, like git's and AWS's helpers that are given as words: nothing in the string is
expanded, and there is no second syntax to quote for. Who wants a shell writes ``sh -c '...'``.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from .errors import KeySourceError
from .forks import renew_in_child
from .patience import within

if TYPE_CHECKING:
    import subprocess

#: Seconds. A password manager may have to ask for a password or a touch.
SECONDS = 60.0

_CATCH_UP = 1.0  # seconds to read what is there already
_LONGEST = 4096  # bytes of a line; a key has 32
_RUNNING = "CLORE_KEY_COMMAND_RUNS"  # in the environment of the program
_ADVICE = "'clore config set key_command COMMAND' changes it; clore runs it without a shell."


class _Answers:
    """What commands have printed; each is run once in this process."""

    def __init__(self) -> None:
        self.renew()
        renew_in_child(self)

    def renew(self) -> None:
        """Forget; a child of a fork has locks of its own."""
        self._lock = threading.Lock()
        self._known: Dict[str, str] = {}

    def of(self, command: str) -> str:
        """The first line that ``command`` prints, without blanks around it."""
        with self._lock:
            if command not in self._known:
                self._known[command] = _run(words(command))
            return self._known[command]


def ask(command: Any) -> str:
    """The first line that ``command`` prints, without blanks around it.

    It runs without a shell and with an empty stdin, so that it cannot eat what is piped to the
    program; its stderr is the program's. The answer is remembered as long as the process lives.

    Raises:
        KeySourceError: it cannot be run, fails, takes more than 60 s or prints nothing. The text
            names the command's first word and its status, never anything that it printed.
    """
    if not isinstance(command, str):
        raise KeySourceError("key_command must be a text", advice=_ADVICE)
    return _answers.of(command)


def name(command: Any) -> str:
    """The first word of ``command``, the only one that is shown: the others may be secret."""
    try:
        return _program(words(command))
    except (KeySourceError, AttributeError, TypeError):
        return "?"


def is_found(command: str) -> bool:
    """Whether there is the program that ``command`` begins with.

    Raises:
        KeySourceError: it is not a command.
    """
    return _where(words(command)[0]) is not None


def _where(program: str) -> Optional[str]:
    import shutil

    return shutil.which(program)


def _program(found: List[str]) -> str:
    """The program as it may be shown: one word that is no program may be the key itself."""
    return found[0] if len(found) > 1 or _where(found[0]) else "?"


def words(command: str) -> List[str]:
    """The words of ``command``, as a shell would take its quotes.

    Raises:
        KeySourceError: it is not a command.
    """
    import shlex

    try:
        found = shlex.split(command)
    except ValueError:  # its text may quote the command
        found = []
    if not found:
        raise KeySourceError("key_command is not a command: check its quotes", advice=_ADVICE)
    if "=" in found[0]:
        advice = "clore runs it without a shell: use env NAME=VALUE PROGRAM."
        raise KeySourceError("key_command must begin with a program", advice=advice)
    return found


def _run(command: List[str]) -> str:
    if os.environ.get(_RUNNING):
        raise KeySourceError("key_command runs clore, which asks key_command", advice=_ADVICE)
    program = _program(command)
    process = _start(command)
    try:
        output = _Output(process)
        status = within(SECONDS, process.wait)
    except TimeoutError:
        raise KeySourceError(
            f"key_command: {program} did not end within {SECONDS:g} s", advice=_ADVICE
        ) from None
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    line = output.first_line()
    if status:
        raise KeySourceError(f"key_command: {program} {_ended(status)}", advice=_ADVICE)
    if not line:
        raise KeySourceError(f"key_command: {program} printed no key", advice=_ADVICE)
    return line


def _start(command: List[str]) -> subprocess.Popen[bytes]:
    import subprocess  # 3 ms, and few have such a command

    environment: Dict[str, str] = {**os.environ, _RUNNING: "1"}
    try:
        return subprocess.Popen(  # noqa: S603  the user's own command, from the user's own file
            command, bufsize=0, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "not a name of a program"
    raise KeySourceError(f"key_command: {_program(command)} cannot be run: {why}", advice=_ADVICE)


class _Output:
    """What a program prints, read to the end in a thread: a closed pipe would fail the program.

    The end may be long after the program's own, because what it has started can hold the pipe:
    nobody waits for that.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process, self._start, self._ready = process, b"", threading.Event()
        threading.Thread(target=self._read, daemon=True, name="clore-key-command").start()

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None  # noqa: S101  it was asked for
        with stream:
            for part in iter(lambda: stream.read(_LONGEST), b""):
                self._start = (self._start + part)[:_LONGEST]
                if b"\n" in self._start or len(self._start) == _LONGEST:
                    self._ready.set()
        self._ready.set()

    def first_line(self) -> str:
        """The first line of a program that has ended: what it has printed is in the pipe."""
        self._ready.wait(_CATCH_UP)
        return self._start.partition(b"\n")[0].decode("ascii", "replace").strip()


def _ended(status: int) -> str:
    return f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"


_answers = _Answers()
