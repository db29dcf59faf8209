"""Rows and columns in, text out: values only, no process."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import OrderedDict
from types import MappingProxyType
from typing import Any, Dict, List, Optional, Type

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clore_cli import format as cells
from clore_cli.columns import Column, UnknownColumnError, find, ordered, sort_keys
from clore_cli.jsonout import dumps
from clore_cli.output import FORMATS, Style
from clore_cli.price_columns import price_columns
from clore_client.amounts import Exact
from clore_client.errors import BadAnswerError

COLUMNS = [
    Column("id", align="right"),
    Column("gpu_name", "GPU"),
    Column("price_usd", "$", cells.usd, align="right", aliases=("price",)),
    Column("coins", format=cells.listing),
]
ROWS: List[Dict[str, Any]] = [
    {"id": 6, "gpu_name": "RTX 4090", "price_usd": 3.0, "coins": ["bitcoin", "USD-Blockchain"]},
    {"id": 7, "gpu_name": None, "price_usd": None, "coins": []},
]
EVIL = "a\x1b[2Jb\u202ec\nd\te"


def render(
    form: str, rows: List[Dict[str, Any]] = ROWS, columns: List[Column] = COLUMNS, **style: Any
) -> str:
    return FORMATS[form](rows, columns, Style(**style))


def test_table_shows_formatted_cells_and_a_dash_for_what_is_missing() -> None:
    assert render("table").splitlines() == [
        "ID  GPU          $  COINS",
        " 6  RTX 4090  3.00  bitcoin, USD-Blockchain",
        " 7  -            -  -",
    ]


def test_table_keeps_what_looks_like_a_number_to_tabulate() -> None:
    rows = [{"id": "1E10", "gpu_name": "0.00000012"}]
    assert render("table", rows, COLUMNS[:2], header=False) == "1E10  0.00000012\n"


def test_a_very_narrow_terminal_is_spared_columns_from_the_right_but_no_whole_ones() -> None:
    columns = [Column("id"), Column("a"), Column("b", whole=True), Column("c")]
    rows = [dict.fromkeys(["id", "a", "b", "c"], "12345678")]
    lines = render("table", rows, columns, width=24, spare=True).splitlines()
    assert lines == ["ID      A       B", "12345…  12345…  12345678"]
    lines = render("table", rows, columns, width=5, spare=True).splitlines()
    assert lines == ["ID      B", "12345…  12345678"]
    assert len(render("table", rows, columns, width=5).splitlines()[0].split()) == 4


def test_a_price_per_day_is_shown_per_hour_and_per_day() -> None:
    columns = price_columns(
        "price_usd_per_{}", "$/{}", lambda row: row["p"], usd=True, day={"aliases": ("price",)}
    )
    rows: List[Dict[str, Any]] = [{"p": 1.2}, {"p": None}]
    assert render("table", rows, columns).splitlines() == [
        "   $/h  $/day", "0.0500   1.20", "     -      -",
    ]  # fmt: skip
    assert render("csv", rows, columns).splitlines() == [
        "price_usd_per_hour,price_usd_per_day", "0.05,1.2", ",",
    ]  # fmt: skip
    assert [column.aliases for column in columns] == [(), ("price",)]
    coins = price_columns("price_per_{}", "BID/{}", lambda row: row["p"], extra=True)
    assert [coins[0].format(0.00000123456), coins[1].heading] == ["0.00000123", "BID/day"]
    assert all(column.extra for column in coins)


def test_decimal_points_are_below_each_other() -> None:
    amounts = [Column("amount", align="right"), Column("size", align="right"), Column("name")]
    rows: List[Dict[str, Any]] = [
        {"amount": "0.0052", "size": "24 GB", "name": "a"},
        {"amount": "152,000", "size": "8 GB", "name": "b"},
        {"amount": None, "size": "0.5 TB", "name": "c"},
        {"amount": "249.88875", "size": None, "name": "d"},
    ]
    assert render("table", rows, amounts).splitlines() == [
        "       AMOUNT    SIZE  NAME",
        "      0.0052    24 GB  a",
        "152,000          8 GB  b",
        "            -  0.5 TB  c",
        "    249.88875       -  d",
    ]


def test_table_of_a_single_object_has_a_line_per_column() -> None:
    lines = render("table", ROWS[:1], single=True).splitlines()
    assert lines[0].split() == ["ID", "6"]
    assert len(lines) == len(COLUMNS)


@pytest.mark.parametrize("width", [30, 36])
def test_narrow_table_shortens_text_and_never_a_number(width: int) -> None:
    text = render("table", width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" in text
    assert "3.00" in text


def test_table_without_a_width_is_not_cut() -> None:
    rows = [{"id": 1, "gpu_name": "x" * 500}]
    assert "x" * 500 in render("table", rows)


def test_json_values_are_raw_and_missing_is_null() -> None:
    found = json.loads(render("json"))
    assert found[0]["price_usd"] == 3.0
    assert found[1] == {"id": 7, "gpu_name": None, "price_usd": None, "coins": []}
    assert list(found[0]) == ["id", "gpu_name", "price_usd", "coins"]


def test_json_of_nothing_and_of_one() -> None:
    assert json.loads(render("json", [])) == []
    assert json.loads(render("json", ROWS[:1], single=True))["id"] == 6


def test_jsonl_is_one_object_per_line() -> None:
    assert [json.loads(line)["id"] for line in render("jsonl").splitlines()] == [6, 7]


def test_what_json_cannot_say_is_null() -> None:
    rows = [{"id": math.nan, "price_usd": math.inf, "coins": [math.nan]}]
    found = json.loads(render("json", rows), parse_constant=pytest.fail)
    assert found == [{"id": None, "gpu_name": None, "price_usd": None, "coins": [None]}]


def test_csv_and_tsv_have_keys_as_header_raw_values_and_empty_for_missing() -> None:
    assert render("csv") == (
        "id,gpu_name,price_usd,coins\n6,RTX 4090,3.0,bitcoin USD-Blockchain\n7,,,\n"
    )
    assert render("tsv", header=False) == "6\tRTX 4090\t3.0\tbitcoin USD-Blockchain\n7\t\t\t\n"


def test_csv_of_booleans_is_spelt_like_json() -> None:
    assert render("csv", [{"id": True}], [Column("id")], header=False) == "true\n"


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "jsonl"])
def test_strangers_text_cannot_act(form: str) -> None:
    text = render(form, [{"id": 1, "gpu_name": EVIL}])
    assert "\x1b" not in text
    assert "\u202e" not in text


@pytest.mark.parametrize("form", ["table", "csv", "tsv"])
def test_a_newline_in_a_value_breaks_no_row(form: str) -> None:
    text = render(form, [{"id": 1, "gpu_name": EVIL}], header=False)
    assert text.count("\n") == 1
    if form == "tsv":
        assert text.count("\t") == len(COLUMNS) - 1


def test_csv_quotes_what_needs_it() -> None:
    rows = [{"id": 1, "gpu_name": 'a,"b"'}]
    read = next(csv.reader(io.StringIO(render("csv", rows, header=False))))
    assert read[1] == 'a,"b"'


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "|x", " =1"])
def test_safe_csv_disarms_formulas_and_leaves_numbers(text: str) -> None:
    rows = [{"id": -5, "gpu_name": text}]
    assert render("csv", rows, COLUMNS[:2], header=False, safe=True) == f"-5,'{text}\n"


def test_sort_puts_missing_last_in_both_directions() -> None:
    rows = [{"id": 1, "price_usd": None}, {"id": 2, "price_usd": 5}, {"id": 3, "price_usd": 1}]
    for names, ids in (("price", [3, 2, 1]), ("-price", [2, 3, 1])):
        assert [row["id"] for row in ordered(rows, sort_keys(COLUMNS, names))] == ids


def test_sort_by_several_columns_and_mixed_types() -> None:
    rows = [{"id": 2, "gpu_name": "b"}, {"id": 1, "gpu_name": "B"}, {"id": 3, "gpu_name": 5}]
    keys = sort_keys(COLUMNS, "gpu_name,-id")
    assert [row["id"] for row in ordered(rows, keys)] == [3, 2, 1]


@pytest.mark.parametrize(
    "rows",
    [
        [{"real": 1}, {}],
        [1, 2.5],
        [1, {"real": 2}, OrderedDict(real=3), MappingProxyType({"real": 4}), object()],
        [MappingProxyType({"real": 4}), OrderedDict()],
        [],
    ],
)
@pytest.mark.parametrize("get", [None, str])
def test_the_values_of_rows_are_those_of_each(rows: List[Any], get: Optional[Type[str]]) -> None:
    column = Column("real", get=get)
    assert column.values(rows) == [column.value(row) for row in rows]


def test_unknown_column_gets_a_suggestion_or_the_list() -> None:
    with pytest.raises(UnknownColumnError, match="did you mean 'price_usd'"):
        find(COLUMNS, "price_us")
    with pytest.raises(UnknownColumnError, match="there are: id, gpu_name"):
        find(COLUMNS, "zzz")
    assert find(COLUMNS, "GPU-Name").key == "gpu_name"


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (cells.coins(5e-06), "0.000005"),
        (cells.coins(250.0), "250"),
        (cells.coins(1e21), "1e+21"),
        (cells.coins_rounded(2 / 24), "0.0833"),
        (cells.coins_rounded(1360.351), "1360"),
        (cells.coins_rounded(4.2361e-08), "0.00000004"),
        (cells.coins_rounded(4.2361e-09), "4.24e-09"),
        (cells.coins_rounded(0), "0"),
        (cells.usd(0.004), "0.0040"),
        (cells.usd(0), "0.00"),
        (cells.usd_per_hour(0.125), "0.1250"),
        (cells.age(59), "59s"),
        (cells.age(3600 * 3 + 720), "3h 12m"),
        (cells.age(86400 * 2 + 3600), "2d 1h"),
        (cells.age(-5), "0s"),
        (cells.hours(6), "6h"),
        (cells.hours(720), "30d"),
        (cells.percent(0.9987), "99.9%"),
        (cells.coin("USD-Blockchain"), "USD"),
        (cells.coin("bitcoin"), "BTC"),
    ],
)
def test_cells(shown: str, expected: str) -> None:
    assert shown == expected


LONG = Exact("0.1234567890123456789")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)  # fmt: skip


@given(JSON, st.sampled_from([None, 0, 2]))
def test_json_is_written_as_json_dumps_writes_it(value: object, indent: Optional[int]) -> None:
    assert dumps(value, indent) == json.dumps(value, indent=indent)


def test_what_is_no_json_is_a_type_error() -> None:
    with pytest.raises(TypeError, match="set is nothing"):
        dumps([{1}])


def test_what_is_too_deep_to_be_written_is_our_error() -> None:
    deep: List[Any] = []
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(BadAnswerError, match="too deeply"):
        dumps(deep)


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "jsonl"])
def test_exact_numbers_are_printed_in_full(form: str) -> None:
    columns = [Column("a", format=cells.coins), Column("b")]
    text = render(form, [{"a": LONG, "b": [LONG]}], columns, header=False)
    assert text.count("0.1234567890123456789") == 2


def test_exact_numbers_are_rounded_where_cells_round() -> None:
    assert (cells.usd(LONG), cells.coins_rounded(LONG)) == ("0.12", "0.123")
    assert cells.coins(LONG) == "0.1234567890123456789"
