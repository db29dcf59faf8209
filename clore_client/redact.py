"""Keeps secrets out of what is shown: error texts, answers that echo them, records. Pure."""

from __future__ import annotations

import contextlib
import json
import re
from typing import Any, Iterable, Iterator, List, Mapping, Set
from urllib.parse import quote

from .errors import CloreAPIError
from .secret_names import is_secret

MASK = "********"

#: Fields of the API's own requests and answers whose value is a secret.
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
    failed_to_cancel failed_to_oc_servers failed_to_rent_servers too_low_bids_servers
    success_to_update_ids failed_to_update_ids too_low_bid_ids success
"""
_OWN_WORDS = frozenset(re.findall("[a-z]+", _REFUSALS))

#: The refusals themselves and the names in answers: part of the API, whatever a variable holds.
_OWN_NAMES = frozenset(re.findall("[a-z_-]+", _REFUSALS))

#: Characters of a secret up to which every mixture of spellings is looked for: the pattern for a
#: file of 50 kB took seconds. A run of backslashes can be read in more ways than can be tried.
_SPELLED = 1_000
_BACKSLASHES = 8


def secrets_in(value: Any) -> Set[str]:
    """The secrets of a request's JSON, at every depth: passwords, tokens, and values of ``env``."""
    found: Set[str] = set()
    with contextlib.suppress(RecursionError):  # the transport will say that it is no JSON
        _collect(value, found)
    return found


def _collect(value: Any, found: Set[str]) -> None:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == "env":
                found.update(_variables(item))
            elif is_secret(str(name)):
                found.update(_texts(item))
            else:
                _collect(item, found)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _collect(item, found)


def _variables(env: Any) -> Iterator[str]:
    """The values of ``env``, and of the NAME=VALUE lines that it may be made of instead."""
    lines = not isinstance(env, Mapping)
    for text in _texts(env):
        yield text
        if lines:
            parts = (line.partition("=") for line in text.splitlines())
            yield from (value for _, mark, value in parts if mark)


def _texts(value: Any) -> Iterator[str]:
    """Everything in ``value`` that can be a secret, as a text."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)


#: What `html.escape` writes, whose package holds the names of 2,000 characters: 1 ms to import.
_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
#: Spellings that only some encoders choose.
_RARE = {"/": (b"\\/",), " ": (b"+",), "'": (b"&apos;",)}


def mask_bytes(data: bytes, secrets: Iterable[str]) -> bytes:
    """``data`` without ``secrets``, however a server that echoes them has written them."""
    for secret in _longest_first(secrets):
        if secret.isascii() and secret.isalnum():  # each key: there is one way to write it
            data = data.replace(secret.encode(), MASK.encode())
        elif len(secret) > _SPELLED or secret.count("\\") > _BACKSLASHES:
            for written in _whole(secret):
                data = data.replace(written, MASK.encode())
        else:
            data = re.sub(b"".join(map(_spellings, secret)), MASK.encode(), data)
    return data


def _whole(secret: str) -> Set[bytes]:
    """``secret`` as each of the usual encoders writes the whole of it."""
    in_json = json.dumps(secret)[1:-1]
    texts = (secret, in_json, json.dumps(secret, ensure_ascii=False)[1:-1])
    others = (in_json.replace("/", "\\/"), secret.translate(_HTML), quote(secret, safe=""))
    return {_bytes(text) for text in (*texts, *others)}


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
        _bytes(char.translate(_HTML)),
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
    if isinstance(value, Mapping):
        return {
            name if name in _OWN_NAMES else mask_text(str(name), known): (
                _hidden(item, known)
                if name == "env" or is_secret(str(name))
                else mask_value(item, known)
            )
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [mask_value(item, known) for item in value]
    if isinstance(value, str) and value not in _OWN_NAMES:
        whole = value in known and value not in _OWN_WORDS
        return MASK if whole else mask_text(value, known)
    return value


def _hidden(value: Any, known: Set[str]) -> Any:
    """A secret's place; the names in an object stay, for they say which secret it is."""
    if isinstance(value, Mapping):
        return {mask_text(str(name), known): MASK for name in value}
    return value if value is None or isinstance(value, bool) else MASK


def mask_fields(value: Any) -> Any:
    """A copy of the API's own ``value`` in which `FIELDS` and the values of ``env`` are masked.

    Other names stay, whatever they sound like: programs read this.
    """
    if isinstance(value, Mapping):
        return {
            name: _hidden(item, set()) if name == "env" or name in FIELDS else mask_fields(item)
            for name, item in value.items()
        }
    return [mask_fields(item) for item in value] if isinstance(value, (list, tuple)) else value


def scrub(error: CloreAPIError, secrets: Iterable[str]) -> None:
    """Take ``secrets`` out of ``error``: its text, and the answer that it carries."""
    known = set(secrets)
    error.args = tuple(mask_text(a, known) if isinstance(a, str) else a for a in error.args)
    if error.response is not None:
        error.response = mask_value(error.response, known)
