"""What a paid call leaves behind: how its order is known, and what may be repeated. Pure.

create_order answers ``{"code":0}`` without an id, its row shows up seconds later, and a failure
may hide an order that exists. These are the rules by which one call makes at most one order.
"""

from __future__ import annotations

import threading
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Dict, FrozenSet, Iterable, List, Mapping, Optional, Tuple

from . import forks, models
from .convert import as_int
from .errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    ConfigError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    NetworkError,
    OrderUncertainError,
    RateLimitError,
)
from .statuses import PENDING
from .wire import JsonObject

if TYPE_CHECKING:
    from .models import Order, Rows

#: Seconds between the looks for a new order: rows were seen 2 to 20 s after the answer.
LOOK_GAPS = (0.0, 1.0, 2.0, 4.0, 6.0, 8.0)

#: A row's creation time may lie this many seconds before the attempt: clocks and rounding.
CLOCK_SLACK = 120.0

#: The same for one that has ended: somebody may have rented and cancelled just before.
ENDED_SLACK = 5.0

#: What is known of an attempt: it may have arrived, or the API has accepted it.
SENT, ACCEPTED = "sent", "accepted"

#: The operation of an attempt whose record cannot be read.
UNREADABLE = "unreadable"

#: Seconds after which an order that is not listed was never made: rows came up to 20 s late,
#: and a busy marketplace is given 30 times that. One that the API has accepted is given a day.
PATIENCE: Mapping[str, float] = {SENT: 600.0, ACCEPTED: 86_400.0}

#: What an attempt knows of itself only while somebody looks at it.
_UNRECORDED = ("waited", "held")

_END_OF_TIME = 253_402_300_800.0  # unix time of the year 10000, which no date can be written in

_REFUSALS = (
    AuthError,
    ConfigError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    RateLimitError,
)
_CLIENT_ERRORS = range(400, 500)


def proves_no_order(error: BaseException) -> bool:
    """Whether ``error`` shows that a paid call was refused or never arrived.

    Code 1 does not: it was seen with and without an order. Neither does any other answer that
    is not the API's own refusal, nor silence after the request may have left.
    """
    if isinstance(error, NetworkError):
        return not error.sent
    if isinstance(error, BadAnswerError):
        return error.status in _CLIENT_ERRORS and "code" not in (error.response or {})
    return isinstance(error, _REFUSALS)


class Claims:
    """Which order belongs to which attempt: no two of them get the same one. Thread-safe."""

    def __init__(self) -> None:
        #: by the order's number; one without a number is nobody's
        self._owners: Dict[Optional[int], str] = {None: ""}
        self.renew()
        forks.renew_in_child(self)

    def renew(self) -> None:
        """In a forked child: no thread of the parent's goes on with what it held."""
        self._lock = threading.Lock()

    def first(self, orders: Iterable[Order], attempt_id: str) -> Optional[Order]:
        """The first of ``orders`` that no other attempt has been given, which is this one's now.

        An attempt gets its order as often as it asks: whoever was to be told of it may have been
        interrupted.
        """
        with self._lock:
            free = [o for o in orders if self._owners.get(o.id, attempt_id) == attempt_id]
            found = min(free, key=lambda order: order.id not in self._owners, default=None)
            if found is not None:
                self._owners[found.id] = attempt_id
        return found

    def taken(self, order: Order, attempt_id: str) -> bool:
        """Whether ``order`` is known to be another attempt's."""
        with self._lock:
            return order.id is not None and self._owners.get(order.id, attempt_id) != attempt_id


def _new_id() -> str:
    import uuid  # 2 ms, and most programs rent nothing

    return uuid.uuid4().hex


@dataclass(frozen=True)
class Attempt:
    """One paid call as the journal keeps it: enough to find its orders, and no secret.

    Attributes:
        operation: the endpoint, ``"create_order"`` or ``"create_gigaspot_orders"``.
        server_ids: the servers to be rented; one for create_order.
        sent_at: unix time in seconds by the API's clock, as far as that is known: when it was
            asked for; in the journal, when it left.
        known: the orders that existed before.
        state: `SENT` or `ACCEPTED`.
        waited: seconds on this machine's clock since the journal last wrote it; no part of the
            record.
        held: whether somebody is working on it, or it cannot be read; no part of the record.
    """

    operation: str
    server_ids: Tuple[int, ...]
    type: str
    sent_at: float
    known: FrozenSet[int]
    image: Optional[str] = None
    currency: Optional[str] = None
    price: Optional[float] = None
    state: str = SENT
    id: str = field(default_factory=_new_id)
    waited: float = field(default=float("inf"), compare=False)
    held: bool = field(default=False, compare=False)

    @property
    def under_way(self) -> bool:
        """Whether somebody is working on it; one that cannot be read may be anything."""
        return self.held and self.operation != UNREADABLE

    @property
    def server_id(self) -> int:
        """The server that is to be rented."""
        return self.server_ids[0]

    def record(self) -> JsonObject:
        """What the journal writes down."""
        values = asdict(self)
        for name in _UNRECORDED:
            del values[name]
        return {**values, "known": sorted(self.known), "server_ids": list(self.server_ids)}

    @classmethod
    def of_record(cls, record: JsonObject) -> Attempt:
        """The attempt of a `record`; names that are not known are ignored.

        Raises:
            KeyError: it is not one.
            TypeError: the same.
            ValueError: the same.
        """
        names = {item.name for item in fields(cls)}.difference(_UNRECORDED)
        values = {name: value for name, value in record.items() if name in names}
        values["server_ids"] = tuple(values["server_ids"])
        values["known"] = frozenset(values["known"])
        made = cls(**values)
        if not made._plausible():
            raise ValueError("not an attempt")
        return made

    def _plausible(self) -> bool:
        words = (self.operation, self.type, self.state, self.id)
        numbers = (*self.server_ids, *self.known)
        return (
            bool(self.server_ids)
            and all(isinstance(word, str) for word in words)
            and all(isinstance(number, int) for number in numbers)
            and 0 <= self.sent_at < _END_OF_TIME
        )

    def outlasted(self, now: float, state: Optional[str] = None) -> bool:
        """Whether an order of this attempt would be listed by ``now``, if there were one.

        Args:
            now: unix time in seconds by the API's clock.
            state: as if no more than this were known of the attempt.
        """
        # By both clocks: one ``Date`` from a cache, or a machine that was suspended, must not
        # make a paid order one that was never made.
        elapsed = min(now - self.sent_at, self.waited)
        return elapsed > PATIENCE.get(state or self.state, PATIENCE[ACCEPTED])

    def may_be_among(self, orders: Rows[Order]) -> bool:
        """Whether one of ``orders`` could be this attempt's after all, however oddly written."""
        return any(map(self._possible, orders)) or any(
            not isinstance(row, dict) or as_int(row.get("si")) in (None, self.server_id)
            for row in orders.skipped
        )

    def _possible(self, order: Order) -> bool:
        before = order.expired and self._over_before(order)
        after = order.ct is not None and order.ct > self.sent_at + PATIENCE[SENT]
        elsewhere = order.server_id not in (None, self.server_id)
        return not (order.id in self.known or before or after or elsewhere)

    def _over_before(self, order: Order) -> bool:
        """Whether an order that has ended did so before this attempt."""
        if order.order_end is not None:
            return order.order_end < self.sent_at - CLOCK_SLACK
        # It was not among the live ones, so that being older is enough.
        return order.ct is not None and order.ct < self.sent_at - ENDED_SLACK

    def candidates(self, orders: Iterable[Order], *, ended: bool = False) -> List[Order]:
        """Those of ``orders`` that this attempt can have made, the likeliest first.

        Where the API has not said that it made one, or where it has ended, the image has to be
        the one asked for: the order could be somebody else's with the same key.

        Args:
            orders: the rows of my_orders.
            ended: whether one that has ended since counts, too.
        """
        made = [order for order in orders if self._made(order) and (ended or not order.expired)]
        lenient = self.state == ACCEPTED
        made = [o for o in made if o.image in (None, self.image) or (lenient and not o.expired)]
        return sorted(made, key=self._likeness, reverse=True)

    def _made(self, order: Order) -> bool:
        # The orders that had ended before are not among the known ones.
        slack = ENDED_SLACK if order.expired else CLOCK_SLACK
        return (
            order.id not in self.known
            and order.server_id == self.server_id
            and order.type == self.type
            and order.currency in (None, self.currency)
            and (order.ct is None or order.ct >= self.sent_at - slack)
        )

    def _likeness(self, order: Order) -> Tuple[bool, bool, int, int]:
        return not order.expired, order.image == self.image, order.ct or 0, order.id or 0

    def pending(self, answer: JsonObject) -> Order:
        """The order when it was accepted, but is not listed yet: no id, status "pending"."""
        return models.Order(
            id=_named(answer),
            server_id=self.server_id,
            type=self.type,
            status=PENDING,
            image=self.image,
            currency=self.currency,
            price=self.price,
        )

    def uncertain(self, cause: CloreAPIError) -> OrderUncertainError:
        """The error when nothing tells whether the order exists."""
        servers = ", ".join(map(str, self.server_ids[:10]))
        noun = "server {} was" if len(self.server_ids) == 1 else "servers {} were"
        place = "my_orders()" if self.operation == "create_order" else "get_gigaspot().my_bids"
        return OrderUncertainError(
            f"{self.operation}: it is not known whether {noun.format(servers)} rented: "
            f"{cause.message}. Nothing was sent again",
            advice=f"Look at {place}, or ask reconcile(), before renting again.",
            server_id=self.server_id,
            server_ids=self.server_ids,
            type=self.type,
            sent_at=self.sent_at,
            known_order_ids=sorted(self.known),
            code=cause.code,
            response=cause.response,
            status=cause.status,
        )


def attempt(body: JsonObject, sent_at: float, known: FrozenSet[int]) -> Attempt:
    """The attempt to place the order ``body``, which `validate.order` has made."""
    return Attempt(
        "create_order",
        (int(body["renting_server"]),),
        str(body["type"]),
        sent_at,
        known,
        image=body["image"],
        currency=body["currency"],
        price=body.get("spotprice", body.get("required_price")),
    )


def _named(answer: JsonObject) -> Optional[int]:
    """The id in create_order's answer. Every recorded one is ``{"code":0}``, without any."""
    order: Any = answer.get("order")
    row = order if isinstance(order, dict) else answer
    return as_int(row.get("id", row.get("order_id")))


def ids(orders: List[Order]) -> FrozenSet[int]:
    """The numbers of ``orders``."""
    return frozenset(order.id for order in orders if order.id is not None)
