"""Lets simulated time pass: what ends on its own ends at its own moment, in order."""

from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

from . import ledger, spotqueue
from .order import Order
from .state import RATES, State

Event = Tuple[float, List[Order]]


def advance(state: State, now: float) -> None:
    """Bring ``state`` to ``now``: rentals reach their longest length, wallets run dry."""
    event = _next(state)
    while event is not None and event[0] <= now:
        state.now = max(state.now, event[0])
        for order in event[1]:
            close(state, order)
        event = _next(state)
    state.now = max(state.now, now)


def close(state: State, order: Order) -> None:
    """End an order now and hand its machine on."""
    order.end(state.now)
    spotqueue.settle(state, order.server["id"])


def _next(state: State) -> Optional[Event]:
    return min(
        [*_deadlines(state), *_empty_wallets(state)], key=lambda event: event[0], default=None
    )


def _deadlines(state: State) -> Iterator[Event]:
    return ((order.deadline, [order]) for order in state.paid() if order.ended is None)


def _empty_wallets(state: State) -> Iterator[Event]:
    for coin in RATES:
        at = ledger.empty_at(state, coin)
        if at is not None:
            yield at, ledger.payers(state, coin)
