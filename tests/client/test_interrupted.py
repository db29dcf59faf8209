"""A paid call that is cancelled, interrupted or killed leaves a record that tells what became."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    NoReturn,
    Optional,
    Tuple,
    Union,
)

import pytest
from client.shop import (
    ACCEPTED,
    CODE_1,
    KEY,
    LOST,
    ORDER,
    REFUSED,
    SECRETS,
    Shop,
    entries,
)
from client.wires import eventually, happens, listening
from scripted import Clock, Script, answer

from clore_client import AsyncCloreAI, CloreAI, drivers, endpoints, plan
from clore_client.drivers import adrive
from clore_client.errors import NetworkError
from clore_client.journal import FileJournal
from clore_client.rental import Attempt
from clore_client.steps import Send
from clore_client.wire import Request, Response
from clore_client.workers import LoopSide, Workers

if TYPE_CHECKING:
    from pathlib import Path

    from clore_ai.models import Reconciled


def held(client: Union[CloreAI, AsyncCloreAI]) -> Any:
    """What the client's journal keeps open."""
    journal: Any = client._run.journal
    return journal._held


@pytest.fixture
def shop() -> Iterator[Shop]:
    handler = Shop()
    with listening(handler) as port:
        handler.url = f"http://127.0.0.1:{port}/v1"
        yield handler
        handler.gate.set()


def options(shop: Shop) -> Dict[str, Any]:
    return {"base_url": shop.url, "limiter": "off", "max_retries": 0}


async def cancel_the_order(shop: Shop, client: AsyncCloreAI) -> None:
    task = asyncio.ensure_future(client.create_order(**ORDER))
    await happens(shop.posted.is_set)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def outcomes(results: List[Reconciled]) -> List[Tuple[str, Optional[int]]]:
    return [(result.outcome, result.order_id) for result in results]


@pytest.mark.parametrize(
    ("answer_", "state", "outcome"),
    [
        (ACCEPTED, "accepted", [("found", 40)]),
        (LOST, "sent", [("found", 40)]),
        (CODE_1, "sent", [("found", 40)]),
        (REFUSED, None, []),
    ],
    ids=["accepted", "lost", "code 1", "refused"],
)
def test_a_cancelled_order_is_settled_by_its_worker(
    shop: Shop, tmp_path: Path, answer_: bytes, state: Optional[str], outcome: List[Tuple[str, int]]
) -> None:
    shop.answer, shop.makes = answer_, state is not None

    async def main() -> Any:
        async with AsyncCloreAI(KEY, **options(shop)) as client:
            await cancel_the_order(shop, client)
            assert [entry["state"] for entry in entries(tmp_path)] == ["sent"]
            assert outcomes(await client.reconcile()) == [("unknown", None)]  # in progress
            shop.gate.set()
            states = [state] if state else []
            await happens(lambda: [entry["state"] for entry in entries(tmp_path)] == states)
            await happens(lambda: not held(client))
            found = await client.reconcile()
            again = await client.reconcile()
            return found, again

    found, again = asyncio.run(main())
    assert outcomes(found) == outcome
    assert again == []
    assert entries(tmp_path) == []
    assert shop.posts == 1


class Interrupting(Script):
    """Raises what a signal's handler raises, in the middle of a paid call."""

    def send(self, request: Request) -> Response:
        response = super().send(request)
        if request.path == "/create_order":
            raise KeyboardInterrupt
        return response


EMPTY = answer({"code": 0, "orders": []})


def journalled(tmp_path: Path, script: Script, clock: Clock) -> CloreAI:
    client = CloreAI(transport=script, clock=clock, limiter="off")
    object.__setattr__(client._run, "journal", FileJournal(lambda: tmp_path / "j", "account"))
    return client


def test_an_order_cancelled_before_its_turn_is_not_sent_and_leaves_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    client = journalled(tmp_path, script := Script(clock), clock)
    attempt = Attempt("create_order", (123,), "spot", 1e9, frozenset())
    call = replace(endpoints.create_order({}), intent=attempt)

    async def main() -> None:
        side = LoopSide()
        side._requests = Workers(0)
        steps = client._run(call)
        task = asyncio.ensure_future(adrive(steps, script.send, clock.asleep, side))
        await happens(lambda: side._requests._waiting)
        assert [file.stem for file in (tmp_path / "j").iterdir()] == [attempt.id]
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(main())
    assert list((tmp_path / "j").iterdir()) == []
    assert held(client) == {}
    assert script.sent == []
    assert "interrupted" not in caplog.text


def test_a_program_that_ends_while_its_order_is_under_way_leaves_the_record(
    shop: Shop, tmp_path: Path
) -> None:
    async def main() -> Any:
        client = AsyncCloreAI(KEY, **options(shop))
        task = asyncio.ensure_future(client.create_order(**ORDER))
        await happens(shop.posted.is_set)
        return task  # which the loop's end cancels

    asyncio.run(main())
    assert [entry["state"] for entry in entries(tmp_path)] == ["sent"]
    shop.gate.set()
    eventually(lambda: [entry["state"] for entry in entries(tmp_path)] == ["accepted"])


def test_ctrl_c_in_the_middle_of_sending_leaves_an_entry_that_can_be_seen(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    client = journalled(tmp_path, Interrupting(clock, EMPTY, answer({"code": 0})), clock)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    (entry,) = client._run.journal.pending()
    assert (entry.server_id, entry.state) == (123, "sent")
    assert held(client) == {}
    assert "create_order: interrupted; it may have been carried out" in caplog.text


@pytest.mark.parametrize("where", ["_hold", "_write_all", "flush_directory"])
def test_ctrl_c_while_the_record_is_written_leaves_none_for_nothing_was_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    def interrupt(*_args: object, **_options: Any) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    client = journalled(tmp_path, script := Script(clock, EMPTY), clock)
    monkeypatch.setattr(f"clore_client.journal.{where}", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    monkeypatch.undo()
    assert client._run.journal.pending() == []
    assert list((tmp_path / "j").iterdir()) == []
    assert [request.path for _, request in script.sent] == ["/my_orders"]


@pytest.mark.parametrize("spoiled", ["reserve", "confirm"])
def test_ctrl_c_while_waiting_for_the_limiter_leaves_none_either(
    tmp_path: Path, spoiled: str
) -> None:
    clock = Clock()
    client = journalled(tmp_path, Script(clock, EMPTY), clock)
    limiter = client._run.limiter
    calls: List[int] = []

    def interrupt(*_args: object) -> Any:
        calls.append(1)
        if len(calls) > 1:  # the first is for my_orders
            raise KeyboardInterrupt
        return original(*_args)

    original = getattr(limiter, spoiled)
    setattr(limiter, spoiled, interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    assert list(tmp_path.glob("j/*")) == []


@pytest.mark.parametrize("spoiled", ["reserve", "confirm"])
def test_ctrl_c_while_a_read_waits_for_the_limiter_is_passed_on(
    tmp_path: Path, spoiled: str
) -> None:
    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    clock = Clock()
    client = journalled(tmp_path, script := Script(clock), clock)
    setattr(client._run.limiter, spoiled, interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.my_orders()
    assert script.sent == []
    assert client._run.reads._open == {}


def test_ctrl_c_while_the_outcome_is_noted_leaves_the_entry_and_lets_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    client = journalled(tmp_path, Script(clock, EMPTY, answer({"code": 0})), clock)

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FileJournal, "_rewrite", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    assert [entry.server_id for entry in client._run.journal.pending()] == [123]


@pytest.mark.parametrize(("number", "state"), [(2, "sent"), (3, "accepted")])
def test_ctrl_c_while_the_answer_is_read_leaves_the_entry_and_lets_go(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    number: int,
    state: str,
) -> None:
    """It is read for the record first, then for the caller; before it, my_orders was."""
    clock = Clock()
    listed = answer({"code": 0, "orders": [{"id": 40, "si": 123, "ct": int(clock.time())}]})
    client = journalled(tmp_path, Script(clock, EMPTY, answer({"code": 0}), listed), clock)
    read: Callable[..., Any] = vars(plan)["read"]
    calls: List[Any] = []

    def interrupt(*args: object) -> Any:
        calls.append(args)
        if len(calls) == number:
            raise KeyboardInterrupt
        return read(*args)

    monkeypatch.setattr(plan, "read", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    assert "create_order: interrupted; it may have been carried out" in caplog.text
    assert [(one.state, one.held) for one in client._run.journal.pending()] == [(state, False)]
    assert outcomes(client.reconcile()) == [("found", 40)]


def test_ctrl_c_after_the_order_was_found_is_settled_by_reconcile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order was claimed by the call that was to return it; the record is what is left."""
    clock = Clock()
    row: Dict[str, Any] = {"id": 40, "si": 123, "ct": int(clock.time())}
    listed = answer({"code": 0, "orders": [row]})
    client = journalled(tmp_path, Script(clock, EMPTY, answer({"code": 0}), listed, listed), clock)

    def interrupt(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FileJournal, "close", interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.create_order(**ORDER)
    monkeypatch.undo()
    clock.now += 10**6
    assert outcomes(client.reconcile()) == [("found", 40)]


def test_the_driver_tells_the_record_keeper_of_any_end() -> None:
    told: List[Any] = []

    def boom(_request: object) -> NoReturn:
        raise NetworkError("reset.", sent=True)

    request, response, other = Request("GET", "/a"), Response(200, b"1"), Response(200, b"2")
    step = Send(request, told.append)
    with pytest.raises(NetworkError):
        drivers._send(step, boom)
    assert drivers._send(step, lambda _: response) is response
    assert [type(told[0]), told[1]] == [NetworkError, response]
    assert drivers._send(Send(request), lambda _: other) is other


RENTING = """
import json, sys
from clore_client import CloreAI
client = CloreAI(sys.argv[1], base_url=sys.argv[2], limiter="off", timeout=60)
client.create_order(**json.loads(sys.argv[3]))
"""


def renting(shop: Shop) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", RENTING, KEY, shop.url, json.dumps(ORDER)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_a_killed_program_leaves_a_record_that_another_one_settles(
    shop: Shop, tmp_path: Path, number: signal.Signals
) -> None:
    child = renting(shop)
    eventually(shop.posted.is_set, 20)
    with CloreAI(KEY, **options(shop)) as client:
        assert outcomes(client.reconcile()) == [("unknown", None)]  # it is in progress there
        assert [entry["state"] for entry in entries(tmp_path)] == ["sent"]
        child.send_signal(number)
        _, errors = child.communicate(timeout=20)
        assert child.returncode == -number
        assert not [secret for secret in SECRETS if secret in errors]
        assert outcomes(client.reconcile()) == [("found", 40)]
        assert client.reconcile() == []
    assert shop.posts == 1


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_child_does_not_keep_the_record_in_progress(tmp_path: Path) -> None:
    """It inherits the descriptor that holds the file; the parent lets go for both."""
    journal = FileJournal(lambda: tmp_path / "j", "account")
    attempt = Attempt("create_order", (1,), "spot", 1e9, frozenset())
    journal.open(attempt)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(writer)
        os.read(reader, 1)
        os._exit(0)
    try:
        journal.settle(attempt, "sent")
        assert journal.pending() == [attempt]
    finally:
        os.close(writer)
        os.close(reader)
        os.waitpid(child, 0)
