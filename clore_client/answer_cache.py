"""The last marketplace answer of each API, kept on disk for whoever can do with an older one.

The bytes are kept as they came, so that every digit of a price survives. Nobody's key is in them:
the marketplace is the same for all, but for the numbers of one's own servers. See
`clore_client.cachefile` for how they are kept.
"""

from __future__ import annotations

import contextlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generator, List, NamedTuple, Optional, Union

from . import statefile
from .cachefile import CacheFiles
from .errors import CloreAPIError
from .wire import JsonObject

if TYPE_CHECKING:
    from .client import AsyncCloreAI, CloreAI
    from .offers import OfferFilter
    from .wire import Request, Response

#: The answer of an API that nobody has asked for a day, such as a sandbox, is removed.
ANSWERS = CacheFiles("marketplace", 86400.0)
_PATH = "/marketplace"
#: Real seconds. Whoever asks holds the turn for one attempt at most, unless there are retries;
#: then the network is down, and the others may as well find out for themselves.
_PATIENCE = 30.0


class Kept(NamedTuple):
    """An answer from the disk.

    Attributes:
        body: the answer's object, with the wanted servers in a `clore_client.jsonrows.Listed`.
        age: seconds since it came.
    """

    body: JsonObject
    age: float


def marketplace(
    base_url: str, max_age: float, wanted: Optional[OfferFilter] = None
) -> Optional[Kept]:
    """The last marketplace answer of the API at ``base_url``. Asks nobody and never fails.

    Args:
        base_url: the API's address, as `clore_client.config.base_url` gives it.
        max_age: an older answer, in seconds, is none; infinity takes any.
        wanted: which of its servers are read; all if None.
    """
    from . import jsonrows

    matches = wanted.matches if wanted else _any
    try:
        raw, age = ANSWERS.read(base_url)
        body = jsonrows.loads(raw, "servers", matches) if 0 <= age <= max_age else None
    except (OSError, ValueError, CloreAPIError):
        return None
    if not isinstance(body, dict) or not isinstance(body.get("servers"), list):
        return None
    return Kept(body, age)


def _any(_row: JsonObject) -> bool:
    return True


@contextmanager
def keeping(client: Union[CloreAI, AsyncCloreAI]) -> Generator[None, None, None]:
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
def turn(base_url: str) -> Generator[None, None, None]:
    """A context that processes enter one after the other, so that one of them asks for all.

    Within it, look with `marketplace` first: somebody may have asked meanwhile. After 30 s of
    waiting, and where there can be no lock, it is entered all the same.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(OSError, CloreAPIError):  # a timeout is an OSError, too
            file = statefile.StateFile(ANSWERS.path(base_url).with_suffix(".turn"))
            stack.enter_context(file.held(_PATIENCE))
        yield


def store(base_url: str, answer: bytes) -> None:
    """Keep ``answer`` in the place of an older one, whole or not at all."""
    ANSWERS.store(answer, base_url)
