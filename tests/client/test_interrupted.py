"""A paid call that is cancelled or killed leaves a record that tells what became of it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, NoReturn, Optional, Tuple

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
    held,
    journalled,
)
from client.wires import eventually, happens, listening
from reconcile.attempts import outcomes
from scripted import Clock, Script

from clore_client import AsyncCloreAI, CloreAI, drivers, endpoints
from clore_client.drivers import adrive
from clore_client.errors import NetworkError
from clore_client.journal import FileJournal
from clore_client.rental import Attempt
from clore_client.steps import Send
from clore_client.wire import Request, Response
from clore_client.workers import LoopSide, Workers

if TYPE_CHECKING:
    from pathlib import Path


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
