"""The script that runs in Redis, and clore_client.schedule: they are the same arithmetic."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Iterator, List, Tuple

import pytest
from hypothesis import given
from limiter.simulation import ACTIONS, BUCKETS, Action, Simulation
from scripted import Clock

from clore_client import redis_script
from clore_client.limiter import INTERVALS, Slot
from clore_client.redis_limiter import arguments
from clore_client.schedule import Schedule

if TYPE_CHECKING:
    from limiter.conftest import Server
    from redis.commands.core import Script


@pytest.fixture(scope="module")
def script(server: Server) -> Iterator[Script]:
    """The script with the tests' time in place of Redis's."""
    import redis

    with redis.Redis.from_url(server.url) as client:
        now = "local now = tonumber(ARGV[8])"
        whole = redis_script.SCRIPT.replace(redis_script.NOW, now)
        assert now in whole
        yield client.register_script(whole)
        client.flushall()


class Twins:
    """A limiter that asks both, and finds that they agree."""

    def __init__(self, script: Script, clock: Clock) -> None:
        self._schedule, self._script, self._clock = Schedule(INTERVALS), script, clock
        self._script.registered_client.delete("twins")

    def _both(self, action: str, slot: Slot, seconds: float = 0.0) -> float:
        args = arguments(action, slot, seconds, 1.0, json.dumps(dict(INTERVALS)))
        _, wait = self._script(keys=["twins"], args=[*args, repr(self._clock.now)])
        # As the file does: what cannot be true is forgotten between two steps.
        self._schedule = Schedule.read(self._schedule.document(), INTERVALS, self._clock.now)
        return float(wait)

    def reserve(self, buckets: Tuple[str, ...]) -> Slot:
        slot = Slot(0.0, 0.0, tuple(buckets))
        wait = self._both("book", slot)
        slot.at = self._schedule.book(self._clock.now, slot.name, slot.buckets)
        slot.wait = slot.at - self._clock.now
        assert wait == pytest.approx(slot.wait, abs=1e-9)
        return slot

    def confirm(self, slot: Slot) -> float:
        theirs = self._both("confirm", slot)
        ours = self._schedule.confirm(self._clock.now, slot.name, slot.at, slot.buckets)
        assert theirs == pytest.approx(ours, abs=1e-9)
        return ours

    def left(self, slot: Slot) -> None:
        self._both("left", slot)
        self._schedule.depart(self._clock.now, slot.buckets)

    def release(self, slot: Slot) -> None:
        self._both("release", slot)
        self._schedule.drop(slot.name)

    def hold(self, seconds: float) -> None:
        self._both("hold", Slot(0.0, 0.0, ()), seconds)
        self._schedule.hold(self._clock.now, seconds)


@given(actions=ACTIONS)
def test_the_script_answers_as_the_schedule_does(script: Script, actions: List[Action]) -> None:
    clock = Clock()
    clock.now = 1.7e9
    Simulation([Twins(script, clock)], clock).run(actions)


def test_a_clock_that_was_set_back_is_not_waited_for(script: Script) -> None:
    clock = Clock()
    clock.now = 1.7e9 + 86400
    twins = Twins(script, clock)
    twins.hold(30)
    twins.confirm(twins.reserve(BUCKETS[True]))
    twins.reserve(BUCKETS[True])
    clock.now = 1.7e9
    assert twins.reserve(BUCKETS[True]).wait == 0
