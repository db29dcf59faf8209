"""Waits until an order runs, or has ended, for both clients."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Callable, List, Optional

from . import endpoints, validate
from .errors import NotFoundError, WaitTimeoutError
from .plan import Run
from .statuses import RUNNING
from .steps import Do, Sleep, Steps
from .workflows import Workflow

if TYPE_CHECKING:
    from .models import Order

GONE = "gone"


@Workflow
def wait_for_order(
    run: Run,
    order_id: int,
    until: str = RUNNING,
    timeout: float = 600.0,
    interval: float = 5.0,
    accept: Optional[Callable[[Order], bool]] = None,
) -> Steps[Order]:
    """Wait until an order runs, or has ended, and return it fresh.

    Args:
        order_id: the order.
        until: ``"running"`` or ``"gone"``.
        timeout: give up after so many seconds.
        interval: seconds between two looks.
        accept: asked at each look about the order as it is; while it says False, the wait goes
            on, unless the order has ended. It may block (a look whether the SSH server answers):
            the async client asks it beside the event loop.

    Raises:
        NotFoundError: you have no such order, or it has ended while you waited for it to run.
        WaitTimeoutError: not there in time; the order itself is untouched.
    """
    validate.identifier("order_id", order_id)
    if until not in (RUNNING, GONE):
        raise validate.refuse("until", f'must be "{RUNNING}" or "{GONE}"')
    deadline = run.monotonic() + validate.non_negative("timeout", timeout)
    validate.positive("interval", interval)
    seen: Optional[Order] = None
    missed = 0
    while True:
        row = yield from _order(run, order_id)
        seen = row or seen
        if seen is None:
            raise NotFoundError(f"order {order_id} is not among your orders")
        # The row of an outbid bid disappears; one listing without it could be an odd one.
        missed = missed + 1 if row is None else 0
        gone = missed > 1 or bool(row and row.expired)
        if gone and until == RUNNING:
            # Whether it ran before is not known: a closed row tells the same of every order.
            raise NotFoundError(f"order {order_id} has ended")
        accepted = accept is None or (yield Do(partial(accept, seen)))
        if gone or (accepted and row is not None and row.status == until):
            return seen
        rest = deadline - run.monotonic()
        if rest <= 0:
            raise WaitTimeoutError(_late(seen, until, timeout))
        yield Sleep(min(interval, rest))


def _order(run: Run, order_id: int) -> Steps[Optional[Order]]:
    """The newest row of one order: an order is listed live, then among the ended ones."""
    orders: List[Order] = yield from run(endpoints.my_orders(include_completed=True))
    rows = [order for order in orders if order.id == order_id]
    return next((row for row in rows if row.expired), rows[0] if rows else None)


def _late(order: Order, until: str, timeout: float) -> str:
    wanted = "accepted" if order.status == until else until
    return f"order {order.id} is {order.status} after {timeout:g} s, not {wanted}"
