"""Equal reads at the same time are one request. Pure: the drivers do the waiting.

Only a read that has not been sent yet can be joined, so that nobody gets an answer older than
their question, and never across a write.
"""

from __future__ import annotations

import copy
import threading
from typing import Any, Callable, Dict, Hashable, List, Tuple

from . import forks

#: The outcome of a ticket whose holder was cancelled: whoever waits must ask themselves.
ABANDONED = object()


class Values:
    """What several callers make of one answer: once for all who want the same. Thread-safe."""

    def __init__(self) -> None:
        # Held while a value is made: threads that want the same had better wait for it.
        self._lock = threading.Lock()
        self._made: Dict[Hashable, Any] = {}

    def of(self, wanted: Hashable, make: Callable[[], Any]) -> Any:
        """A shallow copy of what ``make`` has returned to the first who asked for ``wanted``."""
        with self._lock:
            if wanted not in self._made:
                self._made[wanted] = make()
            return copy.copy(self._made[wanted])


class Ticket:
    """One read that is under way, and those who wait for its outcome.

    Attributes:
        thread: the one that carries it out.
        joined: whether somebody else wants the outcome; does not change once it has been sent.
    """

    def __init__(self) -> None:
        self.thread: int = threading.get_ident()
        self.joined = False
        self._lock = threading.Lock()
        self._waiting: List[Callable[[Any], None]] = []
        self._outcome: List[Any] = []

    def then(self, tell: Callable[[Any], None]) -> None:
        """Call ``tell`` with the outcome: now, or from the thread that brings it."""
        with self._lock:
            if not self._outcome:
                self._waiting.append(tell)
                return
        tell(self._outcome[0])

    def wait(self) -> Any:
        """Block until there is an outcome, and return it."""
        arrived = threading.Event()
        self.then(lambda _: arrived.set())
        arrived.wait()
        return self._outcome[0]

    def resolve(self, outcome: Any) -> None:
        """Hand ``outcome`` to everybody who waits; the first one counts."""
        with self._lock:
            if self._outcome:
                return
            self._outcome.append(outcome)
            waiting, self._waiting = self._waiting, []
        for tell in waiting:
            tell(outcome)


class Reads:
    """The reads of one client that can still be joined. Thread-safe.

    Args:
        blocking: whether a read keeps its thread until it is done, as outside an event loop.
    """

    def __init__(self, *, blocking: bool = False) -> None:
        self._blocking = blocking
        self.renew()
        forks.renew_in_child(self)

    @property
    def blocking(self) -> bool:
        """Whether a read keeps its thread until it is done."""
        return self._blocking

    def renew(self) -> None:
        """In a forked child: whoever carries out the parent's reads is not here."""
        self._lock = threading.Lock()
        self._open: Dict[Hashable, Ticket] = {}

    def enter(self, key: Hashable) -> Tuple[Ticket, bool]:
        """The ticket of the read called ``key``, and whether the caller has to carry it out."""
        with self._lock:
            found = self._open.get(key)
            if found is not None and self._blocking and found.thread == threading.get_ident():
                # Asked by a signal's handler, in the middle of the same read: it would wait for
                # what goes on only when it has returned.
                return Ticket(), True
            if found is not None:
                found.joined = True
                return found, False
            ticket = self._open[key] = Ticket()
            return ticket, True

    def close(self, ticket: Ticket) -> None:
        """It leaves now, or never will: nobody can join it any more."""
        with self._lock:
            if self._open:  # it comes twice: before it is sent, and however that ends
                left = ((key, other) for key, other in self._open.items() if other is not ticket)
                self._open = dict(left)

    def wrote(self) -> None:
        """Something changes at the API: reads from before it do not answer questions after it."""
        with self._lock:
            self._open.clear()
