"""The compiled decoder and its converters: what becomes of odd values."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Union

import pytest
from optional import some

from clore_client import convert, decode

INF, NAN = math.inf, math.nan


def nested(levels: int) -> List[Any]:
    value: List[Any] = ["x"]
    for _ in range(levels):
        value = [value]
    return value


DEEP = nested(100_000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5), (-5, -5), (5.0, 5), ("38", 38), ("-7", -7), ("+7", 7),
        (None, None), (True, None), (False, None), (5.9, None), ("5.9", None), ("", None),
        ("٣", None), ("1_000", None), (" 5", None), ("5\n", None),
        (NAN, None), (INF, None), ([5], None), ({}, None),
    ],
)  # fmt: skip
def test_whole_numbers(value: Any, expected: Optional[int]) -> None:
    result = convert.as_int(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1.5, 1.5), (2, 2.0), ("0.00001", 1e-05), ("9.31", 9.31), ("1e3", 1000.0), ("-.5", -0.5),
        ("5.", 5.0), (None, None), (True, None), (NAN, None), (INF, None), (-INF, None),
        ("nan", None), ("inf", None), ("1_0", None), ("1e9999", None), ("lots", None), ("", None),
        ([1.5], None), ({}, None),
    ],
)  # fmt: skip
def test_numbers(value: Any, expected: Optional[float]) -> None:
    result = convert.as_float(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True), (False, False), (1, True), (0, False),
        (None, None), ("no", None), ("true", None), (2, None), (1.0, None), ([], None), ("", None),
    ],
)  # fmt: skip
def test_truth(value: Any, expected: Optional[bool]) -> None:
    assert convert.as_bool(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("8080", "8080"), (8080, "8080"), ("", ""), (None, None), (True, None), (1.5, None),
        (["a"], None), ({}, None),
    ],
)  # fmt: skip
def test_texts(value: Any, expected: Optional[str]) -> None:
    assert convert.as_str(value) == expected


def test_huge_numbers() -> None:
    assert convert.as_int("9" * 5000) is None
    assert convert.as_float("9" * 100_000) is None
    assert convert.as_float(10**400) is None
    assert convert.as_str(10**5000) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", ["b", ["c"]], "d", []], ["a", "b", "c", "d"]), ([], []),
        ("abc", []), (None, []), ({"a": 1}, []), (DEEP, ["x"]),
    ],
    ids=["nested", "empty", "text", "none", "object", "100,000 deep"],
)  # fmt: skip
def test_lists_in_lists(
    value: Optional[Union[List[Union[str, List[Any]]], str, Dict[str, int]]], expected: List[str]
) -> None:
    assert list(convert.flat(value)) == expected


@dataclass(frozen=True)
class Part:
    size: Optional[int] = None


@dataclass(frozen=True)
class Thing:
    key: int = field(metadata=decode.wire("k", "other_k"))
    name: Optional[str] = None
    kind: str = "plain"
    flags: List[bool] = field(default_factory=list)
    prices: Dict[str, float] = field(default_factory=dict)
    part: Optional[Part] = None
    parts: List[Part] = field(default_factory=list)
    by_name: Dict[str, Part] = field(default_factory=dict)
    shout: Optional[str] = field(
        default=None, metadata=decode.wire(convert=lambda v: v.upper() if v else None)
    )
    anything: Optional[Any] = None


read = decode.decoder(Thing)


def test_every_kind_of_field() -> None:
    row: Dict[str, Any] = {
        "k": 1, "name": "n", "kind": "k", "flags": [True, "no", 0], "prices": {"a": 1, "b": None},
        "part": {"size": "4"}, "parts": [{"size": 1}, "odd", None], "by_name": {"x": {}, "y": 3},
        "shout": "hey", "anything": {"raw": NAN},
    }  # fmt: skip
    assert read(row) == Thing(
        key=1, name="n", kind="k", flags=[True, False], prices={"a": 1.0}, part=Part(4),
        parts=[Part(1)], by_name={"x": Part()}, shout="HEY", anything=row["anything"],
    )  # fmt: skip


@pytest.mark.parametrize("odd", [None, 7, "text", 1.5, True, [], ["x"], {"x": []}, [[{}]]])
def test_odd_values_become_the_default_or_the_documented_type(odd: Any) -> None:
    row = dict.fromkeys(["name", "kind", "flags", "prices", "part", "parts", "by_name"], odd)
    thing = read({"k": 1, **row})
    assert some(thing).name is None or type(some(thing).name) is str
    assert type(some(thing).kind) is str
    assert all(type(flag) is bool for flag in some(thing).flags)
    assert all(type(price) is float for price in some(thing).prices.values())
    assert some(thing).part is None or type(some(thing).part) is Part
    assert all(type(part) is Part for part in [*some(thing).parts, *some(thing).by_name.values()])


def test_what_is_missing_is_the_default() -> None:
    assert read({"k": 1}) == Thing(key=1)
    assert some(read({"k": 1})).flags is not some(read({"k": 1})).flags


@pytest.mark.parametrize("row", [None, [], "x", 3, {}, {"k": None}, {"k": "one"}, {"k": True}])
def test_what_cannot_be_read_is_none(row: Any) -> None:
    assert read(row) is None


def test_other_names_are_tried_in_order() -> None:
    assert some(read({"k": 1, "other_k": 2})).key == 1
    assert some(read({"other_k": 2})).key == 2
    assert some(read({"k": "odd", "other_k": "2"})).key == 2


def test_nested_models_are_made_once() -> None:
    thing = read({"k": 1, "part": {"size": 1}})
    assert some(thing).part is some(thing).part


def test_a_type_that_nobody_planned_for_is_refused_when_compiling() -> None:
    with pytest.raises(TypeError, match="no converter"):
        decode.converter(complex)
