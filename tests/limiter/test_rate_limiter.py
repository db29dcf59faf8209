"""The limiter books moments; nothing here waits."""

from __future__ import annotations

import heapq
import random
import threading
from typing import Any, Dict, List, Optional, Tuple

import pytest
from scripted import Clock

from clore_client.endpoint import ANY, CREATE
from clore_client.limiter import NoLimiter, RateLimiter, Slot


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    return RateLimiter(clock.monotonic)


def test_the_first_request_does_not_wait(limiter: RateLimiter) -> None:
    assert limiter.reserve([ANY]).wait == 0


def test_requests_are_spaced_over_all_endpoints(limiter: RateLimiter) -> None:
    waits = [limiter.reserve([ANY]).wait for _ in range(4)]
    assert waits == pytest.approx([0, 1.05, 2.1, 3.15])


def test_create_order_has_its_own_spacing_and_counts_as_a_request(limiter: RateLimiter) -> None:
    waits = [limiter.reserve(b).wait for b in ([ANY, CREATE], [ANY, CREATE], [ANY])]
    assert waits == pytest.approx([0, 5.2, 1.05])


def test_a_read_does_not_wait_behind_an_order_that_waits_for_its_cooldown(
    limiter: RateLimiter,
) -> None:
    for _ in range(3):
        limiter.reserve([ANY, CREATE])
    waits = [limiter.reserve([ANY]).wait for _ in range(5)]
    assert waits == pytest.approx([1.05, 2.1, 3.15, 6.25, 7.3])  # 4.2 is too close to 5.2


def test_time_that_has_passed_is_not_waited_for_again(limiter: RateLimiter, clock: Clock) -> None:
    limiter.reserve([ANY])
    clock.sleep(1.0)
    assert limiter.reserve([ANY]).wait == pytest.approx(0.05)
    clock.sleep(60)
    assert limiter.reserve([ANY]).wait == 0


def test_a_released_slot_is_free_again(limiter: RateLimiter) -> None:
    limiter.reserve([ANY])
    limiter.release(limiter.reserve([ANY]))
    assert limiter.reserve([ANY]).wait == pytest.approx(1.05)


def test_slots_released_in_any_order_are_free_again(limiter: RateLimiter) -> None:
    limiter.confirm(limiter.reserve([ANY]))
    slots = [limiter.reserve([ANY]) for _ in range(30)]
    for slot in slots:
        limiter.release(slot)
    assert limiter.reserve([ANY]).wait == pytest.approx(1.05)


def test_a_slot_in_the_middle_goes_to_whoever_books_next(limiter: RateLimiter) -> None:
    slots = [limiter.reserve([ANY]) for _ in range(3)]
    limiter.release(slots[1])
    assert [limiter.reserve([ANY]).wait for _ in range(2)] == pytest.approx([1.05, 3.15])


def test_a_slot_that_nobody_gave_back_is_forgotten_in_time(
    limiter: RateLimiter, clock: Clock
) -> None:
    for _ in range(3):
        limiter.reserve([ANY])
    clock.sleep(60)
    slot = limiter.reserve([ANY])
    limiter.confirm(slot)
    limiter.reserve([ANY])
    assert len(limiter._schedule.waiting) == 1


def test_a_shorter_hold_does_not_shorten_a_longer_one(limiter: RateLimiter) -> None:
    limiter.hold(10.0)
    limiter.hold(1.0)
    assert limiter.reserve([ANY]).wait == 10


def test_hold_keeps_everybody_back(limiter: RateLimiter, clock: Clock) -> None:
    limiter.hold(4.0)
    assert limiter.reserve([ANY]).wait == 4.0
    clock.sleep(4.0)
    assert limiter.reserve([ANY, CREATE]).wait == pytest.approx(1.05)


def test_the_interval_counts_from_when_the_request_left(limiter: RateLimiter, clock: Clock) -> None:
    slot = limiter.reserve([ANY])
    assert limiter.confirm(slot) == 0
    clock.sleep(0.3)
    limiter.left(slot)
    clock.sleep(0.2)
    assert limiter.reserve([ANY]).wait == pytest.approx(0.85)


def test_whoever_waits_already_is_told_when_the_one_before_left_late(
    limiter: RateLimiter, clock: Clock
) -> None:
    first, second = limiter.reserve([ANY]), limiter.reserve([ANY])
    assert limiter.confirm(first) == 0
    clock.sleep(0.3)
    limiter.left(first)
    clock.sleep(second.wait - 0.3)
    assert limiter.confirm(second) == pytest.approx(0.3)  # 1.05 s after the first left
    clock.sleep(0.3)
    assert limiter.confirm(second) == 0


def test_oversleeping_pushes_the_next_one_back(limiter: RateLimiter, clock: Clock) -> None:
    first, second = limiter.reserve([ANY]), limiter.reserve([ANY])
    clock.sleep(0.03)
    assert limiter.confirm(first) == 0
    clock.sleep(1.02)
    assert limiter.confirm(second) == pytest.approx(0.03)
    clock.sleep(0.0295)  # no sleep is exact to less than a millisecond
    assert limiter.confirm(second) == 0


def test_whoever_waits_already_is_held_back_too(limiter: RateLimiter, clock: Clock) -> None:
    first, second = limiter.reserve([ANY]), limiter.reserve([ANY])
    clock.sleep(1.0)
    limiter.hold(4.0)
    assert limiter.confirm(second) == pytest.approx(5.05)
    assert limiter.confirm(first) == pytest.approx(4.0)


def test_after_a_pause_nobody_is_overtaken(limiter: RateLimiter, clock: Clock) -> None:
    """All are due at once then; whoever asks first must not go first again and again."""
    slots = [limiter.reserve([ANY]) for _ in range(4)]
    limiter.hold(10.0)
    clock.sleep(10.0)
    gone = []
    while slots:
        gone += [slot for slot in reversed(slots) if limiter.confirm(slot) == 0]
        slots = [slot for slot in slots if slot not in gone]
        clock.sleep(0.35)
    assert gone == sorted(gone, key=lambda slot: slot.wait)


def test_whoever_asks_very_late_still_gets_a_turn(limiter: RateLimiter, clock: Clock) -> None:
    slot = limiter.reserve([ANY])
    clock.sleep(3600)  # the machine was suspended
    limiter.reserve([ANY])
    assert limiter.confirm(slot) == 0


def test_threads_never_get_the_same_moment(limiter: RateLimiter) -> None:
    slots: List[float] = []
    gate = threading.Barrier(8)

    def book() -> None:
        gate.wait()
        slots.extend(limiter.reserve([ANY]).at for _ in range(50))

    threads = [threading.Thread(target=book) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    slots.sort()
    assert len(slots) == 400
    assert min(b - a for a, b in zip(slots, slots[1:])) == pytest.approx(1.05)


def test_no_limiter_never_waits() -> None:
    limiter = NoLimiter()
    limiter.hold(100)
    slots = [limiter.reserve([ANY, CREATE]) for _ in range(3)]
    assert [slot.wait for slot in slots] == [0, 0, 0]
    limiter.left(slots[0])
    limiter.release(slots[1])
    assert limiter.confirm(slots[2]) == 0


def test_a_forked_child_does_not_wait_for_a_thread_of_its_parent(limiter: RateLimiter) -> None:
    with limiter._lock:  # as held by a thread that the child does not have
        limiter.renew()
        assert limiter.reserve([ANY]).wait == 0


def test_a_slot_that_becomes_another_one_is_that_one(limiter: RateLimiter) -> None:
    slot, other = limiter.reserve([ANY]), limiter.reserve([ANY, CREATE])
    limiter.release(slot)
    slot.become(other)
    assert limiter.confirm(slot) == pytest.approx(1.05)
    limiter.release(slot)
    assert limiter._schedule.waiting == []


def test_many_waiters_with_pauses_and_late_departures_keep_order_and_distance(
    limiter: RateLimiter, clock: Clock
) -> None:
    """400 callers within a minute; some give up, all oversleep, the API asks for pauses."""
    chance = random.Random(7)
    departures: List[Any] = []
    turns: Dict[int, int] = {}
    due: List[Tuple[float, int, Optional[Slot]]] = [
        (chance.random() * 60, number, None) for number in range(400)
    ]
    heapq.heapify(due)
    while due:
        at, number, slot = heapq.heappop(due)
        clock.now = max(clock.now, at)
        if slot is None:
            buckets = (ANY, CREATE) if chance.random() < 0.1 else (ANY,)
            slot = limiter.reserve(buckets)
            if chance.random() < 0.1:
                limiter.release(slot)
                continue
            heapq.heappush(due, (clock.now + slot.wait + chance.random() * 0.05, number, slot))
            continue
        turns[number] = turns.get(number, 0) + 1
        wait = limiter.confirm(slot)
        if wait:
            heapq.heappush(due, (clock.now + wait, number, slot))
            continue
        departures.append((clock.now, slot.buckets))
        if chance.random() < 0.02:
            limiter.hold(5.0)
    assert len(departures) > 300
    for bucket, interval in ((ANY, 1.05), (CREATE, 5.2)):
        times = [at for at, buckets in departures if bucket in buckets]
        assert min(b - a for a, b in zip(times, times[1:])) >= interval - 0.001
    reads = 1.05 * len(departures)
    assert clock.now < 1.5 * reads + 60  # and no time was lost beyond the pauses
    assert max(turns.values()) < 10  # nobody asks again and again while others go
    assert limiter._schedule.waiting == []


def test_a_slot_tells_its_moment_and_not_whose_it_is() -> None:
    slot = Slot(1.5, 7.0, (ANY,), owner="redis://:secret@host", name="a")
    assert repr(slot) == "Slot(wait=1.5, at=7.0, buckets=('any',), name='a')"
