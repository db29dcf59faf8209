"""A thread that is interrupted, or a task that is cancelled, while an attempt is noted."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Coroutine, Optional, Union

import pytest
from optional import some
from reconcile.attempts import (
    ATTEMPT,
    EMPTY,
    ORDER,
    YES,
    InterruptError,
    listing,
    outcomes,
    row,
    states,
)
from scripted import Clock, run

from clore_client import AsyncCloreAI
from clore_client.endpoints import create_order
from clore_client.errors import NetworkError
from clore_client.journal import FileJournal
from clore_client.plan import plan
from clore_client.rental import ACCEPTED, SENT, Attempt
from clore_client.steps import Do, Send

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.wire import Response


class Interrupted(FileJournal):
    """A journal whose user gives up right before or after one of its methods."""

    def __init__(self, directory: Callable[[], Path], during: Optional[str]) -> None:
        super().__init__(directory, "account")
        self.during = during

    def open(self, attempt: Attempt) -> None:
        self._interrupt("before open")
        super().open(attempt)
        self._interrupt("after open")

    def close(self, attempt: Attempt) -> None:
        self._interrupt("before close")
        super().close(attempt)
        self._interrupt("after close")

    def _interrupt(self, moment: str) -> None:
        if moment == self.during:
            self.during = None
            raise InterruptError


class Slow(Interrupted):
    """The same for a task: it is cancelled meanwhile, and the thread goes on afterwards."""

    def __init__(self, directory: Callable[[], Path], during: Optional[str]) -> None:
        super().__init__(directory, during)
        self.over = threading.Event()

    def _interrupt(self, moment: str) -> None:
        if moment == self.during:
            self.during = None
            self.loop.call_soon_threadsafe(self.task.cancel)
            assert self.over.wait(10)

    async def run(self, coroutine: Coroutine[Any, Any, Any]) -> bool:
        self.loop = asyncio.get_running_loop()
        self.task = self.loop.create_task(coroutine)
        self.task.add_done_callback(lambda _: self.over.set())
        await asyncio.wait([self.task])
        for thread in threading.enumerate():
            if thread.name == "clore-worker":
                thread.join()
        await asyncio.sleep(0)  # what the threads have told the loop
        return self.task.cancelled()


@pytest.fixture(params=["thread", "task"])
def interrupted(
    request: pytest.FixtureRequest, process: Callable[..., Any], tmp_path: Path
) -> Callable[..., Any]:
    """A function that rents with a journal in which it is interrupted; gives the client."""

    def rent(
        during: Optional[str],
        *answers: Union[Response, Exception],
        method: str = "create_order",
        **arguments: Any,
    ) -> Any:
        if request.param == "thread":
            notes = Interrupted(lambda: tmp_path / "attempts", during)
            client = process(*answers, journal=notes)
            with pytest.raises(InterruptError):
                getattr(client, method)(**arguments)
        else:
            notes = Slow(lambda: tmp_path / "attempts", during)
            client = process(*answers, journal=notes, kind=AsyncCloreAI)
            assert asyncio.run(notes.run(getattr(client, method)(**arguments)))
        assert notes._held == {}
        return client

    return rent


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_order_that_was_only_written_down_is_crossed_out(
    interrupted: Callable[..., Any], journal: FileJournal, when: str
) -> None:
    client = interrupted(f"{when} open", EMPTY, **ORDER)
    assert [request.path for _, request in client._transport.sent] == ["/my_orders"]
    assert states(journal) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_order_that_does_not_get_to_the_caller_can_be_found_again(
    interrupted: Callable[..., Any], process: Callable[..., Any], journal: FileJournal, when: str
) -> None:
    """The last moment: it has been found and crossed out, and then nobody waits any more."""
    client = interrupted(f"{when} close", EMPTY, YES, listing(row(40)), **ORDER)
    assert states(journal) == [ACCEPTED]
    again = process(listing(row(40)), claims=client._run.claims)
    assert outcomes(again.reconcile()) == [("found", 40)]


@pytest.mark.parametrize("when", ["before", "after"])
def test_what_reconcile_could_not_tell_is_not_forgotten(
    interrupted: Callable[..., Any],
    process: Callable[..., Any],
    in_doubt: None,
    journal: FileJournal,
    when: str,
) -> None:
    client = interrupted(f"{when} close", listing(row(40)), method="reconcile")
    assert states(journal) == [SENT]
    again = process(listing(row(40)), claims=client._run.claims)
    assert outcomes(again.reconcile()) == [("found", 40)]


def test_that_there_was_no_order_is_not_forgotten_either(
    interrupted: Callable[..., Any],
    process: Callable[..., Any],
    in_doubt: None,
    clock: Clock,
    journal: FileJournal,
) -> None:
    clock.now = 700.0
    interrupted("after close", EMPTY, method="reconcile")
    assert states(journal) == [SENT]
    assert outcomes(process(EMPTY).reconcile()) == [("none", None)]


@pytest.mark.parametrize("dropped", [True, False])
def test_a_task_that_is_cancelled_before_its_turn_has_sent_nothing(
    clock: Clock, journal: FileJournal, dropped: bool, caplog: pytest.LogCaptureFixture
) -> None:
    call = replace(create_order({"renting_server": 123}), intent=ATTEMPT)
    steps = plan(call, replace(run(clock), journal=journal))
    kept = next(steps)
    assert isinstance(kept, Do)
    kept.work()
    step = next(steps)
    assert isinstance(step, Send)
    if dropped:
        step.drop()
    else:  # it is on its way, and the thread that sends it will tell
        some(step.then)(NetworkError("reset.", sent=True))
    steps.close()
    assert states(journal) == ([] if dropped else [SENT])
    assert ("may have been carried out" in caplog.text) == (not dropped)
