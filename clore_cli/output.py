"""Rows and columns in, text out: one function per format. Pure: knows no API and no terminal."""

from __future__ import annotations

import io
import math
import re
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
)

from clore_client.text import clean, clean_all

from . import jsonout
from .columns import Column
from .jsonout import dumps
from .width import clip, load_later, measure

_GAP = 2  # tabulate puts two spaces between the columns of a plain table
_NARROWEST = 6  # a shortened text of fewer characters tells nothing
_NO_LIMIT = 1 << 30
_BLANK = "\ue000"  # for a while: tabulate strips the usual ones
# Cells that are numbers, or nothing, on a line each.
_NUMBERS = re.compile(r"(?:(?:-?[0-9,]+(?:\.[0-9]+)?|-)(?:\n|\Z))*")
# What spreadsheets run as a formula when a cell begins with it (OWASP, plus | % of DDE calls).
_FORMULA = ("=", "+", "-", "@", "|", "%")


class Style(NamedTuple):
    """How the chosen format is to look.

    Attributes:
        single: one object, not a list of rows.
        header: tables, CSV and TSV begin with the columns' names.
        width: columns of the terminal that a table must fit; None never shortens.
        spare: columns may be left out, from the right, where shortening is not enough; never
            the first one, and none that is shown whole or not at all.
        safe: texts that a spreadsheet would run as formulas get a leading apostrophe.
    """

    single: bool = False
    header: bool = True
    width: Optional[int] = None
    spare: bool = False
    safe: bool = False


def table(rows: Sequence[Any], columns: Sequence[Column], style: Style) -> str:
    """Aligned columns for people; a single object as one line per column; nothing for no rows."""
    if not rows:
        return ""
    headings = [column.heading.strip() for column in columns]
    if style.single:
        values = [_cells(column, rows[:1])[0] for column in columns]
        return _aligned([headings, values] if any(headings) else [values], "ll")
    cells = [_on_point(_cells(column, rows)) for column in columns]
    if style.header:
        cells = [[heading, *column] for heading, column in zip(headings, cells)]
    kept = list(columns)
    fitted = _fitted(cells, kept, style.width)
    while style.spare and _breadth(fitted) > (style.width or _NO_LIMIT):
        spared = next((i for i in range(len(kept) - 1, 0, -1) if not kept[i].whole), None)
        if spared is None:
            break
        del kept[spared], cells[spared]
        fitted = _fitted(cells, kept, style.width)
    return _aligned(fitted, [column.align[0] for column in kept])


def _breadth(cells: Sequence[Sequence[str]]) -> int:
    """The columns of the terminal that a line takes."""
    return sum(map(_width, cells)) + _GAP * (len(cells) - 1)


def _width(cells: Sequence[str]) -> int:
    """The columns that the widest of ``cells`` takes, one for each `_BLANK`."""
    return max(map(len if _is_narrow("".join(cells)) else measure, cells))


def _cells(column: Column, rows: Sequence[Any]) -> List[str]:
    """What the column shows of each row."""
    form, values = column.format, column.values(rows)
    texts = clean_all(["-" if value is None else form(value) for value in values])
    return [text.strip() or "-" for text in texts]


def _on_point(cells: List[str]) -> List[str]:
    """A column of numbers with their decimal points below each other; others as they are."""
    lines = "\n".join(cells)
    if "." not in lines or not _NUMBERS.fullmatch(lines):
        return cells
    behind = [len(cell) - cell.find(".") if "." in cell else 0 for cell in cells]
    most = max(behind)
    return [c if c == "-" else c + _BLANK * (most - own) for c, own in zip(cells, behind)]


def _aligned(cells: Sequence[Sequence[str]], sides: Sequence[str]) -> str:
    """The lines of a table, of which ``cells`` has the columns."""
    load_later()
    import tabulate  # 17 ms that only tables have to pay

    align = ["right" if side == "r" else "left" for side in sides]
    # One row with as many lines as there are rows: tabulate judges every cell, and that takes it
    # 3 times as long. Without disable_numparse ids and prices are read as numbers: "1E10" would
    # print as 1e+10.
    row = [_lines(column) for column in cells]
    before = tabulate.WIDE_CHARS_MODE
    tabulate.WIDE_CHARS_MODE = before and not all(map(_is_narrow, row))
    try:
        text = tabulate.tabulate([row], tablefmt="plain", disable_numparse=True, colalign=align)
    finally:
        tabulate.WIDE_CHARS_MODE = before
    lines = text.replace(_BLANK, " ").split("\n")
    return "".join(line.rstrip() + "\n" for line in lines)


def _is_narrow(text: str) -> bool:
    """Whether each character of ``text`` surely takes one column."""
    return text.isascii() or text.replace(_BLANK, "").isascii()


def _lines(cells: Sequence[str]) -> str:
    """One cell of a line for each of ``cells``; what tabulate would strip is a `_BLANK`."""
    text = "\n".join([cell or _BLANK for cell in cells])
    end = len(text.rstrip(_BLANK))
    start = end - len(text[:end].lstrip(_BLANK))
    return text[:start] + text[start:end].replace(_BLANK, " ") + text[end:]


def _fitted(
    cells: List[List[str]], columns: Sequence[Column], width: Optional[int]
) -> List[List[str]]:
    """Shorten the widest of the columns of texts until a line fits ``width``."""
    if width is None:
        return cells
    texts = [i for i, column in enumerate(columns) if column.align == "left" and not column.whole]
    full = list(map(_width, cells))
    widths = full[:]
    while texts and sum(widths) + _GAP * (len(widths) - 1) > width:
        widest = max(texts, key=widths.__getitem__)
        if widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
    return [
        column if limit == own else [clip(cell, limit) for cell in column]
        for column, limit, own in zip(cells, widths, full)
    ]


def json(rows: Sequence[Any], columns: Sequence[Column], style: Style) -> str:
    """One array, or one object for a single thing; ASCII only, so nothing acts on a terminal."""
    if style.single:
        return dumps({column.key: column.value(rows[0]) for column in columns}, indent=2) + "\n"
    return jsonout.array(jsonout.objects(_values(rows, columns), indent=2), indent=2) + "\n"


def jsonl(rows: Sequence[Any], columns: Sequence[Column], style: Style) -> str:  # noqa: ARG001  as FORMATS wants it
    """One object per line."""
    return "".join([text + "\n" for text in jsonout.objects(_values(rows, columns))])


def json_in_parts(parts: Iterable[Sequence[Any]], columns: Sequence[Column]) -> Iterator[str]:
    """What `json` says of a list, of which ``parts`` come one by one."""
    texts = (jsonout.objects(_values(rows, columns), indent=2) for rows in parts)
    yield from jsonout.array_in_parts(texts, indent=2)
    yield "\n"


def objects(values: Sequence[Any], form: str, *, single: bool) -> str:
    """``values`` as they are, in one of the `formats.RAW_FORMATS`."""
    if form == "jsonl":
        return "".join(dumps(value) + "\n" for value in values)
    return dumps(values[0] if single else values, indent=2) + "\n"


def csv(rows: Sequence[Any], columns: Sequence[Column], style: Style) -> str:
    """Comma-separated values with a header line."""
    import csv as csvlib  # only this format needs it

    out = io.StringIO()
    csvlib.writer(out, lineterminator="\n").writerows(_fields(rows, columns, style))
    return out.getvalue()


def tsv(rows: Sequence[Any], columns: Sequence[Column], style: Style) -> str:
    """Tab-separated values with a header line; no quoting, for no field holds a tab or newline."""
    return "".join("\t".join(line) + "\n" for line in _fields(rows, columns, style))


def text_lines(text: str) -> str:
    """A command's own text, line by line harmless to a terminal."""
    lines = text.removesuffix("\n").split("\n") if text else []
    return "".join(clean(line, _NO_LIMIT) + "\n" for line in lines)


def _fields(
    rows: Sequence[Any], columns: Sequence[Column], style: Style
) -> Iterator[Sequence[str]]:
    if style.header:
        yield [column.key for column in columns]
    texts = [[_field(value, style.safe) for value in column.values(rows)] for column in columns]
    yield from zip(*texts)


def _field(value: Any, safe: bool) -> str:
    """Numbers and booleans as in JSON, a text on one line, a list with spaces, missing as empty."""
    if isinstance(value, (list, tuple)):
        value = " ".join(map(str, value))
    if not isinstance(value, str):
        return "" if value is None or _odd(value) else dumps(value)
    line = clean(value, _NO_LIMIT)
    return f"'{line}" if safe and line.lstrip().startswith(_FORMULA) else line


def _odd(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _values(rows: Sequence[Any], columns: Sequence[Column]) -> Dict[str, List[Any]]:
    return {column.key: column.values(rows) for column in columns}


Format = Callable[[Sequence[Any], Sequence[Column], Style], str]
FORMATS: Dict[str, Format] = {"table": table, "json": json, "jsonl": jsonl, "csv": csv, "tsv": tsv}
