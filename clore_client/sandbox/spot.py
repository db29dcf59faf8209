"""spot_marketplace and set_spot_price: looking at bids and changing one's own."""

from __future__ import annotations

import math
from typing import Any, Dict

from . import forms, spotqueue
from .order import Order, Row
from .refusal import field
from .renting import own_order
from .state import RATES, Call, State

#: Seconds between two lowerings of one bid.
LOWERING_INTERVAL = 600
#: One lowering takes off this part of the bid at most. The documentation gives no number; the
#: one recorded max_step, 3e-07, is a tenth of a usual bitcoin bid.
MAX_STEP = 0.1


def spot_marketplace(state: State, call: Call) -> Dict[str, Any]:
    """The bids on one server, its floor per coin and the coins' rates."""
    server_id = forms.identifier(call.query, "market")
    server = state.servers.get(server_id)
    if server is None:
        return {"market": {}, "exists": False}
    market = {
        "offers": [_offer(bid) for bid in spotqueue.bids(state, server_id)],
        "server": _server(state, server),
        "currency_rates_in_usd": RATES,
    }
    return {"market": market, "exists": True}


def set_spot_price(state: State, call: Call) -> Dict[str, Any]:
    """Change one's own bid: up at any time, down once in 600 s by a limited step."""
    body = forms.mapping(call.json)
    order_id, price = forms.identifier(body, "order_id"), forms.number(body, "desired_price")
    order = own_order(state, order_id)
    if not order.spot:
        raise field("order_dont_exist")
    _check_floor(order, price)
    if price < order.price:
        _check_lowering(order, price, state.now)
        order.lowered = state.now
    order.reprice(price, state.now)
    spotqueue.settle(state, order.server["id"])
    return {}


def _check_floor(order: Order, price: float) -> None:
    floor = order.server["price"]["spot"][order.currency]
    if price < floor:
        raise field("too_low_price", min_price=floor)


def _check_lowering(order: Order, price: float, now: float) -> None:
    if order.lowered is not None and now - order.lowered < LOWERING_INTERVAL:
        wait = math.ceil(LOWERING_INTERVAL - (now - order.lowered))
        raise field("can_lower_every_600_seconds", time_to_lowering=wait)
    # Nine digits: a step of exactly the limit must not fail by the last bit of a float.
    step = float(f"{order.price * MAX_STEP:.9g}")
    if float(f"{order.price - price:.9g}") > step:
        raise field("exceeded_max_step", max_step=step)


def _offer(bid: Order) -> Row:
    return {
        "offer_id": bid.id,
        "bid": bid.price,
        "active": bid.active,
        "my": bid.mine,
        "currency": bid.currency,
    }


def _server(state: State, server: Row) -> Row:
    return {
        "min_pricing": server["price"]["spot"],
        "mrl": server["mrl"],
        "visibility": "public",
        "online": server["id"] not in state.offline,
    }
