"""The directory of the settings: closed to others where it is ours alone, told where it is not."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

#: All that is ever made in it; another name, and somebody else may need to get in.
_OURS = r"(?s:(config\.json|ssh_config)(\..*)?|attempts|cache|limits|known_hosts\.d)"


def is_open(directory: Path) -> bool:
    """Whether others can look into the user's ``directory``, or change what is in it."""
    if os.name == "nt":  # the mode says nothing there
        return False
    try:
        found = directory.stat()
    except OSError:
        return False
    return found.st_uid == os.geteuid() and bool(found.st_mode & 0o077)


def is_ours(directory: Path) -> bool:
    """Whether ``directory`` is clore's alone: by its usual name, or by all that is in it."""
    if directory.name == ".clore" and not directory.is_symlink():
        return True
    with contextlib.suppress(OSError):
        names = os.listdir(directory)  # noqa: PTH208  names, not paths
        return all(re.fullmatch(_OURS, name) for name in names)
    return False


def close(directory: Path) -> None:
    """Keep others out of ``directory`` if it is clore's alone."""
    if is_open(directory) and is_ours(directory):
        with contextlib.suppress(OSError):  # some file systems have no modes
            directory.chmod(0o700)
