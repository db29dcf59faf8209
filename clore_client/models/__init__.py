"""The typed models of the API's answers, and of the bids sent to GigaSPOT. Re-exports only.

Each module of models is imported when one of its names is first asked for (PEP 562): making all
the classes takes 30 ms, and most programs need two or three of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clore_client import lazy

if TYPE_CHECKING:
    from .base import Model as Model
    from .base import Rows as Rows
    from .base import decode_list as decode_list
    from .bids import GigaspotEdit as GigaspotEdit
    from .bids import GigaspotOrder as GigaspotOrder
    from .fees import CreationFees as CreationFees
    from .fees import FeeKinds as FeeKinds
    from .fees import FeePercents as FeePercents
    from .fees import PohConfig as PohConfig
    from .fees import RenterFees as RenterFees
    from .gigaspot import Gigaspot as Gigaspot
    from .gigaspot import GigaspotBid as GigaspotBid
    from .gigaspot import GigaspotGpu as GigaspotGpu
    from .gigaspot import GigaspotServer as GigaspotServer
    from .gigaspot import GigaspotServers as GigaspotServers
    from .hosting import BackgroundJob as BackgroundJob
    from .hosting import MyServer as MyServer
    from .hosting import ServerConfig as ServerConfig
    from .market import MarketplaceServer as MarketplaceServer
    from .money import OriginalUsdPrice as OriginalUsdPrice
    from .money import ServerPrice as ServerPrice
    from .money import UsdPrice as UsdPrice
    from .money import Wallet as Wallet
    from .orders import Order as Order
    from .outcomes import CancelledOrders as CancelledOrders
    from .outcomes import CreatedGigaspotOrders as CreatedGigaspotOrders
    from .outcomes import EditedGigaspotOrders as EditedGigaspotOrders
    from .poh import PohAmounts as PohAmounts
    from .poh import PohBalance as PohBalance
    from .poh import PohItem as PohItem
    from .poh import PohOffers as PohOffers
    from .reconciled import Reconciled as Reconciled
    from .specs import GpuSpecs as GpuSpecs
    from .specs import NetSpecs as NetSpecs
    from .specs import ServerRating as ServerRating
    from .specs import ServerSpecs as ServerSpecs
    from .spot import SpotMarket as SpotMarket
    from .spot import SpotOffer as SpotOffer
    from .spot import SpotServerInfo as SpotServerInfo

_MODULES = {
    "base": "Model Rows decode_list",
    "bids": "GigaspotEdit GigaspotOrder",
    "fees": "CreationFees FeeKinds FeePercents PohConfig RenterFees",
    "gigaspot": "Gigaspot GigaspotBid GigaspotGpu GigaspotServer GigaspotServers",
    "hosting": "BackgroundJob MyServer ServerConfig",
    "market": "MarketplaceServer",
    "money": "OriginalUsdPrice ServerPrice UsdPrice Wallet",
    "orders": "Order",
    "outcomes": "CancelledOrders CreatedGigaspotOrders EditedGigaspotOrders",
    "poh": "PohAmounts PohBalance PohItem PohOffers",
    "reconciled": "Reconciled",
    "specs": "GpuSpecs NetSpecs ServerRating ServerSpecs",
    "spot": "SpotMarket SpotOffer SpotServerInfo",
}
_HOMES = {
    name: f"{__name__}.{module}" for module, names in _MODULES.items() for name in names.split()
}

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


if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy.attributes(__name__, _HOMES)
