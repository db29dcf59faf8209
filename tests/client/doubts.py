"""A journal in memory with attempts in doubt, and what becomes of them by what is listed."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ContextManager, Dict, List, Optional, Tuple, Union

from scripted import START, Clock, Script, answer

from clore_client import AsyncCloreAI, CloreAI
from clore_client.rental import SENT, Attempt, Claims

if TYPE_CHECKING:
    from clore_ai.models import Reconciled

BASE = Attempt(
    "create_order", (123,), "on-demand", START, frozenset([7]), "image", "bitcoin", None, SENT
)


class Kept:
    """A journal in memory."""

    def __init__(self, *attempts: Attempt) -> None:
        self.attempts = list(attempts)
        self.closed: List[Attempt] = []

    def pending(self) -> List[Attempt]:
        return list(self.attempts)

    def open(self, attempt: Attempt) -> None:
        if attempt not in self.attempts:
            self.attempts.append(attempt)

    def settle(self, attempt: Attempt, state: Optional[str]) -> None:
        """It is known already."""

    @staticmethod
    def watching(attempt: Attempt) -> ContextManager[None]:
        """Nobody else looks."""
        return contextlib.nullcontext()

    def close(self, attempt: Attempt) -> None:
        self.attempts.remove(attempt)
        self.closed.append(attempt)

    def forget(self, attempt_id: str) -> None:
        self.close(next(one for one in self.attempts if one.id == attempt_id))


def row(number: Any, server: Any = 123, age: Any = -5.0, **fields: Any) -> Dict[str, Any]:
    """A row that was created ``-age`` seconds after the attempt."""
    made = {"id": number, "si": server, "ct": START - age, "spend": 0.1, "image": "image"}
    return {**made, "currency": "bitcoin", **fields}


def settled(
    rows: List[Union[Dict[str, Any], str]],
    *attempts: Attempt,
    later: float = 10.0,
    claims: Optional[Claims] = None,
) -> Tuple[List[str], List[Optional[int]], int]:
    """(outcomes, orders, how many attempts are kept), the same for both clients."""
    seen = []
    for kind in (CloreAI, AsyncCloreAI):
        clock = Clock()
        clock.now = later
        script = Script(clock, answer({"code": 0, "orders": rows}))
        client = kind(transport=script, clock=clock)
        kept = Kept(*attempts)
        client._run = replace(client._run, journal=kept, claims=claims or Claims())
        asked: Any = client.reconcile()
        results: List[Reconciled] = asyncio.run(asked) if kind is AsyncCloreAI else asked
        assert [request.query for _, request in script.sent] == [{"return_completed": "true"}]
        seen.append((results, kept))
    assert [r.to_dict() for r in seen[0][0]] == [r.to_dict() for r in seen[1][0]]
    results, kept = seen[0]
    return [r.outcome for r in results], [r.order_id for r in results], len(kept.attempts)
