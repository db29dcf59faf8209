"""The marketplace answer on disk: what is kept, for whom, and what is not believed."""

from __future__ import annotations

import math
import os
import stat
import time
from typing import TYPE_CHECKING

import pytest
from optional import some

from clore_client import CloreAI, answer_cache
from clore_client.amounts import Exact
from clore_client.errors import BadAnswerError, InvalidInputError
from clore_client.offers import OfferFilter
from clore_client.sandbox import VirtualClock, World

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://api.example/v1"
BODY = b'{"code": 0, "servers": [{"id": 1, "reliability": 0.12345678901234567890}]}'


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration directory, which does not exist yet."""
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "clore"))
    return tmp_path / "clore"


@pytest.fixture
def file(directory: Path) -> Path:
    answer_cache.store(URL, BODY)
    return next((directory / "cache").iterdir())


def test_an_answer_comes_back_digit_for_digit(file: Path) -> None:
    kept = answer_cache.marketplace(URL, math.inf)
    assert some(kept).body["servers"][0]["reliability"] == Exact("0.12345678901234567890")
    assert repr(some(kept).body["servers"][0]["reliability"]) == "0.12345678901234567890"
    assert 0 <= some(kept).age < 60


def test_it_is_for_the_user_alone(file: Path, directory: Path) -> None:
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_each_api_has_its_own(file: Path) -> None:
    assert answer_cache.marketplace("https://other.example/v1", math.inf) is None
    answer_cache.store("https://other.example/v1", b'{"servers": []}')
    assert len(list(file.parent.iterdir())) == 2
    assert some(answer_cache.marketplace(URL, math.inf)).body["servers"]


@pytest.mark.parametrize(("age", "found"), [(30, True), (90, False), (-90, False)])
def test_only_a_young_answer_will_do(file: Path, age: int, found: bool) -> None:
    then = time.time() - age
    os.utime(file, (then, then))
    kept = answer_cache.marketplace(URL, 60)
    assert (kept is not None) is found
    if kept:
        assert 29 < kept.age < 60


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'{"servers": 3}', b"\xff\xfe", BODY[:-9]])
def test_a_corrupt_file_is_no_answer(file: Path, raw: bytes) -> None:
    file.write_bytes(raw)
    assert answer_cache.marketplace(URL, math.inf) is None


def test_what_is_no_file_is_not_believed(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "real"
    file.rename(real)
    file.symlink_to(real)
    assert answer_cache.marketplace(URL, math.inf) is None
    file.unlink()
    os.mkfifo(file)
    assert answer_cache.marketplace(URL, math.inf) is None


def test_a_new_answer_replaces_the_old_one_and_leaves_nothing_behind(file: Path) -> None:
    answer_cache.store(URL, b'{"servers": [], "new": 1}')
    assert some(answer_cache.marketplace(URL, math.inf)).body["new"] == 1
    assert list(file.parent.iterdir()) == [file]


def test_files_that_nobody_wants_any_more_are_removed(file: Path) -> None:
    old = file.with_name("marketplace-0123456789abcdef.json")
    torn = file.with_name(file.name + ".1.new")
    for path in (old, torn):
        path.write_bytes(BODY)
        os.utime(path, (0, 0))
    answer_cache.store(URL, BODY)
    assert list(file.parent.iterdir()) == [file]


def test_a_directory_that_cannot_be_used_harms_nobody(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.write_text("in the way")
    answer_cache.store(URL, BODY)
    assert answer_cache.marketplace(URL, math.inf) is None
    monkeypatch.delenv("CLORE_CONFIG_DIR")
    monkeypatch.setenv("HOME", "~")
    answer_cache.store(URL, BODY)
    assert answer_cache.marketplace(URL, math.inf) is None


def client(world: World) -> CloreAI:
    return CloreAI(base_url=URL, transport=world.transport("key"), clock=world.clock)


@pytest.fixture
def world() -> World:
    return World(clock=VirtualClock(), servers=20)


def test_what_a_client_is_told_is_kept(directory: Path, world: World) -> None:
    with client(world) as clore, answer_cache.keeping(clore):
        servers = clore.marketplace(available_only=False)
        clore.wallets()
    kept = answer_cache.marketplace(URL, math.inf)
    assert [row["id"] for row in some(kept).body["servers"]] == [server.id for server in servers]
    assert [entry.endpoint for entry in world.log] == ["marketplace", "wallets"]


def test_nothing_is_kept_outside_or_after_an_error(directory: Path, world: World) -> None:
    with client(world) as clore:
        with pytest.raises(InvalidInputError), answer_cache.keeping(clore):
            clore.marketplace(min_gpu_count=-1)
        world.fail("html", "marketplace", 99)
        with pytest.raises(BadAnswerError), answer_cache.keeping(clore):
            clore.marketplace()
    with client(World(clock=VirtualClock(), servers=20)) as clore:
        clore.marketplace()
    assert answer_cache.marketplace(URL, math.inf) is None


def test_a_client_is_overheard_within_the_context_only(world: World) -> None:
    heard = []
    with client(world) as clore:
        with clore.overheard(lambda request, response: heard.append((request.path, response))):
            clore.wallets()
        clore.wallets()
    assert [(path, response.status) for path, response in heard] == [("/wallets", 200)]


def test_only_wanted_servers_are_read(directory: Path, world: World) -> None:
    with client(world) as clore, answer_cache.keeping(clore):
        servers = clore.marketplace(gpu="4090")
    kept = some(answer_cache.marketplace(URL, math.inf, OfferFilter(gpu="4090"))).body["servers"]
    assert [row["id"] for row in kept] == [server.id for server in servers]
    assert (
        kept.sent == len(some(answer_cache.marketplace(URL, math.inf)).body["servers"]) > len(kept)
    )
