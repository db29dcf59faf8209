"""Imports a plugin in a process of its own, to see whether it can be loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from .entrypoints import Plugin, discover

#: Seconds after which an import has failed: as a command it would be of no use.
LIMIT = 20.0

# As `python -m` it would find modules in the current directory first, unlike the command.
_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from clore_cli.probing import main
main(*sys.argv[2:])
"""


def state(plugin: Plugin) -> str:
    """``"ok"``, or why ``plugin`` cannot be loaded.

    Whatever it does at import, to the process or its output, it does to another process.
    """
    words = [sys.executable, "-c", _START, json.dumps(sys.path), plugin.project, plugin.name]
    try:
        done = subprocess.run(  # noqa: S603  ourselves
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return f"broken: its import takes longer than {LIMIT:g} s"
    told = done.stdout.decode("utf-8", "replace")
    return told or f"broken: its import ends Python with status {done.returncode}"


def main(project: str, name: str) -> None:
    """Load the plugin and say how it went; what it prints itself goes to stderr, in every way."""
    told = os.dup(1)
    os.dup2(2, 1)
    for plugin in discover():
        if (plugin.project, plugin.name) == (project, name):
            reason = plugin.trouble()
            os.write(told, f"broken: {reason}".encode() if reason else b"ok")
            os._exit(0)  # threads and exit handlers of the plugin are not waited for
