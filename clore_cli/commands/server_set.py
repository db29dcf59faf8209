"""`clore server-set`: changes what a server of yours offers, after showing what will change."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Tuple, TypeVar

from clore_cli.plugin import (
    API_EXITS,
    App,
    CloreAPIError,
    IntRange,
    UsageError,
    argument,
    command,
    completing,
    option,
)

from . import hosting
from .host_settings import EVERY, KINDS, Change, Settings, arguments, changes, current, wished
from .server_config import COLUMNS

if TYPE_CHECKING:
    from clore_client.models import ServerConfig

T = TypeVar("T")

#: Whether a coin's prices follow prices in USD.
_FOLLOWING = ("usd", "off")
_COIN_AND = completing.values(lambda *_: [f"{coin}=" for coin in hosting.COINS])


@command(
    "server-set",
    columns=COLUMNS,
    single=True,
    section="hosting",
    arguments={"NAME": "The server's name, as 'clore servers' lists it; the case counts."},
    examples=[
        (
            "clore server-set MyGPU --usd-price 3.20,2.60 --dry-run",
            "See what a new price and a new lowest bid per day would change.",
        ),
        (
            "clore server-set MyGPU --on-demand USD=3.20 --spot USD=2.60 --mrl 96",
            "Set the prices for those who pay in USD, and let it be rented for 96 hours.",
        ),
        ("clore server-set MyGPU --no-coin BTC --coin CLORE", "Take CLORE, and no bitcoin."),
        ("clore server-set MyGPU --unavailable --yes", "Take it off the market."),
    ],
    exits={**API_EXITS, 4: "You have no server of that name."},
    see=["servers", "server-config"],
)
@argument("name", shell_complete=completing.own_servers)
@option("--available/--unavailable", default=None, help="Offer the server, or take it off.")
@option("--mrl", metavar="HOURS", type=IntRange(min=1), help="The longest rental.")
@option(
    "--on-demand",
    metavar="COIN=PRICE",
    multiple=True,
    shell_complete=_COIN_AND,
    help="Price per day in a coin, such as USD=1.68; repeat for more.",
)
@option(
    "--spot",
    metavar="COIN=PRICE",
    multiple=True,
    shell_complete=_COIN_AND,
    help="Lowest bid per day in a coin; repeat for more.",
)
@option(
    "--coin",
    metavar="COIN",
    multiple=True,
    shell_complete=completing.currencies,
    help="Take this coin: USD, CLORE or BTC.",
)
@option(
    "--no-coin",
    metavar="COIN",
    multiple=True,
    shell_complete=completing.currencies,
    help="Do not take this coin any more.",
)
@option(
    "--usd-price",
    metavar="[COIN=]ON_DEMAND[,SPOT]",
    multiple=True,
    shell_complete=_COIN_AND,
    help="USD per day that the prices in a coin follow, or in all that do; repeat for more.",
)
@option(
    "--autoprice",
    metavar="COIN=usd|off",
    multiple=True,
    shell_complete=completing.values(
        lambda *_: [f"{coin}={value}" for coin in hosting.COINS for value in _FOLLOWING]
    ),
    help="Let a coin's prices follow your prices in USD, or not.",
)
@option("--dry-run", is_flag=True, help="Print the request and send nothing.")
@option("-y", "--yes", is_flag=True, help="Do not ask.")
def server_set(
    app: App, name: str, dry_run: bool, yes: bool, **options: Any
) -> Optional[hosting.Hosted]:
    """Change what one of your servers offers.

    All prices are for the whole machine and per day. Shows what changes, and asks before a price
    changes or something is no longer offered. What is not named stays as it is. Prints the
    configuration as it is afterwards.
    """
    wish = _wish(options)
    config = hosting.read_config(app, name)
    old = current(config)
    new = wished(old, wish)
    body = _body(name, new)
    found = _announce(app, name, old, new)
    if dry_run:
        request = {"method": "POST", "path": "/set_server_settings", "json": body}
        app.emit(json.dumps(request, indent=2))
        return None
    if any(change.hurts or not old.whole for change in found):
        app.confirm(f"Change {name}?", yes=yes)
    if found:
        config = _changed(app, name, new)
    return hosting.configured(config)


def _wish(options: Dict[str, Any]) -> Settings:
    """What the options ask for.

    Raises:
        UsageError: an option cannot be read, two contradict each other, or there is none.
    """
    taken = {hosting.coin(name): True for name in options["coin"]}
    refused = {hosting.coin(name): False for name in options["no_coin"]}
    if taken.keys() & refused.keys():
        raise UsageError("--coin and --no-coin name the same coin.")
    typed = [value if "=" in value else f"{EVERY}={value}" for value in options["usd_price"]]
    pairs = _by_coin("--usd-price", typed, _price_pair)
    wish = Settings(
        available=options["available"],
        mrl=options["mrl"],
        prices={
            "on_demand": _by_coin("--on-demand", options["on_demand"], _price),
            "spot": _by_coin("--spot", options["spot"], _price),
        },
        coins={**taken, **refused},
        following=_by_coin("--autoprice", options["autoprice"], _follows),
        usd={
            kind: {coin: pair[at] for coin, pair in pairs.items() if len(pair) > at}
            for at, kind in enumerate(KINDS)
        },
    )
    if not any(value is not None and value != () for value in options.values()):
        raise UsageError("there is nothing to change: give a setting, such as --mrl 96.")
    return wish


def _by_coin(flag: str, values: Sequence[str], read: Callable[[str, str], T]) -> Dict[str, T]:
    found: Dict[str, T] = {}
    for value in values:
        name, separator, rest = value.partition("=")
        if not separator or (name == EVERY and flag != "--usd-price"):
            raise UsageError(f"{flag} takes COIN=VALUE, not {value!r}.")
        coin = hosting.coin(name) if name != EVERY else EVERY
        if coin in found:
            raise UsageError(f"{flag} names {name.strip() or 'no coin'} twice.")
        found[coin] = read(flag, rest.strip())
    return found


def _price(flag: str, text: str) -> float:
    try:
        price = float(text)
    except ValueError:
        price = math.nan
    if not 0 < price < math.inf:
        raise UsageError(f"{flag} takes a price per day above 0, not {text!r}.")
    return price


def _price_pair(flag: str, text: str) -> Tuple[float, ...]:
    prices = tuple(_price(flag, part) for part in text.split(","))
    if len(prices) > len(KINDS):
        raise UsageError(f"{flag} takes ON_DEMAND or ON_DEMAND,SPOT, not {text!r}.")
    return prices


def _follows(flag: str, text: str) -> bool:
    if text.lower() not in _FOLLOWING:
        raise UsageError(f"{flag} takes COIN=usd or COIN=off, not {text!r}.")
    return text.lower() == "usd"


def _body(name: str, new: Settings) -> Dict[str, Any]:
    """What will be sent; checked here so that a fault shows before anybody is asked."""
    from clore_client import validate_settings

    return validate_settings.settings(name, **arguments(new))


def _announce(app: App, name: str, old: Settings, new: Settings) -> List[Change]:
    """Say what changes, and return it."""
    found = changes(old, new)
    if not found:
        app.note(f"{name} is set like that already; nothing is sent.")
    else:
        app.note(f"{name} changes:")
    for change in found:
        app.note(f"  {change}")
        if change.large:
            app.warn("that is a very different price; prices are per day.")
    if found and not old.whole:
        app.warn("the API does not tell all settings, and what is not known is not sent.")
    if new.coins and not any(new.coins.values()):
        app.warn("no coin is left that renters can pay with.")
    return found


def _changed(app: App, name: str, new: Settings) -> ServerConfig:
    """The configuration after the change; what the API does not show yet is pointed out."""
    try:
        app.client.set_server_settings(name, **arguments(new))
    except CloreAPIError:
        app.note(f"'clore server-config {name}' shows what holds now.")
        raise
    config = hosting.read_config(app, name)
    for change in changes(current(config), new):
        app.warn(f"the API accepted it, but does not show it yet: {change}.")
    return config
