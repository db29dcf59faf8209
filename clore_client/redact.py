"""Keeps secrets out of what is shown: error texts, answers that echo them, records. Pure."""

from __future__ import annotations

import html
import json
from typing import Any, Iterable, Iterator, List, Set
from urllib.parse import quote

from .errors import CloreAPIError

MASK = "********"

#: Fields of requests and answers whose value is a secret.
FIELDS = frozenset(
    [
        "api_key",
        "auth",
        "auto_login",
        "dockerhub_auth",
        "init_token",
        "jupyter_token",
        "ssh_password",
        "token",
    ]
)

#: Shorter ones stand in every text: masking the "1" of ``DEBUG=1`` would only hide the answer.
_SHORTEST = 4


def secrets_in(value: Any) -> Set[str]:
    """The secrets of a request's JSON: passwords, tokens, and all values of ``env``."""
    found: Set[str] = set()
    for name, item in _members(value):
        if name == "env" and isinstance(item, dict):
            found.update(text for text in item.values() if isinstance(text, str))
        elif name in FIELDS and isinstance(item, str):
            found.add(item)
    return found


def _members(value: Any) -> Iterator[Any]:
    for row in value if isinstance(value, list) else [value]:
        if isinstance(row, dict):
            yield from row.items()


def mask_bytes(data: bytes, secrets: Iterable[str]) -> bytes:
    """``data`` without ``secrets``, however a server that echoes them has written them."""
    for secret in _longest_first(secrets):
        for written in _spellings(secret):
            data = data.replace(written, MASK.encode())
    return data


def _longest_first(secrets: Iterable[str]) -> List[str]:
    """A secret that is part of another one must not leave the rest of it readable."""
    return sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)


def _spellings(secret: str) -> Set[bytes]:
    texts = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        quote(secret, safe="", errors="replace"),
        html.escape(secret),
    }
    return {text.encode("utf-8", "surrogatepass") for text in texts}


def mask_text(text: str, secrets: Iterable[str]) -> str:
    """``text`` without ``secrets``."""
    for secret in _longest_first(secrets):
        text = text.replace(secret, MASK)
    return text


def mask_value(value: Any, secrets: Iterable[str]) -> Any:
    """A copy of a JSON ``value`` without ``secrets`` and without what secret fields hold."""
    known = set(secrets)
    if isinstance(value, dict):
        return {
            mask_text(name, known): MASK
            if name in FIELDS and isinstance(item, str)
            else mask_value(item, known)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [mask_value(item, known) for item in value]
    if isinstance(value, str):
        return MASK if value in known else mask_text(value, known)
    return value


def scrub(error: CloreAPIError, secrets: Iterable[str]) -> None:
    """Take ``secrets`` out of ``error``: its text, and the answer that it carries."""
    known = set(secrets)
    error.args = tuple(mask_text(a, known) if isinstance(a, str) else a for a in error.args)
    if error.response is not None:
        error.response = mask_value(error.response, known)
