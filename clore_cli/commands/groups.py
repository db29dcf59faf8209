"""Offers in groups: what a model costs, or what a country offers, at a glance."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence

from clore_cli.plugin import Column, bar, cells, per_hour

from . import offers

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

#: What offers can be grouped by: columns of an offer.
KINDS = ("gpu", "country")

_BAR = 12  # characters
_PRICE = "USD per GPU-hour; on demand, or the lowest bid with --spot"


@dataclass(frozen=True)
class Group:
    """Offers with something in common.

    Attributes:
        group: what they have in common.
        offers: how many there are.
        gpu_count: the GPUs of all of them.
        prices: USD per GPU and DAY of those that have a price, lowest first.
        dearest: the highest median of all groups.
        raw: the offers as the API sent them.
    """

    group: Optional[str]
    offers: int
    gpu_count: int
    prices: Sequence[float]
    raw: Sequence[Dict[str, Any]]
    dearest: Optional[float] = None

    @property
    def median(self) -> Optional[float]:
        """The price in the middle."""
        return _median(self.prices)

    @property
    def share(self) -> Optional[float]:
        """The median as a part of the dearest group's."""
        from clore_client.amounts import over

        if self.median is None or not self.dearest:
            return None
        return over(self.median, self.dearest)


def _lowest(group: Group) -> Optional[float]:
    return per_hour(group.prices[0]) if group.prices else None


def _highest(group: Group) -> Optional[float]:
    return per_hour(group.prices[-1]) if group.prices else None


def _price(key: str, title: str, get: Callable[[Group], Any], about: str) -> Column:
    form = cells.usd if key.endswith("day") else cells.usd_per_hour
    return Column(key, title, form, get, "right", kind="number", about=about)


COLUMNS = [
    Column("group", "GROUP", cells.gpu, kind="string", about="the GPU model, or the country"),
    Column("offers", align="right", kind="integer", about="servers"),
    Column(
        "gpu_count",
        "GPUS",
        align="right",
        aliases=("gpus",),
        kind="integer",
        about="of all servers",
    ),
    _price("min_usd_per_gpu_hour", "LOW/h", _lowest, f"lowest price, {_PRICE}"),
    _price(
        "median_usd_per_gpu_hour",
        "MED/h",
        lambda group: per_hour(group.median),
        f"price in the middle, {_PRICE}",
    ),
    _price("max_usd_per_gpu_hour", "HIGH/h", _highest, f"highest price, {_PRICE}"),
    _price(
        "median_usd_per_gpu_day",
        "MED/day",
        lambda group: group.median,
        "price in the middle, USD per GPU and day",
    ),
    Column(
        "relative_price",
        "PRICE",
        lambda share: bar(share, _BAR),
        lambda group: group.share,
        kind="number",
        whole=True,
        about="the median as a part of the dearest group's, 0 to 1",
    ),
]


def grouped(servers: Sequence[MarketplaceServer], kind: str, *, spot: bool) -> List[Group]:
    """``servers`` in groups, those with the lowest median first.

    Args:
        servers: the offers.
        kind: one of `KINDS`.
        spot: count the spot price.
    """
    column = next(column for column in offers.COLUMNS if column.key == kind)
    members: Dict[Optional[str], List[MarketplaceServer]] = {}
    for server in servers:
        members.setdefault(_name(column.value(server)), []).append(server)
    groups = [_group(name, found, spot=spot) for name, found in members.items()]
    return _ranked(groups)


def _name(value: Optional[str]) -> Optional[str]:
    return cells.gpu(value).strip() if value else None


def _group(name: Optional[str], servers: Sequence[MarketplaceServer], *, spot: bool) -> Group:
    prices = (_per_gpu_day(server, spot=spot) for server in servers)
    return Group(
        name,
        len(servers),
        sum(server.gpu_count for server in servers),
        sorted(price for price in prices if price is not None),
        [server.raw for server in servers],
    )


def _ranked(groups: Sequence[Group]) -> List[Group]:
    dearest = max((group.median for group in groups if group.median is not None), default=None)
    ranked = [replace(group, dearest=dearest) for group in groups]
    return sorted(ranked, key=lambda g: (g.median is None, g.median or 0, g.group or ""))


def _per_gpu_day(server: MarketplaceServer, *, spot: bool) -> Optional[float]:
    """What one GPU of the server costs in USD per day; None where a number is not known."""
    from clore_client.amounts import over

    price = server.spot_price_usd_per_day if spot else server.price_usd_per_day
    if price is None or not server.gpu_count:
        return None
    return over(price, server.gpu_count)


def _median(prices: Sequence[float]) -> Optional[float]:
    from clore_client.amounts import over, total

    if not prices:
        return None
    middle = len(prices) // 2
    odd = len(prices) % 2
    return prices[middle] if odd else over(total(prices[middle - 1], prices[middle]), 2)
