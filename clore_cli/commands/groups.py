"""Offers in groups: what a model costs, or what a country offers, at a glance."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Dict, List, NamedTuple, Optional, Sequence, Tuple

from clore_cli.plugin import Column, bar, cells, offers, price_columns

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

#: What offers can be grouped by: columns of an offer.
KINDS = ("gpu", "country")

_BAR = 12  # characters


class Group(NamedTuple):
    """Offers with something in common.

    Attributes:
        group: what they have in common.
        offers: how many there are.
        gpu_count: the GPUs of those where it is known.
        prices: USD per GPU and DAY of those that have a price, lowest first.
        dearest: the highest median of all groups.
        raw: None, because no object of the API's is a group.
    """

    group: Optional[str]
    offers: int
    gpu_count: Optional[int]
    prices: Sequence[float]
    dearest: Optional[float] = None
    raw: None = None

    @property
    def min(self) -> Optional[float]:
        """The lowest price."""
        return self.prices[0] if self.prices else None

    @property
    def max(self) -> Optional[float]:
        """The highest price."""
        return self.prices[-1] if self.prices else None

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


def _prices(
    name: str, title: str, about: str, room: int = 0, aliases: Tuple[str, ...] = ()
) -> List[Column]:
    """A price per GPU-hour and per GPU-day; of the latter, ``room`` is the terminal's."""
    return price_columns(
        f"{name}_usd_per_gpu_{{}}",
        f"{title}/{{}}",
        attrgetter(name),
        usd=True,
        hour={"aliases": aliases},
        day={"extra": room > 0, "room": room},
        about=f"{about}, USD per GPU; on demand, or the lowest bid with --spot",
    )


COLUMNS = [
    Column(
        "group",
        format=cells.gpu,
        aliases=KINDS,
        kind="string",
        about="the GPU model, or the country",
    ),
    Column("offers", align="right", kind="integer", about="servers"),
    Column(
        "gpu_count",
        "GPUS",
        align="right",
        aliases=("gpus",),
        kind="integer",
        about="of those servers where it is known",
    ),
    *_prices("min", "LOW", "lowest price", room=100),
    *_prices("median", "MED", "price in the middle", aliases=("price",)),
    *_prices("max", "HIGH", "highest price", room=100),
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
        sum(server.gpu_count for server in servers) or None,
        sorted(price for price in prices if price is not None),
    )


def _ranked(groups: Sequence[Group]) -> List[Group]:
    dearest = max((group.median for group in groups if group.median is not None), default=None)
    ranked = [group._replace(dearest=dearest) for group in groups]
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
