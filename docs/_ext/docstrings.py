"""Reads docstrings in Google's style: what the reference shows, and its tests ask for. Pure."""

from __future__ import annotations

import inspect
import re
import textwrap
from typing import Any, Dict, List, NamedTuple

_SECTION = re.compile(r"(Args|Attributes|Example|Raises|Returns|Yields):")
_ENTRY = re.compile(r"\*{0,2}(?P<name>\w+)(?: \((?P<unit>[^)]+)\))?: +(?P<text>.+)")
_UNIT = re.compile(r"\(([^)]+)\)")
_INDENT = 4
#: What can be measured in; a parenthesis that is none of these says something else.
UNITS = frozenset(
    [
        "USD", "USD per DAY", "USD per HOUR", "CLORE", "CLORE per DAY",
        "``currency``", "``currency`` per DAY", "that coin", "that coin, per DAY",
        "the wallet's coin", "percent of the price", "percent of the fee",
        "unix time, s", "seconds", "hours", "GB", "MB/s", "Mbit/s", "MHz", "W", "lanes",
        "0 to 1", "0 to 5", "not documented",
    ]
)  # fmt: skip


class Entry(NamedTuple):
    """What a docstring says of one argument or attribute.

    Attributes:
        unit: what it is measured in, which stands in parentheses behind its name; or empty.
        text: what it means.
    """

    unit: str
    text: str


def split(thing: Any) -> Dict[str, str]:
    """The docstring of ``thing`` by section; what comes before the first one is under ``""``."""
    parts: Dict[str, List[str]] = {"": []}
    section = ""
    for line in (inspect.getdoc(thing) or "").split("\n"):
        found = _SECTION.fullmatch(line)
        if found:
            section = found[1]
            parts[section] = []
        elif section and line and not line.startswith(" "):  # prose goes on
            section = ""
            parts[section] += ["", line]
        else:
            parts[section].append(line)
    return {name: "\n".join(lines).strip("\n") for name, lines in parts.items()}


def entries(thing: Any, section: str) -> Dict[str, Entry]:
    """The entries of ``section``, by name, in their order.

    Raises:
        ValueError: a line there begins no entry and continues none.
    """
    found: Dict[str, Entry] = {}
    for text in _joined(split(thing).get(section, "")):
        entry = _ENTRY.fullmatch(text)
        if entry is None:
            raise ValueError(f"{thing!r}, {section}: no entry is {text!r}")
        found[entry["name"]] = Entry(entry["unit"] or "", entry["text"])
    return found


def _joined(section: str) -> List[str]:
    """The entries of a section, each on one line."""
    texts: List[str] = []
    for line in textwrap.dedent(section).split("\n"):
        if line.startswith(" " * _INDENT) and texts:
            texts[-1] += f" {line.strip()}"
        elif line.strip():
            texts.append(line.strip())
    return texts


def of_property(thing: Any) -> Entry:
    """What a property's own docstring says; its unit is in parentheses."""
    text = " ".join(split(thing)[""].split())
    units = (unit for unit in _UNIT.findall(text) if unit in UNITS)
    return Entry(next(units, ""), text)
