"""The typed models of the API's answers. Re-exports only."""

from __future__ import annotations

from .base import Model, Rows, decode_list
from .hosting import BackgroundJob, MyServer, ServerConfig
from .market import MarketplaceServer
from .money import OriginalUsdPrice, ServerPrice, UsdPrice, Wallet
from .orders import Order
from .reconciled import Reconciled
from .specs import GpuSpecs, NetSpecs, ServerRating, ServerSpecs
from .spot import SpotMarket, SpotOffer, SpotServerInfo

__all__ = [
    "BackgroundJob",
    "GpuSpecs",
    "MarketplaceServer",
    "Model",
    "MyServer",
    "NetSpecs",
    "Order",
    "OriginalUsdPrice",
    "Reconciled",
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
