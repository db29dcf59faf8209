"""Checks what is sent to GigaSPOT, and writes it in the API's form. Pure.

The limits are those that the SDK of GigaSPOT's makers keeps to; the API's documents say nothing.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Hashable, List, Mapping, Sequence

from . import models, validate
from .wire import JsonObject

if TYPE_CHECKING:
    from .models import GigaspotEdit, GigaspotOrder

#: CLORE per day.
LOWEST_PRICE, HIGHEST_PRICE = 0.0001, 5000

#: Characters: of all variables as JSON together, of one name, of one value.
ENV_LIMIT, ENV_NAME_LIMIT, ENV_VALUE_LIMIT = 12288, 128, 1536

POWER_LIMIT = "pl"
_GPU_SETTINGS = (POWER_LIMIT, "core_lock", "mem_lock", "core_offset", "mem_offset")
_LARGEST = 10**6  # more than any clock in MHz, offset or power limit in W


def orders(value: Any) -> List[JsonObject]:
    """The body of create_gigaspot_orders.

    Raises:
        InvalidInputError: ``argument`` names the order and what is wrong with it, such as
            ``"orders[0].price"``.
    """
    rows = [
        _order(f"orders[{index}]", order)
        for index, order in enumerate(
            _several("orders", value, models.GigaspotOrder, "a GigaspotOrder")
        )
    ]
    _once("orders", "server", [row["renting_server"] for row in rows])
    return rows


def edits(value: Any) -> List[JsonObject]:
    """The body of edit_gigaspot_orders.

    Raises:
        InvalidInputError: as for `orders`, e.g. ``"edits[0].oc"``.
    """
    rows = [
        _edit(f"edits[{index}]", edit)
        for index, edit in enumerate(
            _several("edits", value, models.GigaspotEdit, "a GigaspotEdit")
        )
    ]
    _once("edits", "order", [row["order_id"] for row in rows])
    return rows


def order_ids(value: Any) -> List[int]:
    """The ids in the body of cancel_orders, each once."""
    ids = [
        validate.identifier(f"order_ids[{index}]", order_id)
        for index, order_id in enumerate(_several("order_ids", value, int, "a whole number"))
    ]
    return list(dict.fromkeys(ids))


def _several(argument: str, value: Any, kind: Any, words: str) -> Sequence[Any]:
    """A sequence of ``kind``, called ``words`` in a refusal, that is not empty."""
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)) or not value:
        raise validate.refuse(argument, "must be a list that is not empty")
    for index, item in enumerate(value):
        if not isinstance(item, kind):
            raise validate.refuse(f"{argument}[{index}]", f"must be {words}")
    return value


def _once(argument: str, what: str, ids: List[Hashable]) -> None:
    """Two rows for one id: it is not known which of them would count."""
    if len(set(ids)) < len(ids):
        raise validate.refuse(argument, f"must not name a {what} twice")


def _order(name: str, order: GigaspotOrder) -> JsonObject:
    row: JsonObject = {
        "currency": validate.line(f"{name}.currency", order.currency),
        "image": validate.line(f"{name}.image", order.image),
        "renting_server": validate.identifier(f"{name}.server_id", order.server_id),
        "price": _price(f"{name}.price", order.price),
        "oc": _oc(f"{name}.oc", order.oc),
    }
    if order.env is not None:
        row["env"] = _env(f"{name}.env", order.env)
    return row


def _edit(name: str, edit: GigaspotEdit) -> JsonObject:
    row: JsonObject = {
        "order_id": validate.identifier(f"{name}.order_id", edit.order_id),
        "price": _price(f"{name}.price", edit.price),
    }
    if edit.oc is not None:
        row["oc"] = _oc(f"{name}.oc", edit.oc)
    return row


def _price(argument: str, value: Any) -> float:
    price = validate.positive(argument, value)
    if not LOWEST_PRICE <= price <= HIGHEST_PRICE:
        limits = f"{LOWEST_PRICE} to {HIGHEST_PRICE}"
        raise validate.refuse(argument, f"must be {limits} CLORE per day")
    return price


def _oc(argument: str, value: Any) -> List[Dict[str, int]]:
    return [
        _gpu(f"{argument}[{index}]", settings)
        for index, settings in enumerate(_several(argument, value, Mapping, "a mapping"))
    ]


def _gpu(argument: str, settings: Mapping[Any, Any]) -> Dict[str, int]:
    for setting, value in settings.items():
        if setting not in _GPU_SETTINGS:
            raise validate.refuse(argument, f"may hold {', '.join(_GPU_SETTINGS)} only")
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
            raise validate.refuse(f"{argument}.{setting}", "must be a whole number")
    if settings.get(POWER_LIMIT, 0) <= 0:
        raise validate.refuse(argument, f'needs "{POWER_LIMIT}", the power limit in W, above zero')
    return dict(settings)


def _env(argument: str, value: Any) -> Dict[str, str]:
    env = validate.environment(argument, value)
    for name, content in env.items():
        if len(name) > ENV_NAME_LIMIT:
            raise validate.refuse(argument, f"has a name of more than {ENV_NAME_LIMIT} characters")
        if len(content) > ENV_VALUE_LIMIT:
            raise validate.refuse(
                argument, f"has a value of more than {ENV_VALUE_LIMIT} characters"
            )
    # As it is sent. Written more tightly it could be shorter, but nothing tells who counts how.
    if len(json.dumps(env)) >= ENV_LIMIT:
        raise validate.refuse(argument, f"must be less than {ENV_LIMIT} characters of JSON")
    return env
