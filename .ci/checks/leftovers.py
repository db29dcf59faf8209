"""Installs a wheel without a compiler, uses it, uninstalls it with all that came along.

`leftovers.py WHEEL`, run by the Python of an environment with pip: what is left is told.
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


def run(*command: str) -> str:
    """Run a program of this environment as somebody with an empty home, and without a compiler."""
    program = _HERE / "bin" / command[0]
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home, "PATH": str(program.parent)}
        return subprocess.run(
            [str(program), *command[1:]],
            check=True,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout


def pip(*arguments: str) -> str:
    """Run pip; what it prints."""
    return run("python", "-m", "pip", *arguments)


def packages() -> Set[str]:
    """The names of what is installed."""
    return {line.split("==")[0] for line in pip("list", "--format=freeze").splitlines()}


def main(wheel: str) -> None:
    """Install, use, uninstall, compare."""
    run("python", "-m", "compileall", "-q", sysconfig.get_path("purelib"))
    before, others = tree(), packages()
    pip("install", "-q", "--only-binary=:all:", wheel)
    run("clore", "--version")
    run("clore", "sandbox", "run", "--", "clore", "search", "4090")
    run("python", "-c", "import clore_ai, clore_client.sandbox")
    while_there = tree()
    pip("uninstall", "-q", "-y", *sorted(packages() - others))
    left = sorted(tree() - before)
    if len(while_there - before) < _MANY:
        sys.exit("too little was installed for the comparison to mean anything")
    if left:
        sys.exit("pip uninstall leaves " + ", ".join(left))
    print(f"{len(while_there - before)} files came and went")


if __name__ == "__main__":
    main(sys.argv[1])
