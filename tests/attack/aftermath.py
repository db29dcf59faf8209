"""What a call leaves behind: nothing, or an entry in the journal that a new client settles."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Iterator, List

from clore_client import CloreAI
from clore_client.errors import CloreAPIError
from clore_client.models.reconciled import UNKNOWN

if TYPE_CHECKING:
    from .case import Case
    from .outcome import Outcome
    from .stage import Stage

#: Seconds that the worker of a cancelled call is given to write down what came of it.
_PATIENCE = 3.0


def traces(case: Case, outcome: Outcome, played: Stage) -> List[str]:
    """Everything that is wrong with the journal; it is empty afterwards.

    The server is well again by then, and lists what was made; what was not is made now, as an
    order may be that nobody counts on any more.
    """
    played.server.released.set()
    played.server.over.wait(_PATIENCE)
    if not (case.leaves if case.interrupt else outcome.doubt):
        _eventually(lambda: not entries(), _PATIENCE if case.interrupt else 0.0)
        return [f"the journal keeps {len(left)}" for left in (entries(),) if left]
    if not played.server.posts:
        return ["in doubt, although nothing was sent"]
    if not _eventually(lambda: len(entries("*.json")) == 1, _PATIENCE if case.interrupt else 0.0):
        return [f"the journal keeps {len(entries())}, not 1"]
    heal(played)
    return [*_settled(case, played), *(f"{file.name} is left" for file in entries())]


def entries(pattern: str = "*") -> List[Path]:
    """The files of the journal of paid calls; one that is being written has a name of its own."""
    return sorted((Path(os.environ["CLORE_CONFIG_DIR"]) / "attempts").glob(pattern))


def heal(played: Stage) -> None:
    """Let everything go well from now on, and list what the last paid request asked for."""
    for server in (played.server, played.files):
        server.script, server.greeting = {}, None
    played.server.market.reveal(played.server.posts[-1].json)


def _settled(case: Case, played: Stage) -> Iterator[str]:
    """What is wrong with what a new client finds out."""
    key, url = case.key, played.url
    found: List[Any] = []
    with CloreAI(key, base_url=url, timeout=5.0, max_retries=1, limiter="off") as client:

        def look() -> List[Any]:
            found.extend(_known(client))
            return found

        try:
            _eventually(look, _PATIENCE)
        except CloreAPIError as error:
            yield f"reconcile failed: {error}"
            return
    made = sorted(order["id"] for order in played.server.market.orders)
    told = [(one.outcome, one.operation, sorted(one.order_ids)) for one in found]
    if told != [("found", case.call.endpoint, made)]:
        yield f"reconcile says {told}, but {made} were made"


def _known(client: CloreAI) -> List[Any]:
    """What a client finds out; nothing as long as the call is still in progress."""
    results = client.reconcile()
    return [] if any(result.outcome == UNKNOWN for result in results) else results


def _eventually(look: Callable[[], Any], seconds: float) -> Any:
    """What ``look()`` returns as soon as that is something, or in the end."""
    end = time.monotonic() + seconds
    while True:
        seen = look()
        if seen or time.monotonic() > end:
            return seen
        time.sleep(0.005)
