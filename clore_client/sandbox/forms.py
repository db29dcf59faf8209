"""Reads request bodies by the wire's names and types; knows nothing of the market's state."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional

from .refusal import field, malformed

JsonMapping = Mapping[str, Any]

# The developer reference's limits, in characters.
_TEXT_LIMITS = {"ssh_password": 32, "jupyter_token": 32, "ssh_key": 3072, "command": math.inf}
_ALPHANUMERIC = re.compile("[A-Za-z0-9]*")
_FLAGS = ("autossh_entrypoint", "remember_password")
_ISSUE_LIMIT = 2048
_LAST_PORT = 65535
_DIGITS = 18
#: More than any id or amount of the live API.
LARGEST = 1e18


@dataclass(frozen=True)
class OrderForm:
    """A well-formed create_order body; ``bid`` is set on spot orders only. Prices per day."""

    server_id: int
    currency: str
    image: str
    bid: Optional[float]
    required_price: Optional[float]
    ports: Dict[str, str]
    env: Dict[str, str]

    @property
    def spot(self) -> bool:
        """Whether this is a bid on the spot market."""
        return self.bid is not None


@dataclass(frozen=True)
class CancelForm:
    """A well-formed cancel_order body."""

    order_id: int


def order(value: Any) -> OrderForm:
    """Read a create_order body; anything out of shape is code 2."""
    body = mapping(value)
    kind = text(body, "type")
    if kind not in ("on-demand", "spot"):
        raise malformed()
    _check_extras(body)
    return OrderForm(
        integer(body, "renting_server"),
        text(body, "currency"),
        text(body, "image"),
        number(body, "spotprice") if kind == "spot" else None,
        number(body, "required_price") if body.get("required_price") is not None else None,
        _ports(body.get("ports")),
        _env(body.get("env")),
    )


def cancel(value: Any) -> CancelForm:
    """Read a cancel_order body; an issue of more than 2048 characters has an error of its own."""
    body = mapping(value)
    form = CancelForm(identifier(body, "id"))
    if body.get("issue") is not None and len(text(body, "issue", empty=True)) > _ISSUE_LIMIT:
        raise field("issue_description_too_long")
    return form


def mapping(value: Any) -> JsonMapping:
    """Return ``value`` if it is a JSON object."""
    if not isinstance(value, dict):
        raise malformed()
    return value


def text(body: JsonMapping, key: str, *, empty: bool = False) -> str:
    """Return the string at ``key``."""
    value = body.get(key)
    if not isinstance(value, str) or not (value or empty):
        raise malformed()
    return value


def integer(body: JsonMapping, key: str) -> int:
    """Return the integer at ``key``."""
    value = body.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise malformed()
    return value


def is_digits(value: str) -> bool:
    """Tell whether ``value`` is a whole number of a believable length."""
    return value.isascii() and value.isdigit() and len(value) <= _DIGITS


def identifier(body: JsonMapping, key: str) -> int:
    """Return the id at ``key``; digits in a string will do, as two known clients send them."""
    value = body.get(key)
    if isinstance(value, str) and is_digits(value):
        return int(value)
    return integer(body, key)


def number(body: JsonMapping, key: str) -> float:
    """Return the finite, positive number at ``key``."""
    value = body.get(key)
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise malformed()
    if not 0 < value < LARGEST:
        raise malformed()
    return value


def flag(body: JsonMapping, key: str) -> bool:
    """Return the boolean at ``key``."""
    value = body.get(key)
    if not isinstance(value, bool):
        raise malformed()
    return value


def _check_extras(body: JsonMapping) -> None:
    for key, limit in _TEXT_LIMITS.items():
        if body.get(key) is not None and len(text(body, key, empty=True)) > limit:
            raise malformed()
    if not _ALPHANUMERIC.fullmatch(body.get("ssh_password") or ""):
        raise malformed()
    for key in _FLAGS:
        if body.get(key) is not None:
            flag(body, key)


def _ports(value: Any) -> Dict[str, str]:
    ports = dict(mapping({} if value is None else value))
    if any(not _is_port(port) or kind not in ("tcp", "http") for port, kind in ports.items()):
        raise malformed()
    # An order row has room for one http_port only.
    if list(ports.values()).count("http") > 1:
        raise malformed()
    return ports


def _is_port(value: str) -> bool:
    return is_digits(value) and 1 <= int(value) <= _LAST_PORT


def _env(value: Any) -> Dict[str, str]:
    env = dict(mapping({} if value is None else value))
    if not all(isinstance(text, str) for text in env.values()):
        raise malformed()
    return env
