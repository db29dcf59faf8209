"""Finds out what became of paid calls that were interrupted or left in doubt."""

from __future__ import annotations

from functools import partial
from typing import Dict, List

from . import endpoints
from .gigaspot import GIGASPOT, get_gigaspot, new_bids
from .models import Gigaspot, Order
from .models.reconciled import FOUND, NONE, UNKNOWN, Reconciled
from .plan import Run
from .rental import Attempt
from .steps import Do, Steps
from .workflows import Workflow


@Workflow
def reconcile(run: Run) -> Steps[List[Reconciled]]:
    """What became of earlier paid calls whose outcome was unknown; an empty list when none was.

    Every paid call is written down before it is sent and crossed out when its outcome is known,
    so a call that was killed, cancelled or left in doubt is found here, in this process or a
    later one. Your orders (or GigaSPOT's bids) are read once. An attempt that is settled is
    forgotten: tell somebody.

    An order that shows up nowhere 10 minutes after it may have been made was not made (a day,
    where the API had accepted it); until then its outcome is ``"unknown"``.

    Raises:
        CloreAPIError: your orders could not be read; nothing is forgotten.
    """
    attempts: List[Attempt] = yield Do(run.journal.pending)
    if not attempts:
        return []
    bids = [attempt for attempt in attempts if attempt.type == GIGASPOT]
    found: Dict[str, List[Order]] = {}
    if len(bids) < len(attempts):
        orders = yield from run(endpoints.my_orders(include_completed=True))
        found.update(_orders(run, [one for one in attempts if one not in bids], orders))
    if bids:
        market = yield from get_gigaspot.steps(run)
        found.update((one.id, _bids(one, market)) for one in bids)
    now = run.server_clock.time()
    results = [(attempt, _result(attempt, found[attempt.id], now)) for attempt in attempts]
    for attempt, result in results:
        if result.outcome != UNKNOWN:
            yield Do(partial(run.journal.close, attempt))
    return [result for _, result in results]


def _orders(run: Run, attempts: List[Attempt], orders: List[Order]) -> Dict[str, List[Order]]:
    """The order that each attempt has made, if any; no order is two attempts'."""
    found = {}
    for attempt in attempts:
        order = run.claims.first(attempt.candidates(orders, ended=True), attempt.id)
        found[attempt.id] = [] if order is None else [order]
    return found


def _bids(attempt: Attempt, market: Gigaspot) -> List[Order]:
    """The bids that ``attempt`` has placed, as orders."""
    return [
        Order(id=bid, server_id=server, type=GIGASPOT)
        for server, bid in new_bids(attempt, market).items()
    ]


def _result(attempt: Attempt, made: List[Order], now: float) -> Reconciled:
    all_there = len(made) == len(attempt.server_ids)
    outcome = FOUND if made else NONE
    if not (all_there or attempt.outlasted(now)):
        outcome = UNKNOWN
    found = [order.id for order in made if order.id is not None]
    return Reconciled(
        outcome=outcome,
        operation=attempt.operation,
        server_id=attempt.server_id,
        type=attempt.type,
        sent_at=attempt.sent_at,
        order_id=found[0] if found else None,
        order_status=made[0].status if made and attempt.type != GIGASPOT else None,
        server_ids=list(attempt.server_ids),
        order_ids=found,
    )
