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

#: Whoever has not asked `confirm` so many seconds after their moment is gone.
_PATIENCE = 5.0


@dataclass(eq=False)
class Slot:
    """A booked moment: wait ``wait`` seconds, then ask `Limiter.confirm`."""

    wait: float
    at: float
    buckets: Tuple[str, ...]


class Limiter(Protocol):
    """What a client asks before each request; `RateLimiter` and `NoLimiter` are two.

    Attributes:
        local: whether all its methods return at once. Those of one that is not are called off
            the event loop, but for `release` and `left`, which must never wait.
    """

    local: bool

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the next free moment in all ``buckets``."""
        ...

    def release(self, slot: Slot) -> None:
        """Give back a slot that was not used."""
        ...

    def confirm(self, slot: Slot) -> float:
        """After the wait: 0 to send now, else the seconds that must still be waited."""
        ...

    def left(self, slot: Slot) -> None:
        """The request of ``slot`` leaves now; called in the thread that sends it."""
        ...

    def hold(self, seconds: float) -> None:
        """The API said slow down: book nothing before ``seconds`` have passed."""
        ...


class RateLimiter:
    """One rate limit for everybody in this process who shares the object. Thread-safe.

    It keeps the moments that are booked, in their order, and when requests really left.
    """

    local = True

    def __init__(
        self, clock: Callable[[], float], intervals: Mapping[str, float] = INTERVALS
    ) -> None:
        self._clock, self._intervals = clock, intervals
        self._waiting: List[Slot] = []
        self._left_at: Dict[str, float] = {}
        self._held_until = clock()
        self._moved = False  # whether what happened since may push the booked moments back
        self._lock = threading.Lock()

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the first moment that is far enough from every other one in all ``buckets``.

        A moment between two that are booked will do: a read need not wait behind an order that
        waits for its cooldown.
        """
        wanted = tuple(buckets)
        with self._lock:
            now = self._clock()
            self._put_back(now)
            at = self._gap(max(now, self._held_until), wanted)
            slot = Slot(at - now, at, wanted)
            self._waiting.append(slot)
        return slot

    def _gap(self, at: float, wanted: Tuple[str, ...]) -> float:
        taken = sorted(
            (moment, self._intervals[bucket])
            for bucket in wanted
            for moment in self._moments(bucket)
        )
        conflict = True
        while conflict:
            conflict = False
            for moment, interval in taken:
                if abs(at - moment) < interval - _INSTANT:
                    at, conflict = moment + interval, True
        return at

    def _moments(self, bucket: str) -> List[float]:
        booked = [slot.at for slot in self._waiting if bucket in slot.buckets]
        return booked + ([self._left_at[bucket]] if bucket in self._left_at else [])

    def _put_back(self, now: float) -> None:
        """Move the booked moments, in their order, behind what has happened since.

        A request left late, because a busy machine overslept or a TLS handshake took its time,
        or the API asked everybody to slow down. Whoever waits learns of it from `confirm`, and
        nobody is overtaken: after a pause all would be due at once.
        """
        if not self._moved:
            return
        self._moved = False
        waiting = [slot for slot in self._waiting if slot.at > now - _PATIENCE]
        self._waiting = sorted(waiting, key=lambda slot: slot.at)
        latest = dict(self._left_at)
        for slot in self._waiting:
            after = (latest[b] + self._intervals[b] for b in slot.buckets if b in latest)
            slot.at = max([slot.at, self._held_until, *after])
            latest.update(dict.fromkeys(slot.buckets, slot.at))

    def release(self, slot: Slot) -> None:
        """Give back ``slot`` to whoever books next."""
        with self._lock:
            self._drop(slot)

    def _drop(self, slot: Slot) -> None:
        self._waiting = [other for other in self._waiting if other is not slot]

    def confirm(self, slot: Slot) -> float:
        """0 to send now, else the seconds that must still be waited."""
        with self._lock:
            now = self._clock()
            if slot not in self._waiting:  # asks late; everybody behind has gone by
                self._waiting.append(slot)
                slot.at = max(slot.at, now - _PATIENCE / 2)
                self._moved = True
            self._put_back(now)
            wait = slot.at - now
            if wait >= _INSTANT:
                return wait
            self._drop(slot)
            self._depart(slot, now)
            return 0.0

    def _depart(self, slot: Slot, at: float) -> None:
        for bucket in slot.buckets:
            self._left_at[bucket] = max(self._left_at.get(bucket, at), at)
        self._moved = True

    def left(self, slot: Slot) -> None:
        """Count the interval from when the request left, not from when it wanted to."""
        with self._lock:
            self._depart(slot, self._clock())

    def hold(self, seconds: float) -> None:
        """Keep everybody back for ``seconds``, those included who are waiting already."""
        with self._lock:
            now = self._clock()
            self._held_until = max(self._held_until, now + seconds)
            self._moved = True
            self._put_back(now)


class NoLimiter:
    """Never waits: for servers of one's own. Against the real API it earns code 5."""

    local = True

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """A slot that is free now."""
        return Slot(0.0, 0.0, tuple(buckets))

    def release(self, slot: Slot) -> None:
        """Nothing was booked."""

    def confirm(self, slot: Slot) -> float:  # noqa: ARG002  a Limiter's signature
        """Send now."""
        return 0.0

    def left(self, slot: Slot) -> None:
        """Count nothing."""

    def hold(self, seconds: float) -> None:
        """Nobody is kept back."""
