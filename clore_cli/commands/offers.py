"""The offers of the marketplace: their columns, and how commands choose among them.

Every choice is a condition of one query, options included, so that --explain accounts for each row.
"""

from __future__ import annotations

from dataclasses import replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Sequence, Tuple

from clore_cli.plugin import (
    App,
    Column,
    Condition,
    FloatRange,
    IntRange,
    Query,
    QueryError,
    Removed,
    UsageError,
    cells,
    option,
    parse_query,
    query_condition,
)

from . import gpus, market

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

_PRICES = (
    "price_usd_per_hour",
    "price_usd_per_day",
    "spot_price_usd_per_hour",
    "spot_price_usd_per_day",
)


def _spec(path: str) -> Callable[[Any], Any]:
    """The value at ``path`` below the specs; None where a part is missing."""

    def get(server: MarketplaceServer) -> Any:
        value: Any = server.specs
        for name in path.split("."):
            value = getattr(value, name, None)
        return value

    return get


def _rating(server: MarketplaceServer) -> Optional[float]:
    return server.rating.avg if server.rating and server.rating.cnt else None


def _same_gpu(name: str, wanted: str) -> bool:
    from clore_client.offers import same_gpu

    return same_gpu(name, wanted)


def _has_gpu(server: MarketplaceServer, wanted: str) -> bool:
    from clore_client.offers import has_gpu

    return has_gpu(server.raw, wanted)


def _same_coin(sent: str, wanted: str) -> bool:
    return wanted.casefold() in (sent.casefold(), cells.coin(sent).casefold())


def _has_coin(server: MarketplaceServer, wanted: str) -> bool:
    names = (name for sent in server.allowed_coins or [] for name in (sent, cells.coin(sent)))
    return any(wanted.casefold() in name.casefold() for name in names)


def _coins(sent: Sequence[str]) -> str:
    return cells.listing(map(cells.coin, sent))


def _number(
    key: str, title: str, form: Callable[[Any], str], *, kind: str = "number", **more: Any
) -> Column:
    return Column(key, title, form, align="right", kind=kind, **more)


COLUMNS = [
    Column("id", align="right", kind="integer"),
    _number("gpu_count", "GPUS", cells.text, get=gpus.count, aliases=("gpus",), kind="integer"),
    Column(
        "gpu",
        format=cells.gpu,
        get=gpus.model,
        kind="string",
        about=gpus.ABOUT,
        same=_same_gpu,
        has=_has_gpu,
    ),
    _number("vram_gb", "VRAM", cells.gigabytes, aliases=("vram",), about="GB per GPU"),
    _number("ram_gb", "RAM", cells.gigabytes, aliases=("ram",), about="GB"),
    _number(
        "price_usd_per_hour",
        "$/h",
        cells.usd_per_hour,
        get=attrgetter("price_usd"),
        aliases=("price",),
        flag="spot",
        about="on demand, USD per hour, lowest of the coins that the host takes",
    ),
    _number("price_usd_per_day", "$/day", cells.usd, flag="spot", about="the same per day"),
    _number(
        "spot_price_usd_per_hour",
        "SPOT/h",
        cells.usd_per_hour,
        get=attrgetter("spot_price_usd"),
        aliases=("spot",),
        extra=True,
        flag="spot",
        about="lowest bid, USD per hour",
    ),
    _number(
        "spot_price_usd_per_day",
        "SPOT/day",
        cells.usd,
        extra=True,
        flag="spot",
        about="lowest bid, USD per day",
    ),
    _number("reliability", "RELIAB", cells.percent, aliases=("rel",), about="0 to 1"),
    _number(
        "net_down_mbps",
        "DOWN",
        cells.mbps,
        get=_spec("net.down"),
        aliases=("down",),
        room=90,
        about="Mbit/s",
    ),
    _number(
        "net_up_mbps",
        "UP",
        cells.mbps,
        get=_spec("net.up"),
        aliases=("up",),
        extra=True,
        room=110,
        about="Mbit/s",
    ),
    Column(
        "country",
        "CC",
        get=attrgetter("location"),
        aliases=("cc",),
        kind="string",
        about="two letters",
    ),
    _number(
        "max_rental_hours",
        "LEASE",
        cells.hours,
        get=attrgetter("mrl"),
        aliases=("lease",),
        flag="include_rented",
        about="longest rental, hours",
    ),
    Column("rented", format=cells.yes_no, extra=True, flag="include_rented", kind="boolean"),
    Column("cpu", get=_spec("cpu"), extra=True, room=180, kind="string"),
    Column("cpu_cores_threads", get=_spec("cpus"), extra=True, kind="string", about="as 8/16"),
    _number(
        "disk_gb", "DISK", cells.gigabytes, aliases=("disk",), extra=True, room=120, about="GB"
    ),
    Column("cuda_version", "CUDA", aliases=("cuda",), extra=True, room=130, kind="string"),
    _number("rating", "RATING", "{:.1f}".format, get=_rating, extra=True, about="0 to 5"),
    Column(
        "coins",
        get=attrgetter("allowed_coins"),
        format=_coins,
        extra=True,
        room=150,
        kind="array",
        about="what the host takes",
        same=_same_coin,
        has=_has_coin,
    ),
]


def _about_spot(column: Column) -> Column:
    """``column`` where --spot makes the spot price the price."""
    if column.key == "price_usd_per_hour":
        return replace(column, aliases=())
    if column.key == "spot_price_usd_per_hour":
        return replace(column, aliases=("spot", "price"))
    return column


#: The same columns where "price" means the spot price.
SPOT_COLUMNS = [_about_spot(column) for column in COLUMNS]


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose among the offers; `find` takes their values."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


_OPTIONS = (
    option(
        "--gpu", metavar="NAME", help="Part of the GPU's name; case, spaces and hyphens are alike."
    ),
    option("--min-gpu", metavar="N", type=IntRange(min=1), help="At least N GPUs."),
    option("--min-ram", metavar="GB", type=FloatRange(min=0), help="At least so much RAM."),
    option(
        "--max-price", metavar="USD", type=FloatRange(min=0), help="At most so many USD per hour."
    ),
    option("--max-price-day", metavar="USD", type=FloatRange(min=0), help="The same per day."),
    option(
        "--spot", is_flag=True, help="Servers with a spot price, which then counts for the price."
    ),
    option("--include-rented", is_flag=True, help="Include the servers that are rented."),
    option(
        "--explain", is_flag=True, help="Tell on stderr how many servers each condition removed."
    ),
)


def find(
    app: App,
    terms: Sequence[str],
    *,
    gpu: Optional[str] = None,
    min_gpu: Optional[int] = None,
    min_ram: Optional[float] = None,
    max_price: Optional[float] = None,
    max_price_day: Optional[float] = None,
    spot: bool = False,
    include_rented: bool = False,
    explain: bool = False,
    max_age: float = 0.0,
) -> List[MarketplaceServer]:
    """The servers that match, cheapest first; those without a price that can be paid come last.

    Args:
        terms: query terms, see `clore_cli.query`.
        gpu: and what follows: the values of `options`.
        max_age: seconds that an answer kept on disk may be old to be used instead of asking.

    Raises:
        UsageError: a term or an option is not what it should be; nothing was asked.
    """
    hourly, daily = _price_keys(spot=spot)
    limits = [
        ("gpu", "~", gpu),
        ("gpu_count", ">=", _plain(min_gpu)),
        ("ram_gb", ">=", _plain(min_ram)),
        (hourly, "<=", _plain(max_price)),
        (daily, "<=", _plain(max_price_day)),
    ]
    given = [_condition(*limit) for limit in limits if limit[2] is not None]
    asked = [*_parsed(terms, SPOT_COLUMNS if spot else COLUMNS, gpu), *given]
    offered = [] if include_rented else [_condition("rented", "=", "no")]
    offered += [_condition(hourly, ">", "0")] if spot else []
    found, steps = Query((*offered, *asked)).sift(market.servers(app, max_age))
    _tell(app, steps, len(offered), explain=explain)
    price = attrgetter("spot_price_usd" if spot else "price_usd")
    return sorted(found, key=lambda s: (price(s) is None, price(s) or 0, s.id))


def limits(
    terms: Sequence[str], *, spot: bool, max_price: Optional[float] = None
) -> List[Condition]:
    """The conditions on the price, which one price of a server may hold and another one not.

    `find` takes a server by its lowest price; what is paid in the end may be another one.

    Args:
        terms: query terms, those about other things among them.
        spot: the price is a bid.
        max_price: the value of --max-price.

    Raises:
        UsageError: a term is not what it should be.
    """
    keys = _price_keys(spot=spot)
    typed = _parsed(terms, SPOT_COLUMNS if spot else COLUMNS, None)
    found = [replace(one, text=f"'{one.text}'") for one in typed if one.column.key in keys]
    if max_price is not None:
        limit = _condition(keys[0], "<=", _plain(max_price))
        found.append(replace(limit, text=f"--max-price {max_price:g}"))
    return found


def _price_keys(*, spot: bool) -> Tuple[str, str]:
    """The keys of the prices that count, per hour and per day."""
    return (_PRICES[2], _PRICES[3]) if spot else (_PRICES[0], _PRICES[1])


def _plain(number: Optional[float]) -> Optional[str]:
    """An option's number as a term writes it."""
    return None if number is None else repr(number).removesuffix(".0")


def _condition(field: str, operator: str, value: Optional[str]) -> Condition:
    try:
        return query_condition(COLUMNS, field, operator, value or "")
    except QueryError as error:
        raise UsageError(f"{error}.") from None


def _parsed(
    terms: Sequence[str], columns: Sequence[Column], gpu: Optional[str]
) -> Tuple[Condition, ...]:
    try:
        conditions = parse_query(terms, columns).conditions
    except QueryError as error:
        text = str(error)
        raise UsageError(text if text.endswith((".", "?")) else f"{text}.") from None
    if gpu is not None and any(one.column.key == "gpu" for one in conditions):
        raise UsageError("name the GPU once: as words, or with --gpu.")
    return conditions


def _tell(app: App, steps: Sequence[Removed], offered: int, *, explain: bool) -> None:
    """Say what the conditions did, or at least which servers a limit on a price cannot judge."""
    if explain:
        for step in steps:
            lacking = f" ({step.lacking} of them without a value)" if step.lacking else ""
            removed = f"{step.condition.text}: removed {step.removed}{lacking}"
            app.note(f"{removed}, left {step.left}.")
        return
    without = sum(s.lacking for s in steps[offered:] if s.condition.column.key in _PRICES)
    if without:
        app.note("1 server lacks a price." if without == 1 else f"{without} servers lack a price.")
