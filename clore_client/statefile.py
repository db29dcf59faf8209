"""A small file that processes change in turn: opened, locked, read, written, closed."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from importlib import import_module
from pathlib import Path
from typing import Any, Callable, Generator

#: Bytes. A line is never longer; what is longer is not ours.
SIZE_LIMIT = 256 * 1024

_FLAGS: int = (
    os.O_RDWR
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)  # a pipe must not hang us
    | getattr(os, "O_BINARY", 0)
)

#: Real seconds between two tries to get the lock, which others keep for some 50 microseconds.
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0001, 0.005

#: Seconds. What was not written for so long is nobody's; nothing in it is believed after an hour.
_STALE = 86400.0

_LOCKED_BYTE = 1 << 30  # past the text, for on Windows others cannot read a locked byte


def _module(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError:
        return None


_fcntl, _msvcrt = _module("fcntl"), _module("msvcrt")


def _try_lock(descriptor: int) -> bool:
    try:
        if _fcntl:
            _fcntl.flock(descriptor, _fcntl.LOCK_EX | _fcntl.LOCK_NB)
        else:
            _windows_lock(descriptor, "LK_NBLCK")
    except (BlockingIOError, PermissionError):  # what the two say when somebody else has it
        return False
    return True


def unlock(descriptor: int) -> None:
    """Give the lock of `lock` back."""
    if _fcntl:
        # Closing is not enough: a child forked meanwhile has the descriptor, too, and with it
        # would keep the lock.
        _fcntl.flock(descriptor, _fcntl.LOCK_UN)
    else:
        _windows_lock(descriptor, "LK_UNLCK")


def _windows_lock(descriptor: int, how: str) -> None:
    """Tested with a stand-in for ``msvcrt`` only: no test of this project runs on Windows."""
    if not _msvcrt:
        raise OSError(errno.ENOSYS, "this system has no locks")
    os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
    _msvcrt.locking(descriptor, getattr(_msvcrt, how), 1)


class StateFile:
    """One line of text in ``path``, changed under a lock that dies with its holder.

    It is opened for each change, because the lock belongs to the open file: two threads or
    forked processes with the same descriptor would not exclude each other.

    Args:
        path: the file; its directory is made when it is missing.
        former: what names the files beside it that it comes instead of, for `Path.glob`. When
            ``path`` is made, those that nobody has written for a day are removed.
    """

    def __init__(self, path: Path, former: str = "") -> None:
        self.path = path
        self._former = former

    def change(self, edit: Callable[[bytes], bytes], patience: float) -> None:
        """Replace the file's contents by ``edit`` of them.

        Args:
            edit: gets the text without its newline and returns the new one, which has none
                either. It must notice half of a text, which a kill may leave of one that is
                longer than a page, 4 KiB; one within a page is never torn.
            patience: real seconds to try for the lock.

        Raises:
            TimeoutError: somebody else has had the lock all the time.
            OSError: the file cannot be used: not writable, not ours, not a file, no space.
        """
        with self.held(patience) as descriptor:
            _write(descriptor, edit(_read(descriptor)))

    @contextlib.contextmanager
    def held(self, patience: float) -> Generator[int, None, None]:
        """A context with the lock of the file, whose descriptor it gives.

        Raises:
            TimeoutError: somebody else has had the lock for ``patience`` real seconds.
            OSError: the file cannot be used.
        """
        descriptor = self._open()
        try:
            lock(descriptor, patience)
            try:
                yield descriptor
            finally:
                unlock(descriptor)
        finally:
            os.close(descriptor)

    def _open(self) -> int:
        try:
            descriptor = os.open(self.path, _FLAGS)
        except FileNotFoundError:
            descriptor = self._create()
        try:
            _check(descriptor)
        except OSError:
            os.close(descriptor)
            raise
        return descriptor

    def _create(self) -> int:
        _make_private(self.path.parent)
        descriptor = os.open(self.path, _FLAGS | os.O_CREAT, 0o600)
        if self._former:
            with contextlib.suppress(OSError):
                _remove_stale(self.path, self._former)
        return descriptor


def _remove_stale(new: Path, former: str) -> None:
    # By the time of the file system, which on a server is not that of this machine.
    oldest = new.stat().st_mtime - _STALE
    for path in new.parent.glob(former):
        with contextlib.suppress(OSError):  # another process was quicker, or it is not ours
            if path.lstat().st_mtime < oldest:
                path.unlink()


def _make_private(directory: Path) -> None:
    """Create ``directory`` and what is missing above it, for the user's eyes only."""
    if not directory.parent.exists():
        _make_private(directory.parent)
    directory.mkdir(mode=0o700, exist_ok=True)


def _check(descriptor: int) -> None:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    if hasattr(os, "geteuid"):  # not on Windows, where the mode says nothing
        if found.st_uid != os.geteuid():
            raise PermissionError(errno.EPERM, "the file is somebody else's")
        if found.st_mode & 0o077:
            with contextlib.suppress(OSError):  # some file systems have no modes
                os.fchmod(descriptor, 0o600)


def lock(descriptor: int, patience: float) -> None:
    """Wait for the lock of an open file, which dies with its holder.

    Raises:
        TimeoutError: somebody else has had it for ``patience`` seconds.
        OSError: the file system has no locks.
    """
    deadline = time.monotonic() + patience
    pause = _FIRST_PAUSE
    while not _try_lock(descriptor):
        if time.monotonic() >= deadline:
            raise TimeoutError(errno.ETIMEDOUT, "another process keeps the lock")
        time.sleep(pause)  # then once more: it may be us who were stopped
        pause = min(pause * 2, _LONGEST_PAUSE)


def _read(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    return os.read(descriptor, SIZE_LIMIT).partition(b"\n")[0]


def _write(descriptor: int, line: bytes) -> None:
    """Write in one go, over what is there.

    What follows the newline is left of a longer line, and means nothing.
    """
    text = line + b"\n"
    if len(text) > SIZE_LIMIT:
        raise OSError(errno.EFBIG, "the text has become too long")
    os.lseek(descriptor, 0, os.SEEK_SET)
    if os.write(descriptor, text) != len(text):
        raise OSError(errno.ENOSPC, "no space")
