"""The snapshots of GigaSPOT: files beside the API that anybody may read, each never changed."""

from __future__ import annotations

import copy
from typing import Optional

from . import gigacards, gigaqueue
from .order import GigaBid, Row
from .refusal import bare
from .state import State

#: Where the world serves them, outside the API's own path.
FOLDER = "/snapshots/"

#: Seconds that one is kept before the next is made. How long live ones are is not known.
INTERVAL = 10

_KEPT = 20
_CACHING = 120  # seconds until a bid's image is on the machine; no number is known


def latest(state: State) -> str:
    """The path of the newest snapshot, which is made now if the last one is old."""
    made = max(state.snapshots, default=None)
    if made is None or state.now - made >= INTERVAL:
        made = int(state.now)
        state.snapshots[made] = _take(state)
        for old in sorted(state.snapshots)[:-_KEPT]:
            del state.snapshots[old]
    return f"{FOLDER}v1_{made}.json"


def fetch(state: State, path: str) -> Row:
    """The snapshot at ``path``; 404 where there is none."""
    found: Optional[Row] = next(
        (row for made, row in state.snapshots.items() if path == f"{FOLDER}v1_{made}.json"), None
    )
    if found is None:
        raise bare(4, 404)
    return found


def _take(state: State) -> Row:
    offers = {
        str(row["id"]): _server(state, row)
        for row in state.servers.values()
        if gigaqueue.on_gigaspot(row)
    }
    return copy.deepcopy(offers)


def _server(state: State, row: Row) -> Row:
    specs = row["specs"]
    cores, _, threads = specs["cpus"].partition("/")
    return {
        "bids": [_bid(state, bid) for bid in gigaqueue.bids(state, row["id"])],
        "on_demand_rented": state.rented(row["id"]),
        "online": row["id"] not in state.offline,
        "cpu": specs["cpu"],
        "cores": int(cores),
        "threads": int(threads),
        "ram": specs["ram"],
        "gpus": gigacards.limits(row),
        "working_properly": True,
        "cuda": row.get("cuda_version"),
        "max_rental_length": gigaqueue.longest(row),
        "cc": specs["net"]["cc"],
        "host": row["owner"],
        "reliability": row["reliability"],
        "min_bid": gigaqueue.min_bid(row),
        "energy_price": round(0.04 + 0.1 * state.chance("energy", row["id"]).random(), 2),
    }


def _bid(state: State, bid: GigaBid) -> Row:
    cached = state.now - bid.created >= _CACHING
    return {
        "owner": bid.owner,
        "id": bid.id,
        "active": bid.active,
        "to_cache": not cached,
        "cached": cached,
        "price": bid.price,
        "currency": bid.currency,
        "pl": bid.power,
    }
