"""The marketplace at a glance: made once for each answer that is kept."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, List

import pytest

from clore_client import answer_cache, glances, jsonrows
from clore_client.models import MarketplaceServer, decode_list
from clore_client.sandbox import market

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://api.example/v1"
ROWS: List[Any] = [*market.servers(7, 40), {"id": "no"}, "odd", {"id": "7"}]


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "clore"))
    return tmp_path / "clore" / "cache"


def store(rows: List[Any]) -> None:
    answer_cache.store(URL, json.dumps({"code": 0, "servers": rows}).encode())


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> List[Any]:
    """One for each time that the answer was read."""
    counted: List[Any] = []
    read = jsonrows.loads

    def noted(*args: Any) -> Any:
        counted.append(1)
        return read(*args)

    monkeypatch.setattr(jsonrows, "loads", noted)
    return counted


def file(directory: Path) -> Path:
    return next(directory.glob("offers-*"))


def test_a_glance_tells_what_the_server_tells(directory: Path) -> None:
    store(ROWS)
    servers = decode_list(MarketplaceServer, {"servers": ROWS}, "servers")
    assert len(servers) == 41
    expected = [
        glances.Glance(
            server.id, server.gpu_model, server.location, server.price_usd_per_day,
            server.spot_price_usd_per_day, server.available,
        )
        for server in servers
    ]  # fmt: skip
    assert glances.glances(URL) == expected
    assert glances.glances(URL) == expected
    assert glances.glances("https://other.example/v1") == []


def test_an_answer_is_read_once(directory: Path, reads: List[Any]) -> None:
    store(ROWS)
    assert glances.glances(URL) == glances.glances(URL) != []
    assert len(reads) == 1
    store(ROWS[:5])
    assert len(glances.glances(URL)) == len(glances.glances(URL)) == 5
    assert len(reads) == 2


def test_an_answer_of_the_same_size_is_another_one(directory: Path) -> None:
    store([{"id": 1}])
    assert [one.id for one in glances.glances(URL)] == [1]
    store([{"id": 2}])
    os.utime(answer_cache.ANSWERS.path(URL), (1, 1))
    assert [one.id for one in glances.glances(URL)] == [2]


def test_they_outlive_their_answer(directory: Path) -> None:
    store(ROWS)
    found = glances.glances(URL)
    answer_cache.ANSWERS.path(URL).unlink()
    assert glances.glances(URL) == found


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"7", b"[7]", b"[[7]]", b"[[", b"\xff", b"[[1,2],[[7]]]", b"[[1,2],7]"]
)
def test_corrupt_glances_are_made_again(directory: Path, raw: bytes) -> None:
    store(ROWS)
    found = glances.glances(URL)
    file(directory).write_bytes(raw)
    assert glances.glances(URL) == found
    file(directory).write_bytes(raw)
    answer_cache.ANSWERS.path(URL).unlink()
    assert glances.glances(URL) == []


@pytest.mark.parametrize("raw", [b"", b"{", b"7", b'{"servers": 7}', b"\xff"])
def test_a_corrupt_answer_shows_nothing(directory: Path, raw: bytes) -> None:
    answer_cache.store(URL, raw)
    assert glances.glances(URL) == []


def test_nothing_was_ever_kept(directory: Path) -> None:
    assert glances.glances(URL) == []
    assert not directory.exists()


def test_an_answer_that_is_read_twice_tells_each_offer_once(directory: Path) -> None:
    rows = market.servers(7, 1200)
    other = json.dumps({"servers": rows[:3]})[1:-1]
    text = json.dumps({"servers": rows})[1:-1]
    answer_cache.store(URL, f'{{"code": 0, {text}, {other}}}'.encode())  # the last one counts
    assert [glance.id for glance in glances.glances(URL)] == [row["id"] for row in rows[:3]]
