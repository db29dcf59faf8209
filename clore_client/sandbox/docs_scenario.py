"""The scenario that holds what the SDK's documentation mentions, so that its snippets run."""

from __future__ import annotations

from typing import Dict, Optional

from . import furnish, market
from .catalog import GPUS, Gpu
from .forms import OrderForm
from .lease import sign
from .order import Order
from .quotes import price_block, same
from .spotqueue import settle
from .state import State

_GPU: Dict[str, Gpu] = {gpu.name: gpu for gpu in GPUS}
_HOUR = 3600
_IMAGE = "cloreai/ubuntu22.04-cuda12"

#: id, model, cards, USD per day of the whole machine
_OFFERS = (
    (6, "GTX 1080 Ti", 1, 0.45),
    (7, "RTX 3090", 1, 2.0),
    (123, "GTX 1080 Ti", 1, 0.6),
    (201, "RTX 4090", 1, 3.6),
    (202, "RTX 4090", 1, 4.1),
    (203, "RTX 4090", 2, 9.4),
    (204, "RTX 3090", 1, 1.9),
    (205, "RTX 3090", 4, 8.8),
    (206, "A100-SXM4-80GB", 1, 19.5),
    (207, "A100-SXM4-80GB", 4, 84.0),
    (208, "RTX 3060 Ti", 8, 5.2),
)
#: USD per day: the documented bids, 0.000003 and 0.000005 bitcoin, must be above these floors.
_FLOORS = {6: 0.15, 123: 0.29}


def fill(state: State, _servers: int) -> None:
    """Servers 6 and 123, orders 37 (ended), 38 and 39 (a bid on 6), MyGPU, money in all wallets."""
    state.funds = {"bitcoin": 0.00153176, "CLORE-Blockchain": 1520.25, "USD-Blockchain": 37.51}
    for server_id, name, cards, usd in _OFFERS:
        row = market.server(state.chance(server_id), server_id, _GPU[name], cards, usd)
        state.servers[server_id] = row
        if server_id in _FLOORS:
            row["price"] = price_block(same(usd, _FLOORS[server_id]), autopriced=True)
    furnish.add_hosts(state, server_id=5)
    _add_orders(state)


def _add_orders(state: State) -> None:
    present, state.next_order = state.now, 37
    _order(state, 7, present - 26 * _HOUR).end(present - 25 * _HOUR)
    _order(state, 7, present - 3 * _HOUR)
    # A tenth lower is the most that one lowering allows: 0.0000032 can become 0.000003.
    _order(state, 6, present - 2 * _HOUR, bid=0.0000032)
    furnish.add_bid(state, 35, state.servers[6], "bitcoin", 0.05)
    state.now = present
    settle(state, 6)


def _order(state: State, server_id: int, at: float, bid: Optional[float] = None) -> Order:
    """An order of the account's, placed at unix time ``at``."""
    state.now, server = at, state.servers[server_id]
    coin = "bitcoin" if bid else "USD-Blockchain"
    form = OrderForm(server_id, coin, _IMAGE, bid, None, {"22": "tcp", "8888": "http"}, {})
    order = sign(state, form, server, bid or server["price"]["on_demand"][coin])
    settle(state, server_id)
    return order
