"""Attempts to rent server 123: what is listed afterwards, and what is told and kept of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from scripted import START, answer

from clore_client.rental import Attempt

if TYPE_CHECKING:
    from clore_client.journal import FileJournal
    from clore_client.models import Reconciled
    from clore_client.wire import Response

ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "ubuntu",
    "type": "on-demand",
    "currency": "bitcoin",
}
YES = answer({"code": 0})
CODE_1 = answer({"code": 1}, 500)
ATTEMPT = Attempt("create_order", (123,), "on-demand", START, frozenset([38, 7]), image="ubuntu")


class InterruptError(Exception):
    """Stands in for KeyboardInterrupt, which the scripted transport does not raise."""


def row(order_id: Any, age: int = -5, **fields: Any) -> Dict[str, Any]:
    """A row of server 123, made ``-age`` seconds after `START`."""
    return {"id": order_id, "si": 123, "ct": START - age, "spend": 0.1, "image": "ubuntu", **fields}


def listing(*rows: Dict[str, Any]) -> Response:
    return answer({"code": 0, "orders": list(rows), "limit": 50})


EMPTY = listing()


def outcomes(results: List[Reconciled]) -> List[Tuple[str, Optional[int]]]:
    return [(result.outcome, result.order_id) for result in results]


def states(journal: FileJournal) -> List[Optional[str]]:
    return [attempt.state for attempt in journal.pending()]
