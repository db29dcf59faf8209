"""Says what is left of an installation: `leftovers.py WHEEL`, run by the environment's Python.

The dependencies are there before, compiled, so that whatever is new afterwards is ours.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Set

_HERE = Path(sys.prefix)
#: Less than there is; enough to know that something was installed.
_MANY = 300


def tree() -> Set[str]:
    """Every file of this environment. pip itself leaves the directory `share`, with no file."""
    return {str(path.relative_to(_HERE)) for path in _HERE.rglob("*") if not path.is_dir()}


def run(*command: str) -> None:
    """Run a program of this environment, quietly, as somebody whose home directory is empty."""
    program = _HERE / "bin" / command[0]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "CLORE_SANDBOX_SPEED": "50"}
        environment["PATH"] = f"{program.parent}{os.pathsep}{environment['PATH']}"
        subprocess.run(
            [str(program), *command[1:]], check=True, env=environment, stdout=subprocess.DEVNULL
        )


def main(wheel: str) -> None:
    """Install, use, uninstall, compare."""
    run("python", "-m", "compileall", "-q", sysconfig.get_path("purelib"))
    before = tree()
    run("python", "-m", "pip", "install", "-q", "--no-deps", wheel)
    run("clore", "--version")
    run("clore", "sandbox", "run", "--", "clore", "search", "4090")
    run("python", "-c", "import clore_ai, clore_client.sandbox")
    while_there = tree()
    run("python", "-m", "pip", "uninstall", "-q", "-y", "clore-ai")
    left = sorted(tree() - before)
    if len(while_there - before) < _MANY:
        sys.exit("too little was installed for the comparison to mean anything")
    if left:
        sys.exit("pip uninstall leaves " + ", ".join(left))
    print(f"{len(while_there - before)} files came and went")


if __name__ == "__main__":
    main(sys.argv[1])
