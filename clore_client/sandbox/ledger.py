"""What is left in the wallets, computed from the orders; it keeps no balance of its own."""

from __future__ import annotations

from typing import List, Optional

from .order import DAY, PREPAID, Order
from .state import State


def balance(state: State, coin: str) -> float:
    """What ``coin``'s wallet holds now: all that was paid in, less what orders have cost."""
    spent = (o.creation_fee + o.spend(state.now) for o in state.paid() if o.currency == coin)
    return state.funds.get(coin, 0.0) - sum(spent)


def first_minute(price: float) -> float:
    """What starting costs at once, at ``price`` per day."""
    return price * PREPAID / DAY


def empty_at(state: State, coin: str) -> Optional[float]:
    """Unix time at which ``coin``'s wallet runs dry; None while nothing draws on it."""
    rate = sum(order.price for order in payers(state, coin)) / DAY
    return state.now + max(0.0, balance(state, coin)) / rate if rate else None


def payers(state: State, coin: str) -> List[Order]:
    """The account's orders and bids that are being billed in ``coin``."""
    return [order for order in state.paid() if order.active and order.currency == coin]
