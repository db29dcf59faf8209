"""How a server is rented by `clore deploy` and `clore rent`: shown, asked, paid, checked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Optional, Sequence

from clore_cli.plugin import (
    API_EXITS,
    App,
    CloreAPIError,
    CommandError,
    OrderUncertainError,
    Status,
    cells,
    in_usd,
    offers,
    per_hour,
)

from . import container, quote
from .orders import Listed, listed
from .quote import SPOT, Quote
from .stopping import Guard
from .waiting import Watch

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer, Order

    from .account import Account
    from .rental_options import Wish

#: What is shown while the marketplace and the account are read, a request a second.
READING = "Reading prices, fees and balances"

#: What the manual says of either command beside its help.
MANUAL = """
Without --currency the first coin that can pay is used, USD before others. Without --ssh-key and
--ssh-password your public key in ~/.ssh is put on the machine, so that 'clore ssh' works at once; a
warning tells when nobody could log in. A host may limit how long an order lasts: that is shown,
too.

The attempt is written down before it is sent, and never repeated when an order may have come of it:
the exit status is 9 then, and 'clore reconcile' finds out. With --wait the order is made first, and
goes on when the wait takes too long or is interrupted.
"""
#: How they end.
EXITS = {
    **API_EXITS,
    4: "There is no such server on the marketplace.",
    6: "The API refused the order, or no wallet can pay; nothing was rented.",
    8: "With --wait: it took too long. The order is there and goes on.",
    9: "It is not known whether an order was made, or it is not listed yet: see 'clore reconcile'.",
    130: "Interrupted with Ctrl-C; what became of the order is told.",
}


def request(quote: Quote, wish: Wish) -> Dict[str, Any]:
    """What create_order is called with.

    An on-demand order names the price that was shown, so that one that has moved is refused.
    """
    name = "spot_price" if wish.kind == SPOT else "required_price"
    head = {"server_id": quote.server.id, "type": wish.kind, "currency": quote.coin}
    return {**head, name: quote.per_day, **wish.details}


def shown(order: Dict[str, Any]) -> str:
    """The request that makes ``order`` as JSON, its secrets masked.

    Raises:
        InvalidInputError: something in it is outside the API's limits.
    """
    from clore_client import redact, validate

    body = validate.order(**order)
    body = redact.mask_value(body, redact.secrets_in(body))
    return json.dumps({"method": "POST", "path": "/create_order", "json": body}, indent=2)


def announce(app: App, quoted: Quote, wish: Wish) -> None:
    """Say on stderr what it costs, and what may be wrong with it."""
    for line in quote.lines(quoted):
        app.note(line)
    server, most = quoted.server, wish.max_price
    total = per_hour(in_usd(quoted.total_per_day, quoted.rate))
    if most is not None and total is not None and total > most:
        app.note(f"--max-price {most:g} is kept by the price; with the fee it is more.")
    if wish.kind != SPOT and server.rented:
        app.warn("it is listed as rented already; the API will probably refuse.")
    if quoted.below_floor:
        floor = quote.price(quoted, quoted.floor or 0.0)
        app.warn(f"the host takes no bid below {floor}; the API will probably refuse.")
    if not quoted.lasts_hours(1):
        app.warn("the wallet does not last an hour; the API may refuse, or end the order.")


def warn_of_login(app: App, wish: Wish) -> None:
    """Warn when nobody could log in."""
    problem = container.no_login(wish.details)
    if problem:
        app.warn(f"nobody could log in: {problem}.")


def warn_of_doubts(app: App, quotes: Sequence[Quote]) -> None:
    """Warn of earlier attempts that may have made an order; --quiet does not hide it.

    Nothing is asked of the API. Whoever rents again in a loop would go on paying for ever.
    """
    asked = {quoted.server.id for quoted in quotes}
    doubts = app.client.reconcile(forget=False, ask=False)
    # What another program is doing right now is its own business, unless it is about this server.
    doubts = [one for one in doubts if not one.under_way or asked.intersection(one.server_ids)]
    for server in dict.fromkeys(number for one in doubts for number in one.server_ids):
        text = f"an earlier attempt to rent server {server} may have made an order"
        if server in asked:
            text += f": you may pay for server {server} already, and pay for it twice"
        app.warn(f"{text}; run 'clore reconcile' first.", always=True)


def question(quoted: Quote, before: Optional[str] = None) -> str:
    """What is asked before it is paid; ``before`` is the coin that was asked about before."""
    text = f"Rent server {quoted.server.id} for {quote.brief(quoted, quoted.total_per_day)}"
    if before not in (None, quoted.coin):
        text += f", paid in {cells.coin(quoted.coin)} and not in {cells.coin(before or '')}"
    return f"{text}?"


def rent(app: App, account: Account, quoted: Quote, wish: Wish) -> Listed:
    """Make the order, see what became of it, and wait for it where that is asked for.

    Raises:
        CloreAPIError: it was refused; there is no order.
        CommandError: it is not known whether there is one, or it was interrupted.
    """
    with Guard(app, quoted.server.id) as guard:
        guard.order = order = _create(app, quoted, wish)
        # Also on stderr: it must be known even when stdout turns out to be closed or full.
        app.report(f"Rented: order {order.id or 'not listed yet'}, {order.status}.")
        _check(app, account, quoted, order)
        if wish.wait and order.id is not None and app.failure is None:
            guard.order = _waited(app, order, wish.wait)
    # The guard ends the command when it stops what is in it before there is an order.
    return listed(app, guard.order or order)  # pyright: ignore[reportPossiblyUnboundVariable]


def _create(app: App, quoted: Quote, wish: Wish) -> Order:
    try:
        with app.progress() as progress:
            progress.update(f"Renting server {quoted.server.id} and looking for its order")
            return app.client.create_order(**request(quoted, wish))
    except OrderUncertainError as error:
        raise _uncertain(app, quoted, error) from None
    except CloreAPIError:
        app.note("Nothing was rented.")
        raise


def _uncertain(app: App, quoted: Quote, error: OrderUncertainError) -> CommandError:
    """The failure, with what the marketplace tells about its cause.

    A price that has moved is answered with code 1, which tells nothing.
    """
    hint = "Run 'clore reconcile' before you rent again: an order that exists costs money."
    known = _moved(app, quoted) if error.code == 1 and quoted.kind != SPOT else ""
    return CommandError(error.message + ".", hint=f"{known}{hint}", status=Status.UNKNOWN)


def _moved(app: App, quoted: Quote) -> str:
    try:
        server = find(app, quoted.server.id)
    except CloreAPIError:
        return ""
    prices = server.price.on_demand if server and server.price else {}
    now = prices.get(quoted.coin)
    if now is None or quote.same_price(now, quoted.per_day):
        return ""
    old, new = cells.coins(quoted.per_day), cells.coins(now)
    return (
        f"The price has moved from {old} to {new} {cells.coin(quoted.coin)} per day, which may be"
        " why. "
    )


def find(app: App, server_id: int) -> Optional[MarketplaceServer]:
    """The server on the marketplace, rented or not; None when it is not there."""
    return next((server for server in offers.servers(app) if server.id == server_id), None)


def _check(app: App, account: Account, quoted: Quote, order: Order) -> None:
    """Fail once the order is printed when it is not the one that was asked for."""
    if order.id is None:
        other = _other(app, account, quoted)
        app.fail_later(_unlisted() if other is None else _different(other, f"{other.type}"))
    elif order.type != quoted.kind:
        app.fail_later(_different(order, order.type))
    elif order.price is not None and not quote.same_price(order.price, quoted.per_day):
        price = f"at {cells.coins(order.price)} per day, not {cells.coins(quoted.per_day)}"
        app.fail_later(_different(order, price))


def _unlisted() -> CommandError:
    return CommandError(
        "the order was accepted, but is not listed yet.",
        hint="Run 'clore reconcile' in a minute.",
        status=Status.UNKNOWN,
    )


def _different(order: Order, what: str) -> CommandError:
    return CommandError(
        f"order {order.id} on server {order.server_id} is {what}: that is not what was asked for.",
        hint=f"'clore cancel {order.id}' ends it.",
    )


def _other(app: App, account: Account, quoted: Quote) -> Optional[Order]:
    """A new order on the server that is of another type than was asked for."""
    known = {order.id for order in account.orders}
    try:
        orders = app.client.my_orders()
    except CloreAPIError:
        return None
    new = (o for o in orders if o.id not in known and o.server_id == quoted.server.id)
    return next((order for order in new if order.type != quoted.kind), None)


def _waited(app: App, order: Order, goal: str) -> Order:
    """The order when it is there, or as it was last seen with a failure to come."""
    watch = Watch(app, goal)
    try:
        return watch.wait(order.id or 0)
    except (CloreAPIError, CommandError) as error:
        app.fail_later(error)
        return watch.latest or order
