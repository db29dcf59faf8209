"""The plugin as installed, through the `clore` script, against the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CLORE = str(Path(sys.executable).with_name("clore"))


def run(*args: str) -> subprocess.CompletedProcess[str]:
    command = [CLORE, "sandbox", "run", "--speed", "50", "--", "clore", *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_shows_the_cheapest_first() -> None:
    done = run("cheapest", "4090", "-n", "4", "--json")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    prices = [row["price_usd_per_hour"] for row in rows]
    assert len(rows) == 4
    assert prices == sorted(prices)
    assert all("4090" in row["gpu"] for row in rows)


def test_is_listed_with_its_summary() -> None:
    done = run("--help")
    assert "cheapest  Show the cheapest free servers with a GPU." in done.stdout


@pytest.mark.parametrize("form", ["table", "json", "jsonl", "csv", "tsv"])
def test_every_format_comes_with_the_decorator(form: str) -> None:
    done = run("cheapest", "4090", "-n", "1", "-o", form)
    assert (done.returncode, len(done.stdout.splitlines()) > 0) == (0, True), done.stderr
    assert "4090" in done.stdout


def test_its_rows_are_what_its_schema_says() -> None:
    properties = json.loads(run("schema", "cheapest").stdout)["items"]["properties"]
    assert [types["type"][0] for types in properties.values()] == [
        "integer", "string", "number", "number",
    ]  # fmt: skip
    (row,) = json.loads(run("cheapest", "4090", "-n", "1", "--json").stdout)
    assert list(row) == list(properties)


def test_its_manual_page_is_up_to_date() -> None:
    """Run `clore help --roff cheapest > man/clore-cheapest.1` after a change."""
    page = Path(__file__).parent.parent / "man" / "clore-cheapest.1"
    assert run("help", "--roff", "cheapest").stdout == page.read_text()
