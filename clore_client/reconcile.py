"""Finds out what became of paid calls that were interrupted or left in doubt."""

from __future__ import annotations

from typing import Dict, List, Optional

from . import endpoints
from .models import Order
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
    later one. Your orders are read once. An attempt that is settled is forgotten: tell somebody.

    An order that shows up nowhere 10 minutes after it may have been made was not made (a day,
    where the API had accepted it); until then its outcome is ``"unknown"``. One that has ended
    since is found after those 10 minutes, too: until then it could be somebody else's.

    Raises:
        CloreAPIError: your orders could not be read; nothing is forgotten.
    """
    attempts: List[Attempt] = yield Do(run.journal.pending)
    if not attempts:
        return []
    orders = yield from run(endpoints.my_orders(include_completed=True))
    now = run.server_clock.time()
    orders_of = _matched(run, attempts, orders, now)
    results = [_result(attempt, orders_of.get(attempt.id), now) for attempt in attempts]
    known = [
        (attempt, orders_of.get(attempt.id))
        for attempt, result in zip(attempts, results)
        if result.outcome != UNKNOWN
    ]
    if known:
        yield from hand_over(run, known)
    return results


def _matched(
    run: Run, attempts: List[Attempt], orders: List[Order], now: float
) -> Dict[str, Order]:
    """The order of each attempt that has one, by the attempt's id.

    The latest attempt chooses first: what is new cannot be told from what the older ones would
    have made, but the older orders are known not to be its own.

    One that has ended counts once a live one would be listed: somebody else may have rented the
    server and left it just before, and the order that goes on costing money must not be missed.
    """
    matched: Dict[str, Order] = {}
    for attempt in reversed(attempts):
        rows = attempt.candidates(orders, ended=attempt.outlasted(now, SENT))
        order = run.claims.first(rows)
        if order is not None:
            matched[attempt.id] = order
    return matched


def _result(attempt: Attempt, order: Optional[Order], now: float) -> Reconciled:
    missing = NONE if attempt.outlasted(now) else UNKNOWN
    found = [order.id] if order is not None and order.id is not None else []
    return Reconciled(
        outcome=FOUND if order else missing,
        operation=attempt.operation,
        server_id=attempt.server_id,
        type=attempt.type,
        sent_at=attempt.sent_at,
        order_id=found[0] if found else None,
        order_status=order.status if order else None,
        server_ids=list(attempt.server_ids),
        order_ids=found,
    )
