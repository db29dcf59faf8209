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
        balance (the wallet's coin): what you own; None for some old wallets.
        deposit: the address to pay to; None where there is none.
        withdrawal_fee (the wallet's coin): what a withdrawal costs.
    """

    name: str
    balance: Optional[float] = None
    deposit: Optional[str] = None
    withdrawal_fee: Optional[float] = None


@dataclass(frozen=True)
class UsdPrice(Model):
    """What the on-demand prices in the three coins are worth.

    Attributes:
        on_demand_btc (USD per DAY): the price in bitcoin.
        on_demand_clore (USD per DAY): the price in CLORE.
        on_demand_usd (USD per DAY): the price in USD.
        spot (USD per DAY): 0 in every recorded answer, so it is no price; see
            `MarketplaceServer.spot_price_usd`.
    """

    on_demand_btc: Optional[float] = None
    on_demand_clore: Optional[float] = None
    on_demand_usd: Optional[float] = None
    spot: Optional[float] = None


@dataclass(frozen=True)
class OriginalUsdPrice(Model):
    """The prices for one coin as the host typed them.

    Attributes:
        on_demand (USD per DAY): the price on demand.
        spot (USD per DAY): the lowest bid.
    """

    on_demand: Optional[float] = None
    spot: Optional[float] = None


@dataclass(frozen=True)
class ServerPrice(Model):
    """A server's prices, each for the whole machine.

    Attributes:
        usd: what the on-demand prices are worth in USD.
        on_demand (that coin, per DAY): the price on demand, by coin; a coin that is not taken is
            left out.
        spot (that coin, per DAY): the lowest bid, by coin.
        original_usd: by coin, the prices in USD that the host lets the coin follow.
    """

    usd: Optional[UsdPrice] = None
    on_demand: Dict[str, float] = field(default_factory=dict)
    spot: Dict[str, float] = field(default_factory=dict)
    original_usd: Dict[str, OriginalUsdPrice] = field(default_factory=dict)
