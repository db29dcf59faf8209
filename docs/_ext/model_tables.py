"""The tables of the models: what each field and property is, in reStructuredText. Pure."""

from __future__ import annotations

import dataclasses
import re
from typing import Any, Dict, Iterator, List, NamedTuple, Sequence

import docstrings
import names

from clore_client import decode
from clore_client.models.base import Model

_HEADER = ("Name and type", "Unit", "Wire name", "Meaning")


class Row(NamedTuple):
    """A field or a property.

    Attributes:
        name: its name.
        type: as reStructuredText.
        unit: what it is measured in, or nothing.
        wire: as reStructuredText, the API's names for it where they are others.
        meaning: one sentence or more, as reStructuredText.
    """

    name: str
    type: str
    unit: str
    wire: str
    meaning: str


def rows(model: Any) -> List[Row]:
    """The fields of ``model``, then its own properties.

    Raises:
        KeyError: the docstring of the model says nothing of a field.
    """
    told = docstrings.entries(model, "Attributes")
    found = [_field(item, told[item.name], model) for item in dataclasses.fields(model)]
    return found + [_property(name, value) for name, value in properties(model).items()]


def properties(cls: Any) -> Dict[str, property]:
    """The properties that ``cls`` itself defines, by name."""
    own = {name: value for name, value in vars(cls).items() if isinstance(value, property)}
    return {name: value for name, value in own.items() if not name.startswith("_")}


def _field(item: Any, told: docstrings.Entry, model: Any) -> Row:
    wire = decode.names(item) if issubclass(model, Model) else (item.name,)
    others = " or ".join(f"``{name}``" for name in wire) if wire != (item.name,) else ""
    kind = shown_type(written(model, item.name))
    return Row(item.name, kind, told.unit, others, _sentence(told.text))


def written(model: Any, field: str) -> str:
    """The annotation of a field as it is in the source.

    `Field.type` becomes a class as soon as somebody has asked dataclasses-json for a schema.
    """
    owners = [vars(cls).get("__annotations__", {}) for cls in model.__mro__]
    found: str = next(owner[field] for owner in owners if field in owner)
    return found


def _property(name: str, value: property) -> Row:
    told = docstrings.of_property(value)
    kind = getattr(value.fget, "__annotations__", {})["return"]
    return Row(name, shown_type(kind), told.unit, "computed", told.text)


def _sentence(text: str) -> str:
    """``text``, which follows a colon in a docstring, as a sentence of its own."""
    first = text[:1].upper() + text[1:]
    return first if first.endswith((".", "?")) else f"{first}."


def shown_type(annotation: str) -> str:
    """An annotation in words, with links to the models in it."""
    if annotation.startswith("Optional["):
        return f"{shown_type(annotation[len('Optional[') : -1])} or None"
    found = re.fullmatch(r"(List|Sequence)\[(.+)\]", annotation)
    if found:
        return f"list of {shown_type(found[2])}"
    found = re.fullmatch(r"(?:Dict|Mapping)\[(\w+), (.+)\]", annotation)
    if found:
        return f"dict of {found[1]} to {shown_type(found[2])}"
    return f"`{annotation}`" if names.full_name(annotation) else annotation


def table(model: Any) -> List[str]:
    """The table of ``model``; columns in which nothing stands are left out."""
    full = str(names.full_name(model.__name__))
    found = [
        ([f"| :field:`{full}.{row.name}`", f"| {row.type}"], [row.unit], [row.wire], [row.meaning])
        for row in rows(model)
    ]
    kept = [n for n, _ in enumerate(_HEADER) if any("".join(cells[n]) for cells in found)]
    lines = ["", ".. list-table::", "   :header-rows: 1", "   :class: fields", ""]
    for cells in (tuple([title] for title in _HEADER), *found):
        lines += _cells([cells[n] for n in kept])
    return [*lines, ""]


def _cells(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """One row of a table: the lines of each of its ``cells``."""
    for number, (first, *others) in enumerate(cells):
        yield f"   {' ' if number else '*'} - {first}".rstrip()
        yield from (f"       {line}" for line in others)
