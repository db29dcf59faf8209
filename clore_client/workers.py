"""Blocking work off the event loop, in daemon threads, so that no exit waits for a socket."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from contextlib import suppress
from typing import Any, Callable, Deque, Generic, Optional, TypeVar

from . import forks
from .errors import NetworkError
from .joining import Ticket

T = TypeVar("T")

#: Threads for requests. A guard against a program that runs away, not a limit: the limiter lets
#: one leave in a second, so that so many are busy only where ``timeout`` is above 1,000 s or there
#: is no limiter. With 32, requests that the limiter had let go waited for a thread behind a server
#: that hung, and then left together: 17 of 50 too close to another.
REQUESTS = 1000

#: Threads for the limiter and the journal: moments with files, which must not queue behind those.
CHORES = 4


class Job(Generic[T]):
    """One piece of work that somebody awaits, until they are cancelled.

    Args:
        work: what is to be done.
        undo: takes back a result that nobody waits for any more.
        unstarted: called instead of ``work`` when it was cancelled before its turn.
    """

    def __init__(
        self,
        work: Callable[[], T],
        undo: Optional[Callable[[T], None]] = None,
        unstarted: Optional[Callable[[], None]] = None,
    ) -> None:
        self._work, self._undo, self._unstarted = work, undo, unstarted
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._started = self._abandoned = False
        self.outcome: asyncio.Future[T] = self._loop.create_future()

    def perform(self) -> None:
        """Do the work in this thread, unless it was cancelled before."""
        with self._lock:
            if self._abandoned:
                return
            self._started = True
        try:
            result = self._work()
        except BaseException as error:  # noqa: BLE001  it belongs to whoever awaits
            self._tell(self.outcome.set_exception, error, lambda _: None)
        else:
            self._deliver(result)

    def _deliver(self, result: T) -> None:
        with self._lock:
            abandoned = self._abandoned
        if abandoned:  # take it back here: the loop may never run again
            self._take_back(result)
        else:
            self._tell(self.outcome.set_result, result, self._take_back)

    def abandon(self) -> None:
        """Nobody waits any more: do not begin, or take back what came of it."""
        with self._lock:
            self._abandoned = True
            started = self._started
        if not started and self._unstarted is not None:
            self._unstarted()
        # It may have arrived in the very moment in which its task was cancelled.
        if self.outcome.done() and not self.outcome.cancelled() and not self.outcome.exception():
            self._take_back(self.outcome.result())

    def refuse(self, error: RuntimeError) -> None:
        """There is no thread to do it."""
        with self._lock:
            abandoned, self._abandoned = self._abandoned, True
        if abandoned:
            return
        if self._unstarted is not None:
            self._unstarted()
        failure = NetworkError("no thread can be started; nothing was sent", sent=False)
        failure.__cause__ = error
        self._tell(self.outcome.set_exception, failure, lambda _: None)

    def _take_back(self, result: T) -> None:
        if self._undo is not None:
            self._undo(result)

    def _tell(
        self, give: Callable[[Any], None], value: Any, otherwise: Callable[[Any], None]
    ) -> None:
        def settle() -> None:
            (otherwise if self.outcome.done() else give)(value)

        try:
            self._loop.call_soon_threadsafe(settle)
        except RuntimeError:  # the loop is closed: nobody waits any more
            otherwise(value)


class Workers:
    """At most ``limit`` daemon threads, each of which ends when there is nothing left to do.

    Cancelling an await returns at once and never delays the exit of the program, as
    `asyncio.to_thread` would: a cancelled program waited 8 s for its socket, against 0.2 s.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.renew()
        forks.renew_in_child(self)

    def renew(self) -> None:
        """In a forked child: the threads, and those who wait for them, are the parent's."""
        self._busy = 0
        self._waiting: Deque[Job[Any]] = deque()
        self._lock = threading.Lock()

    async def run(self, job: Job[T]) -> T:
        """The outcome of ``job``."""
        self._hand_out(job)
        try:
            return await job.outcome
        except asyncio.CancelledError:
            job.abandon()
            raise

    def _hand_out(self, job: Job[Any]) -> None:
        with self._lock:
            self._waiting.append(job)
            if self._busy >= self._limit:
                return
            self._busy += 1
        try:
            threading.Thread(target=self._work, daemon=True, name="clore-worker").start()
        except RuntimeError as error:  # as many threads as the system allows
            self._unmanned(error)

    def _unmanned(self, error: RuntimeError) -> None:
        """Give up what is waiting, unless there are threads that will come to it."""
        with self._lock:
            self._busy -= 1
            given_up = [] if self._busy else list(self._waiting)
            if given_up:
                self._waiting.clear()
        for job in given_up:
            job.refuse(error)

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._busy -= 1
                    return
                job = self._waiting.popleft()
            job.perform()


class LoopSide:
    """What `adrive` needs for its steps: threads for requests and for chores, and waiting."""

    def __init__(self) -> None:
        self._requests, self._chores = Workers(REQUESTS), Workers(CHORES)

    async def send(self, work: Callable[[], T], unstarted: Callable[[], None]) -> T:
        """Carry out one exchange with the API."""
        return await self._requests.run(Job(work, unstarted=unstarted))

    async def do(self, work: Callable[[], T], undo: Optional[Callable[[T], None]]) -> T:
        """Ask the limiter or write the journal."""
        return await self._chores.run(Job(work, undo=undo))

    async def outcome(self, ticket: Ticket) -> Any:
        """What came of the read that ``ticket`` stands for."""
        loop = asyncio.get_running_loop()
        arrived = loop.create_future()

        def settle(outcome: Any) -> None:
            if not arrived.done():
                arrived.set_result(outcome)

        def tell(outcome: Any) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(settle, outcome)

        ticket.then(tell)
        return await arrived
