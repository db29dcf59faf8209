"""The installed plugins, each with what becomes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import List, Tuple

from .entrypoints import Plugin, discover


@dataclass(frozen=True)
class InstalledPlugin:
    """A command of another distribution.

    Attributes:
        name: the command's name.
        distribution: the distribution that brings it along.
        version: of the distribution.
        state: ``ok``, or why it cannot be used: ``broken: REASON``, ``hidden by ...`` or
            ``off: ...``.
        summary: what the distribution says of itself.
    """

    name: str
    distribution: str
    version: str
    state: str
    summary: str


def installed_plugins() -> List[InstalledPlugin]:
    """Every installed plugin in the order of their names, tried to see whether it can be loaded."""
    from concurrent.futures import ThreadPoolExecutor

    from . import probing

    def row(found: Tuple[Plugin, str]) -> InstalledPlugin:
        plugin, unusable = found
        state = unusable or probing.state(plugin)
        return InstalledPlugin(plugin.name, plugin.project, plugin.version, state, plugin.help)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # each import is a process of its own
        return sorted(pool.map(row, _found()), key=lambda row: (row.name, row.state != "ok"))


def _found() -> List[Tuple[Plugin, str]]:
    """Every plugin, and why it is not even imported; an empty text when it is."""
    from .builtins import BUILTINS

    off = "off: CLORE_NO_PLUGINS is set" if os.environ.get("CLORE_NO_PLUGINS") else ""
    first = {builtin.name: "a built-in command" for builtin in BUILTINS}
    found = []
    for plugin in discover():
        hidden = f"hidden by {first[plugin.name]}" if plugin.name in first else ""
        found.append((plugin, hidden or off))
        first.setdefault(plugin.name, plugin.distribution)
    return found
