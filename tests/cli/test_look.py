"""Looking at the marketplace again and again, from several processes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Iterator

import pytest
from cli_helpers import Unlimited

from clore_cli import market
from clore_cli.app import App
from clore_cli.options import Settings
from clore_client.errors import CloreAPIError
from clore_client.sandbox import World, serve

if TYPE_CHECKING:
    from pathlib import Path

    from clore_cli.market import Look


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / ".clore"))
    monkeypatch.setenv("CLORE_LIMITER", "process")
    monkeypatch.setenv("CLORE_SANDBOX_SPEED", "1000")
    world = World(clock=Unlimited(1000), servers=20)
    with serve(world) as url:
        monkeypatch.setenv("CLORE_BASE_URL", url)
        yield world


def look(max_age: float) -> Look:
    app = App(Settings(retries=0))
    try:
        seen = market.look(app, max_age)
        assert seen is not None
        return seen
    finally:
        app.close()


def test_the_age_is_by_the_clock_of_the_api(world: World) -> None:
    assert look(0.001).age == 0
    again = look(1_000_000)
    assert (len(world.log), len(again.servers)) == (1, 21)
    assert again.age > 0
    assert look(again.age / 2).age == 0
    assert len(world.log) == 2


def test_those_who_look_at_once_share_one_answer(world: World) -> None:
    world.fail("slow-body", seconds=0.3)
    found = []
    threads = [threading.Thread(target=lambda: found.append(look(1e6))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(found), len(world.log)) == (5, 1)


def test_an_error_is_nobodys_answer(world: World) -> None:
    world.fail("html", times=2)
    for _ in range(2):
        with pytest.raises(CloreAPIError):
            look(1e6)
    assert look(1e6).age == 0
    assert len(world.log) == 3


def test_a_row_that_cannot_be_read_is_counted(world: World) -> None:
    world.state.servers[5] = {"id": "odd", "rented": False}
    assert look(1).unread == 1
    assert look(1e6).unread == 1


def test_where_there_can_be_no_lock_everybody_asks(world: World, tmp_path: Path) -> None:
    (tmp_path / ".clore").mkdir()
    (tmp_path / ".clore" / "cache").write_text("in the way")
    assert look(1e6).servers
    assert look(1e6).servers
    assert len(world.log) == 2
