"""Finds out what became of paid calls that were interrupted or left in doubt."""

from __future__ import annotations

from typing import Dict, List

from . import endpoints
from .gigaspot import GIGASPOT, get_gigaspot, new_bids
from .models import Gigaspot, Order
from .models.reconciled import FOUND, NONE, UNKNOWN, Reconciled
from .plan import Run
from .rental import SENT, Attempt
from .steps import Do, Steps
from .workflows import Workflow, hand_over


@Workflow
def reconcile(run: Run) -> Steps[List[Reconciled]]:
    """What became of earlier paid calls whose outcome was unknown; an empty list when none was.

    Every paid call is written down before it is sent and crossed out when its outcome is known,
    so a call that was killed, cancelled or left in doubt is found here, in this process or a
    later one. Your orders (or GigaSPOT's bids) are read once. An attempt that is settled is
    forgotten: tell somebody.

    An order that shows up nowhere 10 minutes after it may have been made was not made (a day,
    where the API had accepted it); until then its outcome is ``"unknown"``. One that has ended
    since is found after those 10 minutes, too: until then it could be somebody else's.

    Raises:
        CloreAPIError: your orders could not be read; nothing is forgotten.
    """
    attempts: List[Attempt] = yield Do(run.journal.pending)
    if not attempts:
        return []
    bids = [attempt for attempt in attempts if attempt.type == GIGASPOT]
    rented = [attempt for attempt in attempts if attempt.type != GIGASPOT]
    found: Dict[str, List[Order]] = {}
    if rented:
        orders = yield from run(endpoints.my_orders(include_completed=True))
        found.update(_orders(run, rented, orders, run.server_clock.time()))
    if bids:
        market = yield from get_gigaspot.steps(run)
        found.update((one.id, _bids(one, market)) for one in bids)
    now = run.server_clock.time()
    results = [_result(attempt, found[attempt.id], now) for attempt in attempts]
    known = [one for one, result in zip(attempts, results) if result.outcome != UNKNOWN]
    if known:
        yield from hand_over(run, known)
    return results


def _orders(
    run: Run, attempts: List[Attempt], orders: List[Order], now: float
) -> Dict[str, List[Order]]:
    """The order that each attempt has made, if any, by the attempt's id.

    The latest attempt chooses first: what is new cannot be told from what the older ones would
    have made, but the older orders are known not to be its own.

    One that has ended counts once a live one would be listed: somebody else may have rented the
    server and left it just before, and the order that goes on costing money must not be missed.
    """
    found: Dict[str, List[Order]] = {}
    for attempt in reversed(attempts):
        rows = attempt.candidates(orders, ended=attempt.outlasted(now, SENT))
        order = run.claims.first(rows, attempt.id)
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
