"""`clore deploy`: rents one server, after showing what it costs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Optional

from clore_cli.plugin import (
    App,
    Choice,
    CloreAPIError,
    CommandError,
    FloatRange,
    IntRange,
    OrderUncertainError,
    Status,
    UsageError,
    argument,
    cells,
    command,
    option,
)

from . import container, prices
from .orders import COLUMNS, Listed, listed

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer, Order

_SECRETS = ("ssh_password", "jupyter_token")
_MASK = "********"


@command(columns=COLUMNS, single=True, section="renting")
@argument("server_id", type=IntRange(min=1))
@option("--image", default=container.IMAGE, show_default=True, help="Docker image to run.")
@option(
    "--type",
    "kind",
    type=Choice(["on-demand", "spot"]),
    default="on-demand",
    show_default=True,
    help="Rent at the host's price, or bid.",
)
@option(
    "--currency",
    metavar="COIN",
    help="Pay with this coin, such as USD, CLORE or BTC; default: one that can pay.",
)
@option(
    "--spot-price",
    metavar="N",
    type=FloatRange(min=0, min_open=True),
    help="Your bid per day, in --currency, by default in USD; for --type spot.",
)
@option("--max-price", metavar="USD", type=FloatRange(min=0), help="At most so many USD per hour.")
@option("--ssh-key", metavar="FILE|KEY", help="Public SSH key; default: yours in ~/.ssh.")
@option("--ssh-password", metavar="TEXT", help="SSH password: letters and digits, at most 32.")
@option(
    "--ssh-password-file", metavar="FILE", help="Read it from the file's first line; - is stdin."
)
@option("--jupyter-token", metavar="TEXT", help="Jupyter token, at most 32 characters.")
@option(
    "--port",
    "ports",
    metavar="PORT:KIND",
    multiple=True,
    help="Open a port, as 22:tcp or 8888:http; repeat for more.  [default: 22:tcp, and"
    " 8888:http with the default image]",
)
@option("--env", metavar="NAME=VALUE", multiple=True, help="Environment variable; repeat for more.")
@option("--command", "command_", metavar="TEXT", help="Shell command to run when it has started.")
@option("--autossh", is_flag=True, help="Use Clore.ai's SSH entry point, for images without sshd.")
@option("--dry-run", is_flag=True, help="Print the request, secrets masked, and send nothing.")
@option("-y", "--yes", is_flag=True, help="Do not ask.")
def deploy(
    app: App,
    server_id: int,
    kind: str,
    currency: Optional[str],
    spot_price: Optional[float],
    max_price: Optional[float],
    dry_run: bool,
    yes: bool,
    **options: Any,
) -> Optional[Listed]:
    """Rent a server.

    Shows what it costs and asks before it spends. An on-demand order names the price you were
    shown, so that one that has moved since is refused, not paid.
    """
    details = container.details(app, options)
    if (kind == "spot") != (spot_price is not None):
        raise UsageError("--type spot needs --spot-price, and --spot-price needs --type spot.")
    server = _server(app, server_id)
    offer = prices.choose(app, server, currency, spot_price)
    _check_limit(offer, max_price)
    price = {"spot_price": spot_price} if spot_price else {"required_price": offer.per_day}
    order = {"server_id": server_id, "type": kind, "currency": offer.coin, **price, **details}
    body = _body(order)
    if dry_run:
        app.emit(_masked(body))
        return None
    _announce(app, server, kind, offer)
    _warn_without_login(app, details)
    app.confirm(f"Rent server {server_id}?", yes=yes)
    return _placed(app, _create(app, order))


def _create(app: App, order: Dict[str, Any]) -> Order:
    try:
        return app.client.create_order(**order)
    except OrderUncertainError:
        raise
    except CloreAPIError:
        app.note("Nothing was rented.")
        raise


def _server(app: App, server_id: int) -> MarketplaceServer:
    for server in app.client.marketplace(available_only=False):
        if server.id == server_id:
            return server
    raise CommandError(
        f"server {server_id} is not on the marketplace.",
        hint="'clore search' lists the servers there are.",
        status=Status.NOT_FOUND,
    )


def _check_limit(offer: prices.Offer, max_price: Optional[float]) -> None:
    if max_price is None:
        return
    if offer.usd_per_hour is None:
        raise CommandError("the price in USD is not known, so --max-price cannot be kept.")
    if offer.usd_per_hour > max_price:
        price = cells.usd_per_hour(offer.usd_per_hour)
        raise CommandError(
            f"the server costs {price} USD per hour, more than --max-price {max_price:g}.",
            hint=f"'clore search --max-price {max_price:g}' lists what costs less.",
        )


def _body(order: Dict[str, Any]) -> Dict[str, Any]:
    """What will be sent; checked here so that a fault shows before anybody is asked."""
    from clore_client import validate

    return validate.order(**order)


def _masked(body: Dict[str, Any]) -> str:
    body = {name: _MASK if name in _SECRETS else value for name, value in body.items()}
    if "env" in body:
        body["env"] = dict.fromkeys(body["env"], _MASK)
    request = {"method": "POST", "path": "/create_order", "json": body}
    return json.dumps(request, indent=2)


def _announce(app: App, server: MarketplaceServer, kind: str, offer: prices.Offer) -> None:
    app.note(f"Server {server.id}: {server.gpu_model or 'GPU unknown'}, {kind}.")
    app.note(f"{'Your bid' if kind == 'spot' else 'Price'}: {offer.describe()}.")
    if kind == "on-demand" and server.rented:
        app.warn("it is listed as rented already; the API will probably refuse.")


def _warn_without_login(app: App, details: Dict[str, Any]) -> None:
    if not {"ssh_key", "ssh_password", "jupyter_token"}.intersection(details):
        app.warn("nobody could log in: there is no --ssh-key, --ssh-password or --jupyter-token.")


def _placed(app: App, order: Order) -> Listed:
    # Also on stderr: it must be known even when stdout turns out to be closed or full.
    app.note(f"Rented: order {order.id or 'not listed yet'}, {order.status}.")
    if order.id is None:
        app.fail_later(
            CommandError(
                "the order was accepted, but is not listed yet.",
                hint="Run 'clore reconcile' in a minute.",
                status=Status.UNKNOWN,
            )
        )
    return listed(app, order)
