"""Finds out what became of paid calls that were interrupted or left in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, List, NamedTuple

from . import endpoints, models
from .gigaspot import GIGASPOT, get_gigaspot, new_bids
from .plan import Run
from .rental import SENT, Attempt
from .statuses import FOUND, NONE, UNKNOWN
from .steps import Do, Steps
from .workflows import Workflow, hand_over

if TYPE_CHECKING:
    from .models import Gigaspot, Order, Reconciled


class _Trace(NamedTuple):
    """What the API shows of an attempt: the orders that it made, or that there may be some."""

    made: List[Order]
    doubtful: bool = False


@Workflow
def reconcile(run: Run, forget: bool = True, ask: bool = True) -> Steps[List[Reconciled]]:
    """What became of earlier paid calls whose outcome was unknown; an empty list when none was.

    Every paid call is written down before it is sent and crossed out when its outcome is known,
    so a call that was killed, cancelled or left in doubt is found here, in this process or a
    later one. Your orders (or GigaSPOT's bids) are read once.

    An order that shows up nowhere 10 minutes after it may have been made was not made (a day,
    where the API had accepted it); until then its outcome is ``"unknown"``, as is that of a call
    that is still under way. One that has ended since is found after those 10 minutes, too: until
    then it could be somebody else's.

    Args:
        forget: forget what is settled, because the caller hears of it now. False leaves that to
            `forget`, once the results have reached a person or a disk.
        ask: False asks the API nothing and forgets nothing: every call on record comes back as
            ``"unknown"``, those that another program is making right now among them.

    A client that was given a ``transport`` or a ``clock`` keeps no record and finds nothing.

    Raises:
        CloreAPIError: your orders could not be read; nothing is forgotten.
    """
    attempts: List[Attempt] = yield Do(run.journal.pending)
    if not ask:
        return [_result(attempt, _Trace([], doubtful=True), 0.0) for attempt in attempts]
    traces = {attempt.id: _Trace([], attempt.held) for attempt in attempts}
    rented = [one for one in attempts if not one.held and one.type != GIGASPOT]
    bids = [one for one in attempts if not one.held and one.type == GIGASPOT]
    if rented:
        orders = yield from run(endpoints.my_orders(include_completed=True))
        traces.update(_orders(run, rented, orders))
    if bids:
        market = yield from get_gigaspot.steps(run)
        traces.update((one.id, _bids(one, market)) for one in bids)
    now = run.server_clock.time()
    results = [_result(attempt, traces[attempt.id], now) for attempt in attempts]
    known = [one for one, result in zip(attempts, results) if result.outcome != UNKNOWN]
    if known and forget:
        yield from hand_over(run, known)
    return results


@Workflow
def forget(run: Run, results: Iterable[Reconciled], unknown: bool = False) -> Steps[None]:
    """Forget the attempts that `reconcile` has settled, for good; the unknown ones stay.

    Args:
        results: what ``reconcile(forget=False)`` has returned.
        unknown: forget the unknown ones, too, because you have looked at your orders yourself: one
            that was made all the same goes on costing money, and nothing here will find it.
    """
    gone = [result.id for result in results if unknown or result.outcome != UNKNOWN]

    def cross_out() -> None:
        for attempt_id in gone:
            run.journal.forget(attempt_id)

    yield Do(cross_out)


def _orders(run: Run, attempts: List[Attempt], orders: List[Order]) -> Dict[str, _Trace]:
    """The order that each attempt has made, if any, by the attempt's id.

    The latest attempt chooses first: what is new cannot be told from what the older ones would
    have made, but the older orders are known not to be its own.

    One that has ended counts once a live one would be listed: somebody else may have rented the
    server and left it just before, and the order that goes on costing money must not be missed.
    """
    now = run.server_clock.time()
    traces: Dict[str, _Trace] = {}
    skipped = getattr(orders, "skipped", ())
    for attempt in reversed(attempts):
        free = [order for order in orders if not run.claims.taken(order, attempt.id)]
        rows = attempt.candidates(orders, ended=attempt.outlasted(now, SENT))
        order = run.claims.first(rows, attempt.id)
        made = [] if order is None else [order]
        traces[attempt.id] = _Trace(
            made, not made and attempt.may_be_among(models.Rows(free, skipped))
        )
    return traces


def _bids(attempt: Attempt, market: Gigaspot) -> _Trace:
    """The bids that ``attempt`` has placed, as orders."""
    unread = {str(key) for key in getattr(market.servers, "skipped", ())}
    made = [
        models.Order(id=bid, server_id=server, type=GIGASPOT)
        for server, bid in new_bids(attempt, market).items()
    ]
    return _Trace(made, bool(unread.intersection(map(str, attempt.server_ids))))


def _result(attempt: Attempt, trace: _Trace, now: float) -> Reconciled:
    made = trace.made
    outcome = FOUND if made else NONE
    if len(made) < len(attempt.server_ids) and (trace.doubtful or not attempt.outlasted(now)):
        outcome = UNKNOWN
    found = [order.id for order in made if order.id is not None]
    return models.Reconciled(
        id=attempt.id,
        outcome=outcome,
        operation=attempt.operation,
        server_id=attempt.server_id,
        type=attempt.type,
        sent_at=attempt.sent_at,
        order_id=found[0] if found else None,
        order_status=made[0].status if made and attempt.type != GIGASPOT else None,
        server_ids=list(attempt.server_ids),
        order_ids=found,
        under_way=attempt.under_way,
    )
