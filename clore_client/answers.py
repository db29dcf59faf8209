"""Reads an answer: the body before the status, then the class of the error. Pure.

The API mixes HTTP statuses and codes (a business refusal came with 500, a lost race with 200),
so the status decides only where the body is not the API's.
"""

from __future__ import annotations

from typing import Any, Collection, Dict, Iterator, List, Optional, Tuple, Type

from . import jsonrows, jsontext
from .causes import OriginalError
from .endpoint import Spec, WantedRows
from .errors import (
    BY_CODE,
    AnswerTooLargeError,
    AuthError,
    BadAnswerError,
    CloreAPIError,
    InvalidEndpointError,
    InvalidInputError,
    RateLimitError,
)
from .redact import mask_bytes
from .text import clean
from .wire import JsonObject, Response

_OK, _REDIRECTS = range(200, 300), range(300, 400)

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

#: What to do, where the API's own words do not tell.
_ADVICE: Dict[Optional[int], str] = {
    1: "Try again later.",
    2: "Check the arguments.",
    3: "Check where the key comes from.",
    4: "Check the base URL.",
    5: "Wait a little; other programs may use the same key.",
}

#: A row that is only ``{"id":1}`` becomes an order of 2 kB, so the rows count, too. The largest
#: marketplace seen had 3,500.
_ROWS = 20_000

_EXCERPT = 80
_KEPT = 65_536  # bytes of an answer that an error carries along whole
_QUOTED = 16_384  # bytes of an answer from which an excerpt is made
_DIGITS = 18  # more than any id, code or number of seconds has


def read(
    response: Response,
    spec: Spec,
    secrets: Collection[str] = (),
    wanted: Optional[WantedRows] = None,
) -> JsonObject:
    """The answer's JSON object when its code is 0; raises the error that it carries otherwise.

    Args:
        response: the answer.
        spec: what was asked.
        secrets: never quoted, although the server may have sent them back.
        wanted: which rows of a list are read.

    Raises:
        CloreAPIError: the answer is an error, or none of the API's.
    """
    body, original = _object(response, spec, wanted)
    if body is not None and not spec.enveloped and response.status in _OK:
        return body
    code = _code(body)
    if body is not None and code == 0 and response.status in _OK:
        return body
    if body is not None and code:
        raise _error(BY_CODE.get(code, CloreAPIError), response, spec, code, body)
    if (body or {}).get("code") is None and response.status in _BY_STATUS:
        raise _error(_BY_STATUS[response.status], response, spec, None, body) from original
    raise BadAnswerError(
        f"{spec.name}: {_oddity(response, body, secrets)} (HTTP {response.status})",
        advice="Try again later, and check the base URL.",
        response=kept(body, len(response.body)),
        status=response.status,
    ) from original


def kept(body: Optional[JsonObject], size: int) -> Optional[JsonObject]:
    """What an error keeps of an answer of ``size`` bytes: of a huge one, only what is short."""
    if body is None or size <= _KEPT:
        return body
    return {
        name: value
        for name, value in body.items()
        if value is None or isinstance(value, (int, float)) or _short(value)
    }


def _short(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _EXCERPT


def _object(
    response: Response, spec: Spec, wanted: Optional[WantedRows]
) -> Tuple[Optional[JsonObject], Optional[OriginalError]]:
    """The object that the body is; None for another body, and what reading it has raised."""
    try:
        if wanted is None:
            value = jsontext.loads(response.body)
        else:
            value = jsonrows.loads(response.body, wanted.name, wanted.filter.matches)
    except AnswerTooLargeError as error:
        raise _too_large(response, spec, str(error)) from None
    except ValueError as error:
        return None, OriginalError.of(error)
    if not isinstance(value, dict):
        return None, None
    if any(len(rows) > _ROWS for rows in _lists(value)):
        raise _too_large(response, spec, f"lists more than {_ROWS:,} rows")
    return value, None


def _lists(body: JsonObject) -> Iterator[List[Any]]:
    """The lists where answers have their rows: in the object, and in the objects in it."""
    for value in body.values():
        inside = value.values() if isinstance(value, dict) else (value,)
        yield from (part for part in inside if isinstance(part, list))


def _too_large(response: Response, spec: Spec, what: str) -> AnswerTooLargeError:
    text = f"{spec.name}: the answer {what} (HTTP {response.status})"
    return AnswerTooLargeError(text, status=response.status, advice="Check the base URL.")


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
    carried = kept(body, len(response.body))
    details: Dict[str, Any] = {"code": code, "response": carried, "status": response.status}
    if kind is RateLimitError:
        details["retry_after"] = _seconds(response.headers.get("retry-after"))
    return kind(f"{spec.name}: {text} ({where})", advice=_ADVICE.get(shown, ""), **details)


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


def _oddity(response: Response, body: Optional[JsonObject], secrets: Collection[str]) -> str:
    if body is not None:
        return "the answer is neither a success nor an error that the API documents"
    if response.status in _REDIRECTS:
        return "the answer is a redirect, and none is followed"
    if not response.body:
        return "the answer is empty"
    # Masked before it is cut: part of a secret is one, too.
    quoted = mask_bytes(response.body[:_QUOTED], secrets)[: 4 * _EXCERPT]
    start = clean(quoted.decode("utf-8", "replace").strip(), _EXCERPT)
    return f"the answer is not the API's JSON but begins with {start!r}"
