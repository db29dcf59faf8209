"""Finds out what became of paid calls that were interrupted or left in doubt."""

from __future__ import annotations

from functools import partial
from typing import List, Optional

from . import endpoints
from .models import Order
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
    later one. Your orders are read once. An attempt that is settled is forgotten: tell somebody.

    An order that shows up nowhere 10 minutes after it may have been made was not made (a day,
    where the API had accepted it); until then its outcome is ``"unknown"``.

    Raises:
        CloreAPIError: your orders could not be read; nothing is forgotten.
    """
    attempts: List[Attempt] = yield Do(run.journal.pending)
    if not attempts:
        return []
    orders = yield from run(endpoints.my_orders(include_completed=True))
    now = run.server_clock.time()
    found = [(attempt, _settled(run, attempt, orders, now)) for attempt in attempts]
    for attempt, result in found:
        if result.outcome != UNKNOWN:
            yield Do(partial(run.journal.close, attempt))
    return [result for _, result in found]


def _settled(run: Run, attempt: Attempt, orders: List[Order], now: float) -> Reconciled:
    order = run.claims.first(attempt.candidates(orders, ended=True), attempt.id)
    if order is not None:
        return _result(attempt, FOUND, order)
    return _result(attempt, NONE if attempt.outlasted(now) else UNKNOWN)


def _result(attempt: Attempt, outcome: str, order: Optional[Order] = None) -> Reconciled:
    found = [order.id] if order is not None and order.id is not None else []
    return Reconciled(
        outcome=outcome,
        operation=attempt.operation,
        server_id=attempt.server_id,
        type=attempt.type,
        sent_at=attempt.sent_at,
        order_id=found[0] if found else None,
        order_status=order.status if order else None,
        server_ids=list(attempt.server_ids),
        order_ids=found,
    )
