"""Verdicts."""

from __future__ import annotations

from typing import Optional

import pytest
from optional import some

from benchmarks import goals
from benchmarks.goals import GOALS, Goal, judged
from benchmarks.rows import CASES


def test_every_goal_has_a_case_and_every_case_a_goal() -> None:
    assert {goal.case for goal in GOALS} == {case.key for case in CASES}
    assert len({case.key for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("limit", "verdict"), [(0.5, "met"), (0.49, "missed"), (None, "information")]
)
def test_the_median_of_the_ratios_decides(limit: Optional[float], verdict: str) -> None:
    samples = {
        "ours": {"wall": [1.0, 2.0, 9.0], "cpu": [1.0, 1.0, 1.0]},
        "reference": {"wall": [2.0, 4.0, 9.0], "cpu": [4.0, 4.0, 4.0]},
    }
    result = judged(Goal("x", "reference", limit), "an x", samples)
    assert (result.verdict, result.title) == (verdict, "an x")
    assert (some(result.ours).median, some(result.theirs).median, some(result.ratio).median) == (
        2.0,
        4.0,
        0.5,
    )
    assert result.cpu == 0.25


def test_without_the_contender_it_is_not_run() -> None:
    result = judged(Goal("x", "reference", 0.5), "an x", {"ours": {"wall": [1.0]}})
    assert result.verdict == goals.NOT_RUN not in goals.GOOD
    assert result.note == "there is no reference"


@pytest.mark.parametrize(("count", "verdict"), [(0, "met"), (1, "missed")])
def test_a_number_of_its_own(count: int, verdict: str) -> None:
    result = judged(Goal("x", None, 0, "count"), "an x", {"ours": {"count": [count]}})
    assert (result.verdict, result.ratio) == (verdict, None)


def test_growth() -> None:
    samples = {"empty": {"wall": [1.0]}, "small": {"wall": [2.0]}, "ours": {"wall": [12.0]}}
    goal = Goal("x", "small", 10.0, grows=True)
    assert some(judged(goal, "an x", samples).ratio).median == 11.0
    assert judged(goal, "an x", samples).verdict == "missed"
    samples["small"]["wall"] = [1.0]
    assert judged(goal, "an x", samples).verdict == "failed"


def test_memory_has_no_processor_time() -> None:
    series = {"memory": [1.0], "cpu": [1.0], "wall": [1.0]}
    result = judged(Goal("x", "floor", 1, "memory"), "x", {"ours": series, "floor": series})
    assert result.cpu is None
