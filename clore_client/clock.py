"""The client's clocks: its own, faster where it talks to a faster sandbox, and the API's."""

from __future__ import annotations

import time
from typing import Awaitable, Callable, Optional, Protocol, Tuple


class Clock(Protocol):
    """Time and waiting. `Pace` is the real one; tests hand in a virtual one."""

    def monotonic(self) -> float:
        """Seconds on a clock that never steps."""
        ...

    def time(self) -> float:
        """Unix time in seconds."""
        ...

    def sleep(self, seconds: float) -> None:
        """Block for ``seconds`` of this clock."""
        ...

    def asleep(self, seconds: float) -> Awaitable[None]:
        """Wait for ``seconds`` of this clock without blocking the event loop."""
        ...


class Pace:
    """The machine's time, ``speed`` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._epoch, self._start = time.time(), time.monotonic()

    def monotonic(self) -> float:
        """Seconds on a clock that never steps; the same for every `Pace` of one speed."""
        return time.monotonic() * self._speed

    def time(self) -> float:
        """Unix time in seconds."""
        return self._epoch + (time.monotonic() - self._start) * self._speed

    def sleep(self, seconds: float) -> None:
        """Block for ``seconds`` of this clock."""
        time.sleep(seconds / self._speed)

    async def asleep(self, seconds: float) -> None:
        """Wait for ``seconds`` of this clock without blocking the event loop."""
        import asyncio

        await asyncio.sleep(seconds / self._speed)


class ServerClock:
    """The API's time, from the ``Date`` of its latest answer.

    A new order is told from older ones by its creation time, which the API's clock sets: a
    machine whose own clock is wrong by minutes must still find the order that it paid for.
    """

    def __init__(self, local: Callable[[], float]) -> None:
        self._local = local
        self._latest: Tuple[str, float] = ("", 0.0)

    def observe(self, date: Optional[str]) -> None:
        """Take over the ``Date`` header of an answer that has just come in."""
        if date:
            self._latest = (date, self._local())  # in one go: other threads read it

    def time(self) -> float:
        """Unix time in seconds by the API's clock; by this machine's until the API has told."""
        from datetime import timezone
        from email.utils import parsedate_to_datetime  # 6 ms, for those who rent

        date, seen = self._latest
        try:
            # The mark -0000 gives a datetime without a zone; HTTP's dates are UTC all the same.
            server = parsedate_to_datetime(date).replace(tzinfo=timezone.utc).timestamp()
        except (TypeError, ValueError, OverflowError):
            return self._local()
        return server + self._local() - seen
