"""`clore bid`: the command line of the plugin."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Optional, Union

from clore_cli.plugin import (
    API_EXITS,
    App,
    CommandError,
    Context,
    FloatRange,
    IntRange,
    Outages,
    Status,
    StreamCommand,
    UsageError,
    alone,
    argument,
    cells,
    command,
    completing,
    option,
    price_in,
    stoppable,
)

from .policy import CAPPED, LOWER, RAISE, Policy, at_most, default_step
from .rows import COLUMNS, ENDED, SIMULATED, Row, lines

if TYPE_CHECKING:
    from .keeper import Keeper
    from .simulation import Summary

EXAMPLES = [
    ("clore bid 1939941 --max 4/day", "Look once, and change the bid if that helps."),
    ("clore bid 1939941 --max 0.2/h --follow --yes", "Go on until the order ends."),
    ("clore bid --simulate --max 3.5 --hours 48", "See what that does on a simulated market."),
]
EXITS = {
    **API_EXITS,
    Status.USAGE: "Wrong usage, or the order is no bid, or another process follows it already.",
    Status.NOT_FOUND: "There is no such order, or it had ended before.",
    Status.REFUSED: "The API refuses every bid.",
    143: "SIGTERM has ended it.",
}


def _price(ctx: Context, param: Any, text: Optional[str]) -> Optional[Decimal]:
    """An amount per DAY; without a unit it is one already, as with 'clore spot-price'."""
    if text is None:
        return None
    from clore_cli.plugin import QuantityError, read_quantity

    try:
        amount = read_quantity("price_per_day", text)
    except QuantityError as error:
        raise UsageError(f"{param.opts[0]}: {error}.", ctx) from None
    if amount <= 0:
        raise UsageError(f"{param.opts[0]}: {text!r} is not above 0.", ctx)
    return Decimal(repr(at_most(amount)))


@command(
    cls=StreamCommand,
    columns=COLUMNS,
    variants={"simulate": SIMULATED},
    section="renting",
    text=lines,
    empty="The bid was not changed.",
    arguments={"ORDER_ID": "The number of the spot order; 'clore orders' lists yours."},
    examples=EXAMPLES,
    exits=EXITS,
    files={"~/.clore/locks/": "One file for each order that --follow is about."},
    see=["spot", "spot-price", "orders", "watch"],
)
@argument("order_id", type=IntRange(min=1), required=False, shell_complete=completing.bids)
@option(
    "--max",
    "cap",
    metavar="PRICE",
    callback=_price,
    required=True,
    help="Never bid more: per day, or with /h per hour, in the order's own currency.",
)
@option(
    "--step",
    metavar="PRICE",
    callback=_price,
    help="How far above the highest other bid.  [default: what a cent per day is worth]",
)
@option("--follow", is_flag=True, help="Go on until the order ends or Ctrl-C.")
@option(
    "--interval",
    metavar="SECONDS",
    type=FloatRange(min=1),
    default=60,
    show_default=True,
    help="Time between two looks with --follow or --simulate.",
)
@option("-y", "--yes", is_flag=True, help="Do not ask whether the bid may be raised.")
@option("--simulate", is_flag=True, help="Bid on a simulated market; needs no account.")
@option(
    "--hours",
    metavar="N",
    type=FloatRange(min=0, min_open=True, max=24 * 31),
    default=24,
    show_default=True,
    help="How much time to simulate.",
)
@option("--seed", type=int, default=1, show_default=True, help="Which market to simulate.")
def bid(
    app: App,
    order_id: Optional[int],
    cap: Decimal,
    step: Optional[Decimal],
    follow: bool,
    interval: float,
    yes: bool,
    simulate: bool,
    hours: float,
    seed: int,
) -> Iterable[Union[Row, Summary]]:
    """Keep a spot order at the lowest bid that wins.

    Looks at the bids on the order's server once, and changes your bid at most once: up to just
    above the highest other bid, never above --max, or down to there, as far as the API allows (a
    limited step every 10 minutes). With --follow it goes on, and prints each change with its
    reason as it happens. JSON is one object per line.

    An order that loses its machine to a higher bid ends: a low bid is cheap and soon lost. --step
    keeps more distance. With --simulate you see what a cap and a step lead to.
    """
    if simulate:
        from .simulation import Simulation

        simulation = Simulation(seed, cap, step, interval)
        app.note(simulation.about)
        return simulation.run(hours)
    if order_id is None:
        raise UsageError("which order? 'clore orders' lists yours; --simulate needs none.")
    if follow:
        return _alone(app, order_id, cap, step, interval, yes=yes)
    return [_once(app, _keeper(app, order_id, cap, step, yes=yes))]


def _alone(
    app: App, order_id: int, cap: Decimal, step: Optional[Decimal], interval: float, *, yes: bool
) -> Iterator[Row]:
    """What `_followed` gives, while no other process follows the same order."""
    with alone(f"bid-{order_id}", f"keeps the bid of order {order_id}"):
        keeper = _keeper(app, order_id, cap, step, yes=yes)
        with stoppable():
            yield from _followed(app, keeper, interval)


def _keeper(app: App, order_id: int, cap: Decimal, step: Optional[Decimal], *, yes: bool) -> Keeper:
    """What keeps the bid, once the person has agreed."""
    from .keeper import Keeper, spot_order

    order, limit = spot_order(app.client, order_id), float(cap)
    coin, rate = order.currency or "", None
    if not order.expired:
        spot = app.client.spot_marketplace(order.server_id or 0)
        rate = (spot.currency_rates_in_usd or {}).get(coin)
        app.note(f"Bid now: {price_in(coin, rate, order.price or 0.0)}")
        app.note(f"At most: {price_in(coin, rate, limit)}")
        if (order.price or 0.0) > limit:
            app.warn("the bid is above that: it goes down to it, even if it loses the machine.")
        app.confirm(f"Raise the bid of order {order_id} up to that when needed?", yes=yes)
    return Keeper(app.client, order, Policy(cap, step or default_step(rate, coin)), app.note)


def _once(app: App, keeper: Keeper) -> Row:
    row = keeper.keep()
    if row.wait:
        app.note(f"It can be lowered in {cells.age(row.wait)}.")
    if row.action == ENDED:
        app.fail_later(
            CommandError(
                f"order {row.order_id} has ended.",
                hint="'clore orders --completed' shows what it cost.",
                status=Status.NOT_FOUND,
            )
        )
    return row


def _followed(app: App, keeper: Keeper, interval: float) -> Iterator[Row]:
    """Each change and the end of the order, as they happen; the rest is told on stderr."""
    outages, capped = Outages(app, interval), False
    with app.progress() as progress:
        while True:
            row = outages.attempt(keeper.keep)
            if row is not None:
                if row.action in (RAISE, LOWER, ENDED):
                    yield row
                if row.action == ENDED:
                    return
                if row.action != CAPPED:
                    more = f" It can be lowered in {cells.age(row.wait)}." if row.wait else ""
                    progress.update(f"{row.bid}: {row.reason}.", more=more)
                elif not capped:
                    app.warn(f"--max is too low: {row.reason}; waiting for the market to fall.")
                capped = row.action == CAPPED
            app.sleep(interval)
