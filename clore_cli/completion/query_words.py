"""What TAB offers as the next word of a query, see `clore_cli.completing` and `clore_cli.query`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, Optional, Sequence

from clore_cli.columns import Column, UnknownColumnError, find
from clore_cli.completing import pair
from clore_cli.offer_columns import COLUMNS, SPOT_COLUMNS
from clore_cli.query import OPERATORS, operators, split

from . import candidates

if TYPE_CHECKING:
    import click

    from clore_cli.completing import Finder, Offer


def terms(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterable[Offer]:
    """Whatever can come next: a value, an operator, or a GPU model and the fields.

    A term may be one word, as ``country=DE`` or, in quotes, ``'country in DE,NL'``; or three.
    """
    before: Sequence[str] = ctx.params.get(param.name or "") or ()
    parts = split(incomplete)
    if parts is None and len(before) > 1 and before[-1].lower() in OPERATORS:
        parts = before[-2], before[-1].lower(), incomplete
    if parts is None:
        named = _column(ctx, before[-1]) if before else None
        return operators(named) if named else _words(ctx, param, incomplete)
    return _with_value(ctx, param, incomplete, *parts)


def _with_value(
    ctx: click.Context,
    param: click.Parameter,
    incomplete: str,
    field: str,
    operator: str,
    text: str,
) -> Iterator[Offer]:
    """``incomplete``, which ends with the value ``text``, with each value that there is."""
    find_values = _VALUES.get(_kind(_column(ctx, field)))
    if find_values is None:
        return
    listed, _, last = text.rpartition(",") if operator == "in" else ("", "", text)
    last = last.lstrip()
    head = incomplete[: len(incomplete) - len(last)]
    for value, about in map(pair, find_values(ctx, param, last)):
        if value not in listed.split(","):
            yield head + value, about


def _words(ctx: click.Context, param: click.Parameter, incomplete: str) -> Iterator[Offer]:
    """GPU models and fields; of a field, the short name where both would do."""
    yield from candidates.gpus(ctx, param, incomplete)
    for column in _columns(ctx):
        names = [name for name in (*column.aliases, column.key) if name.startswith(incomplete)]
        for name in names[:1]:
            yield name, column.about or column.key.replace("_", " ")


def _columns(ctx: click.Context) -> List[Column]:
    """The fields, with "price" for what it means under --spot and under --type spot."""
    spot = ctx.params.get("spot") or ctx.params.get("kind") == "spot"
    return SPOT_COLUMNS if spot else COLUMNS


def _column(ctx: click.Context, name: str) -> Optional[Column]:
    try:
        return find(_columns(ctx), name)
    except UnknownColumnError:
        return None


def _kind(column: Optional[Column]) -> str:
    """The name of what `_VALUES` has for ``column``."""
    if column is None:
        return ""
    return "boolean" if column.kind == "boolean" else column.key


_VALUES: Dict[str, Finder] = {
    "boolean": lambda *_: ("yes", "no"),
    "coins": candidates.currencies,
    "country": candidates.countries,
    "gpu": candidates.gpus,
}
