"""Rows read in parts: the same as the whole read at once and then sifted, with less memory."""

from __future__ import annotations

import json
import re
import tracemalloc
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Tuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import FIXTURES, payload

from clore_client import jsonrows, jsontext
from clore_client.amounts import Exact
from clore_client.errors import AnswerTooLargeError
from clore_client.models import MarketplaceServer, decode_list

if TYPE_CHECKING:
    from hypothesis.strategies._internal.core import DataObject

MB = 1_000_000
TEXTS = st.text('"\\]},{: ids\n\u00e9\U0001f600\ud800[', max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=6,
)
ROWS = st.lists(
    st.builds(lambda id_, more: {"id": id_, **more}, st.integers(0, 9), st.dictionaries(
        st.sampled_from(["a", "servers", "id "]) | TEXTS,
        VALUES | st.lists(st.fixed_dictionaries({"id": VALUES})), max_size=3,
    )) | VALUES,
    max_size=30,
)  # fmt: skip
AROUND = st.dictionaries(st.sampled_from(["code", "my_servers"]) | TEXTS, VALUES, max_size=3)
STYLES = st.sampled_from([{}, {"separators": (",", ":")}, {"indent": 2}])


def split(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read small texts in parts, too, which end at the next row after a few bytes."""
    monkeypatch.setattr(jsontext, "SMALL", 0)
    monkeypatch.setattr(jsonrows, "_PART", 20)


@pytest.fixture
def read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    split(monkeypatch)


def everything(_row: Dict[str, Any]) -> bool:
    return True


def sifted(
    raw: bytes, keep: Callable[..., Any], name: str = "servers"
) -> Tuple[Any, Optional[int]]:
    value = jsontext.loads(raw)
    if isinstance(value, dict) and isinstance(value.get(name), list):
        rows = value[name]
        value[name] = [row for row in rows if not isinstance(row, dict) or keep(row)]
        return value, len(rows)
    return value, None


def check(raw: bytes, keep: Callable[..., Any]) -> None:
    """Whether both ways give the same value or the same error."""
    try:
        expected, sent = sifted(raw, keep)
    except ValueError as error:
        with pytest.raises(ValueError, match=re.escape(str(error))):
            jsonrows.loads(raw, "servers", keep)
        return
    value = jsonrows.loads(raw, "servers", keep)
    assert repr(value) == repr(expected)
    if sent is not None:
        assert value["servers"].sent == sent


@given(ROWS, AROUND, AROUND, STYLES, st.booleans(), st.integers(0, 10))
def test_any_rows_and_filter_give_what_reading_the_whole_gives(
    rows: List[Any],
    before: Dict[str, Any],
    after: Dict[str, Any],
    style: Dict[str, Any],
    ascii_only: bool,
    least: int,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        split(patch)
        body: Dict[str, Any] = {**before, "servers": rows, **after}
        raw = json.dumps(body, ensure_ascii=ascii_only, **style).encode("utf-8", "surrogatepass")
        check(raw, lambda row: str(row.get("id")) >= str(least))


@given(st.data())
def test_any_damage_gives_what_reading_the_whole_gives(data: DataObject) -> None:
    raw = bytearray(b'{"servers": [{"id": 1, "a": [{"id": 3}]}, {"id": 2}, {"id": 4}], "code": 0}')
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 6))] = data.draw(
            st.sampled_from([b"", b",", b"]", b"[", b"}", b'"', b"\\", b"\0", b"\xff", b'{"id":'])
        )
    with pytest.MonkeyPatch.context() as patch:
        split(patch)
        check(bytes(raw), everything)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"servers": [{"id": 1}, {"id": 2}], "servers": 5}',
        b'{"servers": 5, "servers": [{"id": 1}, {"id": 2}]}',
        b'{"a": {"servers": [{"id": 1}, {"id": 2}]}, "code": 0}',
        b'{"a": "\\"servers\\":[", "b": 1, "servers": [{"id": 1}, {"id": 2}]}',
        b'{"\\"servers": [{"id": 1}, {"id": 2}], "servers": [{"id": 3}]}',
        b'{"servers": [{"id": 1}, {"id": 2}]0}',
        b'{"servers": -[{"id": 1}, {"id": 2}]}',
        b'{"servers": [{"id": 1}, {"id": 2}].0}',
        b'{"servers": [{"id": 1}, {"id": 2},]}',
        b'{"servers": [{"id": 1},, {"id": 2}]}',
        b'{"servers": [{"id": 1}], [{"id": 2}]}',
        b'{"servers": [{"id": 1}], "other": [{"id": 2}, {"id": 3}]}',
        b'{"servers": [{"id": 1, "x": [[0], {"id": 1}, {"id": 2}, {"id": 3}]}, {"id": 2}]}',
        b'{"servers": [{"id": 1}, {"id": 2}]} {}',
        b'[{"servers": [{"id": 1}, {"id": 2}]}]',
        b'\xef\xbb\xbf{"servers": [{"id": 1}, {"id": 2}]}',
        b'{"servers": %d, "x": "\\"servers\\": [{"}' % jsonrows._PLACE,
        b'{"servers": %d, "x": "\\\\", "y": {"servers": [{"id": 1}, {"id": 2}]}}' % jsonrows._PLACE,
        b'{"servers": []}', b'{"servers": {}}', b'{"servers": [1, 2]}', b"7", b"",
    ],
)  # fmt: skip
def test_what_is_not_as_guessed_is_read_at_once(raw: bytes, read_in_parts: None) -> None:
    check(raw, everything)
    check(raw, lambda row: row.get("id") == 2)


@pytest.mark.parametrize("levels", [50, 97, 98, 99, 100, 150, 2000])
def test_rows_are_as_deep_as_in_the_whole(levels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = "[" * levels + "]" * levels
    raw = json.dumps({"servers": [{"id": 1}, {"id": 2, "x": "@"}, {"id": 3}]}).encode()
    monkeypatch.setattr(jsontext, "SMALL", 0)
    monkeypatch.setattr(jsonrows, "_PART", 20)
    check(raw.replace(b'"@"', deep.encode()), everything)


def test_numbers_are_exact_in_every_part(read_in_parts: None) -> None:
    raw = (
        b'{"servers": [{"id": 1, "p": 0.12345678901234567890}, {"id": 2, "p": NaN},'
        b'{"id": 3, "p": 1e400}, {"id": 4, "p": 0.1}], "code": 0.12345678901234567890}'
    )
    value = jsonrows.loads(raw, "servers", everything)
    prices = [row["p"] for row in value["servers"]]
    assert repr(prices) == "[0.12345678901234567890, None, None, 0.1]"
    assert type(value["code"]) is Exact


@pytest.mark.parametrize("name", sorted(path.stem for path in FIXTURES.glob("marketplace*.json")))
def test_recorded_markets(name: str, read_in_parts: None) -> None:
    check((FIXTURES / f"{name}.json").read_bytes(), lambda row: not row.get("rented"))


def test_what_is_no_row_is_not_asked_about(
    read_in_parts: None, caplog: pytest.LogCaptureFixture
) -> None:
    seen = []

    def keep(row: Dict[str, int]) -> bool:
        seen.append(row)
        return row.get("id") == 2

    raw = json.dumps({"servers": [{"id": 1}, "odd", {"id": 2}, {"no": 3}]}).encode()
    servers = decode_list(MarketplaceServer, jsonrows.loads(raw, "servers", keep), "servers")
    assert [server.id for server in servers] == [2]
    assert servers.skipped == ["odd"]
    assert seen == [{"id": 1}, {"id": 2}, {"no": 3}]
    assert [record.message for record in caplog.records] == ["1 of 4 servers could not be read"]


def market(times: int) -> bytes:
    rows = payload("marketplace")["servers"] * times
    return json.dumps(
        {"servers": rows, "my_servers": [], "code": 0}, separators=(",", ":")
    ).encode()


def test_a_market_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    parts: List[Any] = []
    read = jsontext.loads_part

    def noted(*args: Any) -> Any:
        parts.append(args)
        return read(*args)

    monkeypatch.setattr(jsontext, "loads_part", noted)
    raw = market(1000)
    check(raw, lambda row: not row["rented"])
    assert len(raw) / jsonrows._PART - 1 < len(parts) < len(raw) / jsonrows._PART + 1


def test_memory_grows_with_what_is_kept() -> None:
    raw = market(1500)
    peaks = []
    for keep in (lambda _row: False, everything):
        tracemalloc.start()
        try:
            value = jsonrows.loads(raw, "servers", keep)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert value["servers"].sent == 9_000
    assert peaks[0] < 5 * MB < 40 * MB < peaks[1]


def test_more_rows_than_can_be_kept_can_be_sifted() -> None:
    raw = market(4000)
    with pytest.raises(AnswerTooLargeError, match="more than any real answer"):
        jsontext.loads(raw)
    with pytest.raises(AnswerTooLargeError, match="more than any real answer"):
        jsonrows.loads(raw, "servers", everything)
    wanted = jsonrows.loads(raw, "servers", lambda row: row["id"] == 41207)["servers"]
    assert (len(wanted), wanted.sent) == (4000, 24_000)


def test_as_many_rows_can_be_kept_as_can_be_read_at_once() -> None:
    raw = market(2000)
    assert jsonrows.loads(raw, "servers", everything) == jsontext.loads(raw)


@pytest.mark.parametrize("unit", [b"[],", b"{},", b'{"ab":1},', b'"ab",', b"9,"])
@pytest.mark.parametrize("start", [b'{"servers":[{"id":1},', b'{"x":['])
def test_more_values_than_any_real_answer_are_refused(unit: bytes, start: bytes) -> None:
    raw = start + unit * (30 * MB // len(unit)) + b"0]}"
    with pytest.raises(AnswerTooLargeError):
        jsonrows.loads(raw, "servers", everything)


def test_what_is_around_the_rows_counts_as_well() -> None:
    half = b"9," * (6 * MB // 2)
    assert jsontext.MEMORY / 2 < jsontext.memory(half) < jsontext.MEMORY * 0.9
    rows = b'{"id":1,"x":[' + half + b'0]},{"id":2}'
    for around in (b'{"servers":[%s],"x":[%s0]}', b'{"x":[%s0],"servers":[%s]}'):
        parts = (rows, half) if around.startswith(b'{"servers') else (half, rows)
        with pytest.raises(AnswerTooLargeError):
            jsonrows.loads(around % parts, "servers", everything)


def test_rows_are_counted_wanted_or_not() -> None:
    raw = b'{"servers":[' + b'{"id":1},' * jsonrows.MOST + b'{"id":1}]}'
    with pytest.raises(AnswerTooLargeError, match="lists more than 200,000 rows"):
        jsonrows.loads(raw, "servers", lambda _row: False)
