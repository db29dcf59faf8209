"""cancel_orders: the end of several orders at once, those on GigaSPOT among them."""

from __future__ import annotations

from typing import Any, Dict, Optional

from . import gigaforms, timeline
from .gigaspot import own_bid
from .order import Order
from .refusal import Refused
from .renting import own_order
from .state import Call, State


def cancel_orders(state: State, call: Call) -> Dict[str, Any]:
    """End what the account has of the ids; the answer names the others."""
    failed = []
    for order_id in gigaforms.order_ids(call.json):
        order = _cancellable(state, order_id)
        if order is None:
            failed.append(order_id)
        else:
            timeline.close(state, order)
    return {"failed_to_cancel": failed}


def _cancellable(state: State, order_id: int) -> Optional[Order]:
    try:
        return own_bid(state, order_id) or own_order(state, order_id)
    except Refused:
        return None
