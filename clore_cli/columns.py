"""What a column is, and how rows are chosen and ordered by columns. Pure: prints nothing."""

from __future__ import annotations

from operator import itemgetter
from typing import Any, Callable, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from .format import text


class Column(NamedTuple):
    """One value of a row, under a stable key.

    Attributes:
        key: snake_case with the unit in the name; the name in JSON, CSV, --columns and --sort.
        title: heading in tables; the key in capitals by default.
        format: makes the table cell from a value that is not None. JSON and CSV never see it.
        get: takes the value from a row; by default the attribute or the entry called ``key``.
        align: ``"left"`` for text, which narrow terminals shorten, or ``"right"`` for numbers,
            which nothing shortens.
        aliases: short names that --columns and --sort accept too.
        whole: a text that is of no use when shortened, such as an address.
        extra: not in tables of several rows unless --columns asks for it.
        flag: a flag of the command that brings an extra column in, and turns another one out.
        room: the columns that a terminal must have for a table to show this one when nobody has
            chosen: below, it is left out; from there on, it is in even when it is ``extra``.
        kind: the JSON type of the value, for `clore schema` and for query terms: ``"string"``,
            ``"integer"``, ``"number"``, ``"boolean"`` or ``"array"`` (of strings); None when the
            command does not say.
        about: what the value means, in half a sentence, for `clore schema`.
        same: whether a text of a row is the one that a query term names; by default when only
            letter case differs. Of an array, each item is asked about.
        has: whether a row has the text that a query term names as part of this column; by
            default when the value contains it. Words without a field ask the column with this.
    """

    key: str
    title: Optional[str] = None
    format: Callable[[Any], str] = text
    get: Optional[Callable[[Any], Any]] = None
    align: str = "left"
    aliases: Tuple[str, ...] = ()
    whole: bool = False
    extra: bool = False
    flag: str = ""
    room: int = 0
    kind: Optional[str] = None
    about: str = ""
    same: Optional[Callable[[str, str], bool]] = None
    has: Optional[Callable[[Any, str], bool]] = None

    @property
    def heading(self) -> str:
        """The title of the table column."""
        return self.key.replace("_", " ").upper() if self.title is None else self.title

    def value(self, row: Any) -> Any:
        """The raw value of ``row``; None when it has none."""
        if self.get is not None:
            return self.get(row)
        return row.get(self.key) if isinstance(row, Mapping) else getattr(row, self.key, None)

    def values(self, rows: Sequence[Any]) -> List[Any]:
        """The `value` of each of ``rows``."""
        if self.get is not None:
            return list(map(self.get, rows))
        key, kinds = self.key, {issubclass(kind, Mapping) for kind in set(map(type, rows))}
        if kinds == {False}:
            return [getattr(row, key, None) for row in rows]
        return [row.get(key) for row in rows] if kinds == {True} else list(map(self.value, rows))


class UnknownColumnError(ValueError):
    """A name that no column has; the text lists or suggests what there is."""


def find(columns: Sequence[Column], name: str, what: str = "column") -> Column:
    """The column called ``name``; letter case and - or _ do not matter.

    Raises:
        UnknownColumnError: there is none; the text says ``what`` there is not.
    """
    wanted = name.strip().lower().replace("-", "_")
    names = {alias: column for column in columns for alias in (column.key, *column.aliases)}
    if wanted in names:
        return names[wanted]
    from .mistyped import nearest

    near = nearest(wanted, names)
    known = ", ".join(column.key for column in columns)
    tail = f"did you mean {near!r}?" if near else f"there are: {known}."
    raise UnknownColumnError(f"no {what} {name.strip()!r}; {tail}")


def find_all(columns: Sequence[Column], names: str) -> List[Column]:
    """The columns of a list such as ``id,price``."""
    return [find(columns, name) for name in names.split(",")]


def sort_keys(columns: Sequence[Column], names: str) -> List[Tuple[Column, bool]]:
    """The columns of a list such as ``price,-reliability``, each with True for descending."""
    parts = [name.strip() for name in names.split(",")]
    return [(find(columns, part.lstrip("-")), part.startswith("-")) for part in parts]


def ordered(rows: Iterable[Any], keys: Sequence[Tuple[Column, bool]]) -> List[Any]:
    """``rows`` sorted by ``keys``; a missing value comes last in either direction."""
    result = list(rows)
    for column, descending in reversed(keys):
        values = column.values(result)
        known = [(_rank(value), row) for value, row in zip(values, result) if value is not None]
        missing = [row for value, row in zip(values, result) if value is None]
        known.sort(key=itemgetter(0), reverse=descending)
        result = [row for _, row in known] + missing
    return result


def _rank(value: Any) -> Tuple[int, Any]:
    """Numbers before texts, so that values of strangers always compare."""
    return (0, value) if isinstance(value, (int, float)) else (1, str(value).casefold())
