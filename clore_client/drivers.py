"""The two drivers: they carry out the steps of a plan and hold no policy.

These are the only lines of the SDK that exist twice, blocking and awaited.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Awaitable, Callable, Optional, Protocol, TypeVar

from .errors import CloreAPIError
from .joining import Ticket
from .steps import Do, Send, Sleep, Step, Steps
from .wire import Request, Response

T = TypeVar("T")


def _send(step: Send, send: Callable[[Request], Response]) -> Response:
    """Send once, and let whoever keeps a record of it know in this very thread."""
    try:
        response = send(step.request)
    except BaseException as error:
        if step.then is not None:
            step.then(error)
        raise
    if step.then is not None:
        step.then(response)
    return response


def drive(
    steps: Steps[T], send: Callable[[Request], Response], sleep: Callable[[float], None]
) -> T:
    """Carry out ``steps`` in the calling thread."""
    value: Any = None
    failure: Optional[CloreAPIError] = None
    try:
        while True:
            try:
                step = steps.throw(failure) if failure else steps.send(value)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            value = failure = None
            try:
                value = _act(step, send, sleep)
            except CloreAPIError as error:
                failure = error
    finally:
        steps.close()  # an interrupted wait gives its slot back at once


def _act(step: Step, send: Callable[[Request], Response], sleep: Callable[[float], None]) -> Any:
    if isinstance(step, Send):
        return _send(step, send)
    if isinstance(step, Sleep):
        return sleep(step.seconds)
    return step.work() if isinstance(step, Do) else step.ticket.wait()


class OffLoop(Protocol):
    """Where an event loop has its blocking work done: `clore_client.workers.LoopSide`."""

    def send(self, work: Callable[[], T], unstarted: Callable[[], None]) -> Awaitable[T]:
        """Carry out one exchange with the API."""
        ...

    def do(self, work: Callable[[], T], undo: Optional[Callable[[T], None]]) -> Awaitable[T]:
        """Ask the limiter or write the journal."""
        ...

    def outcome(self, ticket: Ticket) -> Awaitable[Any]:
        """What comes of somebody else's equal read."""
        ...


async def adrive(
    steps: Steps[T],
    send: Callable[[Request], Response],
    sleep: Callable[[float], Awaitable[None]],
    off_loop: OffLoop,
) -> T:
    """Carry out ``steps`` in a task: `drive`, with its waits awaited."""
    value: Any = None
    failure: Optional[CloreAPIError] = None
    try:
        while True:
            try:
                step = steps.throw(failure) if failure else steps.send(value)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            value = failure = None
            try:
                value = await _aact(step, send, sleep, off_loop)
            except CloreAPIError as error:
                failure = error
    finally:
        steps.close()


async def _aact(
    step: Step,
    send: Callable[[Request], Response],
    sleep: Callable[[float], Awaitable[None]],
    off_loop: OffLoop,
) -> Any:
    if isinstance(step, Sleep):
        return await sleep(step.seconds)
    if isinstance(step, Send):
        return await off_loop.send(partial(_send, step, send), step.drop)
    if isinstance(step, Do):
        return await off_loop.do(step.work, step.undo)
    return await off_loop.outcome(step.ticket)
