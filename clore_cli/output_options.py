"""The options of every command that returns rows. Builds them; `view` reads what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

import click

from . import completing
from .formats import FORMATS, TEXT
from .numbers import IntRange

if TYPE_CHECKING:
    from .columns import Column

#: Keeps their values clear of the names of a command's own parameters.
PREFIX = "clore_print_"
SHORT_FORMS = ("json", "csv")


def output_options(
    columns: List[Column], *, single: bool, text: bool = False
) -> List[click.Option]:
    """The options that choose how rows are printed.

    Args:
        columns: what a row shows.
        single: there is one object, whose order does not matter.
        text: the command has the format ``text``, and prints it by default.
    """
    listed = [] if single else [_sort(columns), _limit()]
    return [_output(text), *_short_forms(), _columns(columns), *listed, *_details()]


def _output(text: bool) -> click.Option:
    formats = [TEXT, *FORMATS] if text else list(FORMATS)
    return click.Option(
        [PREFIX + "output", "-o", "--output"],
        type=click.Choice(formats),
        default=formats[0],
        show_default=True,
        envvar="CLORE_OUTPUT",
        show_envvar=True,
        help="Output format.",
    )


def _short_forms() -> List[click.Option]:
    return [
        click.Option([PREFIX + form, f"--{form}"], is_flag=True, help=f"The same as -o {form}.")
        for form in SHORT_FORMS
    ]


def _columns(columns: List[Column]) -> click.Option:
    known = ", ".join(column.key for column in columns)
    text = f"Columns to print, separated by commas: {known}."
    return click.Option(
        [PREFIX + "columns", "--columns"],
        metavar="LIST",
        shell_complete=completing.columns,
        help=text,
    )


def _sort(columns: List[Column]) -> click.Option:
    short = [alias for column in columns for alias in column.aliases]
    also = f" Also: {', '.join(short)}." if short else ""
    text = f"Columns to sort by, separated by commas; -NAME for descending.{also}"
    return click.Option(
        [PREFIX + "sort", "--sort"],
        metavar="LIST",
        shell_complete=completing.sort_keys,
        help=text,
    )


def _limit() -> click.Option:
    kind = IntRange(min=0)
    return click.Option(
        [PREFIX + "limit", "--limit"], metavar="N", type=kind, help="Print the first N rows only."
    )


def _details() -> List[click.Option]:
    texts = {
        "no-header": "Leave out the header line of tables, CSV and TSV.",
        "raw": "Print the API's own objects (JSON only).",
        "csv-safe": "Disarm CSV cells that a spreadsheet would run as formulas.",
    }
    return [
        click.Option([PREFIX + name.replace("-", "_"), f"--{name}"], is_flag=True, help=text)
        for name, text in texts.items()
    ]
