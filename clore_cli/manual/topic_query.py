"""What clore-query(7) says: the terms that choose offers. Pure."""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from clore_cli.columns import Column
from clore_cli.quantities import measure
from clore_cli.tree import find

from .command_page import column_rows, examples
from .pages import Example, Section, Span, Usage, italic, items, paragraphs


def sections() -> List[Section]:
    """The sections of the page; the fields are those of the running program."""
    columns = _search_columns()
    one, more = (italic("TERM"),), (Span("["), italic("TERM"), Span("...]"))
    return [
        Section("SYNOPSIS", [Usage("clore search", [more]), Usage("clore rent", [one, more])]),
        Section(
            "DESCRIPTION",
            [
                *paragraphs(
                    "Terms choose offers in 'clore search' and 'clore rent'. A word alone matches"
                    " the GPU's name, regardless of case, spaces and hyphens. Any other term is"
                    " FIELD OP VALUE, and all of them must hold:",
                    {"FIELD", "OP", "VALUE"},
                ),
                Example([_QUERY[0][0]]),
                *paragraphs(
                    "Quote a term, because < and > mean something to the shell. A value that is"
                    " missing never matches. --explain tells on stderr how many offers each term"
                    " removed."
                ),
            ],
        ),
        Section("OPERATORS", [items(list(_OPERATORS.items()))]),
        Section("UNITS", [*paragraphs(_UNITS), items(_units(columns))]),
        Section("FIELDS", [*paragraphs(_FIELDS), column_rows(columns)]),
        Section("EXAMPLES", examples(_QUERY)),
    ]


_OPERATORS = {
    "= !=": "equal or not; for texts regardless of case.",
    "< <= > >=": "less, at most, more, at least.",
    "~": "the text contains the value.",
    "in": "one of several values, separated by commas.",
}
_UNITS = (
    "A value may have a unit behind it; without one it counts in the unit that the field's name"
    " ends in. A price may have a $ in front. 1 TB is 1000 GB. RAM is as the host reports it, so"
    " that a machine sold with 64 GB may have 63."
)
_FIELDS = (
    "The fields are the columns of 'clore search', with their short names. With --spot, price is"
    " the spot price. A field that is true or false takes yes and no."
)
_QUERY = [
    (
        "clore search 4090 'gpus>=2' 'price<=0.80/h' 'country in DE,NL'",
        "At least two 4090s in Germany or the Netherlands for at most 0.80 USD per hour.",
    ),
    (
        "clore search gpu=rtx-4090 'ram>=60GB' 'rel>=99%'",
        "The RTX 4090 and no variant of it, with enough RAM, that is nearly always there.",
    ),
    (
        "clore search 'vram>=24GB' 'price<=9/day' 'lease>=7d'",
        "Any GPU with 24 GB, priced per day, that can be had for a week.",
    ),
    (
        "clore search 'cuda>=12.4' 'down>=1gbps' 'coins~clore' --explain",
        "By CUDA version, bandwidth and coin, and what each term removed.",
    ),
]


def _units(columns: Sequence[Column]) -> List[Any]:
    """What fits the fields, by the units that they are measured in."""
    fields: Dict[str, List[str]] = {}
    for column in columns:
        listed = measure(column.key).listed
        if listed:
            fields.setdefault(listed, []).append(
                column.aliases[0] if column.aliases else column.key
            )
    return [(listed, f"for {', '.join(names)}.") for listed, names in fields.items()]


def _search_columns() -> List[Column]:
    command: Any = find(["search"]).command
    columns: List[Column] = command.columns
    return columns
