"""create_order among other orders: which row is the new order, and which only looks like it."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Callable, Dict, List

from clore_client.errors import FieldError, OrderUncertainError

from . import behaviours as do
from .build import family, rent
from .case import CREATE, ORDER, Case, Value
from .cases_money import FOUND, PENDING
from .market import SERVER, Market, Row, fixture, next_id

UNSURE = (OrderUncertainError,)
WELL: Dict[str, Any] = {"returns": FOUND, "orders": 1}
UNSURE_WELL: Dict[str, Any] = {**WELL, "raises": UNSURE}
LOST = do.made(do.reset)


def _old(**changes: Any) -> Row:
    """A row that was there before."""
    row: Row = fixture("my_orders")["orders"][0]
    row.update(id=next_id(), si=SERVER, ct=int(time.time()) - 3600, image=ORDER["image"])
    return {**row, **changes}


def _existing(*rows: Dict[str, Any]) -> Callable[[], Market]:
    return lambda: Market(existing=[_old(**row) for row in rows])


def _stranger(**changes: Any) -> Callable[[], Market]:
    """Somebody with the same key makes another order at the same time."""
    return lambda: Market(strangers=lambda row: [{**row, "id": next_id(), **changes}])


def _listed(**changes: Any) -> Callable[[], Market]:
    """The new order is listed with these values; a value of ... is left out."""

    def rows(row: Row) -> List[Row]:
        changed: Dict[str, Any] = {**row, **{name: value(row) for name, value in changes.items()}}
        return [{name: value for name, value in changed.items() if value is not ...}]

    return lambda: Market(rows=rows)


def _amid(*junk: Any) -> Callable[[], Market]:
    return lambda: Market(existing=list(junk), rows=lambda row: [*junk, row, *junk])


OTHERS = [
    rent("rows-old", "lost and not made; an older order of the server is there", do.reset,
         raises=UNSURE, market=_existing({})),
    rent("rows-old-made", "lost but made; an older order of the server is there", LOST, **WELL,
         market=_existing({}, {})),
    rent("rows-old-spot", "lost and not made; an older bid on the server is there", do.reset,
         raises=UNSURE, market=_existing({"spot": True})),
    rent("rows-other-server", "lost and not made; another server's order turns up", do.reset,
         raises=UNSURE, market=_stranger(si=SERVER + 1)),
    rent("rows-other-type", "lost and not made; a bid on the server turns up", do.reset,
         raises=UNSURE, market=_stranger(spot=True)),
    rent("rows-ended", "lost and not made; an ended order of the server turns up", do.reset,
         raises=UNSURE, market=_stranger(expired=True)),
    rent("rows-hidden-before", "lost and not made; an order from an hour ago turns up", do.reset,
         raises=UNSURE, market=_stranger(ct=int(time.time()) - 3600)),
    rent("rows-other-accepted", "accepted but not listed; another server's order turns up",
         do.says({"code": 0}), returns=PENDING, market=_stranger(si=SERVER + 1)),
    rent("rows-stranger-made", "lost but made; another server's order turns up, too", LOST, **WELL,
         market=_stranger(si=SERVER + 1)),
]  # fmt: skip

SHAPES = [
    rent("rows-junk", "lost but made; rows that are no objects around it", LOST, **WELL,
         market=_amid(None, "row", 7, [], [[]], {}, {"id": None}, {"si": SERVER})),
    rent("rows-texts", "lost but made; listed with numbers as texts", LOST, **WELL,
         market=_listed(id=lambda row: str(row["id"]), si=lambda row: str(row["si"]))),
    rent("rows-float-ct", "lost but made; its creation time has decimals", LOST, **WELL,
         market=_listed(ct=lambda row: float(row["ct"]))),
    rent("rows-no-ct", "lost but made; listed without a creation time", LOST, **WELL,
         market=_listed(ct=lambda _: ...)),
    rent("rows-null-ct", "lost but made; its creation time is null", LOST, **WELL,
         market=_listed(ct=lambda _: None)),
    rent("rows-spot-0", "lost but made; spot is 0", LOST, **WELL, market=_listed(spot=lambda _: 0)),
    rent("rows-spot-text", 'lost but made; spot is "no"', LOST, **WELL,
         market=_listed(spot=lambda _: "no")),
    rent("rows-old-names", "lost but made; listed under the names of older versions", LOST, **WELL,
         market=_listed(si=lambda _: ..., renting_server=lambda row: row["si"],
                        id=lambda _: ..., order_id=lambda row: row["id"])),
    rent("rows-odd-values", "lost but made; every other value has an odd type", LOST, **WELL,
         market=_listed(price=lambda _: [], spend=lambda _: "much", mrl=lambda _: None,
                        specs=lambda _: "x", pub_cluster=lambda _: {}, tcp_ports=lambda _: 7,
                        rating=lambda _: [], mon_container=lambda _: "2", owner=lambda _: {})),
    rent("rows-no-id", "lost but made; listed without a number", LOST, raises=UNSURE, orders=1,
         market=_listed(id=lambda _: None)),
    rent("rows-no-id-accepted", "accepted; listed without a number", do.sanely(), returns=PENDING,
         orders=1, market=_listed(id=lambda _: None)),
    rent("rows-no-server", "lost but made; listed without its server", LOST, raises=UNSURE,
         orders=1, market=_listed(si=lambda _: ...)),
    rent("rows-twice", "lost but made; listed twice", LOST, **WELL,
         market=lambda: Market(rows=lambda row: [row, dict(row)])),
    rent("rows-named", "accepted, with the order in the answer; never listed",
         do.made(do.says({"code": 0, "order": {"id": 7}})), orders=1,
         market=lambda: Market(lag=None),
         returns=Value("returns the order", lambda order: order.id in (7, None))),
    rent("rows-named-odd", "accepted, with odd values in the answer; never listed",
         do.made(do.says({"code": 0, "order": [7], "id": {"a": 1}, "order_id": "x"})), orders=1,
         market=lambda: Market(lag=None), returns=PENDING),
]  # fmt: skip


def _clock(seconds: float, dated: Any = True) -> Callable[[], Market]:
    return lambda: Market(clock=seconds, dated=dated)


CLOCKS = [
    rent("clock-behind", "lost but made; the API's clock is an hour behind", LOST, **WELL,
         market=_clock(-3600)),
    rent("clock-ahead", "lost but made; the API's clock is an hour ahead", LOST, **WELL,
         market=_clock(3600)),
    rent("clock-none", "lost but made; answers carry no date", LOST, **WELL,
         market=_clock(0, dated=None)),
    rent("clock-junk", "lost but made; the date of the answers is none", LOST, **WELL,
         market=_clock(0, dated="Sometime, 99 Foo 0000")),
    rent("clock-year-1", "lost but made; the date of the answers is in the year 1", LOST,
         **UNSURE_WELL, market=_clock(0, dated="Mon, 01 Jan 0001 00:00:00 GMT")),
]  # fmt: skip


BID = replace(
    CREATE,
    make=lambda client: client.create_order(**{**ORDER, "type": "spot", "spot_price": 2.5}),
    argv=(),
)
TWO = replace(CREATE, times=2)
EACH = Value(
    "returns two different orders",
    lambda orders: len({order.id for order in orders}) == 2 and all(map(FOUND.holds, orders)),
)

BIDS = [
    rent("bid", "a bid; all is well", do.sanely(), call=BID, **WELL),
    rent("bid-lost", "a bid, lost but made", LOST, call=BID, **WELL),
    rent("bid-not", "a bid, lost and not made; an order on demand turns up", do.reset, call=BID,
         raises=UNSURE, market=lambda: Market(
             strangers=lambda row: [{**row, "id": next_id(), "spot": False}])),
    rent("bid-too-low", "a bid refused as too low",
         do.says({"code": 6, "error": "too_low_price", "min_price": 3.2}, "500 Oops"), call=BID,
         raises=(FieldError,), looks=1),
    rent("two-rentals", "two rentals, one after the other; all is well", do.sanely(), call=TWO,
         returns=EACH, requests=2, orders=2),
    rent("two-rentals-lost", "two rentals, one after the other, both lost but made", LOST,
         call=TWO, returns=EACH, requests=2, orders=2),
]  # fmt: skip

CASES: List[Case] = family("Rentals among other orders", [*OTHERS, *SHAPES, *CLOCKS, *BIDS])
