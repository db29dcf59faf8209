"""The typed models, under the documented module name."""

from __future__ import annotations

from clore_client.models import BackgroundJob as BackgroundJob
from clore_client.models import CancelledOrders as CancelledOrders
from clore_client.models import CreatedGigaspotOrders as CreatedGigaspotOrders
from clore_client.models import CreationFees as CreationFees
from clore_client.models import EditedGigaspotOrders as EditedGigaspotOrders
from clore_client.models import FeeKinds as FeeKinds
from clore_client.models import FeePercents as FeePercents
from clore_client.models import Gigaspot as Gigaspot
from clore_client.models import GigaspotBid as GigaspotBid
from clore_client.models import GigaspotEdit as GigaspotEdit
from clore_client.models import GigaspotGpu as GigaspotGpu
from clore_client.models import GigaspotOrder as GigaspotOrder
from clore_client.models import GigaspotServer as GigaspotServer
from clore_client.models import GigaspotServers as GigaspotServers
from clore_client.models import GpuSpecs as GpuSpecs
from clore_client.models import MarketplaceServer as MarketplaceServer
from clore_client.models import MyServer as MyServer
from clore_client.models import NetSpecs as NetSpecs
from clore_client.models import Order as Order
from clore_client.models import OriginalUsdPrice as OriginalUsdPrice
from clore_client.models import PohAmounts as PohAmounts
from clore_client.models import PohBalance as PohBalance
from clore_client.models import PohConfig as PohConfig
from clore_client.models import PohItem as PohItem
from clore_client.models import PohOffers as PohOffers
from clore_client.models import Reconciled as Reconciled
from clore_client.models import RenterFees as RenterFees
from clore_client.models import ServerConfig as ServerConfig
from clore_client.models import ServerPrice as ServerPrice
from clore_client.models import ServerRating as ServerRating
from clore_client.models import ServerSpecs as ServerSpecs
from clore_client.models import SpotMarket as SpotMarket
from clore_client.models import SpotOffer as SpotOffer
from clore_client.models import SpotServerInfo as SpotServerInfo
from clore_client.models import UsdPrice as UsdPrice
from clore_client.models import Wallet as Wallet

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
    "ServerConfig",
    "ServerPrice",
    "ServerRating",
    "ServerSpecs",
    "SpotMarket",
    "SpotOffer",
    "SpotServerInfo",
    "UsdPrice",
    "Wallet",
]
