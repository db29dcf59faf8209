"""`clore spend`: what runs, what it costs, and how long each wallet lasts."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

from clore_cli.plugin import (
    API_EXITS,
    HOURS_PER_DAY,
    App,
    CloreAPIError,
    Column,
    cells,
    command,
    in_usd,
    per_hour,
    price_columns,
)

from .quote import USD

if TYPE_CHECKING:
    from clore_client.models import Order, RenterFees, Wallet

_QUEUED = "queued"
_WIDE = 120  # columns of a terminal that has room for prices per hour in each coin


class Burn(NamedTuple):
    """One currency: its wallet, and what draws on it. Amounts are in the currency.

    A sum of which one part is not known is not known: half of it would look like all of it.

    Attributes:
        currency: its name.
        wallet: the wallet; None where orders are paid in a coin without one.
        running: the orders that are billed.
        queued: the bids that wait, and cost nothing.
        fee_per_day: the fee on all the running orders per day; None where it is not known.
        rate: USD per unit; None where it is not known.
    """

    currency: str
    wallet: Optional[Wallet]
    running: Sequence[Order]
    queued: Sequence[Order]
    fee_per_day: Optional[float]
    rate: Optional[float]

    @property
    def raw(self) -> Dict[str, Any]:
        """The wallet and the orders as the API sent them."""
        wallet = self.wallet.raw if self.wallet else None
        orders = [order.raw for order in (*self.running, *self.queued)]
        return {"wallet": wallet, "orders": orders}

    @property
    def balance(self) -> Optional[float]:
        """What the wallet holds."""
        return self.wallet.balance if self.wallet else None

    @property
    def price_per_day(self) -> Optional[float]:
        """The prices of the running orders per day, without fees; None where one is not known."""
        return _sum([order.price for order in self.running])

    @property
    def cost_per_day(self) -> Optional[float]:
        """The prices and the fee per day; None where one is not known."""
        return _sum([self.price_per_day, self.fee_per_day])

    @property
    def usd_per_day(self) -> Optional[float]:
        """The cost per day in USD."""
        return in_usd(self.cost_per_day, self.rate) if self.running else 0.0

    @property
    def hours_left(self) -> Optional[float]:
        """How long the balance lasts; None where nothing draws on it, or nobody knows how much."""
        from clore_client.amounts import over, times

        cost = self.cost_per_day
        if self.balance is None or cost is None or cost <= 0:
            return None
        return over(times(max(self.balance, 0.0), HOURS_PER_DAY), cost)


def _sum(parts: Sequence[Optional[float]]) -> Optional[float]:
    """The sum; None where one of the parts is not known."""
    from clore_client.amounts import total

    known = [part for part in parts if part is not None]
    return total(*known) if len(known) == len(parts) else None


def _lasts(hours: float) -> str:
    return cells.age(hours * 3600)


_CURRENCY = "in the currency"
COLUMNS = [
    Column("currency", "COIN", cells.coin, kind="string", about="of the wallet"),
    Column("balance", format=cells.coins, align="right", kind="number", about=_CURRENCY),
    Column(
        "orders_running",
        "RUN",
        get=lambda burn: len(burn.running),
        align="right",
        kind="integer",
        about="orders that are billed",
    ),
    Column(
        "orders_queued",
        "QUEUED",
        get=lambda burn: len(burn.queued),
        align="right",
        extra=True,
        room=_WIDE,
        kind="integer",
        about="bids that wait and cost nothing",
    ),
    *price_columns(
        "price_per_{}",
        "PRICE/{}",
        attrgetter("price_per_day"),
        about=f"without fees, {_CURRENCY}",
    ),
    *price_columns(
        "fee_per_{}",
        "FEE/{}",
        attrgetter("fee_per_day"),
        extra=True,
        room=_WIDE,
        about=f"on top, {_CURRENCY}",
    ),
    *price_columns(
        "cost_usd_per_{}", "$/{}", attrgetter("usd_per_day"), usd=True, about="USD, with the fee"
    ),
    Column(
        "hours_left",
        "LASTS",
        _lasts,
        align="right",
        kind="number",
        about="until the balance is used up, with the fee",
    ),
]


@command(
    columns=COLUMNS,
    section="money",
    empty="You have no wallets, and nothing runs.",
    examples=[
        ("clore spend", "What runs, what it costs, how long each wallet lasts."),
        ("clore spend --columns currency,hours_left --csv", "The hours that are left, as CSV."),
        (
            "clore spend --json | jq 'map(.cost_usd_per_day // 0) | add'",
            "What everything costs per day, in USD.",
        ),
    ],
    exits=API_EXITS,
    see=["orders", "wallets", "fees", "cancel"],
)
def spend(app: App) -> List[Burn]:
    """Show what runs, what it costs, and how long it lasts.

    One row per wallet, in its own currency. The fee on top of the price is counted in full,
    without what Proof of Holding takes off: a wallet that holds CLORE may last longer. Bids that
    wait cost nothing. 'clore orders' lists the orders one by one.
    """
    orders = [order for order in app.client.my_orders() if not order.ended]
    running = [order for order in orders if order.status != _QUEUED]
    wallets = {wallet.name: wallet for wallet in app.client.wallets()}
    fees = _fees(app) if running else None
    rates = _rates(app, running)
    coins = dict.fromkeys([*wallets, *(o.currency for o in orders if o.currency)])
    burns = [_burn(coin, wallets.get(coin), orders, fees, rates) for coin in coins]
    _tell(app, burns, running, holding=fees is not None and bool(fees.poh_balance))
    return burns


def _burn(
    coin: str,
    wallet: Optional[Wallet],
    orders: Sequence[Order],
    fees: Optional[RenterFees],
    rates: Mapping[str, float],
) -> Burn:
    own = [order for order in orders if order.currency == coin]
    running = [order for order in own if order.status != _QUEUED]
    queued = [order for order in own if order.status == _QUEUED]
    return Burn(coin, wallet, running, queued, _fee(running, fees), rates.get(coin))


def _fee(orders: Sequence[Order], fees: Optional[RenterFees]) -> Optional[float]:
    """The fee per day on ``orders``, which are in one currency; None where one is not known."""
    from clore_client.amounts import over, times

    parts: List[Optional[float]] = []
    for order in orders:
        percent = fees.percent(order.type, order.currency or "") if fees else None
        known = percent is not None and order.price is not None
        parts.append(over(times(order.price or 0.0, percent or 0.0), 100) if known else None)
    return _sum(parts)


def _fees(app: App) -> Optional[RenterFees]:
    """The fees; what the orders cost is worth knowing without them."""
    try:
        return app.client.renter_fees()
    except CloreAPIError as error:
        app.warn(f"the fees are not known, and so not what it costs with them: {error}")
        return None


def _rates(app: App, running: Sequence[Order]) -> Dict[str, float]:
    """USD per coin, from the API's spot market of a server that is paid in something else."""
    rates = {USD: 1.0}
    asked = next((o.server_id for o in running if o.currency != USD and o.server_id), None)
    if asked is None:
        return rates
    try:
        market = app.client.spot_marketplace(asked)
    except CloreAPIError as error:
        app.warn(f"what coins are worth in USD is not known: {error}")
        return rates
    return {**(market.currency_rates_in_usd or {}), **rates}


def _tell(app: App, burns: Sequence[Burn], running: Sequence[Order], *, holding: bool) -> None:
    if not running:
        app.note("Nothing runs, so nothing is spent.")
    for order in running:
        if order.price is None or not order.currency:
            what = "price" if order.currency else "currency"
            app.warn(f"order {order.id} has no {what}, so what it costs is not known.")
    for burn in burns:
        if burn.hours_left is not None and burn.hours_left < HOURS_PER_DAY:
            app.warn(f"{cells.coin(burn.currency)} lasts {_lasts(burn.hours_left)}.")
    day = _sum([burn.usd_per_day for burn in burns])
    if running and day is not None and all(order.currency for order in running):
        cost = f"${cells.usd_per_hour(per_hour(day) or 0)}/h, ${cells.usd(day)}/day"
        app.note(f"In all: {cost}{', before Proof of Holding' if holding else ''}.")
