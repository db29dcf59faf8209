"""Every case of the table with every kind of client that it is for."""

from __future__ import annotations

from pathlib import Path

import pytest
from attack import child, leaks
from attack.clients import perform
from attack.judge import problems
from attack.stage import stage
from attack.table import CASES, clients


def plays(kind):
    return [pytest.param(case, id=case.id) for case in CASES if kind in clients(case)]


@pytest.fixture
def survives(results, tmp_path):
    """A function that plays a case and tells everything that went wrong."""

    def play(case, kind):
        how = child.play if case.memory and kind != "cli" else perform
        with stage(case) as played:
            outcome = how(case, played.server.url, kind)
        outcome.leaks += leaks.in_files(Path(tmp_path))
        wrong = problems(case, outcome, played.server) + played.strays
        results.add(case, outcome, played.server, wrong)
        return wrong

    return play


@pytest.mark.parametrize("case", plays("sync"))
def test_sync(case, survives):
    assert survives(case, "sync") == []


@pytest.mark.parametrize("case", plays("async"))
def test_async(case, survives):
    assert survives(case, "async") == []


@pytest.mark.parametrize("case", plays("cli"))
def test_cli(case, survives):
    assert survives(case, "cli") == []
