"""Processes in turn, and the statistics of what they took."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterator

import pytest

from benchmarks.measure import Command, FailedError, Runner, growths, ratios, spread

if TYPE_CHECKING:
    from pathlib import Path


def python(code: str, **env: str) -> Command:
    return Command([sys.executable, "-c", code], env)


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as made:
        yield made


def test_a_median_stands_between_its_quartiles() -> None:
    assert spread([5.0, 1.0, 3.0, 2.0, 4.0]) == (3.0, 2.0, 4.0)
    assert spread([7.0]) == (7.0, 7.0, 7.0)


def test_ratios_are_those_of_rounds() -> None:
    # A machine that was twice as slow in the second round has changed nothing.
    assert ratios([1.0, 2.0], [2.0, 4.0]) == [0.5, 0.5]


def test_growth_is_less_what_nothing_costs() -> None:
    assert growths([1.0, 1.0], [2.0, 1.5], [11.0, 4.0]) == [10.0, 6.0]
    assert growths([2.0], [2.0], [4.0]) == []


def test_a_process_is_measured_from_outside(runner: Runner) -> None:
    busy = runner.run(python("import time\nwhile time.process_time() < 0.1: pass"))
    assert 0.1 <= busy.cpu < 0.5
    assert busy.wall >= 0.1
    large = runner.run(python("len(b'x' * 64_000_000)"))
    assert large.memory - busy.memory == pytest.approx(64_000_000, rel=0.1)


def test_the_memory_of_who_measures_is_not_that_of_what_is_measured(runner: Runner) -> None:
    ballast = b"x" * 200_000_000
    assert runner.run(python("pass")).memory < 60_000_000 < len(ballast)


def test_only_what_is_wanted_is_kept(runner: Runner) -> None:
    said = python("import sys; print('out'); print('err', file=sys.stderr)")
    assert runner.run(said, keep=True)[-2:] == (b"out\n", b"err\n")
    assert runner.run(said).stdout == b""


def test_a_process_has_no_other_variables(runner: Runner) -> None:
    said = python("import os; print(sorted(set(os.environ) - {'LC_CTYPE'}))", ONLY="this")
    assert runner.run(said, keep=True).stdout == b"['ONLY']\n"


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (python("raise SystemExit('what went wrong')"), "status 1: what went wrong"),
        (python("raise SystemExit(3)"), "status 3: it said nothing"),
    ],
)
def test_a_process_that_fails_is_told(runner: Runner, command: Command, told: str) -> None:
    with pytest.raises(FailedError, match=told):
        runner.run(command)
    runner.run(python("pass"))


def test_a_process_that_does_not_end_is_killed() -> None:
    with Runner(patience=0.2) as hasty, pytest.raises(FailedError, match="signal 9"):
        hasty.run(python("import time; time.sleep(60)"))


def test_what_cannot_be_started_is_told(runner: Runner) -> None:
    with pytest.raises(FailedError, match=r"No such file.*/nowhere/to/be/found"):
        runner.run(Command(["/nowhere/to/be/found"], {}))
    runner.run(python("pass"))


def test_contenders_take_turns_after_a_round_that_does_not_count(
    runner: Runner, tmp_path: Path
) -> None:
    file = tmp_path / "order"
    commands = {name: python(f"open({str(file)!r}, 'a').write({name!r})") for name in "ab"}
    samples = runner.alternate(commands, 2)
    assert file.read_text() == "ababab"
    assert {name: len(series["wall"]) for name, series in samples.items()} == {"a": 2, "b": 2}


def test_what_a_program_measured_itself_counts(runner: Runner) -> None:
    said = python('print(\'{"wall": 42, "count": 7}\')')
    samples = runner.alternate({"one": said}, 1, inner=True)
    assert samples["one"]["wall"] == [42]
    assert samples["one"]["count"] == [7]
    assert samples["one"]["memory"][0] > 0
    told: Dict[str, Any] = {"ours": {"wall": [1.0]}}
    assert runner.within(python(f"print({json.dumps(told)!r})")) == told
