"""Everything the SDK raises. Standard library only, because the command line imports it eagerly."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Optional, Sequence, Tuple, Type


class CloreAPIError(Exception):
    """Base class: catching it catches everything that this SDK raises.

    Attributes:
        code: the API's own error code, or None where no API code applies.
        response: the API's answer as a dictionary, when there was one.
        status: the HTTP status of that answer, when there was one.
        message: what went wrong, in one line.
        advice: what to do about it, where that is known; part of the text of the error.
    """

    #: the code that this class stands for, when the answer itself carried none
    default_code: ClassVar[Optional[int]] = None

    def __init__(
        self,
        message: str,
        *,
        code: Optional[int] = None,
        response: Optional[Dict[str, Any]] = None,
        status: Optional[int] = None,
        advice: str = "",
    ) -> None:
        super().__init__(message)
        self.advice = advice
        self.code: Optional[int] = self.default_code if code is None else code
        self.response = response
        self.status = status

    @property
    def message(self) -> str:
        """What went wrong, without the advice."""
        return str(self.args[0]) if self.args else ""

    def __str__(self) -> str:
        return f"{self.message}. {self.advice}" if self.advice else self.message

    def __reduce__(self) -> Any:
        """Let errors cross to another process, where a pool must hear of an uncertain order."""
        return _rebuilt, (type(self), self.args, self.__dict__)

    @property
    def error(self) -> Optional[str]:
        """The API's own word for what went wrong, e.g. ``"server-already-rented"``."""
        text = (self.response or {}).get("error")
        return text if isinstance(text, str) else None


def _rebuilt(kind: Type[CloreAPIError], args: Any, details: Dict[str, Any]) -> CloreAPIError:
    error = kind.__new__(kind, *args)
    error.args = args
    error.__dict__.update(details)
    return error


class DBError(CloreAPIError):
    """Code 1: the API failed. On create_order the order may exist all the same."""

    default_code: ClassVar[Optional[int]] = 1


class InvalidInputError(CloreAPIError):
    """Code 2: the request is wrong.

    Attributes:
        argument: the argument that was refused before anything was sent; None when it was the API
            that refused.
    """

    default_code: ClassVar[Optional[int]] = 2

    def __init__(self, message: str, *, argument: Optional[str] = None, **details: Any) -> None:
        super().__init__(message, **details)
        self.argument = argument


class AuthError(CloreAPIError):
    """Code 3: no API key, or one that the API does not accept."""

    default_code: ClassVar[Optional[int]] = 3


class InvalidEndpointError(CloreAPIError):
    """Code 4: the API has no such endpoint."""

    default_code: ClassVar[Optional[int]] = 4


class RateLimitError(CloreAPIError):
    """Code 5: still too many requests after every retry; the request was not carried out.

    Attributes:
        retry_after: seconds that the API asked to wait, when it said so.
    """

    default_code: ClassVar[Optional[int]] = 5

    def __init__(
        self, message: str, *, retry_after: Optional[float] = None, **details: Any
    ) -> None:
        super().__init__(message, **details)
        self.retry_after = retry_after


class FieldError(CloreAPIError):
    """Code 6: refused for the reason in ``error``; its numbers are in ``response``."""

    default_code: ClassVar[Optional[int]] = 6


class BadAnswerError(CloreAPIError):
    """An answer arrived that is not the API's: an HTML page, truncated JSON, an odd type."""


class AnswerTooLargeError(BadAnswerError):
    """The answer is larger than any real one, on the wire or once read; it was not read on."""


class NetworkError(CloreAPIError):
    """No complete answer arrived.

    Attributes:
        sent: True when the request may have reached the API, False when it certainly did not.
    """

    def __init__(self, message: str, *, sent: bool, **details: Any) -> None:
        super().__init__(message, **details)
        self.sent = sent


class NotFoundError(CloreAPIError):
    """You have no such order: mistyped, somebody else's, or ended too long ago to be listed.

    Or it has ended while you waited for it to run.
    """


class WaitTimeoutError(CloreAPIError):
    """An order did not reach the wanted state in time. The order itself is untouched."""


class ConfigError(CloreAPIError):
    """The configuration cannot be used; the text names the file or variable and what to do."""


class ConfigWriteError(ConfigError):
    """The configuration file cannot be written; what it holds stays as it is."""


class KeySourceError(ConfigError, AuthError):
    """A place that should give the API key does not; the text names it, never what it held.

    Later places are not tried: using another account's key by accident costs money.
    """


class OrderUncertainError(CloreAPIError):
    """It is not known whether a paid call made an order. Never repeated by the SDK.

    Look at ``my_orders()`` before renting again: an order that exists costs money.

    Attributes:
        server_id: the server that was to be rented.
        type: ``"on-demand"``, ``"spot"`` or ``"gigaspot"``.
        sent_at: unix time in seconds, by the API's clock where known, of the attempt.
        known_order_ids: the orders that existed before the attempt; a new one is not among them.
        server_ids: all the servers of the attempt: several for ``create_gigaspot_orders``.
    """

    def __init__(
        self,
        message: str,
        *,
        server_id: int,
        type: str,  # noqa: A002  the documented name
        sent_at: float,
        known_order_ids: Sequence[int] = (),
        server_ids: Sequence[int] = (),
        **details: Any,
    ) -> None:
        super().__init__(message, **details)
        self.server_id = server_id
        self.server_ids: Tuple[int, ...] = tuple(server_ids) or (server_id,)
        self.type = type
        self.sent_at = sent_at
        self.known_order_ids: Tuple[int, ...] = tuple(known_order_ids)


BY_CODE: Dict[Optional[int], Type[CloreAPIError]] = {
    kind.default_code: kind
    for kind in (
        DBError,
        InvalidInputError,
        AuthError,
        InvalidEndpointError,
        RateLimitError,
        FieldError,
    )
    if kind.default_code is not None
}
