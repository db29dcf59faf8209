"""What the commands for hosts share: your servers as rows, and their coins by short names."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Union

from clore_cli.plugin import (
    App,
    CloreAPIError,
    Column,
    CommandError,
    Status,
    UsageError,
    cells,
    gpus,
    price_columns,
)

if TYPE_CHECKING:
    from clore_client.models import MyServer, ServerConfig

#: Short name -> the wire's, in the order in which they are shown.
COINS = {"USD": "USD-Blockchain", "CLORE": "CLORE-Blockchain", "BTC": "bitcoin"}


def coin(name: str) -> str:
    """The wire's name of a coin, for its short name or itself; letter case does not matter.

    Raises:
        UsageError: there is no such coin.
    """
    for short, wire in COINS.items():
        if name.strip().lower() in (short.lower(), wire.lower()):
            return wire
    raise UsageError(f"no coin {name.strip()!r}; there are: {', '.join(COINS)}.")


class Hosted(NamedTuple):
    """A server of yours, listed or with its configuration: both have their own names for things.

    Attributes:
        server: what the API sent.
        on_demand: the price per DAY by coin; ``spot`` is the lowest bid that is taken.
        coins: what renters can pay with, under the wire's names.
    """

    server: Union[MyServer, ServerConfig]
    on_demand: Mapping[str, float]
    spot: Mapping[str, float]
    coins: Optional[List[str]]

    @property
    def raw(self) -> Dict[str, Any]:
        """The server as the API sent it."""
        return self.server.raw

    @property
    def status(self) -> str:
        """``Disconnected``, ``Offline``, ``Not Working`` or ``Online``."""
        if not self.server.connected:
            return "Disconnected"
        if not self.server.online:
            return "Offline"
        broken = getattr(self.server, "working_properly", None) is False
        return "Not Working" if broken else "Online"

    @property
    def ram_gb(self) -> Optional[float]:
        """RAM in GB."""
        return self.server.specs.ram if self.server.specs else None

    @property
    def following(self) -> Optional[List[str]]:
        """The coins whose prices follow prices in USD."""
        return [name for name, follows in self.server.autoprice.items() if follows == "usd"]


def listed(server: MyServer) -> Hosted:
    """A server of the list as a row."""
    coins = server.allowed_currencies
    return Hosted(server, server.pricing, server.min_spot_pricing, coins)


def configured(config: ServerConfig) -> Hosted:
    """A configuration as a row."""
    return Hosted(config, config.pricing, config.spot_pricing, config.allowed_coins)


def read_config(app: App, name: str) -> ServerConfig:
    """The configuration of your server called ``name``, as it is now.

    Raises:
        CommandError: you have no such server; status 4.
    """
    try:
        return app.client.server_config(name)
    except CloreAPIError as error:
        if (error.error or "").replace("_", "-") != "server-dont-exist":
            raise
        raise CommandError(
            f"you have no server called {name!r}.",
            hint="'clore servers' lists yours; the case of letters counts.",
            status=Status.NOT_FOUND,
        ) from None


def _short(coins: List[str]) -> str:
    return cells.listing(map(cells.coin, coins))


def _of(name: str) -> Callable[[Any], Any]:
    """What the API's object has under ``name``; None where only the other kind has it."""
    return lambda row: getattr(row.server, name, None)


def _price(kind: str, wire: str) -> Callable[[Any], Optional[float]]:
    """The price in one coin per DAY; a server that has none shows 0, which is nobody's price."""
    return lambda row: getattr(row, kind).get(wire) or None


def _price_columns(short: str, kind: str, prefix: str, title: str) -> List[Column]:
    """A price in one coin per hour and per day; those in USD are in every table."""
    usd, about = short == "USD", "on demand" if kind == "on_demand" else "the lowest bid taken"
    unit = "$" if usd else short
    title = title and (title if usd else f"{title} {unit}")
    return price_columns(
        f"{prefix}_{short.lower()}_per_{{}}",
        f"{title or unit}/{{}}",
        _price(kind, COINS[short]),
        usd=usd,
        extra=not usd,
        about=f"{about}, for those who pay in {short}",
    )


def _prices() -> List[Column]:
    return [
        column
        for short in COINS
        for kind, prefix, title in (("on_demand", "price", ""), ("spot", "spot_price", "SPOT"))
        for column in _price_columns(short, kind, prefix, title)
    ]


COLUMNS = [
    Column("id", get=_of("id"), align="right", kind="integer", about="null until it has connected"),
    Column("name", get=_of("name"), kind="string", about="what you called it"),
    Column(
        "status", whole=True, kind="string", about="Disconnected, Offline, Not Working or Online"
    ),
    Column("visibility", "OFFER", get=_of("visibility"), kind="string", about="public or private"),
    *gpus.columns(attrgetter("server")),
    Column(
        "ram_gb",
        "RAM",
        cells.gigabytes,
        None,
        "right",
        aliases=("ram",),
        extra=True,
        kind="number",
        about="GB",
    ),
    *_prices(),
    Column(
        "coins",
        format=_short,
        get=lambda row: row.coins,
        extra=True,
        kind="array",
        about="what renters can pay with",
    ),
    Column(
        "autoprice_coins",
        "FOLLOW USD",
        _short,
        lambda row: row.following,
        extra=True,
        kind="array",
        about="coins whose prices follow prices in USD",
    ),
]
