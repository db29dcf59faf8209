"""How long TAB takes in real shells: the scripts of completions/ beside those that click makes.

Run in the project's root, where the project is installed: ``python -m benchmarks.completion``.
Each figure is the median of keystrokes on a terminal, less what an unknown command takes there.
"""

from __future__ import annotations

import itertools
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List

from click.shell_completion import get_completion_class

from clore_cli.completion.install import SHELLS
from clore_cli.main import cli
from tests.shells import COMPLETIONS
from tests.shells import SHELLS as TERMINALS

_TIMES = 15
_PLUGIN = """
import click

@click.command()
@click.option("--color", type=click.Choice(["red"]))
def {name}(color): pass
"""


def plugin(site: Path, name: str, more: str = "") -> None:
    """Install a plugin as pip would leave it."""
    info = site / f"{name}-1.dist-info"
    info.mkdir()
    (site / f"{name}.py").write_text(more + _PLUGIN.format(name=name))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "entry_points.txt").write_text(f"[clore_cli.plugins]\n{name} = {name}:{name}\n")


def clicks_own(directory: Path) -> Path:
    """The scripts that click makes, in files of the same names."""
    directory.mkdir()
    for name, shell in SHELLS.items():
        kind: Any = get_completion_class(name)
        made = kind(cli, {}, "clore", "_CLORE_COMPLETE")
        (directory / shell.file).write_text(made.source_template % made.source_vars())
    return directory


def milliseconds(shell: Any, line: str, before: Callable[[], None] = lambda: None) -> float:
    """The median time until what TAB offers after ``line`` is there."""
    taken: List[float] = []
    for _ in range(_TIMES):
        before()
        start = time.perf_counter()
        shell.offers(line)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken)


#: Times of the directory of plugins, each later than all before: some shells count in seconds.
_AGES = itertools.count(int(time.time()) + 2, 2)


def rows(name: str, env: Dict[str, str], site: Path, scripts: Path) -> Dict[str, float]:
    """The figures of one shell with these scripts, by what is completed."""

    def install() -> None:
        age = next(_AGES)
        os.utime(site, (age, age))

    with TERMINALS[name](env, scripts=scripts) as shell:
        shell.offers("clore ")
        idle = milliseconds(shell, "nosuchcommand ")
        found = {
            "an option": milliseconds(shell, "clore deploy --image x --ty"),
            "a choice": milliseconds(shell, "clore orders --output=j"),
            "a plugin's name": milliseconds(shell, "clore quic"),
            "the same after an install": milliseconds(shell, "clore quic", install),
            "a value that the program knows": milliseconds(shell, "clore quick --color r"),
        }
        plugin(site, "slow", "import time; time.sleep(2)\n")
        install()
        shell.offers("clore ")
        found["a plugin's name beside one that takes 2 s"] = milliseconds(shell, "clore quic")
        shutil.rmtree(site / "slow-1.dist-info")
    return {what: max(0.0, taken - idle) for what, taken in found.items()}


def main() -> None:
    """Print a table: what is completed, and milliseconds with our scripts and with click's."""
    program = shutil.which("clore", path=str(Path(sys.executable).parent))
    if program is None:
        sys.exit("install the project into this environment first")
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        site, home = work / "site", work / "home"
        site.mkdir()
        home.mkdir()
        plugin(site, "quick")
        path = f"{Path(program).parent}:/usr/local/bin:/usr/bin:/bin"
        env = {"PATH": path, "HOME": str(home), "PYTHONPATH": str(site), "LANG": "C.UTF-8"}
        click_scripts = clicks_own(work / "click")
        sys.stdout.write(f"{'shell':6}{'milliseconds':45}{'ours':>8}{'click':>8}\n")
        for name in filter(shutil.which, TERMINALS):
            ours = rows(name, env, site, COMPLETIONS)
            theirs = rows(name, env, site, click_scripts)
            for what, taken in ours.items():
                sys.stdout.write(f"{name:6}{what:45}{taken:8.1f}{theirs[what]:8.1f}\n")


if __name__ == "__main__":
    main()
