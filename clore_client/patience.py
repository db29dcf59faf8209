"""Waits for what may never return: the work is left behind in a thread that ends with us."""

from __future__ import annotations

import threading
from typing import Callable, List, Optional, TypeVar

T = TypeVar("T")

#: Seconds after which somebody who waits wants to know for what.
_SOON = 1.0


def within(
    seconds: float, work: Callable[[], T], waiting: Optional[Callable[[], None]] = None
) -> T:
    """What ``work`` returns or raises.

    Args:
        seconds: how long to wait for it. It goes on afterwards, and ends with the program at the
            latest: the thread is a daemon, because that of a pool would hold up the exit.
        work: what is done.
        waiting: called when it takes more than a second.

    Raises:
        TimeoutError: it has not returned in time.
        RuntimeError: the system allows no further thread.
    """
    values: List[T] = []
    errors: List[Exception] = []

    def run() -> None:
        try:
            values.append(work())
        except Exception as error:  # noqa: BLE001  raised again by whoever waits
            errors.append(error)

    thread = threading.Thread(target=run, daemon=True, name="clore-patience")
    thread.start()
    thread.join(min(seconds, _SOON))
    if waiting is not None and thread.is_alive():
        waiting()
    thread.join(max(0.0, seconds - _SOON))
    if errors:
        raise errors.pop()  # kept, it would refer to itself through this frame
    if not values:
        raise TimeoutError(f"no answer within {seconds:g} s")
    return values[0]
