"""Keeps secrets out of what is shown: error texts, answers that echo them, records. Pure."""

from __future__ import annotations

import html
import json
import re
from typing import Any, Iterable, Iterator, List, Set

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

#: Words of the API's own refusals: the "server" of ``MODE=server`` is in them, but not for that
#: reason, and a refusal whose name is masked is none that a program knows.
_REFUSALS = """
    {"code": 6, "error": "", "status": "", "order": {"id": null}, "a": true, "b": false}
    server-already-rented server-dont-exist server-offline not_enough_balance
    cant_rent_from_yourself too_low_price min_price you_already_have_spot_order
    currency-not-allowed machine-is-on-gigaspot you_dont_own_this_order order_not_active
    amount_too_low can_lower_every_600_seconds time_to_lowering exceeded_max_step
    not_all_parameters_present invalid_mrl invalid_input issue_description_too_long
    failed_to_cancel success
"""
_OWN_WORDS = frozenset(re.findall("[a-z]+", _REFUSALS))

_ANSWER_LIMIT = 1 << 20  # bytes; an answer to a request with secrets in it has some hundred


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


def mask_answer(data: bytes, secrets: Iterable[str]) -> bytes:
    """An answer without ``secrets``; one that is JSON stays JSON.

    The 8888 of ``PORT=8888`` may be a number in it, and a rental that was accepted must not
    become an answer that nobody can read.
    """
    known = set(secrets)
    masked = mask_bytes(data, known)
    if masked == data or len(data) > _ANSWER_LIMIT:
        return masked
    try:
        return json.dumps(mask_value(json.loads(data), known)).encode()
    except (ValueError, RecursionError):
        return masked


#: Spellings that only some encoders choose.
_RARE = {"/": (b"\\/",), " ": (b"+",), "'": (b"&apos;",)}


def mask_bytes(data: bytes, secrets: Iterable[str]) -> bytes:
    """``data`` without ``secrets``, however a server that echoes them has written them."""
    for secret in _longest_first(secrets):
        if secret.isascii() and secret.isalnum():  # each key: there is one way to write it
            data = data.replace(secret.encode(), MASK.encode())
        else:
            data = re.sub(b"".join(map(_spellings, secret)), MASK.encode(), data)
    return data


def _longest_first(secrets: Iterable[str]) -> List[str]:
    """A secret that is part of another one must not leave the rest of it readable."""
    hidden = {s for s in secrets if len(s) >= _SHORTEST and s not in _OWN_WORDS}
    return sorted(hidden, key=len, reverse=True)


def _spellings(char: str) -> bytes:
    """A pattern for ``char`` as text, JSON, URLs, forms and HTML may hold it."""
    raw = _bytes(char)
    if char.isascii() and char.isalnum():
        return raw
    units = char.encode("utf-16-be", "surrogatepass").hex()
    latin = char.encode("latin-1", "ignore") or raw
    exact = {
        raw,
        latin,
        _bytes(json.dumps(char)[1:-1]),
        _bytes(html.escape(char)),
        *_RARE.get(char, ()),
    }
    any_case = (
        "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4)),
        "".join(f"%{byte:02x}" for byte in raw),
        f"&#{ord(char)};",
        f"&#x{ord(char):x};",
    )
    ways = [b"(?i:%b)" % re.escape(way.encode()) for way in any_case]
    # The longer ones first: a % may be the beginning of %25.
    ways += [re.escape(way) for way in sorted(exact, key=len, reverse=True)]
    return b"(?:%b)" % b"|".join(ways)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def mask_text(text: str, secrets: Iterable[str]) -> str:
    """``text`` without ``secrets``: it may quote a request, in which they are escaped."""
    return mask_bytes(_bytes(text), secrets).decode("utf-8", "surrogatepass")


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
        whole = value in known and value not in _OWN_WORDS
        return MASK if whole else mask_text(value, known)
    return value


def scrub(error: CloreAPIError, secrets: Iterable[str]) -> None:
    """Take ``secrets`` out of ``error``: its text, and the answer that it carries."""
    known = set(secrets)
    error.args = tuple(mask_text(a, known) if isinstance(a, str) else a for a in error.args)
    if error.response is not None:
        error.response = mask_value(error.response, known)
