"""What is sent to GigaSPOT, and what is refused before, by name and without quoting it."""

from __future__ import annotations

import dataclasses
from typing import Any, Callable, Dict, Optional

import pytest

from clore_client import validate_gigaspot
from clore_client.errors import InvalidInputError
from clore_client.models import GigaspotEdit, GigaspotOrder

ORDER = GigaspotOrder(7, "a3f9c4d7e5b088d8a0bff880", 30.125, [{"pl": 160}])
EDIT = GigaspotEdit(655201, 30.5)


def test_the_smallest_order_and_edit() -> None:
    assert validate_gigaspot.orders([ORDER]) == [
        {
            "currency": "CLORE-Blockchain",
            "image": "a3f9c4d7e5b088d8a0bff880",
            "renting_server": 7,
            "price": 30.125,
            "oc": [{"pl": 160}],
        }
    ]
    assert validate_gigaspot.edits((EDIT,)) == [{"order_id": 655201, "price": 30.5}]


def test_the_limits_are_inclusive_and_the_json_is_below_its_limit() -> None:
    env: Dict[str, Any] = {"n" * 128: "v" * 1536, **{f"n{i}": "v" * 1500 for i in range(7)}}
    order = dataclasses.replace(ORDER, env=env)
    for price in (0.0001, 1, 5000):
        (row,) = validate_gigaspot.orders([dataclasses.replace(order, price=price)])
        assert (row["price"], row["env"]) == (price, env)


def test_offsets_may_be_negative() -> None:
    oc = [{"pl": 1, "core_lock": 0, "mem_lock": 5000, "core_offset": -200, "mem_offset": -1}]
    assert validate_gigaspot.orders([dataclasses.replace(ORDER, oc=oc)])[0]["oc"] == oc


def refused(check: Callable[[Any], object], value: Any) -> Optional[str]:
    with pytest.raises(InvalidInputError) as caught:
        check(value)
    assert caught.value.response is None
    assert str(caught.value).startswith(f"{caught.value.argument} ")
    return caught.value.argument


BAD = [
    ("price", "price", 0.00009),
    ("price", "price", 5000.01),
    ("price", "price", float("nan")),
    ("price", "price", 10**400),
    ("price", "price", "30"),
    ("price", "price", True),
    ("oc", "oc", []),
    ("oc", "oc", {"pl": 160}),
    ("oc", "oc", "pl"),
    ("oc[0]", "oc", ["pl"]),
    ("oc[1]", "oc", [{"pl": 160}, {}]),
    ("oc[0]", "oc", [{"core_lock": 950}]),
    ("oc[0]", "oc", [{"pl": 0}]),
    ("oc[0]", "oc", [{"pl": -5}]),
    ("oc[0]", "oc", [{"pl": 160, "fan": 30}]),
    ("oc[0].pl", "oc", [{"pl": 160.5}]),
    ("oc[0].pl", "oc", [{"pl": True}]),
    ("oc[0].mem_lock", "oc", [{"pl": 160, "mem_lock": None}]),
    ("oc[0].core_offset", "oc", [{"pl": 160, "core_offset": 10**400}]),
]
BAD_ORDERS = [
    *BAD,
    ("server_id", "server_id", 0),
    ("server_id", "server_id", "7"),
    ("image", "image", " "),
    ("image", "image", "two\nlines"),
    ("currency", "currency", ""),
    ("env", "env", ["A=1"]),
    ("env", "env", {"A": 1}),
    ("env", "env", {"A": "x&y"}),
    ("env", "env", {"n" * 129: "v"}),
    ("env", "env", {"n": "v" * 1537}),
    ("env", "env", {f"n{i}": "v" * 1536 for i in range(8)}),
]


@pytest.mark.parametrize(("argument", "field", "value"), BAD_ORDERS)
def test_orders_refused_by_name(argument: str, field: str, value: Any) -> None:
    orders = [ORDER, dataclasses.replace(ORDER, server_id=8, **{field: value})] if (
        field != "server_id"
    ) else [ORDER, dataclasses.replace(ORDER, server_id=value)]  # fmt: skip
    assert refused(validate_gigaspot.orders, orders) == f"orders[1].{argument}"


@pytest.mark.parametrize(("argument", "field", "value"), BAD)
def test_edits_refused_by_name(argument: str, field: str, value: Any) -> None:
    edits = [EDIT, dataclasses.replace(EDIT, order_id=8, **{field: value})]
    assert refused(validate_gigaspot.edits, edits) == f"edits[1].{argument}"


@pytest.mark.parametrize(
    ("check", "value", "argument"),
    [
        (validate_gigaspot.orders, [], "orders"),
        (validate_gigaspot.orders, ORDER, "orders"),
        (validate_gigaspot.orders, None, "orders"),
        (validate_gigaspot.orders, [ORDER, {"server_id": 7}], "orders[1]"),
        (validate_gigaspot.orders, [ORDER, ORDER], "orders"),
        (validate_gigaspot.edits, (), "edits"),
        (validate_gigaspot.edits, [EDIT, EDIT], "edits"),
        (validate_gigaspot.edits, [EDIT, GigaspotEdit(0, 1)], "edits[1].order_id"),
        (validate_gigaspot.order_ids, [], "order_ids"),
        (validate_gigaspot.order_ids, "38", "order_ids"),
        (validate_gigaspot.order_ids, {38: 1}, "order_ids"),
        (validate_gigaspot.order_ids, [38, "39"], "order_ids[1]"),
        (validate_gigaspot.order_ids, [True], "order_ids[0]"),
        (validate_gigaspot.order_ids, [0], "order_ids[0]"),
    ],
)
def test_what_is_no_list_of_them(check: Callable[[Any], object], value: Any, argument: str) -> None:
    assert refused(check, value) == argument


def test_ids_to_cancel_are_sent_once() -> None:
    assert validate_gigaspot.order_ids((39, 38, 39)) == [39, 38]


@pytest.mark.parametrize(
    "env", [{"T": "&hunter2"}, {"T": "hunter2" * 300}, {f"T{i}": "hunter2" * 200 for i in range(9)}]
)
def test_no_secret_is_shown(env: Any) -> None:
    order = dataclasses.replace(ORDER, env=env)
    assert "hunter2" not in repr(order)
    with pytest.raises(InvalidInputError) as caught:
        validate_gigaspot.orders([order])
    assert "hunter2" not in str(caught.value)
