"""Reads the bodies of GigaSPOT's endpoints, which are arrays; knows nothing of the market."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Optional, TypeVar

from . import forms
from .forms import JsonMapping
from .order import Row
from .refusal import malformed

T = TypeVar("T")

# Those of the SDK of GigaSPOT's makers: CLORE per day, and characters.
_PRICES = (0.0001, 5000)
_ENV_LIMIT, _NAME_LIMIT, _VALUE_LIMIT = 12288, 128, 1536
_SETTINGS = ("pl", "core_lock", "mem_lock", "core_offset", "mem_offset")


@dataclass(frozen=True)
class BidForm:
    """A well-formed entry of create_gigaspot_orders. Price in CLORE per day."""

    server_id: int
    currency: str
    image: str
    price: float
    oc: List[Row]


@dataclass(frozen=True)
class EditForm:
    """A well-formed entry of edit_gigaspot_orders."""

    order_id: int
    price: float
    oc: Optional[List[Row]]


def bids(value: Any) -> List[BidForm]:
    """Read a create_gigaspot_orders body; anything out of shape is code 2."""
    return _entries(value, _bid)


def edits(value: Any) -> List[EditForm]:
    """Read an edit_gigaspot_orders body; anything out of shape is code 2."""
    return _entries(value, _edit)


def order_ids(value: Any) -> List[int]:
    """Read a cancel_orders body."""
    ids = forms.mapping(value).get("order_ids")
    if not isinstance(ids, list):
        raise malformed()
    return [forms.identifier({"id": order_id}, "id") for order_id in ids]


def _entries(value: Any, read: Callable[[JsonMapping], T]) -> List[T]:
    if not isinstance(value, list) or not value:
        raise malformed()
    return [read(forms.mapping(entry)) for entry in value]


def _bid(body: JsonMapping) -> BidForm:
    _check_env(forms.mapping(body.get("env", {})))
    return BidForm(
        forms.integer(body, "renting_server"),
        forms.text(body, "currency"),
        forms.text(body, "image"),
        _price(body),
        _oc(body.get("oc")),
    )


def _edit(body: JsonMapping) -> EditForm:
    oc = None if body.get("oc") is None else _oc(body["oc"])
    return EditForm(forms.identifier(body, "order_id"), _price(body), oc)


def _price(body: JsonMapping) -> float:
    price = forms.number(body, "price")
    if not _PRICES[0] <= price <= _PRICES[1]:
        raise malformed()
    return price


def _oc(value: Any) -> List[Row]:
    if not isinstance(value, list) or not value:
        raise malformed()
    return [_settings(forms.mapping(entry)) for entry in value]


def _settings(entry: JsonMapping) -> Dict[str, int]:
    if "pl" not in entry or not set(entry) <= set(_SETTINGS):
        raise malformed()
    return {name: forms.integer(entry, name) for name in entry}


def _check_env(env: JsonMapping) -> None:
    for name in env:
        if len(name) > _NAME_LIMIT or len(forms.text(env, name, empty=True)) > _VALUE_LIMIT:
            raise malformed()
    if len(json.dumps(env)) >= _ENV_LIMIT:
        raise malformed()
