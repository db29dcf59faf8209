"""Whatever happens, in whatever order: no two departures too close, nobody waits without end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Iterable, List

import pytest
from hypothesis import Phase, given, settings
from limiter.simulation import ACTIONS, Action, Simulation
from scripted import Clock

from clore_client.limiter import INTERVALS, RateLimiter, Slot
from clore_client.machine_limiter import MachineLimiter
from clore_client.schedule import Schedule

if TYPE_CHECKING:
    from pathlib import Path

START = 1000.0


def started() -> Clock:
    clock = Clock()
    clock.now = START
    return clock


class Watched(RateLimiter):
    """Checks that nobody who comes in time is overtaken."""

    def confirm(self, slot: Slot) -> float:
        before = list(self._schedule.waiting)
        dues = {booking.name: self._schedule._due(booking) for booking in before}
        wait = super().confirm(slot)
        if slot.name in dues and wait == 0:
            ahead = before[: [booking.name for booking in before].index(slot.name)]
            assert all(dues[booking.name] < self._clock() for booking in ahead), "overtaken"
        after = [booking.name for booking in self._schedule.waiting if booking.name in dues]
        assert after == [name for name in dues if name in after], "the order has changed"
        return wait


def in_one_process(actions: List[Action]) -> None:
    clock = started()
    Simulation([Watched(clock.monotonic)], clock).run(actions)


@given(ACTIONS)
def test_actors_in_one_process(actions: List[Action]) -> None:
    in_one_process(actions)


@pytest.fixture(scope="module")
def state_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("limits") / "account.json"


@given(actions=ACTIONS)
def test_actors_in_three_processes(state_file: Path, actions: List[Action]) -> None:
    state_file.unlink(missing_ok=True)
    clock = started()
    limiters = [MachineLimiter(state_file, clock.monotonic) for _ in range(3)]
    Simulation(limiters, clock).run(actions)
    assert not any(limiter._failed for limiter in limiters)


@given(actions=ACTIONS)
def test_a_schedule_survives_being_written_down(actions: List[Action]) -> None:
    """At every step, what is read is what was written, to the last digit."""

    class Forgetful(RateLimiter):
        def reserve(self, buckets: Iterable[str]) -> Slot:
            written = json.dumps(self._schedule.document())
            self._schedule = Schedule.read(json.loads(written), INTERVALS, clock.now)
            assert json.dumps(self._schedule.document()) == written
            return super().reserve(buckets)

    clock = started()
    Simulation([Forgetful(clock.monotonic)], clock).run(actions)


def _nothing(*_args: Any) -> None:
    pass


PUT_BACK = Schedule._put_back
BUGS = {
    "departures are not counted": ("depart", _nothing),
    "bookings do not see each other": ("_gap", lambda _self, at, _wanted: at),
    "nobody is moved back": ("_put_back", _nothing),
    "pauses are ignored": ("hold", _nothing),
    "slots are not given back": ("drop", _nothing),
    "the latest comer goes first": (
        "_put_back",
        lambda self, now: self.waiting.reverse() or PUT_BACK(self, now),
    ),
    "the dead are waited for": ("_due", lambda _self, _booking: float("inf")),
}


@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_caught(monkeypatch: pytest.MonkeyPatch, bug: str) -> None:
    monkeypatch.setattr(Schedule, *BUGS[bug])
    once = settings(max_examples=1000, phases=[Phase.generate], derandomize=True)
    with pytest.raises(AssertionError):
        once(given(ACTIONS)(in_one_process))()
