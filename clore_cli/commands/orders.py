"""`clore orders` and `clore order`: what is rented now, and what was."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, Dict, List, NamedTuple, Optional

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    IntRange,
    argument,
    cells,
    command,
    completing,
    gpus,
    iso_utc,
    option,
    price_columns,
)

from . import connect, own_order

if TYPE_CHECKING:
    from clore_client.models import Order

_WHEN = "ISO 8601, UTC"


class Listed(NamedTuple):
    """An order, and what the API's clock said when it was listed."""

    order: Order
    now: float

    @property
    def raw(self) -> Dict[str, Any]:
        """The order as the API sent it."""
        return self.order.raw

    @property
    def age_seconds(self) -> Optional[int]:
        """How long it has been running, or ran."""
        order = self.order
        if order.ct is None:
            return None
        end = order.order_end if order.expired and order.order_end else self.now
        return max(0, int(end - order.ct))

    @property
    def remaining_seconds(self) -> Optional[int]:
        """How long it may still run; None when it has ended."""
        ends = self.order.expires_at
        return None if ends is None or self.order.expired else max(0, int(ends - self.now))

    @property
    def ssh_port(self) -> Optional[int]:
        """The public port of the container's port 22."""
        address = connect.ssh_address(self.order)
        return address[1] if address else None

    @property
    def ssh_command(self) -> Optional[str]:
        """What to type to log in."""
        address = connect.ssh_address(self.order)
        return f"ssh -p {address[1]} root@{address[0]}" if address else None

    @property
    def http_url(self) -> Optional[str]:
        """Where the container's web server can be reached."""
        return connect.web_address(self.order)


def listed(app: App, order: Order) -> Listed:
    """``order``, just received, as a row."""
    return Listed(order, app.client.server_time)


def _of(name: str) -> Callable[[Any], Any]:
    """The value that the order has under ``name``."""
    return attrgetter(f"order.{name}")


def _moment(name: str) -> Callable[[Any], Optional[str]]:
    """The unix time that the order has under ``name``, as ISO 8601 in UTC."""
    return lambda row: iso_utc(getattr(row.order, name))


COLUMNS = [
    Column("id", get=_of("id"), align="right", kind="integer", about="the number of the order"),
    Column(
        "server_id",
        "SERVER",
        get=_of("server_id"),
        align="right",
        aliases=("server",),
        kind="integer",
        about="the number of the server",
    ),
    Column(
        "status",
        get=_of("status"),
        whole=True,
        kind="string",
        about="pending, queued, deploying, running, completed or expired",
    ),
    Column(
        "type",
        get=_of("type"),
        extra=True,
        room=110,
        kind="string",
        about="on-demand or spot",
    ),
    *gpus.columns(attrgetter("order")),
    *price_columns(
        "price_per_{}",
        "COST/{}",
        _of("price"),
        day={"aliases": ("price",)},
        about="in the order's currency",
    ),
    Column(
        "spend",
        "SPENT",
        cells.coins_rounded,
        _of("spend"),
        align="right",
        room=90,
        kind="number",
        about="so far, in the order's currency, without the creation fee",
    ),
    Column(
        "currency",
        "COIN",
        cells.coin,
        _of("currency"),
        whole=True,
        kind="string",
        about="what it is paid in",
    ),
    Column(
        "creation_fee_usd",
        "FEE $",
        cells.usd,
        _of("creation_fee"),
        "right",
        extra=True,
        kind="number",
        about="USD",
    ),
    Column(
        "age_seconds",
        "AGE",
        cells.age,
        align="right",
        aliases=("age",),
        kind="integer",
        about="how long it has run, or ran",
    ),
    Column(
        "remaining_seconds",
        "LEFT",
        cells.age,
        align="right",
        aliases=("remaining",),
        extra=True,
        room=100,
        kind="integer",
        about="until its longest time is over",
    ),
    Column("started_at", "STARTED", get=_moment("ct"), extra=True, kind="string", about=_WHEN),
    Column(
        "expires_at", "EXPIRES", get=_moment("expires_at"), extra=True, kind="string", about=_WHEN
    ),
    Column("ended_at", "ENDED", get=_moment("order_end"), extra=True, kind="string", about=_WHEN),
    Column(
        "image",
        get=_of("image"),
        extra=True,
        room=190,
        kind="string",
        about="what runs in the container",
    ),
    Column("host", get=_of("pub_cluster"), extra=True, kind="string", about="as the API sent it"),
    Column(
        "ssh_port",
        "SSH PORT",
        align="right",
        extra=True,
        kind="integer",
        about="the public port of port 22",
    ),
    Column(
        "ssh_command",
        "SSH",
        whole=True,
        extra=True,
        room=150,
        kind="string",
        about="what to type to log in",
    ),
    Column(
        "http_url", "HTTP", extra=True, kind="string", about="of the web server in the container"
    ),
]


@command(
    columns=COLUMNS,
    section="renting",
    empty="You have no orders.",
    examples=[
        ("clore orders", "What runs now, and the bids that wait."),
        (
            "clore orders --completed --sort -started_at --limit 10",
            "The ten orders that were made last.",
        ),
        (
            "clore orders --csv --columns id,gpu,started_at,spend,currency > orders.csv",
            "What was spent, for a spreadsheet.",
        ),
        (
            "clore orders -o tsv --no-header --columns id,ssh_command",
            "How to log in to each of them.",
        ),
    ],
    exits=API_EXITS,
    see=["order", "spend", "cancel", "ssh-config"],
)
@option("--completed", is_flag=True, help="Include the orders that have ended.")
def orders(app: App, completed: bool) -> List[Listed]:
    """List your orders.

    Prices and what was spent are in the order's own currency, for the whole machine.
    'clore order ORDER_ID' shows how to log in.
    """
    return [listed(app, order) for order in app.client.my_orders(include_completed=completed)]


@command(
    columns=COLUMNS,
    single=True,
    section="renting",
    examples=[
        ("clore order 1939941", "All that is known, with the command to log in."),
        ("clore order 1939941 --json | jq -r .http_url", "The address of its web server."),
        ("clore order 1939941 --raw --json", "The order as the API sent it, secrets masked."),
    ],
    exits={**API_EXITS, 4: "You have no such order, or the API does not list it any more."},
    see=["orders", "wait", "ssh", "open", "cancel"],
)
@argument("order_id", type=IntRange(min=1), shell_complete=completing.orders)
def order(app: App, order_id: int) -> Listed:
    """Show one order in full.

    Also one that has ended, as long as the API still lists it.
    """
    return listed(app, own_order.one(app, order_id))
