"""The last marketplace answer of each API, kept on disk for whoever can do with an older one.

The bytes are kept as they came, so that every digit of a price survives. Nobody's key is in them:
the marketplace is the same for all, but for the numbers of one's own servers.

A cache may be lost at any time and never makes a call fail: what cannot be written is not kept,
and what cannot be read is not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Iterator, List, NamedTuple, Optional, Tuple, Union

from . import config, jsontext, statefile, wholefile
from .errors import CloreAPIError
from .wire import JsonObject

if TYPE_CHECKING:
    from .client import AsyncCloreAI, CloreAI
    from .wire import Request, Response

#: Bytes. No answer that the transport takes is larger.
_LIMIT = 64 * 1024 * 1024
#: Seconds after which the answer of an API that nobody has asked since is removed.
_STALE = 86400.0
_PATH = "/marketplace"
#: Real seconds. Whoever asks holds the turn for one attempt at most, unless there are retries;
#: then the network is down, and the others may as well find out for themselves.
_PATIENCE = 30.0


class Kept(NamedTuple):
    """An answer from the disk.

    Attributes:
        body: the answer's object.
        age: seconds since it came.
    """

    body: JsonObject
    age: float


def marketplace(base_url: str, max_age: float) -> Optional[Kept]:
    """The last marketplace answer of the API at ``base_url``. Asks nobody and never fails.

    Args:
        base_url: the API's address, as `clore_client.config.base_url` gives it.
        max_age: an older answer, in seconds, is none; infinity takes any.
    """
    try:
        raw, age = _read(_file(base_url))
        body = jsontext.loads(raw) if 0 <= age <= max_age else None
    except (OSError, ValueError, CloreAPIError):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("servers"), list):
        return None
    return Kept(body, age)


@contextmanager
def keeping(client: Union[CloreAI, AsyncCloreAI]) -> Iterator[None]:
    """Within this context, the marketplace answer that ``client`` gets is kept.

    Only when the context ends without an error: an answer that could not be read is none. It is
    written in place, so a program with an event loop waits for the disk.
    """
    last: List[bytes] = []

    def hear(request: Request, response: Response) -> None:
        if request.path == _PATH and not request.url:
            last[:] = [response.body]

    with client.overheard(hear):
        yield
    if last:
        store(client.base_url, last[0])


@contextmanager
def turn(base_url: str) -> Iterator[None]:
    """A context that processes enter one after the other, so that one of them asks for all.

    Within it, look with `marketplace` first: somebody may have asked meanwhile. After 30 s of
    waiting, and where there can be no lock, it is entered all the same.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, CloreAPIError):  # a timeout is an OSError, too
            file = statefile.StateFile(_file(base_url).with_suffix(".turn"))
            stack.enter_context(file.held(_PATIENCE))
        yield


def store(base_url: str, answer: bytes) -> None:
    """Keep ``answer`` in the place of an older one, whole or not at all."""
    with contextlib.suppress(OSError, CloreAPIError):
        file = _file(base_url)
        file.parent.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.parent.mkdir(mode=0o700, exist_ok=True)
        # Not flushed: what a crash loses is asked for again.
        wholefile.replace(file, answer, flush=False)
        _remove_stale(file)


def _file(base_url: str) -> Path:
    place = hashlib.sha256(base_url.encode()).hexdigest()[:16]
    return config.directory() / "cache" / f"marketplace-{place}.json"


def _read(file: Path) -> Tuple[bytes, float]:
    # What is no file of ours is not believed: a link, a pipe that would hang us, a stranger's.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
    with os.fdopen(os.open(file, flags), "rb") as stream:
        found = os.fstat(stream.fileno())
        ours = not hasattr(os, "geteuid") or found.st_uid == os.geteuid()
        if not ours or not stat.S_ISREG(found.st_mode) or found.st_size > _LIMIT:
            raise OSError("no file of ours")
        return stream.read(_LIMIT), time.time() - found.st_mtime


def _remove_stale(file: Path) -> None:
    """Forget APIs that nobody asks any more, such as sandboxes, and what killed writers left."""
    oldest = file.stat().st_mtime - _STALE
    for other in file.parent.glob("marketplace-*"):
        with contextlib.suppress(OSError):  # another process was quicker
            if other.lstat().st_mtime < oldest:
                other.unlink()
