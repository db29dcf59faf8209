"""The sandbox's three clocks; no clock here ever makes a caller wait."""

from __future__ import annotations

import threading
import time

#: The moment the recorded answers were taken, so that generated documents look like them.
EPOCH = 1_783_703_890.0


class Clock:
    """What the sandbox needs to know about time, in simulated seconds."""

    #: whether the rate limiter works by this clock
    limited = True

    def time(self) -> float:
        """Unix time in the sandbox."""
        raise NotImplementedError

    def monotonic(self) -> float:
        """Seconds that never run backwards; the limiter measures with them."""
        raise NotImplementedError

    def tick(self) -> None:
        """Note that one request is being handled; only `FrozenClock` takes notice."""


class RealClock(Clock):
    """Follows the computer's clock from the present moment on.

    Args:
        speed: how many times as fast.

    Raises:
        ValueError: ``speed`` is not a positive number.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if not 0 < speed < float("inf"):
            raise ValueError(f"speed must be a positive number, not {speed!r}")
        self.speed = speed
        self._zero, self._start = time.monotonic(), time.time()

    def time(self) -> float:
        """Unix time in the sandbox."""
        return self._start + (time.monotonic() - self._zero) * self.speed

    def monotonic(self) -> float:
        """Simulated seconds since this clock was made."""
        return (time.monotonic() - self._zero) * self.speed


class VirtualClock(Clock):
    """For tests: stands still until somebody advances it or sleeps on it. Safe for threads.

    Args:
        start: unix time in seconds at which it begins.
    """

    def __init__(self, start: float = EPOCH) -> None:
        self._start, self._elapsed = start, 0.0
        self._lock = threading.Lock()

    def time(self) -> float:
        """Unix time in the sandbox."""
        return self._start + self._elapsed

    def monotonic(self) -> float:
        """Seconds advanced so far."""
        return self._elapsed

    def advance(self, seconds: float) -> None:
        """Let ``seconds`` pass at once; negative numbers count as 0."""
        with self._lock:
            self._elapsed += max(0.0, seconds)

    #: The same, under the name that a driver expects of its sleep function.
    sleep = advance

    async def asleep(self, seconds: float) -> None:
        """Let ``seconds`` pass at once, and give the event loop its turn."""
        import asyncio  # for those who use it anyway

        self.advance(seconds)
        await asyncio.sleep(0)


class FrozenClock(Clock):
    """For generated documents: each handled request moves it by ``tick`` seconds, nothing else.

    Two runs that send the same requests print identical bytes, however fast they are. The
    rate limiter is off with this clock: it has nothing to measure.

    Args:
        start: unix time in seconds at which it begins.
        tick: seconds per request.
    """

    limited = False

    def __init__(self, start: float = EPOCH, tick: float = 1.0) -> None:
        self._start, self._tick, self._handled = start, tick, 0

    def time(self) -> float:
        """Unix time in the sandbox."""
        return self._start + self.monotonic()

    def monotonic(self) -> float:
        """``tick`` seconds per handled request."""
        return self._handled * self._tick

    def tick(self) -> None:
        """Move on by one request; the world calls this under its lock."""
        self._handled += 1
