"""Two runs that must not work on the same thing; two open files are like two processes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from clore_cli.plugin import CommandError, alone

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _own_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "settings"))


def test_the_second_is_refused_and_told_what_the_first_does() -> None:
    taken = pytest.raises(CommandError, match="another process keeps the bid of order 39 already")
    again = alone("bid-39", "keeps the bid of order 39")
    with alone("bid-39", "keeps the bid of order 39"), taken as told, again:
        pytest.fail("both are in it")
    assert told.value.exit_code == 2


def test_it_is_free_again_afterwards_and_after_an_error() -> None:
    with pytest.raises(TimeoutError, match="own"), alone("bid-39", "bids"):
        raise TimeoutError("its own")
    with alone("bid-39", "bids"), alone("bid-40", "bids"):
        pass


def test_the_file_may_lie_beside_what_is_worked_on(tmp_path: Path) -> None:
    with alone("mine.lock", "records", directory=tmp_path):
        assert [file.name for file in tmp_path.iterdir()] == ["mine.lock"]


def test_a_directory_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file") as told:
        alone("mine.lock", "records", directory=tmp_path / "none").__enter__()
    assert told.value.exit_code == 1
