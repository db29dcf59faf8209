"""Who holds a machine on GigaSPOT, and what its bids may be; changes nothing but who is active."""

from __future__ import annotations

from typing import List, Optional

from . import ledger
from .order import GigaBid, Row
from .state import State

_MOST_HOURS = 480  # says the documentation


def on_gigaspot(row: Row) -> bool:
    """Whether a marketplace row says that its machine is on GigaSPOT."""
    return bool(row.get("gigaspot"))


def min_bid(row: Row) -> float:
    """The lowest bid in CLORE per day: the row's own where it names one."""
    details = row["gigaspot"]
    named = details.get("min_bid") if isinstance(details, dict) else None
    return float(named or round(row["price"]["usd"].get("on_demand_clore", 1.0), 2))


def longest(row: Row) -> int:
    """The longest rental in hours: what the host allows, 20 days at most."""
    return min(int(row["mrl"]), _MOST_HOURS)


def bids(state: State, server_id: int) -> List[GigaBid]:
    """The bids on a machine, highest first, the older one where equal; all are in CLORE."""
    live = (
        bid
        for bid in state.gigabids.values()
        if bid.ended is None and bid.server["id"] == server_id
    )
    return sorted(live, key=lambda bid: (-bid.price, bid.id))


def settle(state: State, server_id: int) -> None:
    """Give the machine to the highest bid, unless it is rented on demand; the others wait.

    How the two spot markets share one machine is not known: here they do not disturb each other.
    """
    waiting = bids(state, server_id)
    winner = _winner(state, server_id, waiting)
    for bid in waiting:
        if bid.active and bid is not winner:
            bid.pause(state.now)
    if winner is not None and not winner.active:
        winner.start(state.now)


def _winner(state: State, server_id: int, waiting: List[GigaBid]) -> Optional[GigaBid]:
    if state.rented(server_id) or server_id in state.offline:
        return None
    return next((bid for bid in waiting if bid.active or _can_start(state, bid)), None)


def _can_start(state: State, bid: GigaBid) -> bool:
    needed = ledger.first_minute(bid.price)
    return not bid.mine or ledger.balance(state, bid.currency) >= needed
