"""For commands that go on for hours: how they are ended, and how they outlast an outage."""

from __future__ import annotations

import contextlib
from types import FrameType
from typing import TYPE_CHECKING, Callable, Iterator, NoReturn, Optional, TypeVar

from clore_client.errors import BadAnswerError, DBError, NetworkError, RateLimitError

from . import endings
from .failures import CommandError
from .format import age

if TYPE_CHECKING:
    from .app import App

T = TypeVar("T")


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """A context that SIGTERM and the loss of the terminal leave by `SystemExit`.

    So what has been opened is closed, and what has been started is ended. The exit status is that
    of a shell: 143 for SIGTERM. A signal that is ignored or handled already, as under nohup, stays
    so; in a thread of its own nothing is changed.
    """
    with endings.on_signal(_stop):
        yield


def _stop(number: int, _frame: Optional[FrameType]) -> NoReturn:
    raise SystemExit(endings.status_of(number))


class PassingError(CommandError):
    """A failure that the next attempt may not meet, although nobody has changed anything here."""


_PASSING = (NetworkError, RateLimitError, BadAnswerError, DBError, PassingError)


class Outages:
    """Outlasts failures that pass, and tells once when they begin and once when they are over.

    Args:
        app: the run.
        every: seconds from one attempt to the next.
    """

    def __init__(self, app: App, every: float) -> None:
        self._app, self._every = app, every
        self._since: Optional[float] = None

    def attempt(self, act: Callable[[], T]) -> Optional[T]:
        """What ``act`` returns; None where it failed and the next attempt may succeed.

        Raises:
            Exception: what ``act`` raises and time does not heal, such as a refused key.
        """
        try:
            found = act()
        except _PASSING as error:
            self._failed(error.message)
            return None
        self._worked()
        return found

    def _failed(self, why: str) -> None:
        if self._since is None:
            self._since = self._app.client.server_time
            self._app.warn(f"{why.rstrip('.')}; trying again every {self._every:g} s.")

    def _worked(self) -> None:
        if self._since is not None:
            away = max(self._app.client.server_time - self._since, 0.0)
            self._app.note(f"It works again, after {age(away)}.")
            self._since = None
