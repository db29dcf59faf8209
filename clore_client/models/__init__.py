"""The typed models of the API's answers, and of the bids sent to GigaSPOT. Re-exports only."""

from __future__ import annotations

from .base import Model, Rows, decode_list
from .bids import GigaspotEdit, GigaspotOrder
from .fees import CreationFees, FeeKinds, FeePercents, PohConfig, RenterFees
from .gigaspot import Gigaspot, GigaspotBid, GigaspotGpu, GigaspotServer, GigaspotServers
from .hosting import BackgroundJob, MyServer, ServerConfig
from .market import MarketplaceServer
from .money import OriginalUsdPrice, ServerPrice, UsdPrice, Wallet
from .orders import Order
from .outcomes import CancelledOrders, CreatedGigaspotOrders, EditedGigaspotOrders
from .poh import PohAmounts, PohBalance, PohItem, PohOffers
from .reconciled import Reconciled
from .specs import GpuSpecs, NetSpecs, ServerRating, ServerSpecs
from .spot import SpotMarket, SpotOffer, SpotServerInfo

__all__ = [
    "BackgroundJob",
    "CancelledOrders",
    "CreatedGigaspotOrders",
    "CreationFees",
    "EditedGigaspotOrders",
    "FeeKinds",
    "FeePercents",
    "Gigaspot",
    "GigaspotBid",
    "GigaspotEdit",
    "GigaspotGpu",
    "GigaspotOrder",
    "GigaspotServer",
    "GigaspotServers",
    "GpuSpecs",
    "MarketplaceServer",
    "Model",
    "MyServer",
    "NetSpecs",
    "Order",
    "OriginalUsdPrice",
    "PohAmounts",
    "PohBalance",
    "PohConfig",
    "PohItem",
    "PohOffers",
    "Reconciled",
    "RenterFees",
    "Rows",
    "ServerConfig",
    "ServerPrice",
    "ServerRating",
    "ServerSpecs",
    "SpotMarket",
    "SpotOffer",
    "SpotServerInfo",
    "UsdPrice",
    "Wallet",
    "decode_list",
]
