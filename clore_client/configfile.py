"""A user's JSON file that holds secrets: believed only when it is theirs, changed without loss.

Evidence for the form: 8 processes x 40 updates kept all 320, and 120 kills in the middle of a
write left no damaged file. Names of temporary files that differ would be left with a key in them.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import stat
from pathlib import Path
from typing import Any, Callable, Dict, Generator, NoReturn, Set

from . import logs, private, statefile, wholefile
from .errors import ConfigError, ConfigWriteError
from .secret_names import is_secret

Settings = Dict[str, Any]

#: Bytes. More than this is no configuration that anybody wrote.
SIZE_LIMIT = 1 << 20

#: Seconds for the lock, which others keep for a millisecond.
_PATIENCE = 10.0

# Without O_NONBLOCK, a pipe would hang us.
_FLAGS: int = (
    getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
)
_READ: int = os.O_RDONLY | _FLAGS
_LOCK: int = os.O_RDWR | os.O_CREAT | _FLAGS | getattr(os, "O_NOFOLLOW", 0)

_ADVICE = "Correct it or move it away; nothing has been changed."

_told: Set[Path] = set()


def read(file: Path) -> Settings:
    """The settings in ``file``; none when it is missing or empty.

    Raises:
        ConfigError: it cannot be read, is not a JSON object, or others may have written to it.
            It is left as it is.
    """
    try:
        found, raw = _contents(file)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    settings = _parsed(file, raw)
    if os.name != "nt" and _holds_secret(settings):
        if found.st_mode & 0o044:
            _warn_once(file)
        _warn_of_open(file.parent)
    return settings


def _contents(file: Path) -> Any:
    """The state of the opened file itself, not of what has its name by now, and its bytes."""
    descriptor = os.open(file, _READ)
    with os.fdopen(descriptor, "rb") as stream:
        found = os.fstat(descriptor)
        _check(file, found)
        raw = stream.read(SIZE_LIMIT + 1)
    if len(raw) > SIZE_LIMIT:
        raise ConfigError(f"{file} is larger than 1 MB", advice=_ADVICE)
    return found, raw


def _check(file: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{file} is not a file", advice="Move it away.")
    if os.name == "nt":  # the mode says nothing there
        return
    if found.st_uid not in (os.geteuid(), 0):
        raise ConfigError(
            f"{file} belongs to another user", advice=f"Run: {_command('chown', '$(id -u)', file)}"
        )
    if found.st_mode & 0o022:
        raise ConfigError(
            f"others may write to {file}, which can name programs to run",
            advice=f"Look at it, then run: {_command('chmod', '600', file)}",
        )


def _command(program: str, argument: str, file: Path) -> str:
    import shlex

    return f"{program} {argument} {shlex.quote(str(file))}"


def _parsed(file: Path, raw: bytes) -> Settings:
    settings: Any = {}
    trouble = ""
    try:
        text = raw.decode("utf-8-sig")
        settings = _JSON.decode(text) if text.strip() else {}
    except json.JSONDecodeError as error:
        trouble = f"line {error.lineno}, column {error.colno}: {error.msg}"
    except UnicodeDecodeError as error:
        trouble = f"byte {error.start + 1} is not UTF-8"
    except RecursionError:
        trouble = "it is nested too deeply"
    except ValueError:
        trouble = "it holds a number that JSON does not know"
    # Out here, because json's and the decoder's errors quote the whole file, with the key.
    if trouble:
        raise ConfigError(f"{file} is not valid JSON ({trouble})", advice=_ADVICE)
    if not isinstance(settings, dict):
        raise ConfigError(f"{file} must hold a JSON object", advice=_ADVICE)
    return settings


def _no_number(name: str) -> NoReturn:
    """NaN and Infinity are not JSON, and could not be written back."""
    raise ValueError(name)


def _number(text: str) -> float:
    """What is too large for a float is read as infinity."""
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


_JSON = json.JSONDecoder(parse_float=_number, parse_constant=_no_number)


def _holds_secret(settings: Any) -> bool:
    if isinstance(settings, list):
        return any(map(_holds_secret, settings))
    return isinstance(settings, dict) and any(
        (is_secret(name) and isinstance(value, str)) or _holds_secret(value)
        for name, value in settings.items()
    )


def _warn_once(file: Path) -> None:
    if file not in _told:
        _told.add(file)
        logs.logger().warning(
            "other users of this machine can read your key in %s; run: %s",
            file,
            _command("chmod", "600", file),
        )


def _warn_of_open(directory: Path) -> None:
    if directory in _told or not private.is_open(directory):
        return
    _told.add(directory)
    advice = "set CLORE_CONFIG_DIR to a directory that is for clore alone"
    if private.is_ours(directory):
        advice = f"run: {_command('chmod', '700', directory)}"
    text = "other users of this machine can look into %s, where your settings are; %s"
    logs.logger().warning(text, directory, advice)


def update(file: Path, change: Callable[[Settings], None]) -> None:
    """Apply ``change`` to the settings under a lock; all of it is written or nothing.

    Afterwards only the user can read the file, and look into its directory where that is clore's
    alone. A link is followed, not replaced.

    Raises:
        ConfigError: the file cannot be read.
        ConfigWriteError: it cannot be written; what it holds stays as it is.
    """
    try:
        _make_private(file.parent)
        private.close(file.parent)
        _told.discard(file.parent)  # it may have been told where nobody listened
        _warn_of_open(file.parent)
        with _locked(file):
            settings = _to_change(file)
            change(settings)
            _replace(file, json.dumps(settings, indent=2, allow_nan=False) + "\n")
    except OSError as error:
        raise ConfigWriteError(f"{file} cannot be written: {error.strerror}") from None


def _to_change(file: Path) -> Settings:
    """The settings; that others can read the file is put right, not told."""
    _told.add(file)
    try:
        return read(file)
    finally:
        _told.discard(file)


def _make_private(directory: Path) -> None:
    if not directory.parent.exists():
        _make_private(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)


@contextlib.contextmanager
def _locked(file: Path) -> Generator[None, None, None]:
    """One writer at a time. The lock file stays: unlinking it is how two holders come about."""
    descriptor = os.open(f"{file}.lock", _LOCK, 0o600)
    try:
        statefile.lock(descriptor, _PATIENCE)
        try:
            yield
        finally:
            statefile.unlock(descriptor)
    except TimeoutError:
        raise ConfigWriteError(
            f"another process has had the lock of {file} for {_PATIENCE:g} s",
            advice="End it, or try again later.",
        ) from None
    finally:
        os.close(descriptor)


def _replace(file: Path, text: str) -> None:
    target = Path(os.path.realpath(file))  # a dotfile manager's link keeps pointing at its file
    if os.name != "nt" and target.exists() and target.stat().st_uid != os.geteuid():
        raise ConfigWriteError(f"{target} is not yours, so it is not changed")
    for left in target.parent.glob(f"{target.name}.*.new"):  # by a killed writer, and with a key
        left.unlink()
    wholefile.replace(target, text.encode())
