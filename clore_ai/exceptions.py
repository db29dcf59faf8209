"""Every exception of the SDK, under the documented module name."""

from __future__ import annotations

from clore_client.errors import AnswerTooLargeError as AnswerTooLargeError
from clore_client.errors import AuthError as AuthError
from clore_client.errors import BadAnswerError as BadAnswerError
from clore_client.errors import CloreAPIError as CloreAPIError
from clore_client.errors import ConfigError as ConfigError
from clore_client.errors import ConfigWriteError as ConfigWriteError
from clore_client.errors import DBError as DBError
from clore_client.errors import FieldError as FieldError
from clore_client.errors import InvalidEndpointError as InvalidEndpointError
from clore_client.errors import InvalidInputError as InvalidInputError
from clore_client.errors import KeySourceError as KeySourceError
from clore_client.errors import NetworkError as NetworkError
from clore_client.errors import NotFoundError as NotFoundError
from clore_client.errors import OrderUncertainError as OrderUncertainError
from clore_client.errors import RateLimitError as RateLimitError
from clore_client.errors import WaitTimeoutError as WaitTimeoutError

__all__ = [
    "AnswerTooLargeError",
    "AuthError",
    "BadAnswerError",
    "CloreAPIError",
    "ConfigError",
    "ConfigWriteError",
    "DBError",
    "FieldError",
    "InvalidEndpointError",
    "InvalidInputError",
    "KeySourceError",
    "NetworkError",
    "NotFoundError",
    "OrderUncertainError",
    "RateLimitError",
    "WaitTimeoutError",
]
