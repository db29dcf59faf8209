"""Ends the watch in order on SIGTERM: what it has started ends with it."""

from __future__ import annotations

import contextlib
import signal
from types import FrameType
from typing import Iterator, NoReturn, Optional

_SIGNAL = 128  # what a shell adds to the number of the signal that ended a command


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """A context that SIGTERM leaves by `SystemExit` with 143, as if it had ended the process."""
    before = signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stop(number: int, _frame: Optional[FrameType]) -> NoReturn:
    raise SystemExit(_SIGNAL + number)
