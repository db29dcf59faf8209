"""How processes end: the signals that ask for it, and the exit statuses that shells give to it."""

from __future__ import annotations

import contextlib
import signal
import threading
from types import FrameType
from typing import Any, Callable, Dict, Iterator, Optional

#: What ends a process from outside. The second comes when the terminal goes away; Windows has none.
SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
#: Of a program that cannot be run, and of one that is not there, as sh and env have it.
NOT_RUN, NOT_FOUND = 126, 127

_BY_SIGNAL = 128  # what a shell adds to the number of the signal


def status_of(number: int) -> int:
    """The exit status of a process that the signal ``number`` has ended: 143 for SIGTERM."""
    return _BY_SIGNAL + number


def status_of_child(returned: int) -> int:
    """The exit status of a program that `subprocess` has seen end, which says -15 for SIGTERM."""
    return returned if returned >= 0 else status_of(-returned)


@contextlib.contextmanager
def on_signal(act: Callable[[int, Optional[FrameType]], Any]) -> Iterator[None]:
    """A context in which `SIGNALS` call ``act``.

    A signal that is ignored or handled already, as under nohup, stays so; in a thread of its own
    nothing is changed. What was handled otherwise inside stays so afterwards.
    """
    before: Dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in SIGNALS:
            if signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, act)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is act:
                signal.signal(number, handler)
