"""What a plan asks its driver to do, one step at a time. Values only."""

from __future__ import annotations

from typing import Any, Callable, Generator, NamedTuple, Optional, TypeVar, Union

from .errors import NetworkError
from .joining import Ticket
from .wire import Request, Response

T = TypeVar("T")


class Sleep(NamedTuple):
    """Wait for so many seconds of the client's clock; 0 lets a loop's other tasks go first."""

    seconds: float


class Send:
    """Send this request once.

    Attributes:
        request: what to send.
        then: told the outcome (a response or an exception) in the thread that has sent, also
            when nobody waits for it any more.
        dropped: whether it was cancelled before its turn came.
    """

    __slots__ = ("dropped", "request", "then")

    def __init__(
        self,
        request: Request,
        then: Optional[Callable[[Union[Response, BaseException]], None]] = None,
    ) -> None:
        self.request: Request = request
        self.then: Optional[Callable[[Union[Response, BaseException]], None]] = then
        self.dropped: bool = False

    def drop(self) -> None:
        """It was cancelled before its turn came."""
        self.dropped = True
        if self.then is not None:
            self.then(NetworkError("cancelled; nothing was sent", sent=False))


class Do(NamedTuple):
    """Call ``work``, which may wait for a file or another machine; ``undo`` takes it back."""

    work: Callable[[], Any]
    undo: Optional[Callable[[Any], None]] = None


class Wait(NamedTuple):
    """Wait for what somebody else's equal read brings."""

    ticket: Ticket


Step = Union[Sleep, Send, Do, Wait]
Steps = Generator[Step, Any, T]
