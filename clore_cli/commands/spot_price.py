"""`clore spot-price`: changes a bid, within the API's rules for lowering one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Optional

from clore_cli.plugin import (
    API_EXITS,
    App,
    CloreAPIError,
    Column,
    CommandError,
    FieldError,
    FloatRange,
    IntRange,
    Status,
    argument,
    cells,
    command,
    completing,
    in_usd,
    option,
    price_columns,
    price_in,
)

from . import own_order
from .quote import SPOT, USD, same_price

if TYPE_CHECKING:
    from clore_client.models import Order

_IN_COIN = "in the order's currency"


@dataclass(frozen=True)
class Change:
    """A bid before and after; amounts per DAY in the order's currency.

    Attributes:
        order: the order as it was.
        price: the new bid.
        rate: what one coin is worth in USD; None where that is not known.
        raw: the API's answer.
    """

    order: Order
    price: float
    rate: Optional[float]
    raw: Dict[str, Any] = field(default_factory=dict)

    @property
    def old(self) -> float:
        """The bid as it was; 0 where the API did not say."""
        return self.order.price or 0.0

    @property
    def usd_per_day(self) -> Optional[float]:
        """The new bid in USD per day."""
        return in_usd(self.price, self.rate)

    def text(self, per_day: float) -> str:
        """A bid per hour and per day, in its coin and in USD."""
        return price_in(self.order.currency or "", self.rate, per_day)


COLUMNS = [
    Column(
        "order_id",
        "ORDER",
        get=lambda c: c.order.id,
        align="right",
        kind="integer",
        about="the number of the bid",
    ),
    Column(
        "server_id",
        "SERVER",
        get=lambda c: c.order.server_id,
        align="right",
        kind="integer",
        about="the number of the server",
    ),
    Column(
        "old_price_per_day",
        "OLD/day",
        cells.coins,
        lambda change: change.order.price,
        "right",
        kind="number",
        about=_IN_COIN,
    ),
    *price_columns(
        "price_per_{}",
        "BID/{}",
        lambda change: change.price,
        day={"format": cells.coins},
        about=_IN_COIN,
    ),
    Column(
        "currency",
        "COIN",
        cells.coin,
        lambda change: change.order.currency,
        kind="string",
        about="what the bid is paid in",
    ),
    *price_columns(
        "price_usd_per_{}",
        "$/{}",
        lambda change: change.usd_per_day,
        usd=True,
        about="the new bid in USD",
    ),
]


@command(
    "spot-price",
    columns=COLUMNS,
    single=True,
    section="renting",
    arguments={"PRICE": "The new bid per DAY, in the order's own currency."},
    examples=[
        ("clore spot 23928", "See what others bid first."),
        ("clore spot-price 1939942 2.90", "Raise your bid to 2.90 per day, after a question."),
        ("clore spot-price 1939942 2.70", "Lower it, which costs nothing and is not asked."),
    ],
    exits={
        **API_EXITS,
        2: "Wrong usage, or the order is no bid; nothing was done.",
        4: "You have no such order.",
        6: "The bid is too low, or was lowered too much or too soon; the numbers are told.",
    },
    see=["spot", "deploy", "orders"],
)
@argument("order_id", type=IntRange(min=1), shell_complete=completing.bids)
@argument("price", type=FloatRange(min=0, min_open=True))
@option("-y", "--yes", is_flag=True, help="Do not ask before the bid is raised.")
def spot_price(app: App, order_id: int, price: float, yes: bool) -> Change:
    """Change the bid of a spot order.

    PRICE is per day, in the order's own currency. A bid can be raised at any time, and lowered
    once every 10 minutes by a limited step; the numbers are told when one is refused.
    """
    order = own_order.one(app, order_id)
    if order.type != SPOT:
        raise CommandError(
            f"order {order_id} is {order.type}: its price is the host's.",
            hint="Only the bid of a spot order can be changed; 'clore orders' lists yours.",
            status=Status.USAGE,
        )
    change = Change(order, price, _rate(app, order))
    app.note(f"Bid now:  {change.text(change.old)}")
    app.note(f"Bid then: {change.text(price)}")
    if price > change.old:
        app.confirm(f"Raise the bid of order {order_id}?", yes=yes)
    return Change(order, price, change.rate, _set(app, change))


def _rate(app: App, order: Order) -> Optional[float]:
    """USD per coin by the server's spot market; a bid can be changed without knowing it."""
    if order.currency == USD:
        return 1.0
    try:
        market = app.client.spot_marketplace(order.server_id or 0)
    except CloreAPIError:
        return None
    return (market.currency_rates_in_usd or {}).get(order.currency or "")


def _set(app: App, change: Change) -> Dict[str, Any]:
    order_id = change.order.id or 0
    try:
        return app.client.set_spot_price(order_id, change.price)
    except FieldError as error:
        raise _explained(change, error) from None
    except CloreAPIError:
        # A lost answer: sending it again could be refused for being too soon after itself.
        if _is_set(app, change):
            app.note("The answer was lost, but the bid is set.")
            return {}
        raise


def _is_set(app: App, change: Change) -> bool:
    try:
        order = own_order.one(app, change.order.id or 0)
    except (CloreAPIError, CommandError):
        return False
    return same_price(order.price, change.price)


def _explained(change: Change, error: FieldError) -> Exception:
    """The refusal with the bid that would be taken, where the API sent the number for it."""
    step = (error.response or {}).get("max_step")
    if not isinstance(step, (int, float)) or step <= 0:
        return error
    from clore_client.amounts import total

    lowest = cells.coins(total(change.old, -step))
    coin = cells.coin(change.order.currency or "")
    return CommandError(
        f"{error.message}: a bid can be lowered by {cells.coins(step)} {coin} per day at once.",
        hint=f"'clore spot-price {change.order.id} {lowest}' is the lowest bid for now; it can be"
        " lowered again 10 minutes later.",
        status=Status.REFUSED,
    )
