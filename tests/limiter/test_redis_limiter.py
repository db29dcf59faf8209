"""One limit for several machines, on a real Redis: each limiter object is one machine."""

from __future__ import annotations

import contextlib
import time
from itertools import chain
from typing import TYPE_CHECKING, Any, Callable, Dict

import pytest
from limiter.processes import Process
from limiter.waiting import soon

from clore_client.endpoint import ANY, CREATE
from clore_client.redis_limiter import RedisLimiter

if TYPE_CHECKING:
    from limiter.conftest import Server

    from clore_client.limiter import Slot


def stored(server: Server, account: str) -> Dict[str, int]:
    import redis

    with redis.Redis.from_url(server.url) as connected:
        client: Any = connected
        return {key.decode(): client.pttl(key) for key in client.keys(f"*{account}*")}


def test_it_is_not_local(machine: Callable[..., Any]) -> None:
    assert not machine().local


def test_machines_take_turns(machine: Callable[..., Any]) -> None:
    slots = [machine().reserve([ANY]) for _ in range(4)]
    assert slots[0].wait == 0
    moments = [slot.at - slots[0].at for slot in slots]
    assert moments == pytest.approx([0, 1.05, 2.1, 3.15])


def test_orders_have_their_own_spacing(machine: Callable[..., Any]) -> None:
    limiter = machine()
    first, second, read = (limiter.reserve(b) for b in ([ANY, CREATE], [ANY, CREATE], [ANY]))
    assert second.at - first.at == pytest.approx(5.2)
    assert read.at - first.at == pytest.approx(1.05)


def test_a_late_departure_is_seen_by_the_one_who_waits(machine: Callable[..., Any]) -> None:
    one, other = machine(), machine()
    first, second = one.reserve([ANY]), other.reserve([ANY])
    assert one.confirm(first) == 0
    time.sleep(0.1)
    one.left(first)
    soon(lambda: other._ask("confirm", second)[0] > second.at + 0.099)


def test_code_5_seen_by_one_machine_holds_the_others_back(machine: Callable[..., Any]) -> None:
    one, other = machine(), machine()
    waiting = other.reserve([ANY])
    one.hold(4.0)
    assert other.confirm(waiting) == pytest.approx(4.0, abs=2.0)


def test_a_released_slot_is_free_for_another_machine(machine: Callable[..., Any]) -> None:
    one, other = machine(), machine()
    slot = one.reserve([ANY])
    one.release(slot)
    soon(lambda: _free(other, slot))


def _free(limiter: RedisLimiter, slot: Slot) -> bool:
    probe = limiter.reserve([ANY])
    limiter._ask("release", probe)
    return probe.wait == 0


def test_speed_makes_seconds_shorter(server: Server, account: str) -> None:
    nothing: Any = None  # what falls back fails
    quick = RedisLimiter(server.url, account, fallback=nothing, speed=100.0)
    slots = [quick.reserve([ANY]) for _ in range(2)]
    assert slots[0].at == pytest.approx(time.time() * 100, rel=1e-5)
    time.sleep(0.03)
    assert quick.confirm(slots[0]) == 0
    time.sleep(0.012)
    assert quick.confirm(slots[1]) == 0


def test_keys_hold_the_digest_and_expire(
    server: Server, account: str, machine: Callable[..., Any]
) -> None:
    limiter = machine()
    limiter.hold(30.0)
    limiter.reserve([ANY, CREATE])
    ((key, life),) = stored(server, account).items()
    assert key == f"clore:{{{account}}}:limit"
    assert 60_000 < life <= 91_000


def test_eight_processes_never_leave_too_close(server: Server, account: str) -> None:
    args = (server.url, account, 10, 100)
    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(Process("leave_by_redis", *args)) for _ in range(8)]
        moments = sorted(chain.from_iterable(process.says()["moments"] for process in started))
    assert len(moments) == 80
    assert min(b - a for a, b in zip(moments, moments[1:])) >= 1.05 - 0.001 - 1e-4
