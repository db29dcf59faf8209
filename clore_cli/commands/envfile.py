"""Reads the file of --env-file, as docker reads its own: NAME=VALUE lines, nothing quoted."""

from __future__ import annotations

from pathlib import Path
from typing import Dict

from clore_cli.plugin import UsageError

from . import textfile


def read(file: Path) -> Dict[str, str]:
    """The variables in ``file``.

    A line is taken as it is behind its first ``=``, quotes and spaces at its end included. Empty
    lines and those that begin with # are left out.

    Raises:
        UsageError: it cannot be read, or a line is wrong. The text names the line by its number:
            what is in it may be a secret.
    """
    text = textfile.read("--env-file", file, wants="the name of a file", encoding="utf-8-sig")
    found: Dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.lstrip()
        if not words or words.startswith("#"):
            continue
        name, mark, value = words.partition("=")
        if not mark or not name or name != "".join(name.split()):
            raise UsageError(f"--env-file: {file}, line {number} is not NAME=VALUE.")
        if name in found:
            raise UsageError(f"--env-file: {file}, line {number} sets an earlier name again.")
        found[name] = value
    return found
