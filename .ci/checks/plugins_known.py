"""Says whether the installed plugins of this repository show in help, completion and manual."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.metadata import distributions, files
from pathlib import Path
from typing import List

COMMANDS = ("cheapest", "watch", "history", "bid")
_CLORE = Path(sys.executable).with_name("clore")


def clore(*args: str, **env: str) -> str:
    """What a run of the installed command prints."""
    command = [str(_CLORE), *args]
    environment = {**os.environ, **env}
    return subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE, env=environment
    ).stdout


def missing() -> List[str]:
    """What some command lacks, in words."""
    overview, words = clore("--help"), clore("", _CLORE_COMPLETE="argv_complete")
    found = []
    for name in COMMANDS:
        page = _CLORE.parent.parent / "share" / "man" / "man1" / f"clore-{name}.1"
        holds = {
            "clore --help does not list it": re.search(rf"^  {name}  ", overview, re.MULTILINE),
            "TAB does not know it": re.search(rf"^{name}\t", words, re.MULTILINE),
            "it has no help": f"clore {name}" in clore("help", name),
            "its manual page is another one": page.read_text() == clore("help", "--roff", name),
        }
        found += [f"{name}: {what}" for what, held in holds.items() if not held]
    return found + [
        f"{name}: no licence is installed"
        for name in sorted({each.metadata["Name"] for each in distributions()})
        if name.startswith("clore-") and not _licence(name)
    ]


def _licence(name: str) -> bool:
    return any(str(file).endswith("licenses/LICENSE") for file in files(name) or ())


if __name__ == "__main__":
    print(clore("plugins", "list"))
    sys.exit("\n".join(missing()) or None)
