"""The journal of paid calls: written to the disk before each leaves, settled when it is known.

One small file per attempt, so that a crash, a kill or a power cut in the middle leaves a record
that `reconcile` can settle. It holds no key, no password and nothing of the order's environment.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import threading
import time
from dataclasses import replace
from math import isfinite
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Protocol, Tuple

from . import forks, logs
from .errors import ConfigError
from .rental import UNREADABLE, Attempt
from .wholefile import flush_directory

_VERSION = 1
_SIZE_LIMIT = 1 << 22  # bytes; an attempt has some hundred, and ten for each known order
_ONLY_MINE = 0o600
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


class Journal(Protocol):
    """Where the plan of a paid call keeps what it is about to do."""

    def open(self, attempt: Attempt) -> None:
        """Write ``attempt`` down before it is sent; it is in progress until `settle`."""
        ...

    def settle(self, attempt: Attempt, state: Optional[str]) -> None:
        """What is known after sending: nothing was made (None), or the attempt's new state."""
        ...

    def close(self, attempt: Attempt) -> None:
        """What became of ``attempt`` is known: forget it."""
        ...

    def pending(self) -> List[Attempt]:
        """The attempts of this account whose outcome is not known, oldest first.

        Those are ``held`` that somebody is working on, or whose record cannot be read.
        """
        ...

    def forget(self, attempt_id: str) -> None:
        """`close`, by the attempt's id."""
        ...


class NoJournal:
    """Keeps nothing: for a sandbox in this process, whose orders end with it."""

    def open(self, attempt: Attempt) -> None:
        """Keep nothing."""

    def settle(self, attempt: Attempt, state: Optional[str]) -> None:
        """Keep nothing."""

    def close(self, attempt: Attempt) -> None:
        """Keep nothing."""

    def pending(self) -> List[Attempt]:
        """Nothing was kept."""
        return []

    def forget(self, attempt_id: str) -> None:
        """Nothing was kept."""


class FileJournal:
    """A directory of attempts, shared by all processes of a user. Thread-safe.

    A journal that cannot be written never stops a rental: it says so, once.

    Args:
        directory: tells where; asked at each use, and it need not exist.
        account: a digest of the account, whose attempts alone are seen.
        now: seconds on this machine's clock, which goes on while the machine sleeps.
    """

    def __init__(
        self,
        directory: Callable[[], Path],
        account: str,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._directory, self._account, self._now = directory, account, now
        forks.renew_in_child(self)
        self._held: Dict[str, int] = {}
        self._lock = threading.Lock()
        self._warned = False

    def open(self, attempt: Attempt) -> None:
        """Write ``attempt`` to the disk, and hold its file until `settle`."""
        try:
            descriptor = self._write(attempt)
        except (OSError, ConfigError) as error:
            self._warn(error)
            return
        with self._lock:
            self._held[attempt.id] = descriptor

    def settle(self, attempt: Attempt, state: Optional[str]) -> None:
        """Note what is known after sending, and let `pending` see the attempt."""
        try:
            if state is None:
                self.close(attempt)
            else:  # also when no more is known: the wait for its order begins now
                self._rewrite(attempt, state)
        finally:
            self._let_go(attempt)

    def close(self, attempt: Attempt) -> None:
        """Remove the file of ``attempt``."""
        self.forget(attempt.id)

    def forget(self, attempt_id: str) -> None:
        """Remove the file of the attempt with this id."""
        with contextlib.suppress(OSError, ConfigError):  # closed by another process, perhaps
            self._file(attempt_id).unlink()

    def renew(self) -> None:
        """In a forked child: what the parent works on is the parent's."""
        self._lock = threading.Lock()
        held, self._held = self._held, {}
        for descriptor in held.values():  # without unlocking, which would be for both
            with contextlib.suppress(OSError):
                os.close(descriptor)

    def pending(self) -> List[Attempt]:
        """The attempts of this account, those that are held marked as such, oldest first."""
        try:
            files = sorted(self._directory().glob("*.json"))
        except (OSError, ConfigError):
            return []
        found = (self._read(file) for file in files)
        return sorted((one for one in found if one is not None), key=lambda one: one.sent_at)

    def _file(self, attempt_id: str) -> Path:
        return self._directory() / f"{attempt_id}.json"

    def _write(self, attempt: Attempt) -> int:
        """Put the whole record in place at once; returns the descriptor that holds it."""
        file = self._file(attempt.id)
        for directory in (file.parent.parent, file.parent):  # parents=True has a mode of its own
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        # One that is taken back into the journal has waited already.
        noted_at = self._now() - (attempt.waited if isfinite(attempt.waited) else 0.0)
        about = {"version": _VERSION, "account": self._account, "noted_at": noted_at}
        record = {**about, **attempt.record()}
        new = file.with_suffix(".new")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _NOT_FOLLOWED
        descriptor = os.open(new, flags, _ONLY_MINE)
        try:
            _hold(descriptor)
            _write_all(descriptor, json.dumps(record).encode())
            new.replace(file)
            flush_directory(file.parent)
        except BaseException:
            os.close(descriptor)
            with contextlib.suppress(OSError):
                new.unlink()
            raise
        return descriptor

    def _rewrite(self, attempt: Attempt, state: str) -> None:
        try:
            os.close(self._write(replace(attempt, state=state)))
        except (OSError, ConfigError) as error:
            self._warn(error)

    def _let_go(self, attempt: Attempt) -> None:
        with self._lock:
            descriptor = self._held.pop(attempt.id, None)
        if descriptor is not None:
            _release(descriptor)

    def _read(self, file: Path) -> Optional[Attempt]:
        """The attempt in ``file``, unless it is another account's."""
        try:
            text, held = _read_file(file)
            return self._parsed(file.stem, text, held=held)
        except FileNotFoundError:  # closed in the meantime
            return None
        except (OSError, KeyError, TypeError, ValueError, RecursionError):
            # Never removed: it may be all that is left of an order that costs money.
            logs.logger().warning("%s cannot be read: look at my_orders(), then remove it", file)
            return Attempt(UNREADABLE, (0,), "unknown", 0.0, frozenset(), id=file.stem, held=True)

    def _parsed(self, name: str, text: bytes, *, held: bool) -> Optional[Attempt]:
        record: Any = json.loads(text)
        if record["account"] != self._account:
            return None
        if record["version"] != _VERSION:
            raise ValueError("written by another version")
        waited = self._now() - float(record["noted_at"])
        # By the file's own name, whatever it says inside: `close` removes what was read here.
        return replace(Attempt.of_record({**record, "id": name}), waited=waited, held=held)

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            reason = getattr(error, "strerror", None) or str(error)
            logs.logger().warning(
                "the journal of paid calls cannot be written (%s): after a crash, look at"
                " my_orders() yourself",
                reason,
            )


def _hold(descriptor: int, *, to_read: bool = False) -> bool:
    """Mark the file as being worked on; False when somebody else has. The kernel lets go.

    Those who only read do not take each other for somebody who works on it.
    """
    try:
        import fcntl
    except ImportError:  # Windows: an attempt in progress cannot be told from a crashed one
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_NB | (fcntl.LOCK_SH if to_read else fcntl.LOCK_EX))
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks, where nobody can hold anything
        pass
    return True


def _release(descriptor: int) -> None:
    """Let go, also for a forked child that has inherited the descriptor and keeps it open."""
    with contextlib.suppress(ImportError, OSError):
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def _write_all(descriptor: int, data: bytes) -> None:
    """Put ``data`` on the disk; what is too much for a full one is not cut off in silence."""
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    os.fsync(descriptor)


def _read_file(file: Path) -> Tuple[bytes, bool]:
    """What is in ``file``, and whether somebody works on it."""
    # Without O_NONBLOCK, a named pipe in its place would hang us.
    descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _NOT_FOLLOWED)
    try:
        return os.read(descriptor, _SIZE_LIMIT), not _hold(descriptor, to_read=True)
    finally:
        os.close(descriptor)
