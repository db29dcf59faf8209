"""The installed plugins, each with what becomes of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Dict, List

from .entrypoints import Plugin, discover


@dataclass(frozen=True)
class InstalledPlugin:
    """A command of another distribution.

    Attributes:
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
    """Every installed plugin in the order of their names, imported to see whether it works."""
    from .builtins import BUILTINS

    first = {builtin.name: "a built-in command" for builtin in BUILTINS}
    found = []
    for plugin in discover():
        found.append(_row(plugin, _state(plugin, first)))
        first.setdefault(plugin.name, plugin.distribution)
    return sorted(found, key=lambda row: (row.name, row.state != "ok"))


def _state(plugin: Plugin, first: Dict[str, str]) -> str:
    if plugin.name in first:
        return f"hidden by {first[plugin.name]}"
    if os.environ.get("CLORE_NO_PLUGINS"):
        return "off: CLORE_NO_PLUGINS is set"
    trouble = plugin.trouble()
    return f"broken: {trouble}" if trouble else "ok"


def _row(plugin: Plugin, state: str) -> InstalledPlugin:
    return InstalledPlugin(plugin.name, plugin.project, plugin.version, state, plugin.help)
