"""Environments and inputs are made once, and made again when what they are made of has changed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest
from optional import some

from benchmarks import inputs, peers


@pytest.fixture(autouse=True)
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "clore-benchmarks"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> List[Any]:
    """The commands that would have been run."""
    words = []

    def record(command: List[str], **_: Any) -> None:
        words.append(command)
        Path(command[-1]).mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(subprocess, "run", record)
    return words


def test_a_reference_that_is_not_there_is_installed_only_when_asked(run: List[Any]) -> None:
    assert peers.reference(install=False) is None
    assert run == []
    made = peers.reference(install=True)
    assert [command[-1] for command in run[:2]] == [str(some(made).directory), peers.REFERENCE]
    run.clear()
    assert peers.reference(install=False) == made
    assert run == []


def test_ours_is_installed_from_a_copy_and_once(run: List[Any], cache: Path) -> None:
    made = peers.ours()
    source = Path(run[1][-1])
    assert "-e" not in run[1]
    assert peers.ROOT not in source.parents
    run.clear()
    old = cache / "ours-of-yesterday"
    old.mkdir()
    os.utime(old, (0, 0))
    assert peers.ours() == made
    assert run == []
    assert not old.exists()


def test_an_installation_that_was_interrupted_is_repeated(run: List[Any]) -> None:
    made = peers.ours()
    (made.directory / "whole").unlink()
    run.clear()
    peers.ours()
    assert run


def test_a_digest_is_of_what_files_hold_and_are_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(peers, "ROOT", tmp_path)
    (tmp_path / "a").write_text("x")
    first = peers.digest([tmp_path / "a"])
    (tmp_path / "a").rename(tmp_path / "b")
    second = peers.digest([tmp_path / "b"])
    (tmp_path / "b").write_text("y")
    assert len({first, second, peers.digest([tmp_path / "b"])}) == 3


def test_inputs_are_the_same_from_run_to_run() -> None:
    peer = peers.Peer(Path(sys.prefix))
    directory = inputs.made(peer, [3])
    market = json.loads((directory / "3.json").read_text())
    assert len(market["servers"]) == 3
    assert market["code"] == 0
    before = (directory / "3.json").stat()
    assert inputs.made(peer, [3]) == directory
    assert (directory / "3.json").stat().st_mtime_ns == before.st_mtime_ns
    assert json.loads((directory / "wallets.json").read_text())["wallets"]
