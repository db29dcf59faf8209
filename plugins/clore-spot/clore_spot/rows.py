"""What `clore bid` prints: one row for each change, or for the one look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, Optional, Sequence

from clore_cli.plugin import Column, cells, clean, in_usd, iso_utc, price_columns, price_in

ENDED = "ended"
_IN_COIN = "in the bid's currency"
_DONE = {
    "raise": "raised to",
    "lower": "lowered to",
    "keep": "stays at",
    "capped": "stays at",
    "order": "is new, at",
}


@dataclass(frozen=True)
class Row:
    """An order's bid after one look. Amounts are per DAY in ``currency``.

    Attributes:
        order_id: the order.
        server_id: what it bids for.
        action: what was done: raise, lower, keep, capped or ended.
        reason: why.
        old: the bid before.
        new: the bid now; None where the order has ended.
        currency: the bid's coin.
        rate: USD per coin; None where that is not known.
        at: unix time by the API's clock.
        wait: seconds until the bid can be lowered, where that is what is missing.
        raw: the order as the API sent it.
    """

    order_id: int
    server_id: Optional[int]
    action: str
    reason: str
    old: Optional[float]
    new: Optional[float]
    currency: str
    rate: Optional[float]
    at: float
    wait: float = 0.0
    raw: Optional[Dict[str, Any]] = None

    @property
    def usd_per_day(self) -> Optional[float]:
        """The bid now, in USD per day."""
        return in_usd(self.new, self.rate)

    @property
    def line(self) -> str:
        """All of it as people read it."""
        start = f"{iso_utc(int(self.at))}  order {self.order_id}"
        if self.new is None:
            return f"{start} {self.action}: {self.reason}"
        price = price_in(self.currency, self.rate, self.new)
        return f"{start} {_DONE.get(self.action, self.action)} {price}{self._from}: {self.reason}"

    @property
    def bid(self) -> str:
        """The bid now, in its coin."""
        return f"Bid {cells.coins(self.new or 0.0)} {cells.coin(self.currency)}/day"

    @property
    def _from(self) -> str:
        if self.old is None or self.old == self.new:
            return ""
        return f", from {cells.coins(self.old)}"


def lines(rows: Sequence[Row]) -> str:
    """The rows as text, a line for each."""
    return "".join(f"{clean(row.line)}\n" for row in rows)


COLUMNS = [
    Column(
        "at",
        get=lambda row: iso_utc(int(row.at)),
        whole=True,
        kind="string",
        about="ISO 8601, UTC",
    ),
    Column("order_id", "ORDER", align="right", kind="integer", about="the number of the order"),
    Column("server_id", "SERVER", align="right", kind="integer", about="what it bids for"),
    Column(
        "action",
        kind="string",
        about="raise, lower, keep, capped or ended; with --simulate also order and summary",
    ),
    *price_columns(
        "old_price_per_{}",
        "OLD/{}",
        lambda row: row.old,
        day={"format": cells.coins},
        hour={"extra": True},
        about=_IN_COIN,
    ),
    *price_columns(
        "price_per_{}",
        "BID/{}",
        lambda row: row.new,
        day={"format": cells.coins},
        hour={"extra": True},
        about=_IN_COIN,
    ),
    Column("currency", "COIN", cells.coin, kind="string", about="what the bid is paid in"),
    *price_columns(
        "price_usd_per_{}", "$/{}", lambda row: row.usd_per_day, usd=True, about="the bid in USD"
    ),
    Column("reason", kind="string", about="why, in words"),
]

#: Of a simulation; each row but the last one is a change. The reason of the last one has its
#: figures in words, so that a table need not have columns for them.
SIMULATED = [
    *COLUMNS,
    Column(
        "active_hours",
        "HELD h",
        align="right",
        extra=True,
        kind="number",
        about="of the summary: hours with the machine",
    ),
    Column(
        "waiting_hours",
        "NOT HELD h",
        align="right",
        extra=True,
        kind="number",
        about="of the summary: hours without it, because no bid within --max held it",
    ),
    Column(
        "orders",
        align="right",
        extra=True,
        kind="integer",
        about="of the summary: how many were made",
    ),
    Column(
        "spent",
        "SPENT $",
        cells.usd,
        align="right",
        extra=True,
        kind="number",
        about="of the summary: USD, with the fees for making the orders",
    ),
    Column(
        "spent_at_max",
        "AT MAX $",
        cells.usd,
        align="right",
        extra=True,
        kind="number",
        about="of the summary: USD for the same hours at --max, with one fee",
    ),
]
