"""The servers that you rent out, and their configuration. Prices are per DAY. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from clore_client import offers
from clore_client.convert import as_str
from clore_client.decode import RAW, wire

from .base import Model
from .money import OriginalUsdPrice
from .specs import ServerSpecs


def visibility(value: Any) -> Optional[str]:
    """``"public"`` or ``"private"``, which the API calls "hidden"."""
    text = as_str(value)
    return "private" if text == "hidden" else text


@dataclass(frozen=True)
class MyServer(Model):
    """A server that you rent out.

    Attributes:
        id: its number; None until it has connected for the first time.
        name: what you call it.
        connected: whether its client is connected.
        online: whether it is online; see `status`.
        visibility: ``"public"`` or ``"private"``.
        working_properly: False when the marketplace has found a fault; see `status`.
        specs: its hardware; None until it has connected for the first time.
        gpu_array: one name per GPU, as sent.
        gpu_count: how many GPUs it has.
        pricing (that coin, per DAY): price on demand, by coin.
        min_spot_pricing (that coin, per DAY): lowest bid, by coin.
        usd_pricing: by coin, the prices in USD per DAY that you typed.
        autoprice: by coin, ``"usd"`` where its prices follow ``usd_pricing``, else False.
        allowed_currencies: the coins that you take.
        max_fair_price_usd (USD): the highest price that the marketplace calls fair; per how long
            is not documented.
        mass_price_changeable: whether its price can be changed together with others'.
        is_vpn_enabled: whether its VPN is on.
        monitoring: as sent; what the number means is not documented.
        lock_balance (not documented): what is locked for it, as sent.
        lock_balance_initial_update: as sent; what it means is not documented.
        oc_gpus: the GPUs' clocks, JSON in a text.
        init_token: the secret that a new server connects with.
    """

    id: Optional[int] = None
    name: Optional[str] = None
    connected: Optional[bool] = None
    online: Optional[bool] = None
    visibility: Optional[str] = field(default=None, metadata=wire(convert=visibility))
    working_properly: Optional[bool] = None
    specs: Optional[ServerSpecs] = field(default=None, repr=False)
    gpu_array: List[str] = field(default_factory=list)
    gpu_count: Optional[int] = None
    pricing: Dict[str, float] = field(default_factory=dict)
    min_spot_pricing: Dict[str, float] = field(default_factory=dict)
    usd_pricing: Dict[str, OriginalUsdPrice] = field(default_factory=dict)
    autoprice: Dict[str, Any] = field(default_factory=dict)
    allowed_currencies: Optional[List[str]] = None
    max_fair_price_usd: Optional[float] = None
    mass_price_changeable: Optional[bool] = None
    is_vpn_enabled: Optional[bool] = None
    monitoring: Optional[int] = None
    lock_balance: Optional[float] = None
    lock_balance_initial_update: Optional[str] = None
    oc_gpus: Optional[str] = field(default=None, repr=False)
    init_token: Optional[str] = field(default=None, repr=False)

    @classmethod
    def _settle(cls, values: Dict[str, Any]) -> bool:
        if values["gpu_count"] is None:
            values["gpu_count"] = offers.gpu_count(values[RAW]) or None
        return values["id"] is not None or values["name"] is not None

    @property
    def status(self) -> str:
        """``"Disconnected"``, ``"Offline"``, ``"Not Working"`` or ``"Online"``."""
        if not self.connected:
            return "Disconnected"
        if not self.online:
            return "Offline"
        return "Not Working" if self.working_properly is False else "Online"

    @property
    def gpu_model(self) -> Optional[str]:
        """The GPUs in one text, e.g. ``"1x NVIDIA GeForce RTX 4090"``."""
        return offers.gpu_model(self.raw)

    @property
    def ram_gb(self) -> Optional[float]:
        """Main memory (GB)."""
        return self.specs.ram if self.specs else None


@dataclass(frozen=True)
class BackgroundJob(Model):
    """What a server does while nobody rents it.

    Attributes:
        times_updated: how often it was changed.
        image: the Docker image.
        command: the shell command that runs in it.
        env: its environment variables.
    """

    times_updated: Optional[int] = None
    image: Optional[str] = None
    command: Optional[str] = field(default=None, repr=False)
    env: Dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class ServerConfig(Model):
    """The configuration of one of your servers.

    Attributes:
        name: what you call it.
        id: its number.
        connected: whether its client is connected.
        online: whether it is online.
        initialized: whether it has connected once.
        visibility: ``"public"`` or ``"private"``.
        mrl (hours): the longest rental that you allow.
        pricing (that coin, per DAY): price on demand, by coin.
        spot_pricing (that coin, per DAY): lowest bid, by coin.
        usd_pricing: by coin, the prices in USD per DAY that you typed.
        autoprice: by coin, ``"usd"`` where its prices follow ``usd_pricing``, else False.
        allowed_coins: the coins that you take.
        rental_status: how it is rented, as sent; what the numbers mean is not documented.
        remaining_time (not documented): how long the present rental may still last.
        is_vpn_enabled: whether its VPN is on.
        is_partner_enabled: as sent; what a partner is here is not documented.
        gpu_array: one name per GPU, as sent.
        monitoring: as sent; what the number means is not documented.
        specs: its hardware.
        background_job: what it does while nobody rents it.
        mfp_usd (USD): the highest price that the marketplace calls fair; per how long is not
            documented.
        kernel: version of its Linux kernel.
        allow_oc: whether renters may set the GPUs' clocks.
        oc_gpus: the GPUs' clocks, JSON in a text.
        xorg_valid: whether its X server is as it should be, as sent.
        onboard_type: as sent; what the number means is not documented.
        clock_lock_ranges: what clocks may be locked to, as sent.
    """

    name: Optional[str] = None
    id: Optional[int] = None
    connected: Optional[bool] = None
    online: Optional[bool] = None
    initialized: Optional[bool] = None
    visibility: Optional[str] = field(default=None, metadata=wire(convert=visibility))
    mrl: Optional[int] = None
    pricing: Dict[str, float] = field(default_factory=dict)
    spot_pricing: Dict[str, float] = field(default_factory=dict)
    usd_pricing: Dict[str, OriginalUsdPrice] = field(default_factory=dict)
    autoprice: Dict[str, Any] = field(default_factory=dict)
    allowed_coins: Optional[List[str]] = None
    rental_status: Optional[int] = None
    remaining_time: Optional[float] = None
    is_vpn_enabled: Optional[bool] = None
    is_partner_enabled: Optional[bool] = None
    gpu_array: List[str] = field(default_factory=list)
    monitoring: Optional[int] = None
    specs: Optional[ServerSpecs] = field(default=None, repr=False)
    background_job: Optional[BackgroundJob] = None
    mfp_usd: Optional[float] = None
    kernel: Optional[str] = None
    allow_oc: Optional[bool] = None
    oc_gpus: Optional[str] = field(default=None, repr=False)
    xorg_valid: Optional[bool] = None
    onboard_type: Optional[int] = None
    clock_lock_ranges: Dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def gpu_model(self) -> Optional[str]:
        """The GPUs in one text, e.g. ``"1x NVIDIA GeForce RTX 4090"``."""
        return offers.gpu_model(self.raw)

    @property
    def gpu_count(self) -> int:
        """Number of GPUs; 0 when nothing tells."""
        return offers.gpu_count(self.raw)

    @property
    def on_demand_price(self) -> Optional[float]:
        """The first on-demand price that you typed (USD per DAY); 0 on the wire is none."""
        return next((p.on_demand for p in self.usd_pricing.values() if p.on_demand), None)

    @property
    def spot_price(self) -> Optional[float]:
        """The first spot price that you typed (USD per DAY); 0 on the wire is none."""
        return next((p.spot for p in self.usd_pricing.values() if p.spot), None)
