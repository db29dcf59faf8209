"""A rate limiter that never sleeps: it books a moment and says how long to wait for it."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Callable, Dict, Iterable, List, Mapping, Protocol, Tuple

from .endpoint import ANY, CREATE

#: Seconds between two requests. The API asks for 1 and 5; exactly that much met a strict
#: server with code 5 in 14 of 24 calls, because arrival jitters, and 1.05 s in none.
INTERVALS: Mapping[str, float] = {ANY: 1.05, CREATE: 5.2}

#: Waits below this many seconds are none: no sleep is that exact.
_INSTANT = 0.001


@dataclass(frozen=True)
class Slot:
    """A booked moment: wait ``wait`` seconds, then ask `Limiter.confirm`."""

    wait: float
    at: float
    buckets: Tuple[str, ...]


class Limiter(Protocol):
    """What a client asks before each request; `RateLimiter` and `NoLimiter` are two."""

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the next free moment in all ``buckets``."""
        ...

    def release(self, slot: Slot) -> None:
        """Give back a slot that was not used."""
        ...

    def confirm(self, slot: Slot) -> float:
        """After the wait: 0 to send now, else the seconds that must still be waited."""
        ...

    def left(self, slot: Slot, at: float) -> None:
        """Note that the request of ``slot`` left at ``at`` by the limiter's clock."""
        ...

    def hold(self, seconds: float) -> None:
        """The API said slow down: book nothing before ``seconds`` have passed."""
        ...


class RateLimiter:
    """One rate limit for everybody in this process who shares the object. Thread-safe."""

    def __init__(
        self, clock: Callable[[], float], intervals: Mapping[str, float] = INTERVALS
    ) -> None:
        self._clock, self._intervals = clock, intervals
        self._booked: Dict[str, List[float]] = {bucket: [] for bucket in intervals}
        self._left_at: Dict[str, float] = {}
        self._held_until = clock()
        self._lock = threading.Lock()

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the first moment that is far enough from every other one in all ``buckets``.

        A moment between two that are booked will do: a read need not wait behind an order that
        waits for its cooldown.
        """
        wanted = tuple(buckets)
        with self._lock:
            now = self._clock()
            self._forget(now)
            at = self._free_from(max(now, self._held_until), wanted)
            for bucket in wanted:
                self._booked[bucket].append(at)
        return Slot(at - now, at, wanted)

    def _forget(self, now: float) -> None:
        """Drop bookings of long ago: whoever made them is gone, or asks `confirm` anyway."""
        for bucket, interval in self._intervals.items():
            self._booked[bucket] = [at for at in self._booked[bucket] if at > now - interval]

    def _free_from(self, at: float, wanted: Tuple[str, ...]) -> float:
        moved = True
        while moved:
            moved = False
            for bucket in wanted:
                for taken in sorted([*self._booked[bucket], *self._departed(bucket)]):
                    if abs(at - taken) < self._intervals[bucket] - _INSTANT:
                        at, moved = taken + self._intervals[bucket], True
        return at

    def _departed(self, bucket: str) -> List[float]:
        return [self._left_at[bucket]] if bucket in self._left_at else []

    def release(self, slot: Slot) -> None:
        """Give back ``slot`` to whoever books next."""
        with self._lock:
            self._unbook(slot)

    def _unbook(self, slot: Slot) -> None:
        for bucket in slot.buckets:
            if slot.at in self._booked[bucket]:
                self._booked[bucket].remove(slot.at)

    def confirm(self, slot: Slot) -> float:
        """0 to send now, else the seconds that must still be waited.

        Meanwhile the API may have asked everybody to slow down, or the request before may have
        left late: a busy machine overslept, or a TLS handshake took its time.
        """
        with self._lock:
            now = self._clock()
            wait = max(self._held_until, *map(self._next_after, slot.buckets)) - now
            if wait >= _INSTANT:
                return wait
            self._unbook(slot)
            self._left_at.update(dict.fromkeys(slot.buckets, now))
            return 0.0

    def _next_after(self, bucket: str) -> float:
        """The earliest moment for another request, by the one that left last."""
        return max((at + self._intervals[bucket] for at in self._departed(bucket)), default=0.0)

    def left(self, slot: Slot, at: float) -> None:
        """Count the interval from when the request left, not from when it wanted to."""
        with self._lock:
            for bucket in slot.buckets:
                self._left_at[bucket] = max(self._left_at.get(bucket, at), at)

    def hold(self, seconds: float) -> None:
        """Keep everybody back for ``seconds``, those included who are waiting already."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)


class NoLimiter:
    """Never waits: for servers of one's own. Against the real API it earns code 5."""

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """A slot that is free now."""
        return Slot(0.0, 0.0, tuple(buckets))

    def release(self, slot: Slot) -> None:
        """Nothing was booked."""

    def confirm(self, slot: Slot) -> float:  # noqa: ARG002  a Limiter's signature
        """Send now."""
        return 0.0

    def left(self, slot: Slot, at: float) -> None:
        """Count nothing."""

    def hold(self, seconds: float) -> None:
        """Nobody is kept back."""
