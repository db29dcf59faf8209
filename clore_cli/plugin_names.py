"""The names of the installed plugins in a file, where the completion scripts read them.

Its first line lists the directories that are searched for plugins, the second is ``PYTHONPATH``;
then come the plugins, each with a tab and what it is. It is as old as the youngest of the
directories, so that a shell sees by the times alone whether something was installed since.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from clore_client import config, wholefile

if TYPE_CHECKING:
    from .plugins import PluginGroup


def refresh(group: PluginGroup) -> None:
    """Write the file if it is not there, or something was installed since. Never fails."""
    if os.environ.get("CLORE_NO_PLUGINS"):
        return
    with contextlib.suppress(OSError, ValueError):
        file = _file()
        directories = _directories()
        head = f"{':'.join(directories)}\n{os.environ.get('PYTHONPATH', '')}\n"
        youngest = max((os.stat(name).st_mtime_ns for name in directories), default=0)  # noqa: PTH116
        if file is not None and not _is_fresh(file, head, youngest):
            _write(file, head + _names(group), youngest)


def _names(group: PluginGroup) -> str:
    return "".join(f"{name}\t{group.plugins[name].help}\n" for name in sorted(group.plugins))


def _file() -> Optional[Path]:
    """The file of this installation; None when there is no place for it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117  one that is not is invalid by its specification
        if not config.has_home():
            return None
        base = os.path.join(config.expanded("~"), ".cache")  # noqa: PTH118
    program = os.path.abspath(sys.argv[0])  # noqa: PTH100  as the shell names it: links are kept
    return Path(base, "clore", "commands" + program.replace("/", "%"))


def _directories() -> List[str]:
    """Where plugins can be, but for names that the file could not list."""
    return [
        name
        for name in sys.path
        if name.startswith("/") and not set(name) & {":", "\n"} and os.path.isdir(name)  # noqa: PTH112
    ]


def _is_fresh(file: Path, head: str, youngest: int) -> bool:
    """Whether ``file`` is ours, of the same directories, and as young as the youngest of them."""
    try:
        found = file.lstat()
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            return False
        with file.open(encoding="utf-8", errors="replace") as stream:
            return stream.readline() + stream.readline() == head and found.st_mtime_ns >= youngest
    except OSError:
        return False


def _write(file: Path, text: str, age: int) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    wholefile.replace(file, text.encode("utf-8", "replace"), flush=False)
    os.utime(file, ns=(age, age))
