"""create_order, my_orders and cancel_order: on-demand rentals and new spot bids."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict

from . import forms, lease, rows, spotqueue, timeline
from .order import Order, Row
from .refusal import already_rented, currency_refused, database, field
from .state import Call, State

if TYPE_CHECKING:
    from .forms import OrderForm


def create_order(state: State, call: Call) -> Dict[str, Any]:
    """Place the order or the bid. The answer names no order: the live API's does not."""
    form = forms.order(call.json)
    # Recorded by an A/B test on one server: `&` in a value is answered like a failed database.
    if any("&" in value for value in form.env.values()):
        raise database()
    server = _rentable(state, form)
    price = _bid(state, form, server) if form.spot else _on_demand(state, form, server)
    lease.sign(state, form, server, price)
    spotqueue.settle(state, server["id"])
    return {}


def my_orders(state: State, call: Call) -> Dict[str, Any]:
    """The account's listed orders; with return_completed those that ended follow."""
    listed = [order for order in state.mine() if order.listed_at <= state.now]
    found = [_live_row(state, order) for order in listed if order.ended is None]
    if call.query.get("return_completed") == "true":
        found += [rows.closed(order, state.now) for order in listed if order.ended is not None]
    return {"orders": found, "limit": 50}


def cancel_order(state: State, call: Call) -> Dict[str, Any]:
    """End one of the account's orders or bids."""
    order_id = forms.cancel(call.json).order_id
    timeline.close(state, own_order(state, order_id))
    return {}


def own_order(state: State, order_id: int) -> Order:
    """The account's unended order of that id, or the refusal that the API gives instead."""
    order = state.orders.get(order_id)
    if order is None:
        raise field("order_dont_exist")
    if not order.mine:
        raise field("you_dont_own_this_order")
    if order.ended is not None:
        raise field("order_not_active")
    return order


def _live_row(state: State, order: Order) -> Row:
    return rows.live(order, state.now, online=order.server["id"] not in state.offline)


def _rentable(state: State, form: OrderForm) -> Row:
    server = state.servers.get(form.server_id)
    if server is None:
        raise field("server-dont-exist")
    if state.owns(form.server_id):
        raise field("cant_rent_from_yourself")
    if form.server_id in state.offline:
        raise field("server-offline")
    kind = "spot" if form.spot else "on_demand"
    if form.currency not in server["allowed_coins"] or form.currency not in server["price"][kind]:
        raise currency_refused()
    return server


def _on_demand(state: State, form: OrderForm, server: Row) -> float:
    if state.rented(form.server_id):
        raise already_rented()
    price: float = server["price"]["on_demand"][form.currency]
    required = form.required_price
    # Users who sent another price than the host's report the opaque code 1.
    if required is not None and not math.isclose(required, price, rel_tol=1e-9):
        raise database()
    return price


def _bid(state: State, form: OrderForm, server: Row) -> float:
    assert form.bid is not None  # noqa: S101  the caller asked `form.spot`
    floor = server["price"]["spot"][form.currency]
    if form.bid < floor:
        raise field("too_low_price", min_price=floor)
    if any(order.mine and order.spot for order in state.live(form.server_id)):
        raise field("you_already_have_spot_order")
    return form.bid
