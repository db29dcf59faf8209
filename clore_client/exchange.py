"""The bounds of one attempt: its deadline, its bytes, and whether anything left. No urllib3.

urllib3's timeouts are per socket operation: a body that drips one byte a second outlives each of
them, so the sockets ask here.
"""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Callable, Optional

if TYPE_CHECKING:
    from typing_extensions import Self

#: What headers and the chunks of a body may cost beside the body itself, in bytes.
_OVERHEAD = 1 << 20

LONGEST = 86_400.0  # seconds; more does not fit into a socket's timeout on every system


class DeadlineError(socket.timeout):
    """The time for this attempt is over. On Python 3.9 a socket.timeout is no TimeoutError yet."""


class TooMuchError(OSError):
    """The server has sent more than any answer may have."""


class Exchange:
    """One exchange: when it must be over, and what has happened so far.

    As a context, it bounds everything that the sockets of this thread do inside.

    Attributes:
        left: whether the first byte of the request has left.
    """

    def __init__(
        self, seconds: float, size: int, on_departure: Optional[Callable[[], None]]
    ) -> None:
        self._deadline = time.monotonic() + min(seconds, LONGEST)
        self._rest, self._on_departure = size + _OVERHEAD, on_departure
        self.left: bool = False
        self._outer: Optional[Exchange] = None

    def __enter__(self) -> Self:
        # A signal's handler may make a call in the middle of another one, in the same thread.
        self._outer, _current.exchange = _current.exchange, self
        return self

    def __exit__(self, *_error: object) -> None:
        _current.exchange = self._outer

    def remaining(self) -> float:
        """Seconds until the deadline.

        Raises:
            DeadlineError: it has passed.
        """
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise DeadlineError("the deadline of the attempt has passed")
        return seconds

    def departs(self) -> None:
        """The request begins to leave.

        Whether it may have arrived decides whether an order may be sent again, and the class of
        an exception does not tell: the same TLS error comes before and after.
        """
        if not self.left:
            self.left = True
            if self._on_departure is not None:
                self._on_departure()

    def received(self, count: int) -> None:
        """Count bytes from the network, before anything is decompressed or put together.

        Raises:
            TooMuchError: no answer is that long, whatever it is made of.
        """
        self._rest -= count
        if self._rest < 0:
            raise TooMuchError("the server sends without end")


class _Current(threading.local):
    exchange: Optional[Exchange] = None


_current = _Current()


def begin(seconds: float, size: int, on_departure: Optional[Callable[[], None]] = None) -> Exchange:
    """An exchange that begins now; its context is where it is carried out."""
    return Exchange(seconds, size, on_departure)


def current() -> Exchange:
    """The attempt that this thread is making."""
    if _current.exchange is None:  # closing an idle connection, say: nothing to wait for
        return Exchange(1.0, 0, None)
    return _current.exchange
