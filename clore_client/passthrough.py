"""Calls of any endpoint by its method and path, those that this SDK has no method for included."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional, cast

from . import endpoints, validate
from .endpoint import ANY, Call, Spec
from .plan import Run
from .steps import Steps
from .workflows import Workflow

_METHOD = r"[A-Z]{1,16}"
_PATH = r"/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*"


@Workflow
def request(
    run: Run,
    method: str,
    path: str,
    query: Optional[Mapping[str, str]] = None,
    json: Any = None,
) -> Steps[Dict[str, Any]]:
    """Call any endpoint and return its answer as it came, with the same limits and errors.

    Only the methods of this client know how to find an order again: prefer `create_order` to
    ``request("POST", "/create_order")``, which is sent once and then not looked after.

    Args:
        method: ``"GET"`` or ``"POST"``.
        path: below the base URL, e.g. ``"/wallets"``.
        query: the query parameters.
        json: the JSON body.
    """
    call: Call[Dict[str, Any]] = Call(
        dict, validate.query("query", query or {}), json, spec(method, path)
    )
    return (yield from run(call))


@Workflow
def request_raw(
    run: Run,
    method: str,
    path: str,
    query: Optional[Mapping[str, str]] = None,
    json: Any = None,
) -> Steps[bytes]:
    """Call any endpoint and return the bytes of its answer, with the same limits and errors.

    Args:
        method: ``"GET"`` or ``"POST"``.
        path: below the base URL, e.g. ``"/wallets"``.
        query: the query parameters.
        json: the JSON body.

    Returns:
        The body of an answer without error, as it was sent; it is a JSON object.
    """
    asked = validate.query("query", query or {})
    call: Call[Any] = Call(dict, asked, json, spec(method, path), as_sent=True)
    return cast("bytes", (yield from run(call)))


def spec(method: str, path: str) -> Spec:
    """The contract of ``method path``: the declared one, or a careful one for what is not known.

    Raises:
        InvalidInputError: no method or no path of an endpoint.
    """
    method, path = validate.line("method", method).upper(), validate.line("path", path)
    if not re.fullmatch(_METHOD, method):
        raise validate.refuse("method", 'must be a word such as "GET"')
    if not re.fullmatch(_PATH, path):
        raise validate.refuse("path", 'must be a plain path such as "/wallets"')
    path = "/" + path.lstrip("/")
    for known in endpoints.ENDPOINTS.values():
        if (known.spec.method, known.spec.path) == (method, path):
            return known.spec
    return Spec(path.strip("/"), method, path, idempotent=method == "GET", buckets=(ANY,))
