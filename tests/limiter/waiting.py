"""How a test waits for what a thread of the limiter does."""

from __future__ import annotations

import time
from typing import Any, Callable


def soon(condition: Callable[..., Any]) -> None:
    """Wait until ``condition`` is met, which is about to happen."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.002)
