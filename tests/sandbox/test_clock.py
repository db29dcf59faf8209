"""The sandbox's clocks."""

from __future__ import annotations

import asyncio
import threading
from typing import Dict

import pytest

from clore_client.sandbox import FrozenClock, RealClock, VirtualClock


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Dict[str, float]:
    """The computer's clocks, moved by hand."""
    now = {"monotonic": 50.0, "time": 1_700_000_000.0}
    monkeypatch.setattr("clore_client.sandbox.clock.time.monotonic", lambda: now["monotonic"])
    monkeypatch.setattr("clore_client.sandbox.clock.time.time", lambda: now["time"])
    return now


def test_real_clock_runs_at_its_speed(computer: Dict[str, float]) -> None:
    clock = RealClock(speed=20)
    before = clock.monotonic()
    computer["monotonic"] += 3
    assert clock.time() == 1_700_000_060.0
    assert clock.monotonic() - before == 60.0


@pytest.mark.parametrize("speed", [0, -1, float("inf"), float("nan")])
def test_real_clock_refuses_a_speed_that_is_none(speed: float) -> None:
    with pytest.raises(ValueError, match="speed must be a positive number"):
        RealClock(speed)


def test_virtual_clock_moves_only_when_told() -> None:
    clock = VirtualClock(start=100.0)
    clock.sleep(2.5)
    asyncio.run(clock.asleep(0.5))
    clock.advance(-9)
    assert (clock.time(), clock.monotonic()) == (103.0, 3.0)


def test_virtual_clock_loses_no_step_between_threads() -> None:
    clock = VirtualClock()

    def run() -> None:
        for _ in range(500):
            clock.advance(1)

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.monotonic() == 4000


def test_frozen_clock_moves_by_one_tick_per_request() -> None:
    clock = FrozenClock(start=100.0, tick=2.0)
    assert [clock.time(), clock.time()] == [100.0, 100.0]
    clock.tick()
    assert (clock.time(), clock.monotonic()) == (102.0, 2.0)
