"""Python SDK for the Clore.ai GPU marketplace.

Importing the package costs next to nothing: its names are resolved on first use (PEP 562), so
that a program which only prints its version never pays for urllib3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

from . import logs as logs  # keeps the log silent
from ._version import __version__ as __version__

if TYPE_CHECKING:
    from .client import AsyncCloreAI as AsyncCloreAI
    from .client import CloreAI as CloreAI
    from .errors import CloreAPIError as CloreAPIError
    from .limiter import Limiter as Limiter
    from .limiter import RateLimiter as RateLimiter

_HOMES = {
    "AsyncCloreAI": "client",
    "CloreAI": "client",
    "CloreAPIError": "errors",
    "Limiter": "limiter",
    "RateLimiter": "limiter",
}

__all__ = [
    "AsyncCloreAI",
    "CloreAI",
    "CloreAPIError",
    "Limiter",
    "RateLimiter",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    return value


def __dir__() -> List[str]:
    return sorted(__all__)
