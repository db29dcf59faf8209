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
    from .errors import CloreAPIError as CloreAPIError
    from .limiter import Limiter as Limiter
    from .limiter import RateLimiter as RateLimiter

_HOMES = {
    "AsyncCloreAI": "clore_client.client",
    "CloreAI": "clore_client.client",
    "CloreAPIError": "clore_client.errors",
    "Limiter": "clore_client.limiter",
    "RateLimiter": "clore_client.limiter",
}

__all__ = [
    "AsyncCloreAI",
    "CloreAI",
    "CloreAPIError",
    "Limiter",
    "RateLimiter",
    "__version__",
]


if not TYPE_CHECKING:
    __getattr__, __dir__ = lazy.attributes(__name__, _HOMES)
