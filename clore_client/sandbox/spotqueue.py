"""Who holds a machine on the spot market; called after everything that may change that."""

from __future__ import annotations

from typing import List, Optional

from . import gigaqueue, ledger
from .order import Order
from .state import State, usd


def bids(state: State, server_id: int) -> List[Order]:
    """The bids on a server, highest first by their worth in USD, the older one where equal."""
    spot = (order for order in state.live(server_id) if order.spot)
    return sorted(spot, key=lambda order: (-usd(order), order.id))


def add(state: State, server_id: int, currency: str, price: float) -> int:
    """Enter a stranger's bid and return its number."""
    bid_id, state.next_order = state.next_order, state.next_order + 1
    server = state.servers[server_id]
    bid = Order(bid_id, server, currency, price, state.now, spot=True, mine=False)
    state.orders[bid_id] = bid
    settle(state, server_id)
    return bid_id


def settle(state: State, server_id: int) -> None:
    """Give the machine to the highest bid, unless it is rented on demand.

    An order that loses the machine ends: live, the row of an outbid order disappears.
    """
    winner = _winner(state, server_id)
    for bid in bids(state, server_id):
        if bid.active and bid is not winner:
            bid.end(state.now)
    if winner is not None and not winner.active:
        winner.start(state.now)
    gigaqueue.settle(state, server_id)


def _winner(state: State, server_id: int) -> Optional[Order]:
    if state.rented(server_id):
        return None
    for bid in bids(state, server_id):
        if bid.active or _can_start(state, bid):
            return bid
        bid.end(state.now)
    return None


def _can_start(state: State, bid: Order) -> bool:
    needed = ledger.first_minute(bid.price)
    return not bid.mine or ledger.balance(state, bid.currency) >= needed
