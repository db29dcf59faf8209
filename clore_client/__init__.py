"""Python SDK for the Clore.ai GPU marketplace.

Importing the package costs next to nothing: its names are resolved on first use (PEP 562), so
that a program which only prints its version never pays for urllib3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import lazy
from . import logs as logs  # keeps the log silent
from ._version import __version__ as __version__

if TYPE_CHECKING:
    from .client import AsyncCloreAI as AsyncCloreAI
    from .client import CloreAI as CloreAI
    from .errors import AuthError as AuthError
    from .errors import CloreAPIError as CloreAPIError
    from .errors import DBError as DBError
    from .errors import FieldError as FieldError
    from .errors import InvalidEndpointError as InvalidEndpointError
    from .errors import InvalidInputError as InvalidInputError
    from .errors import RateLimitError as RateLimitError
    from .limiter import Limiter as Limiter
    from .limiter import RateLimiter as RateLimiter
    from .models import MarketplaceServer as MarketplaceServer
    from .models import MyServer as MyServer
    from .models import Order as Order
    from .models import ServerConfig as ServerConfig
    from .models import SpotMarket as SpotMarket
    from .models import Wallet as Wallet

_HOMES = {
    "AsyncCloreAI": "clore_client.client",
    "AuthError": "clore_client.errors",
    "CloreAI": "clore_client.client",
    "CloreAPIError": "clore_client.errors",
    "DBError": "clore_client.errors",
    "FieldError": "clore_client.errors",
    "InvalidEndpointError": "clore_client.errors",
    "InvalidInputError": "clore_client.errors",
    "Limiter": "clore_client.limiter",
    "MarketplaceServer": "clore_client.models",
    "MyServer": "clore_client.models",
    "Order": "clore_client.models",
    "RateLimitError": "clore_client.errors",
    "RateLimiter": "clore_client.limiter",
    "ServerConfig": "clore_client.models",
    "SpotMarket": "clore_client.models",
    "Wallet": "clore_client.models",
}

__all__ = [
    "AsyncCloreAI",
    "AuthError",
    "CloreAI",
    "CloreAPIError",
    "DBError",
    "FieldError",
    "InvalidEndpointError",
    "InvalidInputError",
    "Limiter",
    "MarketplaceServer",
    "MyServer",
    "Order",
    "RateLimitError",
    "RateLimiter",
    "ServerConfig",
    "SpotMarket",
    "Wallet",
    "__version__",
]


if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy.attributes(__name__, _HOMES)
