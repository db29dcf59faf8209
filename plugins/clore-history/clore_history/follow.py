"""Looks at the marketplace again and again, whatever becomes of the network. Waits by a clock."""

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


class Outages:
    """Tells once when looking begins to fail, and once when it works again.

    Args:
        tell: says something to the person.
    """

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._missed = 0

    def failed(self, why: str) -> None:
        """A look has failed."""
        self._missed += 1
        if self._missed == 1:
            self._tell(f"{why.rstrip('.')}; no sample is taken until that is over.")

    def worked(self) -> None:
        """A look has worked."""
        if self._missed:
            looks = "1 sample is" if self._missed == 1 else f"{self._missed} samples are"
            self._tell(f"The marketplace is back; {looks} missing.")
        self._missed = 0
