"""The limiter's arithmetic, with values: every moment here is written down."""

from __future__ import annotations

import json
from typing import Any, List

import pytest

from clore_client.endpoint import ANY, CREATE
from clore_client.limiter import INTERVALS
from clore_client.schedule import Schedule

READ, ORDER = (ANY,), (ANY, CREATE)
NOW = 1000.0


@pytest.fixture
def schedule() -> Schedule:
    return Schedule(INTERVALS)


def again(schedule: Schedule, now: float = NOW) -> Schedule:
    return Schedule.read(json.loads(json.dumps(schedule.document())), INTERVALS, now)


def test_a_booking_repeated_because_its_answer_was_lost_takes_one_moment(
    schedule: Schedule,
) -> None:
    assert [schedule.book(NOW, "a", READ) for _ in range(3)] == [NOW] * 3
    assert schedule.book(NOW, "b", READ) == NOW + 1.05


def test_a_dead_waiter_costs_its_own_moment_and_no_other(schedule: Schedule) -> None:
    schedule.book(NOW, "first", READ)
    schedule.book(NOW, "dead", READ)
    moments = {name: schedule.book(NOW, name, READ) for name in ("a", "b", "c")}
    assert schedule.confirm(NOW, "first", NOW, READ) == 0
    for name, moment in moments.items():
        assert schedule.confirm(moment, name, moment, READ) == 0
        schedule.depart(moment, READ)
    assert moments["c"] == pytest.approx(NOW + 4 * 1.05)


def test_whoever_comes_late_still_goes_before_those_behind(schedule: Schedule) -> None:
    slots = {name: schedule.book(NOW, name, READ) for name in ("first", "late", "next")}
    assert schedule.confirm(NOW, "first", NOW, READ) == 0
    at = slots["late"] + 1.0  # "next" is due 0.05 s after
    assert schedule.confirm(at, "late", slots["late"], READ) == 0
    assert schedule.confirm(at + 0.05, "next", slots["next"], READ) == pytest.approx(1.0)


def test_nobody_gains_by_coming_late(schedule: Schedule) -> None:
    """A late one keeps the place, not the moment: whoever was ahead stays ahead."""
    a = schedule.book(NOW, "a", READ)
    b = schedule.book(NOW, "b", READ)
    c = schedule.book(NOW, "c", READ)
    schedule.hold(NOW, 3.0)
    assert schedule.confirm(NOW + 1, "b", b, READ) == pytest.approx(3.05)
    schedule.depart(NOW + 4, READ)  # something left late: "b" must be moved behind it
    assert schedule.confirm(NOW + 4.05, "c", c, READ) == pytest.approx(2.05)
    assert schedule.confirm(NOW + 4.05, "b", b, READ) == pytest.approx(1.0)
    assert schedule.confirm(NOW + 5.05, "b", b, READ) == 0
    assert schedule.confirm(NOW + 5.1, "a", a, READ) == pytest.approx(1.0)


def test_a_pause_is_a_minute_at_most(schedule: Schedule) -> None:
    schedule.hold(NOW, 86400)
    assert schedule.book(NOW, "a", READ) == NOW + 60


def test_what_was_written_is_read(schedule: Schedule) -> None:
    schedule.book(NOW, "a", ORDER)
    schedule.depart(NOW + 0.1234567890123, ORDER)
    schedule.hold(NOW, 7.7)
    assert again(schedule).document() == schedule.document()


LATER = {
    "a departure": lambda plan: plan.depart(NOW + 86400, ORDER),
    "a pause": lambda plan: plan.hold(NOW + 86400, 10),
    "a booking": lambda plan: plan.book(NOW + 86400, "x", ORDER),
}


@pytest.mark.parametrize("what", LATER)
def test_what_another_clock_wrote_is_not_waited_for(schedule: Schedule, what: str) -> None:
    LATER[what](schedule)
    assert again(schedule).book(NOW, "a", ORDER) == NOW


def test_unknown_buckets_are_another_versions(schedule: Schedule) -> None:
    schedule.depart(NOW, ("new",))
    document = schedule.document()
    document["waiting"] = [["x", NOW, NOW, ["new"]], ["y", NOW, NOW, ["new", ANY]]]
    read = Schedule.read(document, INTERVALS, NOW)
    assert [booking.buckets for booking in read.waiting] == [READ]
    assert read.book(NOW, "a", READ) == NOW + 1.05


GOOD = {"held": 0.0, "left": {}, "waiting": []}
BAD: List[Any] = [
    None, [], "x", 7, {},
    {**GOOD, "held": "0"}, {**GOOD, "held": True}, {**GOOD, "held": None},
    {**GOOD, "held": float("nan")}, {**GOOD, "held": float("inf")}, {**GOOD, "held": 10**400},
    {**GOOD, "left": []}, {**GOOD, "left": {ANY: "x"}}, {**GOOD, "left": {ANY: [1]}},
    {**GOOD, "waiting": 5}, {**GOOD, "waiting": [5]}, {**GOOD, "waiting": [["a", 1, 2]]},
    {**GOOD, "waiting": [["a", 1, 2, 3]]}, {**GOOD, "waiting": [["a", "1", 2, [ANY]]]},
    {**GOOD, "waiting": [["a", 1, 2, [[]]]]},
]  # fmt: skip


@pytest.mark.parametrize("document", BAD, ids=repr)
def test_anything_else_is_refused(document: Any) -> None:
    with pytest.raises(ValueError):
        Schedule.read(document, INTERVALS, NOW)
    Schedule.read(GOOD, INTERVALS, NOW)
