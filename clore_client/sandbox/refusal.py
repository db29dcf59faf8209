"""The API's refusals as one exception that handlers raise; it decides nothing itself."""

from __future__ import annotations

from typing import Any, Dict


class Refused(Exception):  # noqa: N818  an ordinary answer of the API, no error of the sandbox
    """Ends a handler with an error answer.

    Attributes:
        status: the HTTP status.
        body: the JSON object, its keys in the recorded order.
    """

    def __init__(self, code: int, status: int, fields: Dict[str, Any]) -> None:
        super().__init__(f"code {code}, HTTP {status}")
        self.status = status
        self.body: Dict[str, Any] = {**fields, "code": code}


def bare(code: int, status: int) -> Refused:
    """An answer that holds nothing but its code."""
    return Refused(code, status, {})


def database() -> Refused:
    """Code 1, the API's opaque failure."""
    return bare(1, 500)


def malformed() -> Refused:
    """Code 2: the request is not what the endpoint takes. HTTP 400 by the developer reference."""
    return bare(2, 400)


def field(error: str, **numbers: float) -> Refused:
    """Code 6 with the API's word for it and its numbers, under HTTP 200."""
    return Refused(6, 200, {"error": error, **numbers})


def currency_refused() -> Refused:
    """Code 6 under HTTP 500, as recorded."""
    return Refused(6, 500, {"error": "currency-not-allowed"})


def already_rented() -> Refused:
    """Code 6 with a ``status`` besides, as recorded under HTTP 200."""
    return Refused(6, 200, {"status": "error", "error": "server-already-rented"})
