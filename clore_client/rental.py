"""What a paid order leaves behind: how its row is told from others, and what may be repeated. Pure.

create_order answers ``{"code":0}`` without an id, its row shows up seconds later, and a failure
may hide an order that exists. These are the rules by which one call makes at most one order.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import FrozenSet, Iterable, List, Optional, Set, Tuple

from .convert import as_int
from .errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    NetworkError,
    OrderUncertainError,
    RateLimitError,
)
from .models import Order
from .models.orders import PENDING
from .wire import JsonObject

#: Seconds between the looks for a new order: rows were seen 2 to 20 s after the answer.
LOOK_GAPS = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0)

#: A row's creation time may lie this many seconds before the attempt: clocks and rounding.
CLOCK_SLACK = 120.0

_REFUSALS = (AuthError, FieldError, InvalidEndpointError, InvalidInputError, RateLimitError)
_CLIENT_ERRORS = range(400, 500)


def proves_no_order(error: CloreAPIError) -> bool:
    """Whether ``error`` shows that create_order was refused or never arrived.

    Code 1 does not: it was seen with and without an order. Neither does any other answer that
    is not the API's own refusal, nor silence after the request may have left.
    """
    if isinstance(error, NetworkError):
        return not error.sent
    if isinstance(error, BadAnswerError):
        return error.status in _CLIENT_ERRORS and "code" not in (error.response or {})
    return isinstance(error, _REFUSALS)


class Claims:
    """The orders that have been returned to a caller: no two calls get the same one."""

    def __init__(self) -> None:
        self._ids: Set[int] = set()
        self._lock = threading.Lock()

    def first(self, orders: Iterable[Order]) -> Optional[Order]:
        """The first of ``orders`` that nobody has been given, which is the caller's now."""
        with self._lock:
            for order in orders:
                if order.id is not None and order.id not in self._ids:
                    self._ids.add(order.id)
                    return order
        return None


@dataclass(frozen=True)
class Attempt:
    """One create_order, and what was known before it was sent."""

    body: JsonObject
    sent_at: float
    known: FrozenSet[int]

    @property
    def server_id(self) -> int:
        """The server that is to be rented."""
        return int(self.body["renting_server"])

    @property
    def type(self) -> str:
        """``"on-demand"`` or ``"spot"``."""
        return str(self.body["type"])

    def candidates(self, orders: Iterable[Order], *, accepted: bool) -> List[Order]:
        """Those of ``orders`` that this attempt can have made, the likeliest first.

        Where the API has not said that it made one, the image has to be the one asked for: the
        order could be somebody else's with the same key.
        """
        made = [order for order in orders if self._made(order)]
        if not accepted:
            made = [order for order in made if order.image in (None, self.body["image"])]
        return sorted(made, key=self._likeness, reverse=True)

    def _made(self, order: Order) -> bool:
        return (
            order.id not in self.known
            and order.server_id == self.server_id
            and order.type == self.type
            and order.currency in (None, self.body["currency"])
            and not order.expired
            and (order.ct is None or order.ct >= self.sent_at - CLOCK_SLACK)
        )

    def _likeness(self, order: Order) -> Tuple[bool, int, int]:
        return order.image == self.body["image"], order.ct or 0, order.id or 0

    def pending(self, answer: JsonObject) -> Order:
        """The order when it was accepted, but is not listed yet: no id, status "pending"."""
        return Order(
            id=_named(answer),
            server_id=self.server_id,
            type=self.type,
            status=PENDING,
            image=self.body["image"],
            currency=self.body["currency"],
            price=self.body.get("spotprice", self.body.get("required_price")),
        )

    def uncertain(self, cause: CloreAPIError) -> OrderUncertainError:
        """The error when nothing tells whether the order exists."""
        return OrderUncertainError(
            f"create_order: it is not known whether server {self.server_id} was rented: {cause}. "
            "Nothing was sent again. Look at my_orders() before renting again.",
            server_id=self.server_id,
            type=self.type,
            sent_at=self.sent_at,
            known_order_ids=sorted(self.known),
            code=cause.code,
            response=cause.response,
            status=cause.status,
        )


def _named(answer: JsonObject) -> Optional[int]:
    """The id in create_order's answer. Every recorded one is ``{"code":0}``, without any."""
    order = answer.get("order")
    row = order if isinstance(order, dict) else answer
    return as_int(row.get("id", row.get("order_id")))


def ids(orders: List[Order]) -> FrozenSet[int]:
    """The numbers of ``orders``."""
    return frozenset(order.id for order in orders if order.id is not None)
