"""The typed models of the API's answers, under the documented module name."""

from __future__ import annotations

from clore_client.models import BackgroundJob as BackgroundJob
from clore_client.models import GpuSpecs as GpuSpecs
from clore_client.models import MarketplaceServer as MarketplaceServer
from clore_client.models import MyServer as MyServer
from clore_client.models import NetSpecs as NetSpecs
from clore_client.models import Order as Order
from clore_client.models import OriginalUsdPrice as OriginalUsdPrice
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
    "GpuSpecs",
    "MarketplaceServer",
    "MyServer",
    "NetSpecs",
    "Order",
    "OriginalUsdPrice",
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
