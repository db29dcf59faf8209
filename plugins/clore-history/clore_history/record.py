"""What is kept of the marketplace: per GPU model, how many there are and what they cost. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from clore_cli.plugin import HOURS_PER_DAY, clean, gpus, per_hour

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

#: Prices are whole numbers of millionths of a US dollar: they take 3 bytes on disk, and no price
#: of a marketplace that quotes cents per day is finer.
MICRO = 1_000_000
#: USD per GPU and hour: more is nobody's price, and would spoil every mean.
_ABSURD = 1e6

_Prices = Tuple[Optional[int], Optional[int], Optional[int], Optional[int]]
_NO_PRICES: _Prices = (None, None, None, None)
_NAME = 100  # characters; hosts name their own hardware


class _Fields(NamedTuple):
    at: int
    gpu: str
    free_servers: int
    rented_servers: int
    free_gpus: int
    rented_gpus: int
    low: Optional[int]
    quarter: Optional[int]
    median: Optional[int]
    high: Optional[int]
    spot_low: Optional[int]
    spot_quarter: Optional[int]
    spot_median: Optional[int]
    spot_high: Optional[int]


class Record(_Fields):
    """One GPU model at one moment.

    Prices are those of the free servers, per GPU and hour, in millionths of a US dollar; they are
    None where no free server has one. ``quarter`` is the price below which a quarter of them lie.
    """

    __slots__ = ()
    raw = None  # no object of the API's is a record


def records(at: int, servers: Iterable[MarketplaceServer]) -> List[Record]:
    """The marketplace at the unix time ``at``, one record per GPU model, by name.

    Servers whose model nobody knows are left out.
    """
    models: Dict[str, List[MarketplaceServer]] = {}
    for server in servers:
        name = gpus.model(server)
        if name is not None:
            models.setdefault(clean(name, _NAME), []).append(server)
    return [_record(at, name, models[name]) for name in sorted(models)]


def _record(at: int, name: str, servers: Sequence[MarketplaceServer]) -> Record:
    free = [server for server in servers if server.rented is False]
    rented = [server for server in servers if server.rented]
    return Record(
        at,
        name,
        len(free),
        len(rented),
        sum(gpus.count(server) or 0 for server in free),
        sum(gpus.count(server) or 0 for server in rented),
        *_spread([_per_gpu(server, server.price_usd_per_day) for server in free]),
        *_spread([_per_gpu(server, server.spot_price_usd_per_day) for server in free]),
    )


def _per_gpu(server: MarketplaceServer, usd_per_day: Optional[float]) -> Optional[float]:
    """USD per GPU and hour of a price for the whole machine; None where it is not known."""
    hourly, count = per_hour(usd_per_day), gpus.count(server)
    if hourly is None or not count:
        return None
    price = hourly / count
    return price if price <= _ABSURD else None


def _spread(prices: Sequence[Optional[float]]) -> _Prices:
    """The lowest, the first quartile, the median and the highest."""
    known = sorted(price for price in prices if price is not None)
    if not known:
        return _NO_PRICES
    low, quarter, median, high = (
        round(quantile(known, share) * MICRO) for share in (0.0, 0.25, 0.5, 1.0)
    )
    return low, quarter, median, high


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value below which ``share``, 0 to 1, of the ``ordered`` values lie.

    Between two of them it moves in a straight line.
    """
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def usd(micro: Optional[int]) -> Optional[float]:
    """USD per hour of a record's price."""
    return None if micro is None else micro / MICRO


def usd_per_day(micro: Optional[float]) -> Optional[float]:
    """USD per DAY of a record's price, which is per hour."""
    return None if micro is None else round(micro) * HOURS_PER_DAY / MICRO
