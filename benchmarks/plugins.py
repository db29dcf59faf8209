"""What installed plugins cost: ``clore`` with 0, 20 and 200 of them, one of which imports for 2 s.

Run as ``python benchmarks/plugins.py [ROUNDS]`` where clore-ai is installed. The runs take turns,
so that whatever else the machine does meets all of them alike; medians are printed. The first run
of each is not counted: it looks for the plugins that the others remember.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Tuple

COUNTS = (0, 20, 200)
COMMANDS = (["--version"], ["wallets", "--help"], ["--help"])
_SLOW = "import time\ntime.sleep(2)\n"


def install(site: Path, count: int) -> None:
    """Leave ``count`` plugins in ``site`` as an installer would."""
    for number in range(count):
        name = f"plugin{number}"
        (site / f"clore_{name}.py").write_text(_SLOW if number == 0 else "", encoding="utf-8")
        info = site / f"clore_{name}-1.0.dist-info"
        info.mkdir()
        about = f"Metadata-Version: 2.1\nName: clore-{name}\nVersion: 1.0\nSummary: A plugin.\n"
        (info / "METADATA").write_text(about, encoding="utf-8")
        entry = f"[clore_cli.plugins]\n{name} = clore_{name}:{name}\n"
        (info / "entry_points.txt").write_text(entry, encoding="utf-8")
    past = time.time() - 60  # what changed just now is not remembered
    os.utime(site, (past, past))


def timed(words: List[str], site: Path) -> float:
    """Seconds that one run takes."""
    cache = f"{site}.cache"
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_CACHE_HOME": cache}
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "clore_cli", *words],
        env=environment,
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - start


def main(rounds: int) -> None:
    """Measure and print."""
    taken: Dict[Tuple[str, int], List[float]] = {}
    with tempfile.TemporaryDirectory() as directory:
        sites = {count: Path(directory, str(count)) for count in COUNTS}
        for count, site in sites.items():
            site.mkdir()
            install(site, count)
        for turn in range(rounds + 1):
            for words in COMMANDS:
                for count, site in sites.items():
                    seconds = timed(words, site)
                    if turn:
                        taken.setdefault((" ".join(words), count), []).append(seconds)
    print("plugins installed", *(f"{count:>8}" for count in COUNTS))
    for words in COMMANDS:
        name = " ".join(words)
        cells = (f"{statistics.median(taken[name, count]) * 1000:5.0f} ms" for count in COUNTS)
        print(f"clore {name:<16}", *cells)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15)
