"""What the fault server knows of the marketplace: healthy answers, and the orders really made."""

from __future__ import annotations

import itertools
import json
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

if TYPE_CHECKING:
    from .inbound import Request

Row = Dict[str, Any]

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"

#: The server that the suite rents.
SERVER = 41207

# Never the same twice in a run: a client remembers which orders it has given to a caller.
_ids = itertools.count(7_000_001)


def fixture(name: str) -> Row:
    """A fresh copy of a recorded answer."""
    copy: Row = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    return copy


def next_id() -> int:
    """An order's number that was never used before."""
    return next(_ids)


def _same(row: Row) -> List[Row]:
    return [row]


def _nobody(_order: Row) -> List[Row]:
    return []


@dataclass
class Market:
    """The state behind the answers.

    Attributes:
        existing: rows of my_orders from before.
        lag: so many listings do not show a new order yet; None: none ever does.
        rows: how a made order is listed: the rows in its place.
        strangers: rows that turn up when an order is asked for, made or not, and are not its.
        clock: seconds by which the API's clock is ahead of this machine's.
        dated: the Date header: True for the truth, None for none, or any text.
        orders: the orders really made.
        places: the base URLs of the servers of a case, by name, for addresses in answers.
    """

    existing: List[Row] = field(default_factory=list)
    lag: Optional[int] = 0
    rows: Callable[[Row], List[Row]] = _same
    strangers: Callable[[Row], List[Row]] = _nobody
    clock: float = 0.0
    dated: Any = True
    orders: List[Row] = field(default_factory=list)
    places: Dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._looks: List[int] = []
        self._turned_up: List[Row] = []

    @property
    def now(self) -> float:
        """Unix time by the API's clock."""
        return time.time() + self.clock

    @property
    def date(self) -> Optional[str]:
        """The Date header."""
        return formatdate(self.now, usegmt=True) if self.dated is True else self.dated

    def asked(self, body: Row) -> None:
        """An order has been asked for."""
        with self._lock:
            self._turned_up += self.strangers(self.row(body))

    def make(self, body: Row) -> Row:
        """Make the order that ``body`` asks for."""
        row = self.row(body)
        with self._lock:
            self.orders.append(row)
            self._looks.append(0)
        return row

    def row(self, body: Row) -> Row:
        """An order as my_orders lists it: as recorded, but for what ``body`` says."""
        row: Row = fixture("my_orders")["orders"][0]
        row.update(id=next_id(), si=body["renting_server"], ct=int(self.now))
        row.update(image=body["image"], currency=body["currency"])
        if body["type"] == "spot":
            row.update(spot=True, spend=0, price=body["spotprice"])
        elif "required_price" in body:
            row.update(price=body["required_price"])
        return row

    def listing(self) -> List[Row]:
        """The rows of my_orders; looking counts."""
        with self._lock:
            shown = []
            for at, order in enumerate(self.orders):
                if self.lag is not None and self._looks[at] >= self.lag:
                    shown += self.rows(order)
                self._looks[at] += 1
            return [*self.existing, *self._turned_up, *shown]

    def reveal(self, body: Row) -> None:
        """List every order from now on, the one that ``body`` asked for in any case."""
        self.lag, self.rows = 0, _same
        if not self.orders:
            self.make(body)

    def cancel(self, number: int) -> Row:
        """End an order."""
        with self._lock:
            before = len(self.existing)
            self.existing = [row for row in self.existing if row.get("id") != number]
            gone = len(self.existing) == before
        return {"code": 6, "error": "order_not_active"} if gone else {"code": 0}

    def respond(self, request: Request) -> Any:
        """What a healthy API answers to ``request``."""
        if request.endpoint in _RECORDED:
            return fixture(request.endpoint)
        if request.endpoint == "my_orders":
            return {"orders": self.listing(), "limit": 50, "code": 0}
        if request.endpoint == "create_order":
            self.make(request.json)
        elif request.endpoint == "cancel_order":
            return self.cancel(request.json["id"])
        elif request.endpoint not in ("set_spot_price", "set_server_settings"):
            return {"code": 4}
        return {"code": 0}


_RECORDED = (
    "wallets", "marketplace", "my_servers", "server_config", "spot_marketplace", "renter_fees",
    "poh_balance", "cancel_orders", "edit_gigaspot_orders",
)  # fmt: skip
