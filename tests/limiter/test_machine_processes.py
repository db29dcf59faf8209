"""One limit for several processes, with processes: they share, die, stop and fork."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from itertools import chain
from typing import TYPE_CHECKING, Iterable, List

import pytest
from limiter.processes import Process

from clore_client.endpoint import ANY
from clore_client.machine_limiter import MachineLimiter

if TYPE_CHECKING:
    from pathlib import Path

SPEED = 100
MINUTE = {ANY: 60.0}  # an interval that no busy machine gets lost in


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "limits" / "account.json"


def gaps(moments: Iterable[float]) -> List[float]:
    moments = sorted(moments)
    return [b - a for a, b in zip(moments, moments[1:])]


def test_eight_processes_never_leave_too_close(path: Path) -> None:
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(Process("leave", str(path), 20, SPEED)) for _ in range(8)]
        told = [process.says() for process in started]
    assert not any(one["failed"] for one in told)
    spacing = gaps(chain.from_iterable(one["moments"] for one in told))
    assert len(spacing) == 159
    assert min(spacing) >= 1.05 - 0.001 - 1e-6


def test_a_killed_waiter_costs_nothing_but_its_moment(path: Path) -> None:
    limiter = MachineLimiter(path, intervals=MINUTE)
    limiter.confirm(limiter.reserve([ANY]))
    with Process("book_and_wait", str(path), MINUTE) as waiter:
        dead = waiter.says()
        waiter.kill()
    assert limiter.reserve([ANY]).at == pytest.approx(dead + 60)
    assert not limiter._failed


def test_a_killed_holder_of_the_lock_lets_go_of_it(path: Path) -> None:
    limiter = MachineLimiter(path, intervals=MINUTE)
    first = limiter.reserve([ANY])
    with Process("hold_the_lock", str(path)) as holder:
        holder.says()
        holder.kill()
        holder.wait()
        assert limiter.reserve([ANY]).at == pytest.approx(first.at + 60)
    assert not limiter._failed


def test_a_stopped_holder_of_the_lock_stops_nobody_else(path: Path) -> None:
    limiter = MachineLimiter(path, intervals=MINUTE)
    with Process("hold_the_lock", str(path)) as holder:
        holder.says()
        holder.send_signal(signal.SIGSTOP)
        started = time.monotonic()
        slots = [limiter.reserve([ANY]) for _ in range(3)]
        assert 0.9 < time.monotonic() - started < 5
    assert limiter._failed
    assert [slot.at - slots[0].at for slot in slots] == pytest.approx([0, 60, 120])
    assert slots[0].wait == 0


def test_a_kill_at_any_moment_leaves_a_whole_state(path: Path) -> None:
    times = 30
    with Process("killed_in_the_middle", str(path), times) as parent:
        states = [parent.says() for _ in range(times)]
    assert all(state["serial"] == state["end"] for state in states)
    assert sum(state["serial"] > 20 for state in states) > times / 2  # killed in the middle of it


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_forked_child_shares_the_limit_and_no_lock(path: Path) -> None:
    forks = 20
    with Process("fork_in_mid_use", str(path), forks) as parent:
        children = [parent.says() for _ in range(forks)]
        booked = parent.says()
    assert not any(failed for _, failed in children)
    moments = booked + [mine[0] for mine, _ in children]
    assert min(gaps(moments)) == pytest.approx(1.05, abs=0.002)
    assert len(moments) > forks + 20
