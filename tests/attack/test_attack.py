"""Every case of the table with every kind of client that it is for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List

import pytest
from attack import child, interruptions, leaks
from attack.aftermath import traces
from attack.clients import perform
from attack.judge import problems
from attack.stage import Stage, stage
from attack.table import CASES, clients

if TYPE_CHECKING:
    from attack.case import Case
    from attack.outcome import Outcome
    from attack.results import Results


def plays(kind: str) -> List[Any]:
    return [pytest.param(case, id=case.id) for case in CASES if kind in clients(case)]


@pytest.fixture
def survives(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Any, Any], Any]:
    """A function that plays a case and tells everything that went wrong."""

    def play(case: Case, kind: str) -> List[str]:
        with stage(case) as played:
            for name, value in played.environment.items():
                monkeypatch.setenv(name, value)
            outcome = outcome_of(case, kind, played)
            outcome.leaks += leaks.in_files(Path(tmp_path))
            wrong = problems(case, outcome, played.server)
            results.add(case, outcome, played.server)
            wrong += traces(case, outcome, played) + played.strays
        results.blame(case, kind, wrong)
        return wrong

    return play


def outcome_of(case: Case, kind: str, played: Stage) -> Outcome:
    if case.interrupt:
        return interruptions.perform(case, played.url, played.server)
    how = child.play if case.memory and kind != "cli" else perform
    return how(case, played.url, kind)


@pytest.mark.parametrize("case", plays("sync"))
def test_sync(case: Case, survives: Callable[[Any, Any], Any]) -> None:
    assert survives(case, "sync") == []


@pytest.mark.parametrize("case", plays("async"))
def test_async(case: Case, survives: Callable[[Any, Any], Any]) -> None:
    assert survives(case, "async") == []


@pytest.mark.parametrize("case", plays("cli"))
def test_cli(case: Case, survives: Callable[[Any, Any], Any]) -> None:
    assert survives(case, "cli") == []
