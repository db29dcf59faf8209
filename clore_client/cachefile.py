"""Answers kept on disk for later: files in the configuration directory, for the user alone.

A cache may be lost at any time and never makes a call fail: what cannot be written is not kept,
and what cannot be read is not there.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from pathlib import Path
from typing import NamedTuple, Tuple

from . import config, wholefile
from .errors import CloreAPIError

#: Bytes. No answer that the transport takes is larger.
_LIMIT = 64 * 1024 * 1024


class CacheFiles(NamedTuple):
    """The files of one kind of answer, one for each owner.

    Attributes:
        kind: what their names begin with.
        lasts: seconds after which a file that nobody has written since is removed.
    """

    kind: str
    lasts: float

    def read(self, *owner: str) -> Tuple[bytes, float]:
        """What was kept for ``owner``, and how many seconds ago.

        Raises:
            OSError: there is nothing, or no file of ours.
            CloreAPIError: there is no place for caches.
        """
        # What is no file of ours is not believed: a link, a pipe that would hang us, a stranger's.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
        with os.fdopen(os.open(self.path(*owner), flags), "rb") as stream:
            found = os.fstat(stream.fileno())
            ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
            if not ours or not stat.S_ISREG(found.st_mode) or found.st_size > _LIMIT:
                raise OSError("no file of ours")
            return stream.read(_LIMIT), time.time() - found.st_mtime

    def store(self, content: bytes, *owner: str) -> None:
        """Keep ``content`` in the place of what was kept for ``owner``, whole or not at all."""
        with contextlib.suppress(OSError, CloreAPIError):
            file = self.path(*owner)
            file.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            file.parent.mkdir(mode=0o700, exist_ok=True)
            # Not flushed: what a crash loses is asked for again.
            wholefile.replace(file, content, flush=False)
            self._remove_stale(file)

    def forget(self, owner: str) -> None:
        """Remove what was kept for ``owner``, alone or with others."""
        with contextlib.suppress(OSError, CloreAPIError):
            for file in _directory().glob(f"{self.kind}-{_digest(owner)}*"):
                file.unlink()

    def path(self, *owner: str) -> Path:
        """The file of ``owner``, whether or not it is there."""
        return _directory() / f"{'-'.join([self.kind, *map(_digest, owner)])}.json"

    def _remove_stale(self, new: Path) -> None:
        """Forget owners whom nobody asks for any more, and what killed writers left."""
        oldest = new.stat().st_mtime - self.lasts
        for other in new.parent.glob(f"{self.kind}-*"):
            with contextlib.suppress(OSError):  # another process was quicker
                if other.lstat().st_mtime < oldest:
                    other.unlink()


def _directory() -> Path:
    return config.directory() / "cache"


def _digest(owner: str) -> str:
    import hashlib

    return hashlib.sha256(owner.encode()).hexdigest()[:16]
