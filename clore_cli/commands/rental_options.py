"""The options of `clore deploy` and `clore rent`: what is to be rented, and how."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional

from clore_cli.plugin import (
    App,
    Choice,
    Condition,
    FloatRange,
    Suffixed,
    UsageError,
    completing,
    offers,
    option,
)

from . import container
from .quote import SPOT, USD

ON_DEMAND = "on-demand"

_OPTIONS = (
    option(
        "--image",
        default=container.IMAGE,
        show_default=True,
        shell_complete=completing.images,
        help="Docker image to run.",
    ),
    option(
        "--type",
        "kind",
        type=Choice([ON_DEMAND, SPOT]),
        default=ON_DEMAND,
        show_default=True,
        help="Rent at the host's price, or bid.",
    ),
    option(
        "--currency",
        metavar="COIN",
        shell_complete=completing.currencies,
        help="Pay with this coin, such as USD, CLORE or BTC; default: one that can pay.",
    ),
    option(
        "--spot-price",
        metavar="N",
        type=FloatRange(min=0, min_open=True),
        help="Your bid per day, in --currency, by default in USD; for --type spot.",
    ),
    option(
        "--max-price",
        metavar="USD",
        type=FloatRange(min=0),
        help="At most so many USD per hour before the fee, which comes on top.",
    ),
    option(
        "--ssh-key",
        metavar="FILE|KEY",
        shell_complete=completing.files,
        help="Public SSH key; default: yours in ~/.ssh.",
    ),
    option("--ssh-password", metavar="TEXT", help="SSH password: letters and digits, at most 32."),
    option(
        "--ssh-password-file",
        metavar="FILE",
        shell_complete=completing.files,
        help="Read it from the file's first line; - is stdin.",
    ),
    option("--jupyter-token", metavar="TEXT", help="Jupyter token, at most 32 characters."),
    option(
        "--port",
        "ports",
        metavar="PORT:KIND",
        type=Suffixed(":", ["tcp", "http"]),
        multiple=True,
        help="Open a port, as 22:tcp or 8888:http; repeat for more.  [default: 22:tcp, and"
        " 8888:http with the default image]",
    ),
    option(
        "--env", metavar="NAME=VALUE", multiple=True, help="Environment variable; repeat for more."
    ),
    option(
        "--env-file",
        metavar="FILE",
        shell_complete=completing.files,
        help="Read environment variables from NAME=VALUE lines; --env counts for more.",
    ),
    option("--command", "command_", metavar="TEXT", help="Shell command to run once it started."),
    option(
        "--autossh", is_flag=True, help="Use Clore.ai's SSH entry point, for images without sshd."
    ),
    option(
        "--dry-run",
        is_flag=True,
        help="Print the request as JSON, secrets masked, and rent nothing.",
    ),
    option(
        "--wait",
        type=Choice(["running", "ssh"]),
        is_flag=False,
        flag_value="running",
        help="Wait until it runs, or until its SSH server answers; alone: running.",
    ),
    option("-y", "--yes", is_flag=True, help="Do not ask."),
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say what is to be rented; `wish` takes their values."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


class Wish(NamedTuple):
    """What is to be rented and how, whichever server it will be.

    Attributes:
        kind: ``"on-demand"`` or ``"spot"``.
        currency: the coin that pays, None for one that can.
        bid: per DAY in ``currency``; on spot orders only.
        max_price: at most so many USD per hour, fees not counted.
        limits: what the price that is paid must hold, ``max_price`` among it.
        details: what create_order is told about the container.
        wait: ``"running"`` or ``"ssh"``: wait for it; None: do not.
        dry_run: print the request and rent nothing.
        yes: do not ask.
    """

    kind: str
    currency: Optional[str]
    bid: Optional[float]
    max_price: Optional[float]
    limits: List[Condition]
    details: Dict[str, Any]
    wait: Optional[str]
    dry_run: bool
    yes: bool


def wish(app: App, given: Dict[str, Any]) -> Wish:
    """What the values of `options` ask for.

    Raises:
        UsageError: they contradict each other, or a file cannot be read.
        InvalidInputError: one is outside the API's limits.
    """
    kind, bid = given["kind"], given["spot_price"]
    if (kind == SPOT) != (bid is not None):
        raise UsageError("--type spot needs --spot-price, and --spot-price needs --type spot.")
    details = container.details(app, given)
    if given["wait"] == "ssh" and not container.has_ssh(details):
        raise UsageError("--wait=ssh needs the port of SSH: add --port 22:tcp.")
    _check(kind, given["currency"], details)
    return Wish(
        kind=kind,
        currency=given["currency"],
        bid=bid,
        max_price=given["max_price"],
        limits=offers.limits((), spot=kind == SPOT, max_price=given["max_price"]),
        details=details,
        wait=given["wait"],
        dry_run=given["dry_run"],
        yes=given["yes"],
    )


def _check(kind: str, currency: Optional[str], details: Dict[str, Any]) -> None:
    """Refuse what the API would not take before anything is asked of it, which takes seconds.

    The server and the price are not known yet; others stand for them.
    """
    from clore_client import validate

    price: Dict[str, Any] = {"spot_price" if kind == SPOT else "required_price": 1.0}
    coin = USD if currency is None else currency
    validate.order(server_id=1, type=kind, currency=coin, **price, **details)
