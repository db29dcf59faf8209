"""The command: what is chosen, what is printed, and its status."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn

import pytest

from benchmarks import __main__ as command
from benchmarks import inputs, peers
from benchmarks.machine import machine
from benchmarks.measure import FailedError
from benchmarks.rows import CASES, Case

if TYPE_CHECKING:
    from benchmarks.bench import Bench

FAST, SLOW = {"wall": [0.01], "cpu": [0.01]}, {"wall": [0.1], "cpu": [0.1]}


def fails(bench: Bench) -> NoReturn:
    raise FailedError("it broke")


@pytest.fixture
def cases(monkeypatch: pytest.MonkeyPatch, answers: Path) -> Dict[str, Any]:
    """What is measured, and nothing is installed for it."""
    measured: Dict[str, Any] = {}
    monkeypatch.setattr(peers, "ours", lambda: peers.Peer(Path(sys.prefix)))
    monkeypatch.setattr(peers, "reference", lambda **_: None)
    monkeypatch.setattr(inputs, "made", lambda *_: answers)
    monkeypatch.setattr(command, "CASES", [
        Case("version", "the version", lambda _: measured["version"]),
        Case("help", "the help", lambda _: measured["help"]),
        Case("limiter", "the limiter", fails),
    ])  # fmt: skip
    measured.update(version={"ours": FAST, "floor": FAST}, help={"ours": FAST, "floor": FAST})
    return measured


def test_a_missing_reference_is_not_run_and_the_status_says_so(
    cases: Dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["--only", "version"]) == 1
    rows = [line.split(" | ") for line in capsys.readouterr().out.splitlines()]
    assert [row[-1] for row in rows if len(row) > 1][2:] == ["met |", "not run |"]


def test_everything_holds(cases: Dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    cases["version"]["reference"] = SLOW
    assert command.main(["--only", "version", "--only", "help"]) == 0
    cases["help"]["ours"] = SLOW
    assert command.main(["--only", "version", "--only", "help"]) == 1


def test_what_fails_is_told(cases: Dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--only", "limiter"]) == 1
    assert "- the limiter: it broke" in capsys.readouterr().out


def test_json(cases: Dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--json", "--only", "help", "--runs", "3"])
    told = json.loads(capsys.readouterr().out)
    assert told["runs"] == 3
    assert told["startup"] == []
    assert [(one["goal"]["case"], one["verdict"]) for one in told["results"]] == [("help", "met")]


@pytest.mark.parametrize(
    "words", [["--only", "nonsense"], ["--runs", "0"], ["--write", "--only", "help"]]
)
def test_what_cannot_be_meant_is_refused(
    cases: Dict[str, Any], words: List[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        command.main(words)
    assert refused.value.code == 2


def test_cases_are_chosen_by_key_and_title() -> None:
    assert [case.key for case in command.chosen(["ORDERS --help", "tab_v"], CASES)] == [
        "orders_help",
        "tab_value",
    ]
    assert command.chosen([], CASES) == list(CASES)


def test_nobodys_machine_is_named() -> None:
    told = machine()
    assert set(told) == {"processor", "cores", "memory", "system", "python"}
    assert all(told.values())
    assert socket.gethostname() not in " ".join(told.values()).split()
