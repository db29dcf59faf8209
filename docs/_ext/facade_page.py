"""The page about the facade for plugins, `clore_cli.plugin`. Pure."""

from __future__ import annotations

import inspect
import re
from typing import Any, Dict, Iterator, List

import directives
import docstrings
import names

import clore_ai.exceptions
from clore_cli import plugin

#: Names of one kind, below the comment about them.
_VALUES = re.compile(r"((?:^#: .*\n)+)((?:^\w+ = _later\(.*\n)+)", re.MULTILINE)
_FIRST_WORDS = re.compile(r"^\w+", re.MULTILINE)


def page() -> List[str]:
    """The page: classes, functions, modules, values, and what is told elsewhere."""
    told: Dict[str, List[str]] = {
        "Classes": [],
        "Functions": [],
        "Modules": [],
        "Values": [],
        "Of click, and told there": [],
        "Of the SDK, and told there": [],
    }
    for name in plugin.__all__:
        value = getattr(plugin, name)
        told[_kind(name, value)] += _entry(name, value)
    lines = [*directives.title("The facade for plugins"), *directives.module_text(plugin)]
    lines += [":doc:`/plugins` tells how they go together.", ""]
    for title, parts in told.items():
        lines += [*directives.title(title, "-"), *parts, "", ".. py:currentmodule:: None", ""]
    return lines


def _kind(name: str, value: Any) -> str:
    if name in clore_ai.exceptions.__all__:
        return "Of the SDK, and told there"
    if inspect.ismodule(value):
        return "Modules"
    if isinstance(value, (int, float, dict)):
        return "Values"
    if not names.is_ours(value):
        return "Of click, and told there"
    return "Classes" if inspect.isclass(value) else "Functions"


def _entry(name: str, value: Any) -> List[str]:
    full = f"clore_cli.plugin.{name}"
    if name in clore_ai.exceptions.__all__:
        return [f"* `{name}`"]
    if inspect.ismodule(value):
        return list(_functions_of(name, value))
    if isinstance(value, (int, float, dict)):
        return [f".. py:data:: {full}", "", f"   ``{value!r}``", ""]
    if not names.is_ours(value):
        return [f".. py:data:: {full}", ""]
    return directives.documented(full) if inspect.isclass(value) else _function(full)


def _function(full: str) -> List[str]:
    return [f".. autofunction:: {full}", ""]


def _functions_of(name: str, module: Any) -> Iterator[str]:
    """What a module in the facade has for plugins."""
    full = f"clore_cli.plugin.{name}"
    yield from (*directives.title(name, "~"), f".. py:module:: {full}", "")
    yield from (*docstrings.split(module)[""].split("\n"), "")
    for own, value in vars(module).items():
        here = inspect.isfunction(value) and value.__module__ == module.__name__
        if here and value.__name__ == own and own[0] != "_":
            yield from _function(f"{full}.{own}")
    for about, values in _VALUES.findall(inspect.getsource(module)):
        text = " ".join(line[len("#: ") :] for line in about.strip().split("\n"))
        yield f"* {directives.listed(_FIRST_WORDS.findall(values))}: {text}"
    yield ""
