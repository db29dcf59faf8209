"""Looks at the marketplace again and again, at equal distances. Waits by a clock."""

from __future__ import annotations

from typing import Callable, Iterator


def due_times(
    every: float, time: Callable[[], float], sleep: Callable[[float], None]
) -> Iterator[None]:
    """Yield at once, and then again and again for ever.

    Whoever takes longer than that delays the next time, which is not caught up with.

    Args:
        every: seconds from one time to the next.
        time: the time in seconds; when it jumps, nothing waits longer than ``every``.
        sleep: waits for so many seconds.
    """
    yield
    due = time()  # only now: until the API has told its time, the clock is another one
    while True:
        now = time()
        due = min(max(due + every, now), now + every)
        sleep(due - now)
        yield
