"""A table is what tabulate makes of its cells one by one, byte for byte."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any, Dict, List, Optional, Tuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tabulate import tabulate

from clore_cli import format as cells
from clore_cli.columns import Column
from clore_cli.output import Style, table
from clore_cli.width import clip, measure
from clore_client.text import clean

BLANK = "\ue000"
NUMBER = re.compile(r"-?[0-9,]+(\.[0-9]+)?")


def by_cell(rows: List[Dict[str, Any]], columns: List[Column], style: Style) -> str:
    """The table, a cell at a time, and tabulate's own idea of every one of them."""
    grid = [[shown(column, row) for column in columns] for row in rows]
    if style.single:
        named = any(column.heading for column in columns)
        pairs = [[c.heading, cell] if named else [cell] for c, cell in zip(columns, grid[0])]
        return lines(pairs, "ll" if named else "l")
    grid = [list(row) for row in zip(*(on_point(list(column)) for column in zip(*grid)))]
    body = [[column.heading for column in columns], *grid] if style.header else grid
    texts = [i for i, column in enumerate(columns) if column.align == "left" and not column.whole]
    fitted = fit(body, texts, style.width)
    if style.spare and style.width is not None and breadth(fitted) > style.width:
        spared = next((c for c in reversed(columns[1:]) if not c.whole), None)
        if spared is not None:
            return by_cell(rows, [column for column in columns if column is not spared], style)
    return lines(fitted, "".join(column.align[0] for column in columns))


def shown(column: Column, row: Dict[str, Any]) -> str:
    value = column.value(row)
    return "-" if value is None else clean(column.format(value)).strip() or "-"


def on_point(column: List[str]) -> List[str]:
    numbers = [cell for cell in column if cell != "-"]
    if not all(map(NUMBER.fullmatch, numbers)):
        return column
    most = max(map(behind, numbers), default=0)
    return [c if c == "-" else c + BLANK * (most - behind(c)) for c in column]


def behind(number: str) -> int:
    return len(number) - number.find(".") if "." in number else 0


def breadth(grid: List[List[str]]) -> int:
    widths = [max(map(measure, column)) for column in zip(*grid)]
    return sum(widths) + 2 * (len(widths) - 1)


def fit(grid: List[List[str]], texts: List[int], width: Optional[int]) -> List[List[str]]:
    if width is None:
        return grid
    widths = [max(map(measure, column)) for column in zip(*grid)]
    while texts and sum(widths) + 2 * (len(widths) - 1) > width:
        widest = max(texts, key=widths.__getitem__)
        if widths[widest] <= 6:
            break
        widths[widest] -= 1
    return [[clip(cell, limit) for cell, limit in zip(row, widths)] for row in grid]


def lines(grid: List[List[str]], sides: str) -> str:
    align = ["right" if side == "r" else "left" for side in sides]
    text = tabulate(grid, tablefmt="plain", disable_numparse=True, colalign=align)
    return "".join(f"{line.rstrip()}\n" for line in text.replace(BLANK, " ").split("\n"))


def row_of(values: List[Optional[str]]) -> Dict[str, Any]:
    return dict(zip("abcd", values))


NUMBERS = st.decimals(-(10**7), 10**7, places=3) | st.integers(-(10**9), 10**9)
VALUES = st.one_of(
    st.none(),
    NUMBERS.map(str),
    NUMBERS.map("{:,}".format),
    st.sampled_from(["-", "1E10", "0x1", "nan", "True", "\001", "RTX 4090", "é", "24 GB"]),
    st.text(
        st.sampled_from("ab .-1,日本\u0301\u200d👩🚀\ufe0f\x85\u2028\n\t\x1b[31m\ue000"),
        max_size=20,
    ),
    st.text(max_size=9),
)
COLUMN = st.builds(
    lambda title, align, whole: (title, align, whole),
    st.sampled_from([None, "", "GPU", "値段", "A LONG HEADING"]),
    st.sampled_from(["left", "right"]),
    st.booleans(),
)
STYLES = st.builds(
    Style,
    single=st.booleans(),
    header=st.booleans(),
    width=st.none() | st.integers(1, 60),
    spare=st.booleans(),
)


@settings(max_examples=400)
@given(
    st.lists(COLUMN, min_size=1, max_size=4),
    st.lists(st.lists(VALUES, min_size=4, max_size=4).map(row_of), min_size=1, max_size=6),
    STYLES,
)
@example([("", "left", False)], [row_of(["x"])], Style(header=True))
@example([("", "right", False), (None, "left", False)], [row_of(["1.5", "2.25"])] * 2, Style())
@example([(None, "right", False)], [row_of(["1.25"]), row_of(["2"])], Style(header=False))
def test_a_table_is_what_tabulate_makes_of_its_cells(
    kinds: List[Tuple[Optional[str], str, bool]], rows: List[Dict[str, Any]], style: Style
) -> None:
    columns = [
        Column(key, title, align=align, whole=whole)
        for key, (title, align, whole) in zip("abcd", kinds)
    ]
    assert table(rows, columns, style) == by_cell(rows, columns, style)


def test_an_object_without_any_heading_shows_its_values_alone() -> None:
    columns = [Column("a", ""), Column("b", "")]
    assert table([{"a": 1, "b": "two"}], columns, Style(single=True)) == "1\ntwo\n"
    assert table([{"a": 1, "b": "two"}], [columns[0], Column("b")], Style(single=True)) == (
        "   1\nB  two\n"
    )


@given(st.lists(NUMBERS.map(str) | st.none(), min_size=1))
def test_points_of_numbers_are_below_each_other_in_either_way(numbers: List[Optional[str]]) -> None:
    rows = [{"a": number, "b": number} for number in numbers]
    columns = [Column("a", align="right"), Column("b")]
    assert table(rows, columns, Style()) == by_cell(rows, columns, Style())


@pytest.mark.parametrize("width", [None, 20, 60, 90])
def test_a_long_table_too(width: Optional[int]) -> None:
    columns = [
        Column("id", align="right"),
        Column("gpu", format=cells.gpu),
        Column("price", "$/h", cells.usd_per_hour, align="right"),
        Column("cpu"),
    ]
    rows: List[Dict[str, Any]] = [
        {"id": i, "gpu": "NVIDIA RTX " + "4090" * (i % 3), "price": i / 7, "cpu": "日本" * (i % 5)}
        for i in range(2000)
    ]
    style = Style(width=width, spare=True)
    assert table(rows, columns, style) == by_cell(rows, columns, style)


def test_tabulate_is_asked_about_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it does for each cell of 5,000 rows takes longer than all the rest."""
    asked = []

    def told(grid: List[List[str]], **options: Any) -> str:
        asked.append((len(grid), len(grid[0])))
        return str(tabulate(grid, **options))

    monkeypatch.setattr("tabulate.tabulate", told)
    table([{"a": i, "b": None} for i in range(500)], [Column("a"), Column("b")], Style())
    assert asked == [(1, 2)]


@pytest.mark.parametrize(("text", "needed"), [("RTX 4090", False), ("日本", True)])
def test_wcwidth_is_loaded_for_texts_that_need_it(text: str, needed: bool) -> None:
    """It takes longer to load than tabulate itself."""
    code = (
        "import sys; from clore_cli.columns import Column;"
        "from clore_cli.output import Style, table;"
        f"table([{{'a': {text!r}}}] * 2, [Column('a')], Style());"
        "print('wcwidth.table_wide' in sys.modules, sys.modules['tabulate'].WIDE_CHARS_MODE)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(needed), "True"]
