"""The journal and `reconcile` with scripted answers: what is kept, found and forgotten."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Coroutine, Dict, List, Optional, Tuple, Union

import pytest
from optional import some
from scripted import LIMITED, LOST, START, UNSENT, Clock, Script, answer, run

from clore_client import AsyncCloreAI, CloreAI
from clore_client.endpoint import CREATE
from clore_client.endpoints import create_order
from clore_client.errors import DBError, FieldError, NetworkError, OrderUncertainError
from clore_client.journal import FileJournal
from clore_client.plan import plan
from clore_client.rental import ACCEPTED, SENT, Attempt, Claims
from clore_client.steps import Do, Send

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.models import Reconciled
    from clore_client.wire import Response

ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "ubuntu",
    "type": "on-demand",
    "currency": "bitcoin",
}
YES = answer({"code": 0})
CODE_1 = answer({"code": 1}, 500)


class InterruptError(Exception):
    """Stands in for KeyboardInterrupt, which the scripted transport does not raise."""


def row(order_id: Any, age: int = -5, **fields: Any) -> Dict[str, Any]:
    """A row of server 123, made ``-age`` seconds after `START`."""
    return {"id": order_id, "si": 123, "ct": START - age, "spend": 0.1, "image": "ubuntu", **fields}


def listing(*rows: Dict[str, Any]) -> Response:
    return answer({"code": 0, "orders": list(rows), "limit": 50})


EMPTY = listing()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> FileJournal:
    return FileJournal(lambda: tmp_path / "attempts", "account", clock.time)


@pytest.fixture
def process(clock: Clock, journal: FileJournal) -> Callable[..., Any]:
    """A function that starts another process of the account with the answers it will get."""

    def start(*answers: Union[Response, Exception], kind: Any = CloreAI, **parts: Any) -> Any:
        client = kind(transport=Script(clock, *answers), clock=clock)
        client._run = replace(client._run, **{"journal": journal, "claims": Claims(), **parts})
        return client

    return start


@pytest.fixture
def in_doubt(process: Callable[..., Any]) -> None:
    """An order whose answer was lost, which is not listed yet."""
    with pytest.raises(OrderUncertainError):
        process(EMPTY, LOST, *[EMPTY] * 6).create_order(**ORDER)


def outcomes(results: List[Reconciled]) -> List[Tuple[str, Optional[int]]]:
    return [(result.outcome, result.order_id) for result in results]


def states(journal: FileJournal) -> List[Optional[str]]:
    return [attempt.state for attempt in journal.pending()]


# ---------------------------------------------------------------------- what the journal keeps
def test_an_order_that_was_found_leaves_nothing(
    process: Callable[..., Any], journal: FileJournal
) -> None:
    assert process(EMPTY, YES, listing(row(40))).create_order(**ORDER).id == 40
    assert states(journal) == []


def test_an_order_that_was_refused_leaves_nothing(
    process: Callable[..., Any], journal: FileJournal
) -> None:
    with pytest.raises(FieldError):
        process(EMPTY, answer({"code": 6, "error": "no"})).create_order(**ORDER)
    assert states(journal) == []


@pytest.mark.parametrize(("reply", "state"), [(LOST, SENT), (CODE_1, SENT), (YES, ACCEPTED)])
def test_an_order_that_is_not_listed_is_kept_with_what_is_known(
    process: Callable[..., Any], journal: FileJournal, reply: Union[Response, Exception], state: str
) -> None:
    client = process(EMPTY, reply, *[EMPTY] * 6)
    if state == ACCEPTED:
        assert client.create_order(**ORDER).status == "pending"
    else:
        with pytest.raises(OrderUncertainError):
            client.create_order(**ORDER)
    assert states(journal) == [state]


@pytest.mark.parametrize("reply", [LOST, YES])
def test_an_interrupted_look_is_said_and_kept(
    process: Callable[..., Any],
    journal: FileJournal,
    reply: Union[Response, Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(InterruptError):
        process(EMPTY, reply, EMPTY, InterruptError()).create_order(**ORDER)
    assert states(journal) == [SENT if reply is LOST else ACCEPTED]
    assert "create_order: interrupted; server 123 may be rented" in caplog.text


@pytest.mark.parametrize("reply", [LOST, YES])
def test_who_looks_for_an_order_still_works_on_it(
    process: Any,
    journal: FileJournal,
    clock: Clock,
    reply: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another program that rents meanwhile is not told of a doubt."""
    seen: List[List[bool]] = []
    usual = clock.sleep

    def sleep(seconds: float) -> None:
        seen.append([attempt.held for attempt in journal.pending()])
        usual(seconds)

    monkeypatch.setattr(clock, "sleep", sleep)
    with contextlib.suppress(OrderUncertainError):
        process(EMPTY, reply, *[EMPTY] * 6).create_order(**ORDER)
    looks = [held for held in seen if held]
    assert len(looks) >= 5
    assert all(held == [True] for held in looks)
    assert [attempt.held for attempt in journal.pending()] == [False]
    assert "earlier attempt" not in caplog.text


def test_refusals_and_failures_to_connect_add_up_to_nothing_was_made(
    process: Callable[..., Any], journal: FileJournal
) -> None:
    """Every attempt was refused or never left: that is no doubt, and needs no look."""
    with pytest.raises(NetworkError) as caught:
        process(EMPTY, LIMITED, *[UNSENT] * 3).create_order(**ORDER)
    assert caught.value.sent is False
    assert states(journal) == []


def test_what_counts_is_when_the_order_left_not_when_it_was_asked_for(
    process: Callable[..., Any], clock: Clock, journal: FileJournal
) -> None:
    """It waited for minutes behind others; that it is not listed yet proves nothing."""
    client = process(EMPTY, LOST, *[EMPTY] * 6)
    for _ in range(200):
        client._run.limiter.reserve([CREATE])
    with pytest.raises(OrderUncertainError):
        client.create_order(**ORDER)
    assert clock.now > 1000
    assert journal.pending()[0].sent_at > START + 1000
    assert outcomes(process(EMPTY).reconcile()) == [("unknown", None)]


def test_the_next_rental_says_that_one_is_in_doubt(
    process: Callable[..., Any], in_doubt: None, caplog: pytest.LogCaptureFixture
) -> None:
    process(EMPTY, YES, listing(row(41))).create_order(**ORDER)
    assert "an earlier attempt to rent server 123 may have made an order" in caplog.text


# ---------------------------------------------------------------------- interrupted in between
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


# ---------------------------------------------------------------------- what reconcile finds
def test_nothing_in_doubt_needs_no_request(process: Callable[..., Any]) -> None:
    client = process()
    assert client.reconcile() == []
    assert client._transport.sent == []


def test_an_order_that_is_listed_by_now_is_found_and_forgotten(
    process: Callable[..., Any], in_doubt: None, journal: FileJournal
) -> None:
    (result,) = process(listing(row(40, mon_container=2))).reconcile()
    assert (result.outcome, result.order_id, result.order_status) == ("found", 40, "running")
    assert (result.operation, result.server_id, result.type) == ("create_order", 123, "on-demand")
    assert (result.server_ids, result.order_ids) == ([123], [40])
    assert result.sent_at == pytest.approx(START + 1.05)
    assert states(journal) == []


@pytest.mark.parametrize(
    ("reply", "age", "outcome"),
    [
        (LOST, 500, "unknown"),
        (LOST, 610, "none"),
        (YES, 610, "unknown"),
        (YES, 86_300, "unknown"),
        (YES, 86_410, "none"),
    ],
)
def test_an_order_that_is_not_listed_in_time_was_not_made(
    process: Callable[..., Any],
    clock: Clock,
    journal: FileJournal,
    reply: Union[Response, Exception],
    age: int,
    outcome: str,
) -> None:
    try:
        process(EMPTY, reply, *[EMPTY] * 6).create_order(**ORDER)
    except OrderUncertainError:
        assert reply is LOST
    clock.now = float(age)
    (result,) = process(EMPTY).reconcile()
    assert (result.outcome, result.order_id, result.order_ids) == (outcome, None, [])
    assert (states(journal) == []) == (outcome == "none")


def test_orders_that_cannot_be_read_settle_nothing(
    process: Callable[..., Any], in_doubt: None, journal: FileJournal
) -> None:
    with pytest.raises(DBError):
        process(*[CODE_1] * 4).reconcile()
    assert states(journal) == [SENT]


def test_one_that_has_ended_is_taken_for_the_order_only_when_a_live_one_would_be_listed(
    process: Callable[..., Any], in_doubt: None, clock: Clock
) -> None:
    """It can be somebody's who left just before, while the order itself is not listed yet."""
    ended = row(39, expired=True)
    assert outcomes(process(listing(ended)).reconcile()) == [("unknown", None)]
    assert outcomes(process(listing(ended, row(40))).reconcile()) == [("found", 40)]


def test_an_order_that_has_ended_meanwhile_is_found_in_the_end(
    process: Callable[..., Any], in_doubt: None, clock: Clock
) -> None:
    clock.now = 700.0
    (result,) = process(listing(row(40, expired=True))).reconcile()
    assert (result.outcome, result.order_id, result.order_status) == ("found", 40, "expired")


def test_of_two_attempts_the_later_one_has_made_the_later_order(
    process: Callable[..., Any], in_doubt: None, clock: Clock, journal: FileJournal
) -> None:
    clock.now = 300.0
    with pytest.raises(OrderUncertainError):
        process(listing(row(40)), LOST, *[listing(row(40))] * 6).create_order(**ORDER)
    both = listing(row(40), row(41, age=-305))
    assert outcomes(process(both).reconcile()) == [("found", 40), ("found", 41)]
    assert states(journal) == []


def test_an_order_that_was_returned_to_a_caller_is_not_found_for_another(
    process: Callable[..., Any], in_doubt: None
) -> None:
    client = process(EMPTY, YES, listing(row(40)), listing(row(40)))
    assert client.create_order(**ORDER).id == 40
    assert outcomes(client.reconcile()) == [("unknown", None)]


# ---------------------------------------------------------------------- the record
ATTEMPT = Attempt("create_order", (123,), "on-demand", START, frozenset([38, 7]), image="ubuntu")


def test_an_attempt_survives_its_record() -> None:
    assert Attempt.of_record(ATTEMPT.record()) == ATTEMPT
    assert Attempt.of_record({**ATTEMPT.record(), "version": 9, "new": 1}) == ATTEMPT


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"known": None}, TypeError),
        ({"server_ids": ["x"]}, ValueError),
        ({"sent_at": "soon"}, TypeError),
        ({"sent_at": None}, TypeError),
    ],
)
def test_what_is_no_record_is_refused(
    changes: Union[Dict[str, None], Dict[str, List[str]], Dict[str, str]], error: Any
) -> None:
    with pytest.raises(error):
        Attempt.of_record({**ATTEMPT.record(), **changes})


def test_a_record_that_lacks_something_is_refused() -> None:
    record = ATTEMPT.record()
    del record["operation"]
    with pytest.raises(TypeError):
        Attempt.of_record(record)


def test_a_state_of_a_later_version_is_given_the_longest_time() -> None:
    later = replace(ATTEMPT, state="confirmed")
    assert not later.outlasted(START + 86_400)
    assert later.outlasted(START + 86_401)


def test_several_servers_are_named_in_the_text() -> None:
    several = replace(ATTEMPT, server_ids=(1, 2))
    error = several.uncertain(DBError("it failed", advice="Try again."))
    assert "whether servers 1, 2 were rented: it failed. Nothing" in str(error)
    assert "Look at my_orders(), or" in str(error)
    assert (error.server_id, error.server_ids) == (1, (1, 2))
    bids = replace(ATTEMPT, operation="create_gigaspot_orders")
    assert "Look at get_gigaspot().my_bids, or" in str(bids.uncertain(DBError("it failed")))


def test_what_is_on_record_is_told_without_asking_and_without_forgetting(
    process: Callable[..., Any],
) -> None:
    with pytest.raises(OrderUncertainError):
        process(EMPTY, LOST, *[EMPTY] * 6).create_order(**ORDER)
    silent = process()
    assert outcomes(silent.reconcile(ask=False)) == [("unknown", None)]
    assert silent._transport.sent == []
    assert outcomes(process(listing(row(40))).reconcile()) == [("found", 40)]
    assert process().reconcile(ask=False) == []
