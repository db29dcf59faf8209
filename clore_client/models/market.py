"""A server on the marketplace. What it costs and offers is decided by `clore_client.offers`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, List, Optional

from clore_client import offers
from clore_client.decode import RAW
from clore_client.wire import JsonObject

from .base import Model
from .money import ServerPrice
from .specs import ServerRating, ServerSpecs


@dataclass(frozen=True)
class MarketplaceServer(Model):
    """A server that can be rented, or is.

    Attributes:
        id: the server's number.
        owner: the host's user id.
        rented: whether it is rented; see `available`.
        mrl (hours): the longest rental that the host allows.
        price: all its prices, as sent; see `price_usd`.
        specs: its hardware.
        reliability (0 to 1): how reliable the marketplace takes it to be.
        rating: what renters gave.
        allowed_coins: what it can be paid with; None in rows that do not say.
        cuda_version: the version of CUDA that it reports, e.g. ``"12.8"``.
        gpu_array: one name per GPU, as sent; see `gpu_names`.
        autoprice: whether prices follow one in USD, as sent, e.g. ``"usd"``.
        gigaspot: what ties it to GigaSPOT, as sent; its form is not documented.
        oc: True on rows that have it, about the GPUs' clocks; what it allows is not documented.
        verification: as sent, on few rows; what it means is not documented.
        partial_gpu_rental: whether some of its GPUs can be rented alone, where it is sent.
    """

    id: int
    owner: Optional[int] = None
    rented: Optional[bool] = None
    mrl: Optional[int] = None
    price: Optional[ServerPrice] = None
    specs: Optional[ServerSpecs] = None
    reliability: Optional[float] = None
    rating: Optional[ServerRating] = None
    allowed_coins: Optional[List[str]] = None
    cuda_version: Optional[str] = None
    gpu_array: List[str] = field(default_factory=list)
    # Optional, because dataclasses-json makes no schema of a bare Any.
    autoprice: Optional[Any] = None
    gigaspot: Optional[Any] = None
    oc: Optional[bool] = None
    verification: Optional[int] = None
    partial_gpu_rental: Optional[bool] = None

    @property
    def gpu_model(self) -> Optional[str]:
        """The GPUs in one text, e.g. ``"1x NVIDIA GeForce RTX 4090"``."""
        return offers.gpu_model(self.raw)

    @property
    def gpu_names(self) -> List[str]:
        """One name per GPU, e.g. ``["RTX 4090"]``; empty where the API sent none."""
        return offers.gpu_names(self.raw)

    @property
    def gpu_count(self) -> int:
        """Number of GPUs; 0 when nothing tells."""
        return offers.gpu_count(self.raw)

    @property
    def vram_gb(self) -> Optional[float]:
        """Memory of one GPU (GB); 23 and 24 are both seen for the same card."""
        return offers.vram_gb(self.raw)

    @property
    def ram_gb(self) -> Optional[float]:
        """Main memory (GB)."""
        return offers.ram_gb(self.raw)

    @property
    def disk_gb(self) -> Optional[float]:
        """Size of the disk (GB)."""
        return offers.disk_gb(self.raw)

    @property
    def location(self) -> Optional[str]:
        """Country code, e.g. ``"US"``."""
        return offers.country(self.raw)

    @property
    def available(self) -> bool:
        """Whether it is not rented. Somebody's spot bid may run on it all the same."""
        return offers.available(self.raw)

    @property
    def price_usd_per_day(self) -> Optional[float]:
        """On-demand price (USD per DAY): the lowest among the coins that it takes, or None."""
        return self._once("_usd_per_day", offers.usd_per_day)

    @property
    def price_usd(self) -> Optional[float]:
        """On-demand price (USD per HOUR): the lowest among the coins that it takes, or None."""
        return offers.per_hour(self.price_usd_per_day)

    def usd_rate(self, coin: str) -> Optional[float]:
        """USD per ``coin`` by this server's own quotes of one price, or None."""
        return offers.usd_rate(self.raw, coin)

    @property
    def spot_price_usd_per_day(self) -> Optional[float]:
        """Lowest spot bid (USD per DAY) among the coins that it takes, or None."""
        return self._once("_spot_usd_per_day", offers.spot_usd_per_day)

    @property
    def spot_price_usd(self) -> Optional[float]:
        """Lowest spot bid (USD per HOUR) among the coins that it takes, or None."""
        return offers.per_hour(self.spot_price_usd_per_day)

    def _once(self, name: str, find: Callable[[JsonObject], Optional[float]]) -> Optional[float]:
        """What ``find`` finds in the row, kept as ``name``: a list is sorted by it, and shows it.

        The price of a model made by hand comes from its fields, which `replace` changes.
        """
        kept = self.__dict__
        if name in kept:
            value: Optional[float] = kept[name]
            return value
        sent: Optional[JsonObject] = kept.get(RAW)
        if sent is None:
            return find(self.raw)
        value = kept[name] = find(sent)
        return value
