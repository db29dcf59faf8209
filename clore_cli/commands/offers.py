"""The offers of the marketplace: their columns, and how commands choose among them."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Tuple

from clore_cli.plugin import (
    App,
    Column,
    FloatRange,
    IntRange,
    UsageError,
    cells,
    option,
    per_hour,
)

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

_OPERATORS = ("=", "<", ">", "~", "!")


def _spec(path: str) -> Callable[[Any], Any]:
    """The value at ``path`` below the specs; None where a part is missing."""

    def get(server: MarketplaceServer) -> Any:
        value: Any = server.specs
        for name in path.split("."):
            value = getattr(value, name, None)
        return value

    return get


def _gpu(server: MarketplaceServer) -> Optional[str]:
    """The model without the count in front of it, which has a column of its own."""
    names = server.gpu_names
    if names and len(set(names)) == 1:
        return names[0]
    return (server.gpu_model or "").partition("x ")[2] or server.gpu_model


def _gpu_count(server: MarketplaceServer) -> Optional[int]:
    return server.gpu_count or None  # 0 stands for "nothing tells"


def _rating(server: MarketplaceServer) -> Optional[float]:
    return server.rating.avg if server.rating and server.rating.cnt else None


def _number(
    key: str, title: str, form: Callable[[Any], str], *, kind: str = "number", **more: Any
) -> Column:
    return Column(key, title, form, align="right", kind=kind, **more)


COLUMNS = [
    Column("id", align="right", kind="integer"),
    _number("gpu_count", "GPUS", cells.text, get=_gpu_count, aliases=("gpus",), kind="integer"),
    Column("gpu", format=cells.gpu, get=_gpu, kind="string", about="model, without the count"),
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
    _number("reliability", "RELIAB", cells.percent, about="0 to 1"),
    _number("net_down_mbps", "DOWN", cells.mbps, get=_spec("net.down"), about="Mbit/s"),
    _number("net_up_mbps", "UP", cells.mbps, get=_spec("net.up"), extra=True, about="Mbit/s"),
    Column("country", "CC", get=attrgetter("location"), kind="string", about="two letters"),
    _number(
        "max_rental_hours",
        "LEASE",
        cells.hours,
        get=attrgetter("mrl"),
        flag="include_rented",
        about="longest rental, hours",
    ),
    Column("rented", format=cells.yes_no, extra=True, flag="include_rented", kind="boolean"),
    Column("cpu", get=_spec("cpu"), extra=True, kind="string"),
    Column("cpu_cores_threads", get=_spec("cpus"), extra=True, kind="string", about="as 8/16"),
    _number("disk_gb", "DISK", cells.gigabytes, extra=True, about="GB"),
    Column("cuda_version", "CUDA", extra=True, kind="string"),
    _number("rating", "RATING", "{:.1f}".format, get=_rating, extra=True, about="0 to 5"),
    Column(
        "coins",
        get=attrgetter("allowed_coins"),
        format=cells.listing,
        extra=True,
        kind="array",
        about="what the host takes",
    ),
]


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
)


def find(
    app: App,
    terms: Tuple[str, ...],
    *,
    gpu: Optional[str] = None,
    min_gpu: Optional[int] = None,
    min_ram: Optional[float] = None,
    max_price: Optional[float] = None,
    max_price_day: Optional[float] = None,
    spot: bool = False,
    include_rented: bool = False,
) -> List[MarketplaceServer]:
    """The servers that match, cheapest first; those without a price that can be paid come last.

    Raises:
        UsageError: a term or an option is not what it should be.
    """
    limit = _lower(max_price, max_price_day)
    servers = app.client.marketplace(
        gpu=_wanted_gpu(gpu, terms),
        min_gpu_count=min_gpu,
        min_ram_gb=min_ram,
        max_price_usd=None if spot else limit,
        available_only=not include_rented,
    )
    price = attrgetter("spot_price_usd" if spot else "price_usd")
    if spot:
        servers = [
            s for s in servers if price(s) is not None and (limit is None or price(s) <= limit)
        ]
    return sorted(servers, key=lambda s: (price(s) is None, price(s) or 0, s.id))


def _lower(hourly: Optional[float], daily: Optional[float]) -> Optional[float]:
    """The stricter of the two limits, in USD per hour."""
    limits = [hourly, per_hour(daily)]
    return min((limit for limit in limits if limit is not None), default=None)


def _wanted_gpu(gpu: Optional[str], terms: Tuple[str, ...]) -> Optional[str]:
    for term in terms:
        if any(operator in term for operator in _OPERATORS):
            raise UsageError(f"{term!r} is not a word of a GPU's name; conditions are options.")
        if not term.strip():
            # An empty variable of a script must not turn into "any GPU will do".
            raise UsageError("a word of the GPU's name is empty.")
    if gpu is not None and terms:
        raise UsageError("name the GPU once: as words, or with --gpu.")
    return " ".join(terms) if terms else gpu
