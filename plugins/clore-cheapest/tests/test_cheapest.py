"""The plugin as installed, through the `clore` script, against the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

CLORE = str(Path(sys.executable).with_name("clore"))


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [CLORE, "sandbox", "run", "--speed", "50", "--", "clore", *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_shows_the_cheapest_first():
    done = run("cheapest", "4090", "-n", "4", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    prices = [row["price_usd_per_hour"] for row in rows]
    assert len(rows) == 4
    assert prices == sorted(prices)
    assert all("4090" in row["gpu"] for row in rows)


def test_is_listed_with_its_summary():
    done = run("--help")
    assert "cheapest  Show the cheapest free servers with a GPU." in done.stdout
