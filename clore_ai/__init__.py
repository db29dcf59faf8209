"""The import name that users are taught; everything here comes from `clore_client`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

import clore_client
from clore_client import __all__ as __all__
from clore_client import __version__ as __version__

if TYPE_CHECKING:
    from clore_client import AsyncCloreAI as AsyncCloreAI
    from clore_client import AuthError as AuthError
    from clore_client import CloreAI as CloreAI
    from clore_client import CloreAPIError as CloreAPIError
    from clore_client import DBError as DBError
    from clore_client import FieldError as FieldError
    from clore_client import InvalidEndpointError as InvalidEndpointError
    from clore_client import InvalidInputError as InvalidInputError
    from clore_client import Limiter as Limiter
    from clore_client import MarketplaceServer as MarketplaceServer
    from clore_client import MyServer as MyServer
    from clore_client import Order as Order
    from clore_client import RateLimiter as RateLimiter
    from clore_client import RateLimitError as RateLimitError
    from clore_client import ServerConfig as ServerConfig
    from clore_client import SpotMarket as SpotMarket
    from clore_client import Wallet as Wallet

if not TYPE_CHECKING:  # a type checker would take every name for one that is there

    def __getattr__(name: str) -> Any:
        try:
            return getattr(clore_client, name)
        except AttributeError:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}") from None


def __dir__() -> List[str]:
    return dir(clore_client)
