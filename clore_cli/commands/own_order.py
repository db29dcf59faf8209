"""Finds one of the user's orders by its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clore_cli.plugin import App, CommandError, Status

if TYPE_CHECKING:
    from clore_client.models import Order


def one(app: App, order_id: int) -> Order:
    """The order with this number, live or ended.

    Raises:
        CommandError: there is none; status 4.
    """
    rows = [row for row in app.client.my_orders(include_completed=True) if row.id == order_id]
    if rows:  # an order that has just ended may be listed live, too
        return next((row for row in rows if row.expired), rows[0])
    raise CommandError(
        f"you have no order {order_id}.",
        hint="'clore orders --completed' lists yours, those that ended included.",
        status=Status.NOT_FOUND,
    )


def live(app: App, order_id: int) -> Order:
    """The order with this number, which has not ended and does not wait as a bid.

    Raises:
        CommandError: there is none, or it has ended, with status 4; or it is a bid that waits.
    """
    order = one(app, order_id)
    if order.ended:
        message = f"order {order_id} has ended, and what was on the machine is gone."
        raise CommandError(
            message, hint="'clore orders' lists those that run.", status=Status.NOT_FOUND
        )
    if not is_live(order):
        raise CommandError(
            f"order {order_id} is a spot bid that waits for its machine.",
            hint=f"See 'clore spot {order.server_id}' for the bids to beat.",
        )
    return order


def is_live(order: Order) -> bool:
    """Whether the order has its machine, or gets it: it has not ended, nor waits as a bid."""
    return not order.ended and order.status != "queued"
