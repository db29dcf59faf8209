"""One limit for several processes: each limiter object is one, on a clock that stands still."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, List

import pytest

from clore_client.endpoint import ANY, CREATE
from clore_client.machine_limiter import MachineLimiter, boot_id, machine_clock

if TYPE_CHECKING:
    from pathlib import Path

    from scripted import Clock


def test_it_is_not_local(process: Callable[..., Any]) -> None:
    assert not process().local


def test_processes_take_turns(process: Callable[..., Any]) -> None:
    limiters = [process() for _ in range(3)]
    waits = [limiter.reserve([ANY]).wait for limiter in limiters * 2]
    assert waits == pytest.approx([0, 1.05, 2.1, 3.15, 4.2, 5.25])


def test_orders_have_their_own_spacing(process: Callable[..., Any]) -> None:
    waits = [process().reserve(b).wait for b in ([ANY, CREATE], [ANY, CREATE], [ANY])]
    assert waits == pytest.approx([0, 5.2, 1.05])


def test_a_late_departure_is_seen_by_the_one_who_waits(
    process: Callable[..., Any], clock: Clock
) -> None:
    one, other = process(), process()
    first, second = one.reserve([ANY]), other.reserve([ANY])
    assert one.confirm(first) == 0
    clock.sleep(0.3)
    one.left(first)
    clock.sleep(0.75)
    assert other.confirm(second) == pytest.approx(0.3)


def test_code_5_seen_by_one_process_holds_the_others_back(
    process: Callable[..., Any], clock: Clock
) -> None:
    one, other = process(), process()
    waiting = other.reserve([ANY])
    one.hold(4.0)
    assert other.confirm(waiting) == pytest.approx(4.0)
    assert process().reserve([ANY]).wait == pytest.approx(5.05)


def test_a_released_slot_is_free_for_another_process(process: Callable[..., Any]) -> None:
    one, other = process(), process()
    one.release(one.reserve([ANY]))
    assert other.reserve([ANY]).wait == 0


def test_what_a_dead_process_booked_is_forgotten(
    process: Callable[..., Any], clock: Clock, path: Path
) -> None:
    for _ in range(5):
        process().reserve([ANY])
    clock.sleep(60)
    slot = process().reserve([ANY])
    assert slot.wait == 0
    line = path.read_text().splitlines()[0]
    assert [row[0] for row in json.loads(line)["waiting"]] == [slot.name]


def test_threads_never_get_the_same_moment(process: Callable[..., Any]) -> None:
    limiter = process()
    moments: List[float] = []

    def book() -> None:
        moments.extend(limiter.reserve([ANY]).at for _ in range(20))

    threads = [threading.Thread(target=book) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    assert len(moments) == 160
    assert min(b - a for a, b in zip(moments, moments[1:])) == pytest.approx(1.05)


def test_a_free_limiter_costs_a_call_less_than_a_millisecond(path: Path) -> None:
    """About 80 microseconds on two shared cores; the best of some runs, for others use them."""
    limiter = MachineLimiter(path, intervals={ANY: 1e-9})
    taken = []
    for _ in range(200):
        started = time.perf_counter()
        slot = limiter.reserve([ANY])
        assert limiter.confirm(slot) == 0
        limiter.left(slot)
        taken.append(time.perf_counter() - started)
    assert sorted(taken)[20] < 0.001
    assert not limiter._failed


HEAVY = {"redis", "urllib3", "asyncio", "clore_client.client", "clore_client.models", "socket"}


def test_it_imports_nothing_heavy() -> None:
    code = "import sys, clore_client.limiters, clore_client.machine_limiter; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    loaded = set(done.stdout.decode().split())
    assert "clore_client.machine_limiter" in loaded
    assert HEAVY & loaded == set()


def test_the_clock_is_the_machines_times_the_speed() -> None:
    slow, fast = machine_clock(), machine_clock(20.0)
    assert fast() / slow() == pytest.approx(20, rel=1e-4)


def test_without_boottime_the_clock_is_the_monotonic_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("time.CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr("time.monotonic", lambda: 21.0)
    assert machine_clock(2.0)() == 42.0


def test_a_machine_that_does_not_name_its_starts_has_an_empty_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boot_id.cache_clear()
    monkeypatch.setattr(
        "pathlib.Path.read_text", lambda *_args, **_kw: (_ for _ in ()).throw(OSError())
    )
    assert boot_id() == ""
    boot_id.cache_clear()
