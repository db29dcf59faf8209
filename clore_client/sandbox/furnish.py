"""Puts the account's own servers and strangers' bids into a state, for the scenarios."""

from __future__ import annotations

from . import market
from .catalog import GPUS
from .order import Order, Row
from .quotes import amount
from .spotqueue import settle
from .state import RATES, Host, State

_FIRST_STRANGER_BID = 1_900_001
_BUSY = 0.3  # part of the servers that somebody has bid on


def add_hosts(state: State, server_id: int) -> None:
    """Give the account two servers of its own: MyGPU, and one that never connected."""
    gpu = next(gpu for gpu in GPUS if gpu.name == "RTX 3090")
    # Dear for its kind: whoever rents the cheapest RTX 3090 should not meet their own server.
    row = market.server(state.chance("host"), server_id, gpu, 1, 3.5)
    state.servers[server_id] = row
    state.hosts = {"MyGPU": Host("MyGPU", row), "Michael": Host("Michael", visible=False)}


def add_bids(state: State) -> None:
    """Let strangers bid on some of the servers, up to three on each."""
    chance, next_id = state.chance("bids"), _FIRST_STRANGER_BID
    for row in list(state.servers.values()):
        bidders = 1 + int(chance.random() * 3) if chance.random() < _BUSY else 0
        for order_id in range(next_id, next_id + bidders):
            add_bid(
                state, order_id, row, market.pick(chance, row["allowed_coins"]), chance.random()
            )
        next_id += bidders
        settle(state, row["id"])


def add_bid(state: State, order_id: int, row: Row, coin: str, part: float) -> None:
    """A stranger's bid, at ``part`` of the way from the floor to the on-demand price."""
    floor, top = (row["price"][kind][coin] for kind in ("spot", "on_demand"))
    price = max(floor, amount(coin, (floor + (top - floor) * part) * RATES[coin]))
    bid = Order(order_id, row, coin, price, state.now, spot=True, mine=False)
    state.orders[order_id] = bid
