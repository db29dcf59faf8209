"""The settings: where they live, how they are read, and how they are changed without loss."""

from __future__ import annotations

import json
import os
import stat
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, NoReturn, Optional
from urllib.parse import urlsplit

from .errors import ConfigError

DEFAULT_BASE_URL = "https://api.clore.ai/v1"

#: More than this is no configuration that anybody wrote.
_SIZE_LIMIT = 1 << 20

Settings = Dict[str, Any]


def directory() -> Path:
    """``CLORE_CONFIG_DIR``, else ``~/.clore``; it need not exist.

    Raises:
        ConfigError: there is no home directory.
    """
    named = os.environ.get("CLORE_CONFIG_DIR")
    if not named and not _has_home():
        raise ConfigError("there is no home directory; set CLORE_CONFIG_DIR")
    return expanded(named or "~/.clore")


def expanded(name: str) -> Path:
    """``name`` as a path, with ``~`` as the home directory where there is one."""
    # Not Path.expanduser(): without a home it raises from Python 3.10 on.
    return Path(os.path.expanduser(name))  # noqa: PTH111


def path() -> Path:
    """The configuration file, which need not exist."""
    return directory() / "config.json"


def load() -> Settings:
    """The settings in the configuration file; empty when there is none.

    Raises:
        ConfigError: the file cannot be read or is not a JSON object. It is left as it is.
    """
    if not (os.environ.get("CLORE_CONFIG_DIR") or _has_home()):
        return {}
    file = path()
    raw = _read(file)
    if not raw.strip():
        return {}
    try:
        settings = json.loads(raw, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ConfigError(f"{file} is not valid JSON; correct it or move it away") from None
    if not isinstance(settings, dict):
        raise ConfigError(f"{file} must hold a JSON object; correct it or move it away")
    return settings


def _read(file: Path) -> bytes:
    try:
        # Without O_NONBLOCK, a named pipe in the place of the file would hang us.
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ConfigError(f"{file} is not a file; move it away")
        return stream.read(_SIZE_LIMIT)


def _no_number(name: str) -> NoReturn:
    """NaN and Infinity are not JSON, and could not be written back."""
    raise ValueError(name)


def _has_home() -> bool:
    """Some services and containers run as a user who has none."""
    return expanded("~") != Path("~")


def update(change: Callable[[Settings], None]) -> Path:
    """Apply ``change`` to the settings under a lock; all of it is written or nothing.

    Raises:
        ConfigError: the file cannot be read or written; what it holds stays as it is.
    """
    file = path()
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(file):
            settings = load()
            change(settings)
            _replace(file, json.dumps(settings, indent=2, allow_nan=False) + "\n")
    except OSError as error:
        raise ConfigError(f"{file} cannot be written: {error.strerror}") from None
    return file


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    """One writer at a time. The lock file stays: unlinking it is how two holders come about."""
    descriptor = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except ImportError:
            pass  # Windows: writes stay atomic, but two at once may lose one
        yield
    finally:
        os.close(descriptor)


def _replace(file: Path, text: str) -> None:
    """Write beside ``file``, flush to the disk, rename: a crash leaves the old or the new."""
    target = Path(os.path.realpath(file))  # a dotfile manager's link keeps pointing at its file
    new = target.with_name(target.name + ".new")
    new.unlink(missing_ok=True)  # left by a writer that was killed; the lock is ours now
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(new, flags, 0o600), "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(target)


def base_url(argument: Optional[str] = None) -> str:
    """``argument``, else ``CLORE_BASE_URL``, else ``base_url`` of the file, else the API.

    Raises:
        ConfigError: it is not an http or https address with a host.
    """
    sources = (
        (argument, "base_url"),
        (os.environ.get("CLORE_BASE_URL"), "CLORE_BASE_URL"),
    )
    url, source = next(((value, name) for value, name in sources if value), (None, ""))
    if url is None:
        url = load().get("base_url")
        if not url:
            return DEFAULT_BASE_URL
        source = f"base_url in {path()}"
    if not _is_base_url(url):
        raise ConfigError(f"{source} must look like {DEFAULT_BASE_URL}")
    return str(url).rstrip("/")


def _is_base_url(url: Any) -> bool:
    try:
        parts = urlsplit(url)
        port_in_range = parts.port != 0  # reading a port that is none raises
    except (AttributeError, TypeError, ValueError):
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname)
    known = known and url.isascii() and url.isprintable()
    return known and port_in_range and not (parts.query or parts.fragment or "@" in parts.netloc)


def is_loopback(url: str) -> bool:
    """Whether ``url`` names this machine."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name: 127.example.com is not this machine
        return host == "localhost"
