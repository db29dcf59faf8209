"""What a marketplace offer shows, and what query terms find in it."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, Optional, Sequence

from . import cells, gpus
from .columns import Column
from .price_columns import price_columns

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer


def _spec(path: str) -> Callable[[Any], Any]:
    """The value at ``path`` below the specs; None where a part is missing."""
    read = attrgetter(f"specs.{path}")

    def get(server: MarketplaceServer) -> Any:
        try:
            return read(server)
        except AttributeError:
            return None

    return get


def _rating(server: MarketplaceServer) -> Optional[float]:
    rating = server.rating
    return rating.avg if rating and rating.cnt else None


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
    Column("id", align="right", kind="integer", about="the number of the server"),
    _number(
        "gpu_count",
        "GPUS",
        cells.text,
        get=gpus.count,
        aliases=("gpus",),
        kind="integer",
        about="GPUs in the machine",
    ),
    Column(
        "gpu",
        format=cells.gpu,
        get=gpus.model,
        kind="string",
        about=gpus.ABOUT,
        same=gpus.same,
        has=_has_gpu,
    ),
    _number("vram_gb", "VRAM", cells.gigabytes, aliases=("vram",), about="GB per GPU"),
    _number("ram_gb", "RAM", cells.gigabytes, aliases=("ram",), about="GB"),
    *price_columns(
        "price_usd_per_{}",
        "$/{}",
        attrgetter("price_usd_per_day"),
        usd=True,
        hour={"aliases": ("price",)},
        flag="spot",
        about="on demand, USD, lowest of the coins that the host takes",
    ),
    *price_columns(
        "spot_price_usd_per_{}",
        "SPOT/{}",
        attrgetter("spot_price_usd_per_day"),
        usd=True,
        hour={"aliases": ("spot",)},
        extra=True,
        flag="spot",
        about="lowest bid, USD",
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
    Column(
        "rented",
        format=cells.yes_no,
        extra=True,
        flag="include_rented",
        kind="boolean",
        about="somebody has it now",
    ),
    Column("cpu", get=_spec("cpu"), extra=True, room=180, kind="string", about="model"),
    Column("cpu_cores_threads", get=_spec("cpus"), extra=True, kind="string", about="as 8/16"),
    _number(
        "disk_gb", "DISK", cells.gigabytes, aliases=("disk",), extra=True, room=120, about="GB"
    ),
    Column(
        "cuda_version",
        "CUDA",
        aliases=("cuda",),
        extra=True,
        room=130,
        kind="string",
        about="the highest that the driver takes, as 12.4",
    ),
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
        return column._replace(aliases=())
    if column.key == "spot_price_usd_per_hour":
        return column._replace(aliases=("spot", "price"))
    return column


#: The same columns where "price" means the spot price.
SPOT_COLUMNS = [_about_spot(column) for column in COLUMNS]
