"""What is to hold, as data, and whether it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence

from .measure import Samples, Spread, growths, ratios, spread

MET, MISSED, NOT_RUN, FAILED, TOLD = "met", "missed", "not run", "failed", "information"
#: The verdicts with which everything holds.
GOOD = (MET, TOLD)


@dataclass(frozen=True)
class Goal:
    """A limit on one quantity of a case.

    Attributes:
        case: the key of what is measured, see `benchmarks.rows.CASES`.
        than: the contender whose quantity ours is divided by; None for ours itself.
        limit: the most that the median may be; None where nothing is asked.
        quantity: ``wall`` in seconds, ``memory`` in bytes, ``count``.
        grows: ours is how many times as much a large input costs as a small one, either less
            what an empty one costs; ``than`` is the small one then.
    """

    case: str
    than: Optional[str]
    limit: Optional[float]
    quantity: str = "wall"
    grows: bool = False


#: Issue 6. In the order in which they are shown.
GOALS: Sequence[Goal] = (
    Goal("version", "floor", 1.6),
    Goal("version", "reference", 0.30),
    Goal("orders_help", "floor", 1.6),
    Goal("orders_help", "reference", 0.30),
    Goal("help", "floor", 2.2),
    Goal("tab_word", None, 0, "count"),
    Goal("tab_value", "reference", 0.40),
    Goal("import", "reference", 0.45),
    Goal("search_1000", "reference", 0.48),
    Goal("search_1000", "reference", 0.65, "memory"),
    Goal("search_1000", "bare script", None),
    Goal("search_5000", "reference", 0.42),
    Goal("search_5000", "reference", 0.65, "memory"),
    Goal("search_5000", "bare script", None),
    Goal("search_growth", "small", 10.0),
    Goal("search_growth", "small", 10.0, "memory"),
    Goal("search_growth", "small", None, "wall", grows=True),
    Goal("search_growth", "small", None, "memory", grows=True),
    Goal("marketplace_all", "reference", 0.55),
    Goal("marketplace_filtered", "reference", 0.35),
    Goal("marketplace_nested", "reference", None),
    Goal("search_json", "bare script", 1.3),
    Goal("search_json", "compact script", None),
    Goal("table", "tabulate", 1.2),
    Goal("calls", "urllib3", 1.5),
    Goal("async_calls", None, 1, "count"),
    Goal("async_calls", "one call", 1.3),
    Goal("limiter", None, 0.001),
)


@dataclass(frozen=True)
class Result:
    """A goal, what was measured for it, and the verdict.

    Attributes:
        ours: the quantity of ours; of a growth, with the large input.
        theirs: that of the contender it is compared with, if any.
        ratio: of the two, round by round, or the growth; None where ours itself counts.
        cpu: the median of the same ratio in processor time, where that was measured.
        note: why there is nothing to show.
    """

    goal: Goal
    title: str
    verdict: str
    ours: Optional[Spread] = None
    theirs: Optional[Spread] = None
    ratio: Optional[Spread] = None
    cpu: Optional[float] = None
    note: str = ""


def judged(goal: Goal, title: str, samples: Samples) -> Result:
    """Compare ``samples`` with the goal; without the contender that it names it was not run."""
    if goal.grows:
        return _grown(goal, title, samples)
    series = samples["ours"][goal.quantity]
    if goal.than is None:
        one = spread(series)
        return Result(goal, title, _verdict(goal, one.median), ours=one)
    if goal.than not in samples:
        note = f"there is no {goal.than}"
        return Result(goal, title, NOT_RUN, ours=spread(series), note=note)
    other = samples[goal.than]
    ratio = spread(ratios(series, other[goal.quantity]))
    return Result(
        goal,
        title,
        _verdict(goal, ratio.median),
        ours=spread(series),
        theirs=spread(other[goal.quantity]),
        ratio=ratio,
        cpu=_cpu(goal, samples["ours"], other),
    )


def _cpu(
    goal: Goal, ours: Dict[str, List[float]], theirs: Dict[str, List[float]]
) -> Optional[float]:
    known = goal.quantity == "wall" and "cpu" in ours and all(theirs.get("cpu", [0]))
    return spread(ratios(ours["cpu"], theirs["cpu"])).median if known else None


def _grown(goal: Goal, title: str, samples: Samples) -> Result:
    empty, small, large = (samples[name][goal.quantity] for name in ("empty", "small", "ours"))
    found = growths(empty, small, large)
    if not found:
        return Result(goal, title, FAILED, note="the small input cost nothing that shows")
    ratio = spread(found)
    verdict = _verdict(goal, ratio.median)
    return Result(goal, title, verdict, ours=spread(large), theirs=spread(small), ratio=ratio)


def _verdict(goal: Goal, value: float) -> str:
    if goal.limit is None:
        return TOLD
    return MET if value <= goal.limit else MISSED


def failed(goal: Goal, title: str, note: str) -> Result:
    """The result where what was to be measured did not work."""
    return Result(goal, title, FAILED, note=note)
