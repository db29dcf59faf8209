"""Says in the log what was asked and what came back, without secrets. Pure but for the log.

The logger ``clore_client`` has a line per exchange at DEBUG. Bodies go to ``clore_client.wire``,
whose level must be set on its own: they name orders and servers, and a program that wants to know
what the SDK does has not asked for that.
"""

from __future__ import annotations

import json
import logging
from typing import Any, Collection
from urllib.parse import urlencode

from . import jsontext, logs
from .endpoint import Call
from .errors import AnswerTooLargeError, CloreAPIError
from .redact import mask_text, mask_value
from .text import clean
from .wire import Response

logger: logging.Logger = logs.logger()
bodies: logging.Logger = logs.bodies()

#: Characters of a body: the marketplace has 2.5 million.
LIMIT = 2_000


def asked(call: Call[Any], secrets: Collection[str]) -> None:
    """Log the body of a request that is about to leave."""
    if call.json is not None and bodies.isEnabledFor(logging.DEBUG):
        bodies.debug("> %s", _written(call.json, secrets))


def answered(
    call: Call[Any], response: Response, seconds: float, attempt: int, secrets: Collection[str]
) -> None:
    """Log one exchange: what was asked, the status, the size, and how long it took."""
    if logger.isEnabledFor(logging.DEBUG):
        size, where = len(response.body), _where(call, secrets)
        text = "%s: HTTP %d, %d bytes, %.3f s%s"
        logger.debug(text, where, response.status, size, seconds, _again(attempt))
    if bodies.isEnabledFor(logging.DEBUG):
        bodies.debug("< %s", shown(response.body, secrets))


def failed(
    call: Call[Any],
    error: CloreAPIError,
    seconds: float,
    attempt: int,
    secrets: Collection[str],
) -> None:
    """Log a request that got no answer."""
    if logger.isEnabledFor(logging.DEBUG):
        where, what = _where(call, secrets), mask_text(error.message, secrets)
        text = "%s: no answer after %.3f s%s: %s"
        logger.debug(text, where, seconds, _again(attempt), clean(what))


def shown(body: bytes, secrets: Collection[str]) -> str:
    """The beginning of a body on one line, without ``secrets`` and what secret fields hold.

    JSON that cannot be read is not shown: where a field ends is then anybody's guess.
    """
    try:
        value: Any = jsontext.loads(body)
    except (AnswerTooLargeError, ValueError):
        if body.lstrip()[:1] in (b"{", b"["):
            return f"({len(body)} bytes that are no readable JSON)"
        return clean(mask_text(body.decode("utf-8", "replace"), secrets), LIMIT)
    return _written(value, secrets)


def _written(value: Any, secrets: Collection[str]) -> str:
    # Masked before it is cut: part of a secret is one, too.
    try:
        return clean(json.dumps(mask_value(value, secrets)), LIMIT)
    except (RecursionError, TypeError, ValueError):
        return "(no JSON)"


def _where(call: Call[Any], secrets: Collection[str]) -> str:
    place = mask_text(call.url or call.spec.path, secrets)
    if call.query:
        place += "?" + urlencode(mask_value(dict(call.query), secrets), safe="*")
    return f"{call.spec.method} {clean(place, 300)}"


def _again(attempt: int) -> str:
    return f", attempt {attempt}" if attempt > 1 else ""
