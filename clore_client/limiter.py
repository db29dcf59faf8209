"""A rate limiter that never sleeps: it books a moment and says how long to wait for it."""

from __future__ import annotations

import os
import threading
from typing import Callable, Iterable, Mapping, Optional, Protocol, Tuple

from . import forks
from .endpoint import ANY, CREATE
from .schedule import Schedule

#: Seconds between two requests. The API asks for 1 and 5; exactly that much met a strict
#: server with code 5 in 14 of 24 calls, because arrival jitters, and 1.05 s in none.
INTERVALS: Mapping[str, float] = {ANY: 1.05, CREATE: 5.2}


def _new_name() -> str:
    """A name that no other process, forked ones included, gives to a slot."""
    return os.urandom(8).hex()


class Slot:
    """A booked moment: wait ``wait`` seconds, then ask `Limiter.confirm`.

    Attributes:
        wait: seconds from the booking to the moment.
        at: the moment, by the clock of the limiter that gave it.
        buckets: what it was booked in.
        owner: that limiter, where it must be told from a fallback.
        name: tells the slot from every other one.
    """

    def __init__(
        self,
        wait: float,
        at: float,
        buckets: Tuple[str, ...],
        owner: object = None,
        name: Optional[str] = None,
    ) -> None:
        self.wait, self.at, self.buckets, self.owner = wait, at, buckets, owner
        self.name = _new_name() if name is None else name

    def __repr__(self) -> str:
        return f"Slot(wait={self.wait}, at={self.at}, buckets={self.buckets}, name={self.name!r})"

    def become(self, other: Slot) -> None:
        """Stand for the moment of ``other`` from now on."""
        self.wait, self.at, self.buckets = other.wait, other.at, other.buckets
        self.owner, self.name = other.owner, other.name


class Limiter(Protocol):
    """What a client asks before each request; `RateLimiter` and `NoLimiter` are two.

    Attributes:
        local: whether all its methods return at once. Those of one that is not are called off
            the event loop, but for `release` and `left`, which must never wait.
    """

    local: bool

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the next free moment in all ``buckets``: "any", "create_order"."""
        ...

    def release(self, slot: Slot) -> None:
        """Give back ``slot``, which was not used."""
        ...

    def confirm(self, slot: Slot) -> float:
        """After the wait for ``slot``: 0 to send now, else the seconds that are still to wait."""
        ...

    def left(self, slot: Slot) -> None:
        """The request of ``slot`` leaves now; called in the thread that sends it."""
        ...

    def hold(self, seconds: float) -> None:
        """The API said slow down: book nothing before ``seconds`` have passed."""
        ...


class RateLimiter:
    """One rate limit for everybody in this process who shares the object. Thread-safe.

    Args:
        clock: seconds that never run backwards.
        intervals: seconds between two requests, for each bucket.
    """

    local = True

    def __init__(
        self, clock: Callable[[], float], intervals: Mapping[str, float] = INTERVALS
    ) -> None:
        self._clock = clock
        self._schedule = Schedule(intervals)
        self.renew()
        forks.renew_in_child(self)

    def renew(self) -> None:
        """In a forked child: a thread of the parent's that holds the lock is not here."""
        self._lock = threading.Lock()

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the first moment that is far enough from every other one in all ``buckets``."""
        slot = Slot(0.0, 0.0, tuple(buckets), self)
        with self._lock:
            now = self._clock()
            slot.at = self._schedule.book(now, slot.name, slot.buckets)
        slot.wait = slot.at - now
        return slot

    def release(self, slot: Slot) -> None:
        """Give back ``slot`` to whoever books next."""
        with self._lock:
            self._schedule.drop(slot.name)

    def confirm(self, slot: Slot) -> float:
        """0 to send the request of ``slot`` now, else the seconds that must still be waited."""
        with self._lock:
            return self._schedule.confirm(self._clock(), slot.name, slot.at, slot.buckets)

    def left(self, slot: Slot) -> None:
        """Count the interval from now, when the request of ``slot`` left, not from its moment."""
        with self._lock:
            self._schedule.depart(self._clock(), slot.buckets)

    def hold(self, seconds: float) -> None:
        """Keep everybody back for ``seconds``, those included who are waiting already."""
        with self._lock:
            self._schedule.hold(self._clock(), seconds)


class NoLimiter:
    """Never waits: for servers of one's own. Against the real API it earns code 5."""

    local = True

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """A slot that is free now."""
        return Slot(0.0, 0.0, tuple(buckets), name="")  # booked nowhere

    def release(self, slot: Slot) -> None:
        """Nothing was booked."""

    def confirm(self, slot: Slot) -> float:  # noqa: ARG002  a Limiter's signature
        """Send now."""
        return 0.0

    def left(self, slot: Slot) -> None:
        """Count nothing."""

    def hold(self, seconds: float) -> None:
        """Nobody is kept back."""
