"""JSON of strangers: bounds before it is read, numbers as they were sent."""

from __future__ import annotations

import json
import math
import tracemalloc
from typing import Any, List

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import FIXTURES, payload

from clore_client import jsontext
from clore_client.amounts import Exact
from clore_client.errors import AnswerTooLargeError

MB = 1_000_000
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=40,
)  # fmt: skip


def filled(unit: bytes, size: int) -> bytes:
    """A list of ``unit`` again and again, ``size`` bytes of it."""
    return b"[" + unit * (size // len(unit)) + b"0]"


@given(VALUES, st.booleans())
def test_ordinary_json_is_what_json_loads_makes_of_it(value: Any, ascii_only: bool) -> None:
    raw = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert jsontext.loads(raw) == json.loads(raw) == value


@given(st.binary())
def test_any_bytes_give_a_value_or_a_value_error(raw: bytes) -> None:
    try:
        value = jsontext.loads(raw)
    except ValueError:
        return
    assert value == json.loads(raw, parse_constant=lambda _: None)


@pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("*.json")))
def test_recorded_payloads_are_read_as_ever(name: str) -> None:
    raw = (FIXTURES / f"{name}.json").read_bytes()
    value = jsontext.loads(raw)
    assert repr(value) == repr(json.loads(raw))


@pytest.mark.parametrize(
    "literal",
    ["0.123456789012345678901", "123456789.123456789012", "-1.23456789012345678",
     "1.0000000000000000001", "1234567890.000000000100000000000000", "1.23456789012345678901e-05",
     "12345678901234567.8e3"],
)  # fmt: skip
@pytest.mark.parametrize("around", ['{"a":%s}', '[0, {"a": %s}, 0.5]', "%s", '["999", %s\n]'])
def test_more_digits_than_a_float_holds_are_kept(literal: str, around: str) -> None:
    value = jsontext.loads((around % literal).encode())
    assert literal in repr(value)
    assert value == json.loads(around % literal)


def test_one_long_number_leaves_the_others_floats() -> None:
    value = jsontext.loads(b"[0.123456789012345678901, 0.1, 1e5, 7, 12345678901234567890123]")
    assert [type(number) for number in value] == [Exact, float, float, int, int]
    assert value[4] == 12345678901234567890123


def test_long_numbers_in_texts_are_only_texts() -> None:
    raw = b'{"serial": "12345678901234567890123", "%s": "1e400 2E3164", "n": 1.5}' % (b"9" * 30)
    assert jsontext.loads(raw) == json.loads(raw)


@pytest.mark.parametrize(
    "literal",
    ["NaN", "Infinity", "-Infinity", "1e400", "-1E400", "1.5e+0400", "0.1e9999", "9" * 5000,
     "1" + "0" * 5000, "1" + "0" * 400 + ".5"],
    ids=lambda text: text[:12],
)  # fmt: skip
@pytest.mark.parametrize("around", ["[%s]", "[ %s ]", "[1,%s]"])
def test_what_is_no_number_is_none(literal: str, around: str) -> None:
    assert jsontext.loads((around % literal).encode())[-1] is None


def test_a_number_of_a_million_digits_costs_no_time() -> None:
    assert jsontext.loads(b"[0." + b"1" * MB + b"]") == [0.1111111111111111]
    assert jsontext.loads(b"[" + b"1" * MB + b"]") == [None]


@pytest.mark.parametrize("places", range(0, 300, 7))
def test_a_huge_number_is_found_wherever_it_is(places: int) -> None:
    serial = '"ST2-2E3164",' * places
    assert jsontext.loads(f"[{serial}1e999]".encode())[-1] is None


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff\xfe{\0}\0", '{"a": 1}'.encode("utf-16"), '{"a": 1}'.encode("utf-32-le"), b"\xff",
     b'{"a": 1', b"{} {}", b"\xef\xbb\xbf\xef\xbb\xbf{}", b"\\", b'"\\"', b"[1,]", b'{"a\0": 1}'],
)  # fmt: skip
def test_what_is_no_utf8_json_is_a_value_error(raw: bytes) -> None:
    with pytest.raises(ValueError):
        jsontext.loads(raw)


@pytest.mark.parametrize("text", ['{"a": "\\ud800"}', '["\ud800"]', '\ufeff{"a": "\U0001f600"}'])
def test_marks_and_lone_surrogates_are_read_as_by_json_loads(text: str) -> None:
    raw = text.encode("utf-8", "surrogatepass")
    assert jsontext.loads(raw) == json.loads(raw)


def nested(opening: str, closing: str, levels: int, inside: str = "1") -> bytes:
    return (opening * levels + inside + closing * levels).encode()


NESTS = {
    "lists": ("[", "]"),
    "objects": ('{"a":', "}"),
    "both": ('[{"a":', "}]"),
    "elder siblings": ('[{"b":[]},"]",', "]"),
    "younger siblings": ("[", ',{"b":"[["}]'),
    "closed in texts": ('["]",', ',"["]'),
    "escaped quotes": ('["\\"]\\\\",', ',"\\\\\\"["]'),
    "spaces": ('[ "x" , ', " ]"),
}


@pytest.mark.parametrize("shape", NESTS)
def test_nesting_is_measured_whatever_the_texts_say(shape: str) -> None:
    opening, closing = NESTS[shape]
    levels = jsontext.DEEPEST // (2 if shape == "both" else 1)
    # What stands inside the innermost opening may be a level of its own.
    good = nested(opening, closing, levels - 2)
    assert jsontext.loads(good) == json.loads(good)
    with pytest.raises(ValueError, match="deep"):
        jsontext.loads(nested(opening, closing, levels + 1))


@pytest.mark.parametrize("levels", [500, 5_000, 100_000])
@pytest.mark.parametrize("size", [0, 2 * MB])
def test_no_depth_ends_in_another_error(levels: int, size: int) -> None:
    with pytest.raises(ValueError, match="deep"):
        jsontext.loads(nested("[", "]", levels, inside='"' + "x" * size + '"'))


@given(st.lists(st.text('"\\\\[]{}a', max_size=6), max_size=5))
def test_brackets_and_quotes_in_texts_are_no_nesting(texts: List[str]) -> None:
    raw = json.dumps([[{"a": [text]} for text in texts]] * 150).encode()
    assert jsontext.loads(raw) == json.loads(raw)


def test_many_serial_numbers_are_not_looked_at_one_by_one() -> None:
    for text in (b'"ST-2E3164"', b'"0.30000000000000004"'):
        for count, suspected in ((100, False), (102, True)):
            raw = text * count
            assert jsontext._beyond_float(raw, raw.translate(jsontext._KINDS)) is suspected


def test_brackets_that_never_close_are_a_value_error() -> None:
    with pytest.raises(ValueError):
        jsontext.loads(b"[" * 100_000)
    with pytest.raises(ValueError):
        jsontext.loads(b'{"a":' * 300)


def test_many_lists_side_by_side_are_not_deep() -> None:
    raw = filled(b'[{"a":[]}],', 100_000)
    assert jsontext.loads(raw) == json.loads(raw)


UNITS = [b"[],", b"{},", b'{"ab":1},', b'"ab",', b"0.1,", b"[[[[]]]],", b'{"a":{"a":1}},', b"9,"]


@pytest.mark.parametrize("unit", UNITS, ids=bytes.decode)
def test_more_values_than_any_real_answer_are_refused_unread(unit: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(AnswerTooLargeError):
            jsontext.loads(filled(unit, 30 * MB))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 95 * MB  # the text, its copy for the search, and nothing read


@pytest.mark.parametrize("unit", UNITS, ids=bytes.decode)
def test_what_is_read_stays_within_the_estimate(unit: bytes) -> None:
    raw = filled(unit, MB)
    tracemalloc.start()
    try:
        value = jsontext.loads(raw)
        peak = tracemalloc.get_traced_memory()[1] + len(raw)
    finally:
        tracemalloc.stop()
    del value
    openings = raw.count(b"[") + raw.count(b"{")
    assert peak < (
        3 * len(raw)
        + jsontext._OPENING * openings
        + jsontext._NAMING * raw.count(b":")
        + jsontext._FOLLOWING * raw.count(b",")
    )


@pytest.mark.parametrize("text", ["x" * 63 * MB, "\\n" + "x" * 20 * MB, "é" + "x" * 20 * MB])
def test_long_plain_texts_are_read(text: str) -> None:
    assert len(jsontext.loads(f'"{text}"'.encode())) > 20 * MB - 1


@pytest.mark.parametrize("mark", ["\\ud83d\\ude00", "\U0001f600", "\\n\U0001f600"])
def test_long_texts_that_one_character_widens_are_not(mark: str) -> None:
    with pytest.raises(AnswerTooLargeError):
        jsontext.loads(f'"{mark}{"x" * 40 * MB}"'.encode())


def test_there_is_room_for_several_real_markets() -> None:
    market = payload("marketplace")
    market["servers"] = market["servers"] * 2_000
    raw = json.dumps(market, separators=(",", ":")).encode()
    assert len(jsontext.loads(raw)["servers"]) == 12_000


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_as_it_is_printed(number: float) -> None:
    value = jsontext.loads(json.dumps([number, 0.12345678901234567890123]).encode())[0]
    assert type(value) is float
    assert math.copysign(1, value) == math.copysign(1, number)
    assert value == number
