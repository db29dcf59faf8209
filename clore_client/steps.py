"""What a plan asks its driver to do, one step at a time. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Generator, Optional, TypeVar, Union

from .errors import NetworkError
from .joining import Ticket
from .wire import Request, Response

T = TypeVar("T")


@dataclass(frozen=True)
class Sleep:
    """Wait for so many seconds of the client's clock; 0 lets other tasks have their turn."""

    seconds: float


@dataclass
class Send:
    """Send this request once.

    Attributes:
        then: told the outcome (a response or an exception) in the thread that has sent, also
            when nobody waits for it any more.
        dropped: whether it was cancelled before its turn came.
    """

    request: Request
    then: Optional[Callable[[Union[Response, BaseException]], None]] = None
    dropped: bool = False

    def drop(self) -> None:
        """It was cancelled before its turn came."""
        self.dropped = True
        if self.then is not None:
            self.then(NetworkError("cancelled; nothing was sent", sent=False))


@dataclass(frozen=True)
class Do:
    """Call ``work``, which may wait for a file or another machine; ``undo`` takes it back."""

    work: Callable[[], Any]
    undo: Optional[Callable[[Any], None]] = None


@dataclass(frozen=True)
class Wait:
    """Wait for what somebody else's equal read brings."""

    ticket: Ticket


Step = Union[Sleep, Send, Do, Wait]
Steps = Generator[Step, Any, T]
