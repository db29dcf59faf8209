"""The names of the installed plugins in a file, where the completion scripts read them.

Its first line lists the directories that are searched for plugins, the second is ``PYTHONPATH``;
then come the plugins, each with a tab and what it is. It is as old as the youngest of the
directories, so that a shell sees by the times alone whether something was installed since.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, List

from clore_cli import plugin_cache

if TYPE_CHECKING:
    from clore_cli.plugins import PluginGroup


def refresh(group: PluginGroup) -> None:
    """Write the file if it is not there, or something was installed since. Never fails."""
    if os.environ.get("CLORE_NO_PLUGINS"):
        return
    with contextlib.suppress(OSError, ValueError):
        file = plugin_cache.place("commands")
        directories = _directories()
        head = f"{':'.join(directories)}\n{os.environ.get('PYTHONPATH', '')}\n"
        youngest = max((os.stat(name).st_mtime_ns for name in directories), default=0)  # noqa: PTH116
        if file is not None and not _is_fresh(file, head, youngest):
            plugin_cache.write(file, head + _names(group), "replace")
            os.utime(file, ns=(youngest, youngest))


def _names(group: PluginGroup) -> str:
    return "".join(f"{name}\t{group.plugins[name].help}\n" for name in sorted(group.plugins))


def _directories() -> List[str]:
    """Where plugins can be, but for names that the file could not list."""
    return [
        name
        for name in sys.path
        if name.startswith("/") and not set(name) & {":", "\n"} and os.path.isdir(name)  # noqa: PTH112
    ]


def _is_fresh(file: str, head: str, youngest: int) -> bool:
    """Whether ``file`` is ours, of the same directories, and as young as the youngest of them."""
    try:
        found = os.lstat(file)
        if not plugin_cache.is_own(found) or found.st_mtime_ns < youngest:
            return False
        with open(file, encoding="utf-8", errors="replace") as stream:  # noqa: PTH123
            return stream.readline() + stream.readline() == head
    except OSError:
        return False
