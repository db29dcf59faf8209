"""Puts the account's own servers and strangers' bids into a state, for the scenarios."""

from __future__ import annotations

from . import gigacards, gigaqueue, market
from .catalog import GPUS
from .order import GigaBid, Order, Row
from .quotes import amount
from .spotqueue import settle
from .state import RATES, Host, State

_FIRST_STRANGER_BID = 1_900_001
_FIRST_GIGASPOT_BID = 655_201
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


def add_gigabids(state: State) -> None:
    """Let strangers bid on the servers on GigaSPOT, up to two on each."""
    chance, next_id = state.chance("gigaspot"), _FIRST_GIGASPOT_BID
    for row in filter(gigaqueue.on_gigaspot, state.servers.values()):
        for bid_id in range(next_id, next_id + int(chance.random() * 3)):
            price = round(gigaqueue.min_bid(row) * (1 + 0.5 * chance.random()), 4)
            state.gigabids[bid_id] = _strangers_bid(state, bid_id, row, price)
            next_id += 1
        gigaqueue.settle(state, row["id"])


def _strangers_bid(state: State, bid_id: int, row: Row, price: float) -> GigaBid:
    return GigaBid(
        bid_id,
        row,
        "CLORE-Blockchain",
        price,
        state.now,
        mine=False,
        owner=20_000 + bid_id % 1000,
        oc=[{"pl": card["pl"][1]} for card in gigacards.limits(row)],
    )
