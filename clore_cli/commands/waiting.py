"""Waits for an order, with its progress on stderr."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Optional

from clore_cli.plugin import App, CommandError, Progress, Status, WaitTimeoutError, cells

from . import connect

if TYPE_CHECKING:
    from clore_client.models import Order

RUNNING, SSH, GONE = "running", "ssh", "gone"
#: Seconds: most containers run after 1 to 3 minutes, a large image takes its time.
TIMEOUT, INTERVAL = 900.0, 5.0

_GREETING = 5.0  # seconds that an SSH server is given to say its first word
_AIMS = {RUNNING: "until it runs", SSH: "for SSH", GONE: "until it is gone"}


class Watch:
    """Waits until an order is where it should be.

    Args:
        app: the run.
        goal: ``"running"``; ``"ssh"``, running and its SSH server greets; or ``"gone"``.
        timeout: give up after so many seconds.
        interval: seconds between two looks.

    Attributes:
        latest: the order as it was last seen.
    """

    def __init__(
        self, app: App, goal: str, timeout: float = TIMEOUT, interval: float = INTERVAL
    ) -> None:
        self.latest: Optional[Order] = None
        self._app, self._goal = app, goal
        self._timeout, self._interval = timeout, interval
        self._began: Optional[float] = None

    def wait(self, order_id: int) -> Order:
        """The order once it is there, fresh.

        Raises:
            CommandError: not in time, or it has no SSH port.
            NotFoundError: there is no such order, or it has ended.
        """
        until = GONE if self._goal == GONE else RUNNING
        try:
            with self._app.progress(total=self._timeout) as progress:
                look = partial(self._look, progress)
                return self._app.client.wait_for_order(
                    order_id, until, self._timeout, self._interval, accept=look
                )
        except WaitTimeoutError:
            raise self._late(order_id) from None

    def _look(self, progress: Progress, order: Order) -> bool:
        self.latest = order
        now = self._app.client.server_time
        if self._began is None:
            self._began = now
        more = f", {cells.age(now - order.ct)} old" if order.ct else ""
        text = f"Order {order.id} is {order.status}; waiting {_AIMS[self._goal]}"
        progress.update(text, now - self._began, more=more)
        return self._goal != SSH or order.status != RUNNING or self._greets(order)

    def _greets(self, order: Order) -> bool:
        address = connect.ssh_address(order)
        if address is None:
            raise CommandError(
                f"order {order.id} runs, but has no port for SSH.",
                hint="It was made without --port 22:tcp, or its host's name is odd: see"
                f" 'clore order {order.id}'.",
            )
        return connect.greets(*address, timeout=_GREETING)

    def _late(self, order_id: int) -> CommandError:
        status = self.latest.status if self.latest else "unknown"
        waits = self._goal == SSH and status == RUNNING
        state = "runs, but its SSH server does not answer" if waits else f"is {status}"
        more = f"'clore wait {order_id} --for {self._goal}' waits on"
        ends = "" if self._goal == GONE else f"; 'clore cancel {order_id}' ends it"
        return CommandError(
            f"order {order_id} {state} after {self._timeout:g} s.",
            hint=f"The order goes on and costs money: {more}{ends}.",
            status=Status.TIMEOUT,
        )
