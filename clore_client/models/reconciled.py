"""What became of a paid call whose outcome was unknown. Made by the client, not by the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import List, Optional

from clore_client.statuses import FOUND as FOUND
from clore_client.statuses import NONE as NONE
from clore_client.statuses import UNKNOWN as UNKNOWN

from .base import Model


@dataclass(frozen=True)
class Reconciled(Model):
    """One earlier attempt to rent, and what is known of it now.

    Attributes:
        id: the attempt's own name, not an order's.
        outcome: ``"found"``: there is an order, ``order_id``; ``"none"``: none was made;
            ``"unknown"``: too early to tell; ask again 10 minutes after it was sent, or a day after
            the API accepted it.
        operation: the method that was called, e.g. ``"create_order"``.
        server_id: the server that was to be rented, the first of ``server_ids``.
        type: ``"on-demand"``, ``"spot"`` or ``"gigaspot"``.
        sent_at (unix time, s): when the attempt was made, by the API's clock where known.
        order_id: the order, the first of ``order_ids``; None unless found.
        order_status: the order's status when it was found, e.g. ``"running"``.
        server_ids: all the servers of the attempt; several for `create_gigaspot_orders`.
        order_ids: all the orders that were found.
        under_way: whether a program is making the call right now.
    """

    id: str
    outcome: str
    operation: str
    server_id: int
    type: str
    sent_at: float
    order_id: Optional[int] = None
    order_status: Optional[str] = None
    server_ids: List[int] = field(default_factory=list)
    order_ids: List[int] = field(default_factory=list)
    under_way: bool = False
