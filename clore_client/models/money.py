"""Balances and prices. Data only; every price on the wire is per DAY for the whole machine."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Optional

from .base import Model


@dataclass(frozen=True)
class Wallet(Model):
    """One balance, in its own coin.

    Attributes:
        name: the currency, e.g. ``"bitcoin"``, ``"CLORE-Blockchain"``, ``"USD-Blockchain"``.
        balance: what you own, None for some old wallets.
        deposit: the address to pay to.
        withdrawal_fee: what a withdrawal costs.
    """

    name: str
    balance: Optional[float] = None
    deposit: Optional[str] = None
    withdrawal_fee: Optional[float] = None


@dataclass(frozen=True)
class UsdPrice(Model):
    """What the on-demand prices in the three coins are worth, in USD per DAY.

    ``spot`` is 0 on most servers and means nothing then; see ``spot_price_usd``.
    """

    on_demand_btc: Optional[float] = None
    on_demand_clore: Optional[float] = None
    on_demand_usd: Optional[float] = None
    spot: Optional[float] = None


@dataclass(frozen=True)
class OriginalUsdPrice(Model):
    """The prices for one coin as the host typed them, in USD per DAY."""

    on_demand: Optional[float] = None
    spot: Optional[float] = None


@dataclass(frozen=True)
class ServerPrice(Model):
    """A server's prices per DAY.

    Attributes:
        usd: what they are worth in USD.
        on_demand: by coin, in that coin.
        spot: the lowest bids, by coin, in that coin.
        original_usd: by coin, in USD, where the host lets the coin follow a USD price.
    """

    usd: Optional[UsdPrice] = None
    on_demand: Dict[str, float] = field(default_factory=dict)
    spot: Dict[str, float] = field(default_factory=dict)
    original_usd: Dict[str, OriginalUsdPrice] = field(default_factory=dict)
