"""What the output options of one run ask for, checked before the command does anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence, Tuple

import click
from click.core import ParameterSource

from . import output
from .columns import Column, UnknownColumnError, find_all, ordered, sort_keys

_PREFIX = "print_"
_SHORT_FORMS = ("json", "csv")


@dataclass(frozen=True)
class View:
    """The chosen format, columns and order of one run."""

    format: str
    columns: Sequence[Column]
    keys: Sequence[Tuple[Column, bool]]
    limit: Optional[int]
    raw: bool
    style: output.Style

    def render(self, rows: Sequence[Any]) -> str:
        """The text of ``rows`` in the chosen order."""
        chosen = ordered(rows, self.keys)[: self.limit]
        if self.raw:
            found = [getattr(row, "raw", row) for row in chosen]
            return output.objects(found, self.format, single=self.style.single)
        return output.FORMATS[self.format](chosen, self.columns, self.style)


def chosen_view(
    ctx: click.Context, columns: Sequence[Column], *, single: bool, width: Optional[int]
) -> View:
    """Take the output options out of ``ctx`` and check them.

    Raises:
        click.UsageError: an unknown column, or options that contradict each other.
    """
    formats = _formats(ctx)
    names = [name for name in ctx.params if name.startswith(_PREFIX)]
    options = {name[len(_PREFIX) :]: ctx.params.pop(name) for name in names}
    form = _format(formats, options)
    style = output.Style(
        single=single, header=not options["no_header"], width=width, safe=options["csv_safe"]
    )
    try:
        named = find_all(columns, options["columns"]) if options["columns"] else None
        keys = sort_keys(columns, options["sort"]) if options.get("sort") else []
    except UnknownColumnError as error:
        raise click.UsageError(str(error), ctx) from None
    shown = columns if form != "table" or single else _main(columns, ctx)
    return View(form, named or shown, keys, options.get("limit"), options["raw"], style)


def _formats(ctx: click.Context) -> List[str]:
    """The formats asked for on the command line, however they were written."""
    typed = ctx.get_parameter_source(_PREFIX + "output") is ParameterSource.COMMANDLINE
    given = [ctx.params[_PREFIX + "output"]] if typed else []
    return given + [form for form in _SHORT_FORMS if ctx.params[_PREFIX + form]]


def _format(formats: List[str], options: Dict[str, Any]) -> str:
    if len(set(formats)) > 1:
        raise click.UsageError(f"{' and '.join(formats)} contradict each other; choose one format.")
    form: str = formats[0] if formats else options["output"]
    if not options["raw"]:
        return form
    if formats and form not in output.RAW_FORMATS:
        raise click.UsageError(f"--raw prints JSON; it does not go with {form}.")
    if options["columns"]:
        raise click.UsageError("--raw prints whole objects; it does not go with --columns.")
    return form if form in output.RAW_FORMATS else "json"


def _main(columns: Sequence[Column], ctx: click.Context) -> List[Column]:
    """The columns of a table that nobody chose: the main ones, or those that flags put there."""
    return [c for c in columns if c.extra == bool(c.flag and ctx.params.get(c.flag))]
