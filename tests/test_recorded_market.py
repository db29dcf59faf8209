"""`clore search` over a complete recorded marketplace, when somebody names the file.

CLORE_RECORDED_MARKETPLACE is a gzipped body of GET /marketplace of 2024: 3,500 servers in the old
format, without `gpu_array` and without any price in USD.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import loopback
import pytest
from optional import some

RECORDED = os.environ.get("CLORE_RECORDED_MARKETPLACE")
CLORE = Path(sys.executable).with_name("clore")

pytestmark = pytest.mark.skipif(not RECORDED, reason="CLORE_RECORDED_MARKETPLACE names no file")


@pytest.fixture(scope="module")
def body() -> bytes:
    return gzip.decompress(Path(some(RECORDED)).read_bytes())


def search(body: Any, *arguments: str, note: str = "") -> str:
    """What `clore search` prints when the API answers with ``body``; on stderr it is ``note``."""
    with loopback.server(loopback.http(body)) as (url, _):
        environment = {**os.environ, "CLORE_BASE_URL": url}
        command = [str(CLORE), "search", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == note
    found: str = done.stdout
    return found


def test_every_server_is_shown(body: Any) -> None:
    sent = json.loads(body)["servers"]
    shown = json.loads(search(body, "--include-rented", "--json"))
    assert sorted(row["id"] for row in shown) == sorted(row["id"] for row in sent)


def test_a_server_without_a_usd_price_shows_none(body: Any) -> None:
    rows = json.loads(search(body, "--include-rented", "--json"))
    assert {row["price_usd_per_hour"] for row in rows} == {None}
    assert {row["price_usd_per_day"] for row in rows} == {None}
    table = search(body, "--include-rented", "--columns", "id,price_usd_per_hour")
    assert {line.split()[1] for line in table.splitlines()[1:]} == {"-"}


def test_rented_servers_are_left_out_unless_asked_for(body: Any) -> None:
    free = [row["id"] for row in json.loads(body)["servers"] if not row["rented"]]
    shown = json.loads(search(body, "--json"))
    assert sorted(row["id"] for row in shown) == sorted(free)


def test_gpus_are_counted_from_the_old_formats_text(body: Any) -> None:
    rows = json.loads(search(body, "4090", "--include-rented", "--json"))
    assert len(rows) > 700
    assert {row["gpu_count"] for row in rows} >= {1, 2, 3, 4}


def test_a_maximum_price_matches_no_server_without_a_price(body: Any) -> None:
    free = sum(not row["rented"] for row in json.loads(body)["servers"])
    note = f"{free} servers lack a price.\n"
    assert json.loads(search(body, "--max-price", "100", "--json", note=note)) == []
