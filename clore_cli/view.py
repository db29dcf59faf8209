"""What the output options of one run ask for, checked before the command does anything."""

from __future__ import annotations

from typing import (
    Any,
    Callable,
    Iterable,
    Iterator,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

import click
from click.core import ParameterSource

from . import output
from .app import Shown
from .columns import Column, UnknownColumnError, find_all, ordered, sort_keys
from .formats import RAW_FORMATS, TEXT
from .output_options import PREFIX, SHORT_FORMS

#: Makes a command's own text of its rows, such as lines of a configuration file.
Text = Callable[[Sequence[Any]], str]


class View(NamedTuple):
    """The chosen format, columns and order of one run; ``text`` makes the format of that name."""

    format: str
    every: Sequence[Column]
    columns: Sequence[Column]
    keys: Sequence[Tuple[Column, bool]]
    limit: Optional[int]
    raw: bool
    style: output.Style
    text: Optional[Text] = None

    def choose(self, rows: Sequence[Any]) -> Shown:
        """Those of ``rows`` that are to be shown, in the chosen order."""
        columns = self.every if self.raw else self.columns
        return Shown(ordered(rows, self.keys)[: self.limit], [column.key for column in columns])

    def render(self, chosen: Sequence[Any]) -> str:
        """The text of the ``chosen`` rows."""
        if self.raw:
            return output.objects(_raw(chosen), self.format, single=self.style.single)
        if self.format == TEXT and self.text is not None:
            return output.text_lines(self.text(chosen))
        return output.FORMATS[self.format](chosen, self.columns, self.style)

    @property
    def needs_all(self) -> bool:
        """Whether nothing can be said of a row before all of them are there."""
        return bool(self.keys) or self.raw or self.format in ("table", TEXT)

    def render_parts(self, parts: Iterable[Sequence[Any]]) -> Iterator[str]:
        """The text of rows that come in ``parts``, piece by piece; not where it `needs_all`."""
        if self.format == "json":
            yield from output.json_in_parts(parts, self.columns)
            return
        view = self
        for rows in parts:
            yield view.render(rows)
            view = view.without_header()
        if view is self:
            yield view.render([])

    def without_header(self) -> View:
        """The same for what follows the first rows."""
        return self._replace(style=self.style._replace(header=False))


def _raw(rows: Sequence[Any]) -> List[Any]:
    """The API's own objects, without the secrets in them: output ends up in logs."""
    from clore_client import redact  # only --raw needs it
    from clore_client.errors import BadAnswerError

    found = [getattr(row, "raw", row) for row in rows]
    if None in found:
        raise click.UsageError("--raw prints the API's own objects, and these are none.")
    try:
        return [redact.mask_fields(row) for row in found]
    except RecursionError:
        raise BadAnswerError("nested too deeply to be written") from None


def chosen_view(
    ctx: click.Context,
    columns: Sequence[Column],
    options: Mapping[str, Any],
    *,
    single: bool,
    width: Optional[int],
    text: Optional[Text] = None,
) -> View:
    """What ``options``, the values of `output_options`, ask for.

    A command may have an option of its own in the place of one of these; its value is missing
    here and counts as not given.

    Raises:
        click.UsageError: an unknown column, or options that contradict each other.
    """
    asked = {name[len(PREFIX) :]: value for name, value in options.items()}
    form = _format(_formats(ctx, asked), asked)
    style = output.Style(
        single=single,
        header=not asked.get("no_header"),
        width=width,
        spare=asked.get("columns") is None,
        safe=bool(asked.get("csv_safe")),
    )
    names, order = asked.get("columns"), asked.get("sort")
    try:
        named = None if names is None else find_all(columns, names)
        keys = [] if order is None else sort_keys(columns, order)
    except UnknownColumnError as error:
        raise click.UsageError(str(error), ctx) from None
    shown = columns if form != "table" or single else _main(columns, ctx, width)
    raw = bool(asked.get("raw"))
    return View(form, columns, named or shown, keys, asked.get("limit"), raw, style, text)


def _formats(ctx: click.Context, asked: Mapping[str, Any]) -> List[str]:
    """The formats asked for on the command line, however they were written."""
    typed = ctx.get_parameter_source(PREFIX + "output") is ParameterSource.COMMANDLINE
    given = [asked["output"]] if typed else []
    return given + [form for form in SHORT_FORMS if asked.get(form)]


def _format(formats: List[str], asked: Mapping[str, Any]) -> str:
    if len(set(formats)) > 1:
        raise click.UsageError(f"{' and '.join(formats)} contradict each other; choose one format.")
    form: str = formats[0] if formats else asked.get("output", "table")
    if not asked.get("raw"):
        return _columned(form, formats) if asked.get("columns") is not None else form
    if formats and form not in RAW_FORMATS:
        raise click.UsageError(f"--raw prints JSON; it does not go with {form}.")
    if asked.get("columns") is not None:
        raise click.UsageError("--raw prints whole objects; it does not go with --columns.")
    return form if form in RAW_FORMATS else "json"


def _columned(form: str, formats: List[str]) -> str:
    """The format for chosen columns, which a text has none of."""
    if TEXT in formats:
        raise click.UsageError("--columns chooses what a row shows; it does not go with text.")
    return "table" if form == TEXT else form


def _main(columns: Sequence[Column], ctx: click.Context, width: Optional[int]) -> List[Column]:
    """The columns of a table that nobody chose: the main ones, or those that flags put there.

    A terminal also decides: a narrow one is spared some, a wide one gets more.
    """
    return [c for c in columns if _shown(c, bool(c.flag and ctx.params.get(c.flag)), width)]


def _shown(column: Column, flagged: bool, width: Optional[int]) -> bool:
    if width is not None and column.room and not flagged:
        return width >= column.room
    return column.extra == flagged
