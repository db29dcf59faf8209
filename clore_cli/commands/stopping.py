"""What is done and said when a command is stopped in the middle: by Ctrl-C, or from outside."""

from __future__ import annotations

import logging
import signal
from contextlib import contextmanager, suppress
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, FrozenSet, Iterator, NoReturn, Optional, Type

from clore_cli.plugin import App, CommandError, Status, endings

if TYPE_CHECKING:
    from typing_extensions import Self

    from clore_client.models import Order


class _Stopped(KeyboardInterrupt):
    """Another process, or a terminal that went away, has ended this one."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.status = endings.status_of(number)


@contextmanager
def interruptible() -> Iterator[None]:
    """A context in which SIGTERM and a lost terminal interrupt, as Ctrl-C does.

    After an interruption nothing interrupts any more, so that what was done can be told.
    """
    with endings.on_signal(_stop):
        try:
            yield
        except KeyboardInterrupt:
            _be_deaf()
            raise


def status_of(error: BaseException) -> int:
    """The exit status for the interruption that ``error`` is."""
    return getattr(error, "status", int(Status.INTERRUPTED))


class _Heard(logging.Filter):
    """Keeps what the SDK says for programmers, which is told in other words here and before."""

    def __init__(self) -> None:
        from clore_client.workflows import EARLIER

        super().__init__()
        self.any, self._told = False, EARLIER

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything pass that is no error, and not about earlier attempts."""
        mine = record.levelno >= logging.ERROR
        self.any = self.any or mine
        return not mine and record.msg != self._told


class Guard:
    """A context for one paid call and what follows it.

    Whoever is interrupted in it hears whether an order may exist. Set `order` as soon as it is
    known: from then on an interruption still lets the command print it.

    Args:
        app: the run.
        server_id: the server that is to be rented.
    """

    def __init__(self, app: App, server_id: int) -> None:
        self.order: Optional[Order] = None
        self._app, self._server_id = app, server_id
        self._heard, self._logger = _Heard(), logging.getLogger("clore_client")
        self._before: FrozenSet[str] = frozenset()
        self._signals = interruptible()

    def __enter__(self) -> Self:
        self._before = self._recorded()
        self._logger.addFilter(self._heard)
        self._signals.__enter__()
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> bool:
        self._signals.__exit__(kind, error, trace)
        self._logger.removeFilter(self._heard)
        if not isinstance(error, KeyboardInterrupt):
            return False
        failure = self._failure(status_of(error))
        if self.order is None:
            raise failure from None
        self._app.fail_later(failure)
        return True

    def _recorded(self) -> FrozenSet[str]:
        """The attempts to rent this server that are on record; no request is made."""
        records = self._app.client.reconcile(forget=False, ask=False)
        return frozenset(one.id for one in records if self._server_id in one.server_ids)

    def _failure(self, status: int) -> CommandError:
        if self.order is not None and self.order.id is not None:
            return CommandError(
                f"interrupted; order {self.order.id} is there and costs money.",
                hint=f"'clore cancel {self.order.id}' ends it.",
                status=status,
            )
        # The SDK has two guards; between them there is the record that it makes before it sends.
        if self._heard.any or self._recorded() - self._before or self.order is not None:
            return CommandError(
                f"interrupted; server {self._server_id} may be rented all the same.",
                hint="Run 'clore reconcile' in a minute, and before you rent again.",
                status=status,
            )
        return CommandError(
            f"interrupted; no attempt to rent server {self._server_id} is in doubt.",
            hint="'clore orders' shows what is rented.",
            status=status,
        )


def _stop(number: int, _frame: Optional[FrameType]) -> NoReturn:
    raise _Stopped(number)


def _be_deaf() -> None:
    """Do not be interrupted while the interruption is told: a second Ctrl-C would swallow it."""
    with suppress(ValueError):  # not in the main thread, where nobody is interrupted
        for number in (signal.SIGINT, *endings.SIGNALS):
            signal.signal(number, signal.SIG_IGN)
