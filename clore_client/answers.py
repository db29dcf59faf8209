"""Reads an answer: the body before the status, then the class of the error. Pure.

The API mixes HTTP statuses and codes (a business refusal came with 500, a lost race with 200),
so the status decides only where the body is not the API's.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Type

from .endpoint import Spec
from .errors import (
    BY_CODE,
    AuthError,
    BadAnswerError,
    CloreAPIError,
    InvalidEndpointError,
    InvalidInputError,
    RateLimitError,
)
from .text import clean
from .wire import JsonObject, Response

_OK = range(200, 300)

#: Only for answers without a code of the API: the statuses that its error table documents.
_BY_STATUS: Dict[int, Type[CloreAPIError]] = {
    400: InvalidInputError,
    401: AuthError,
    404: InvalidEndpointError,
    429: RateLimitError,
}

_MEANING = {
    1: "the API failed (database error)",
    2: "the API finds the request invalid",
    3: "the API does not accept the API key",
    4: "the API has no such endpoint",
    5: "too many requests",
    6: "the API refused",
}

_EXCERPT = 80
_DIGITS = 18  # more than any id, code or number of seconds has


def read(response: Response, spec: Spec) -> JsonObject:
    """The answer's JSON object when its code is 0; raises the error that it carries otherwise."""
    body = _object(response.body)
    if body is not None and not spec.enveloped and response.status in _OK:
        return body
    code = _code(body)
    if body is not None and code == 0 and response.status in _OK:
        return body
    if body is not None and code:
        raise _error(BY_CODE.get(code, CloreAPIError), response, spec, code, body)
    if code is None and response.status in _BY_STATUS:
        raise _error(_BY_STATUS[response.status], response, spec, None, body)
    raise BadAnswerError(
        f"{spec.name}: {_oddity(response, body)} (HTTP {response.status})",
        response=body,
        status=response.status,
    )


def _object(raw: bytes) -> Optional[JsonObject]:
    try:
        value = _loads(raw)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _loads(raw: bytes) -> Any:
    """The JSON value. NaN and the like are None: one odd price must not cost the whole list."""
    try:
        return json.loads(raw, parse_constant=_nothing)
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise
    except ValueError:  # Python refuses to read integers of more than 4300 digits
        return json.loads(raw, parse_constant=_nothing, parse_int=_int)


def _nothing(_name: str) -> None:
    return None


def _int(digits: str) -> Optional[int]:
    return int(digits) if len(digits) <= _DIGITS else None


def _code(body: Optional[JsonObject]) -> Optional[int]:
    code = (body or {}).get("code")
    if isinstance(code, str) and code.isascii() and code.isdecimal():
        return int(code) if len(code) <= _DIGITS else None
    return code if isinstance(code, int) and not isinstance(code, bool) else None


def _error(
    kind: Type[CloreAPIError],
    response: Response,
    spec: Spec,
    code: Optional[int],
    body: Optional[JsonObject],
) -> CloreAPIError:
    shown = kind.default_code if code is None else code
    text = _reason(body or {}) or _MEANING.get(shown or 0, f"the API answered with code {shown}")
    where = f"HTTP {response.status}" if code is None else f"code {code}, HTTP {response.status}"
    details: Dict[str, Any] = {"code": code, "response": body, "status": response.status}
    if kind is RateLimitError:
        details["retry_after"] = _seconds(response.headers.get("retry-after"))
    return kind(f"{spec.name}: {text} ({where})", **details)


def _reason(body: JsonObject) -> str:
    """The API's own words and its numbers: ``too_low_price, min_price 3.2``."""
    words: List[str] = [clean(body["error"], 200)] if isinstance(body.get("error"), str) else []
    numbers = (
        f"{clean(name, 40)} {value}"
        for name, value in body.items()
        if name != "code" and isinstance(value, (int, float)) and not isinstance(value, bool)
    )
    return clean(", ".join([*words, *numbers]), 300)


def _seconds(value: Optional[str]) -> Optional[float]:
    """A Retry-After in seconds; the dates that HTTP also allows were never seen from this API."""
    text = (value or "").strip()
    return float(text[:_DIGITS]) if text.isascii() and text.isdecimal() else None


def _oddity(response: Response, body: Optional[JsonObject]) -> str:
    if body is not None:
        return "the answer is neither a success nor an error that the API documents"
    if not response.body:
        return "the answer is empty"
    start = clean(response.body[: 4 * _EXCERPT].decode("utf-8", "replace").strip(), _EXCERPT)
    return f"the answer is not the API's JSON but begins with {start!r}"
