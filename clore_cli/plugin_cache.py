"""Remembers the installed plugins, so that to find them does not grow with what is installed.

To look for plugins is to read what every distribution says of itself: 30 ms and more. What was
found is kept in a file of the user's cache directory, and believed for as long as every entry of
``sys.path`` is as it was (an install, an upgrade and an uninstall change the directory's times),
and so is what each plugin's distribution says. Whatever is odd has them looked for again, and the
file never holds more than the entry points hold: nothing in it is run that they would not run.
"""

from __future__ import annotations

import contextlib
import os
import stat
import sys
import time
from importlib.machinery import PathFinder
from typing import Iterator, List, Optional, Tuple

from .entrypoints import Plugin, scan

_FORMAT = f"clore plugins 1, Python {sys.version}".replace("\n", " ")
_END = "end"
#: Seconds. Some installers rename a file in a directory of a distribution, which no entry of
#: sys.path shows: so nothing is believed for ever.
_LASTS = 86400.0
#: Seconds. A directory that changed just now may be about to change within the same tick of its
#: clock, and a distribution in it may be half there.
_SETTLED = 5.0
_LIMIT = 1024 * 1024  # bytes; 1,000 plugins take 200 kB


def place(kind: str) -> Optional[str]:
    """Where this installation keeps a file of that ``kind``; None when there is no place for it."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # noqa: PTH117  one that is not is invalid by its specification
        # An empty HOME is the root of the file system to Python, and nobody's.
        home = os.path.expanduser("~") if os.environ.get("HOME") != "" else "~"  # noqa: PTH111
        if home == "~":
            return None
        base = os.path.join(home, ".cache")  # noqa: PTH118  pathlib takes 4 ms
    try:
        program = os.path.abspath(sys.argv[0])  # noqa: PTH100  as the shell names it: links are kept
    except OSError:  # the current directory is gone
        return None
    return os.path.join(base, "clore", kind + program.replace("/", "%"))  # noqa: PTH118


def write(file: str, text: str, errors: str = "surrogateescape") -> None:
    """Write such a file as a whole, for the user alone.

    Raises:
        OSError: it cannot be written.
        UnicodeError: the text is none that ``errors`` allows.
    """
    from pathlib import Path

    from clore_client import wholefile

    path = Path(file)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    wholefile.replace(path, text.encode("utf-8", errors), flush=False)


def is_own(found: os.stat_result) -> bool:
    """Whether this is a file, not a link, that only the user can have written."""
    writable = stat.S_IMODE(found.st_mode) & (stat.S_IWGRP | stat.S_IWOTH)
    return stat.S_ISREG(found.st_mode) and not writable and found.st_uid == os.geteuid()


def installed() -> List[Plugin]:
    """Every installed plugin, in the order of sys.path: as remembered, or looked for now."""
    file = place("plugins") if hasattr(os, "geteuid") else None  # Windows tells no owners
    searched = None if file is None else _searched()
    if file is None or searched is None:
        return [plugin for _, plugins in scan() for plugin in plugins or ()]
    with contextlib.suppress(OSError, ValueError):
        return _remembered(_read(file), searched)
    return _looked_for(file, searched)


def _searched() -> Optional[List[str]]:
    """What is searched for plugins, in its present state; None when that cannot be told."""
    if any(hasattr(finder, "find_distributions") for finder in sys.meta_path if not _usual(finder)):
        return None  # somebody's own way to find distributions
    try:
        return [_line(os.path.abspath(entry)) for entry in sys.path]  # noqa: PTH100
    except (OSError, TypeError, ValueError):  # an entry may be of any kind
        return None


def _usual(finder: object) -> bool:
    return finder is PathFinder


def _line(path: str) -> str:
    """A file or directory in its present state, as a line.

    Raises:
        OSError: it cannot be told.
        ValueError: no line can tell it.
    """
    if "\n" in path or "\t" in path:
        raise ValueError(path)
    try:
        found = os.stat(path)  # noqa: PTH116
    except (FileNotFoundError, NotADirectoryError):
        return f"-\t{path}"
    # Whoever sets the time of a directory back, as archivers do, still changes its ctime.
    state = found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
    return f"{' '.join(map(str, state))}\t{path}"


def _read(file: str) -> List[str]:
    """The lines of the file.

    Raises:
        OSError: it is not there, or not to be believed.
        ValueError: it is no text.
    """
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe must not hang us
    with open(os.open(file, flags), "rb") as stream:  # noqa: PTH123
        found = os.fstat(stream.fileno())
        if not is_own(found) or not 0 <= time.time() - found.st_mtime < _LASTS:
            raise OSError(file)
        return stream.read(_LIMIT).decode("utf-8", "surrogateescape").split("\n")


def _remembered(lines: List[str], searched: List[str]) -> List[Plugin]:
    """The plugins that ``lines`` tell.

    Raises:
        OSError: what they are about cannot be looked at.
        ValueError: they are not whole, or something has changed since.
    """
    if lines[:1] != [_FORMAT] or lines[-1] != _END:
        raise ValueError(_FORMAT)
    start = lines.index("") + 1
    end = lines.index("", start)
    watched = lines[start:end]
    if lines[1 : start - 1] != searched or watched != [
        _line(w.partition("\t")[2]) for w in watched
    ]:
        raise ValueError("changed")
    return [_plugin(line) for line in lines[end + 1 : -1]]


def _plugin(line: str) -> Plugin:
    name, value, project, version, about = line.split("\t")
    return Plugin(name, value, project, version, about)


def _looked_for(file: str, searched: List[str]) -> List[Plugin]:
    """The plugins that are found now, which are remembered if nothing is odd. Never fails."""
    found: List[Plugin] = []
    watched: List[str] = []
    whole = True
    for distribution, plugins in scan():
        whole = whole and plugins is not None
        found += plugins or ()
        watched += _watched(distribution, plugins or [])
    odd = any(_is_odd(field) for plugin in found for field in plugin)
    if whole and not odd and _is_settled(searched):
        with contextlib.suppress(OSError, ValueError):
            told = ["\t".join(plugin) for plugin in found]
            lines = [_FORMAT, *searched, "", *map(_line, watched), "", *told, _END]
            write(file, "\n".join(lines))
    return found


def _watched(distribution: object, plugins: List[Plugin]) -> Iterator[str]:
    """The files of a distribution whose change no entry of sys.path would show.

    A development install of the old kind writes its files where the sources are, in place.
    """
    path = str(getattr(distribution, "_path", ""))
    if plugins or not path.endswith(".dist-info"):
        yield from (os.path.join(path, name) for name in _FILES)  # noqa: PTH118


_FILES: Tuple[str, ...] = ("entry_points.txt", "METADATA", "PKG-INFO")


def _is_settled(searched: List[str]) -> bool:
    times = [line.partition(" ")[0] for line in searched if not line.startswith("-")]
    return all(int(told) < (time.time() - _SETTLED) * 1e9 for told in times)


def _is_odd(field: object) -> bool:
    """Whether a field of a plugin does not fit on a line of its own."""
    return not isinstance(field, str) or not {"\n", "\t"}.isdisjoint(field)
