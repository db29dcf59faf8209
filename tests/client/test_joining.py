"""Equal reads at the same time are one request: who joins whom, and who never does."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Callable, List, Tuple, Union

import pytest
from client.reads import MARKET, OK, Gated, clients, gathered
from client.wires import eventually, happens
from scripted import LOST, Clock, Script, answer, run

from clore_client import AsyncCloreAI, CloreAI, plan
from clore_client.errors import BadAnswerError, InvalidInputError
from clore_client.joining import Reads, Ticket
from clore_client.limiter import NoLimiter, Slot
from clore_client.plan import _key
from clore_client.wire import Request, Response

if TYPE_CHECKING:
    from _asyncio import Task
    from types import ModuleType

    from clore_client.retry import RetryPolicy


def paths(script: Script) -> List[str]:
    return [request.path for _, request in script.sent]


def test_three_gathered_searches_are_one_request() -> None:
    client, script = clients(AsyncCloreAI, MARKET)

    async def main() -> Any:
        return await asyncio.gather(
            client.marketplace(gpu="4090", available_only=False),
            client.marketplace(gpu="3090", available_only=False),
            client.marketplace(available_only=False),
        )

    found = asyncio.run(main())
    assert [[server.id for server in servers] for servers in found] == [[1], [2], [1, 2]]
    assert paths(script) == ["/marketplace"]


def test_whoever_wants_the_same_rows_shares_them_in_a_list_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, script = clients(AsyncCloreAI, MARKET)
    read = counted(monkeypatch, plan, "read")

    async def main() -> Any:
        wanted = ["4090", "4090", "RTX 3090", "4090"]
        asked = (client.marketplace(gpu=gpu, available_only=False) for gpu in wanted)
        return await asyncio.gather(*asked)

    first, second, other, last = asyncio.run(main())
    assert [[server.id for server in rows] for rows in (first, second, other)] == [[1], [1], [2]]
    first.clear()
    second.skipped.append(7)
    assert (len(second), len(last), last.skipped) == (1, 1, [])
    assert second[0] is last[0]
    assert (len(read), paths(script)) == (2, ["/marketplace"])


def test_a_market_as_it_came_is_whole_beside_a_chosen_part() -> None:
    for chosen_first in (True, False):
        client, script = clients(AsyncCloreAI, MARKET)

        async def main(
            client: AsyncCloreAI = client, chosen_first: bool = chosen_first
        ) -> List[Any]:
            calls: List[Any] = [client.marketplace(gpu="4090", available_only=False)]
            calls.insert(chosen_first, client.request("GET", "/marketplace"))
            return await asyncio.gather(*calls)

        found = asyncio.run(main())
        chosen, whole = found if chosen_first else reversed(found)
        assert [server.id for server in chosen] == [1]
        assert [row["id"] for row in whole["servers"]] == [1, 2]
        assert paths(script) == ["/marketplace"]


def test_an_answer_that_cannot_be_read_is_an_error_for_each_who_wants_rows() -> None:
    client, script = clients(AsyncCloreAI, OK)

    async def main() -> Any:
        asked = (client.marketplace(gpu=gpu) for gpu in ("4090", "3090", "4090"))
        return await asyncio.gather(*asked, return_exceptions=True)

    errors = asyncio.run(main())
    assert [type(error) for error in errors] == [BadAnswerError] * 3
    assert len(set(map(id, errors))) == 3
    assert paths(script) == ["/marketplace"]


def test_one_reader_does_not_keep_the_bytes_of_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = counted(monkeypatch, plan, "_value")
    client, _ = clients(CloreAI, MARKET)
    client.marketplace()
    ((_call, answer_, _run),) = answers
    assert answer_.sent is answer_.values is None


def counted(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str) -> List[Any]:
    """The arguments of each call of a function."""
    calls: List[Any] = []
    function = getattr(module, name)

    def noted(*args: Any) -> Any:
        calls.append(args)
        return function(*args)

    monkeypatch.setattr(module, name, noted)
    return calls


class Booked(NoLimiter):
    """A limiter whose moment comes when the test says so."""

    def __init__(self) -> None:
        self.free = threading.Event()

    def confirm(self, slot: Slot) -> float:
        assert self.free.wait(5)
        return 0.0


def in_threads(client: CloreAI, limiter: Booked, count: int) -> List[Union[int, BaseException]]:
    """The outcomes of ``count`` equal reads, all of which began before the first was sent."""
    with ThreadPoolExecutor(count) as pool:
        calls = [pool.submit(client.marketplace, available_only=False) for _ in range(count)]
        eventually(
            lambda: sum(len(t._waiting) for t in [*client._run.reads._open.values()]) == count - 1
        )
        limiter.free.set()
        return [call.exception(5) or len(call.result()) for call in calls]


def test_threads_that_wait_for_the_limiter_share_one_request() -> None:
    script = Script(clock := Clock(), MARKET)
    client = CloreAI(transport=script, limiter=(limiter := Booked()), clock=clock)
    assert in_threads(client, limiter, 4) == [2] * 4
    assert paths(script) == ["/marketplace"]


def test_a_leading_thread_that_is_interrupted_leaves_the_others_alive() -> None:
    transport = Gated(KeyboardInterrupt(), MARKET, MARKET)
    transport.gate.set()
    client = CloreAI(transport=transport, limiter=(limiter := Booked()))
    outcomes = in_threads(client, limiter, 3)
    assert sorted(map(repr, outcomes)) == ["2", "2", "KeyboardInterrupt()"]
    assert len(transport.sent) in (2, 3)  # the two may ask one after the other
    assert client._run.reads._open == {}


def test_a_read_that_has_been_sent_is_not_joined() -> None:
    transport = Gated(MARKET, MARKET)
    client = AsyncCloreAI(transport=transport, limiter="off")

    async def main() -> None:
        first = asyncio.ensure_future(client.marketplace())
        await happens(transport.started.is_set)
        second = asyncio.ensure_future(client.marketplace())
        await asyncio.sleep(0.02)
        transport.gate.set()
        await asyncio.gather(first, second)

    asyncio.run(main())
    assert len(transport.sent) == 2


@pytest.mark.parametrize(
    "calls",
    [
        lambda c: [c.my_orders(), c.my_orders(include_completed=True)],
        lambda c: [c.spot_marketplace(1), c.spot_marketplace(2)],
        lambda c: [c.server_config("a"), c.server_config("b")],
        lambda c: [c.request("GET", "/a"), c.request("GET", "/b")],
        lambda c: [c.request("GET", "/a"), c.request("GET", "/a", query={"x": "1"})],
        lambda c: [c.request("GET", "/a"), c.request("GET", "/a", json={})],
        lambda c: [c.request("GET", "/a", json=1), c.request("GET", "/a", json=True)],
        lambda c: [c.set_spot_price(1, 2), c.set_spot_price(1, 2)],
        lambda c: [c.request("POST", "/a"), c.request("POST", "/a")],
    ],
    ids=["query", "server", "body", "path", "any query", "any body", "type", "write", "POST"],
)
def test_different_questions_and_writes_are_not_joined(calls: Callable[..., Any]) -> None:
    full = answer({"code": 0, "orders": [], "market": [], "config": {}})
    client, script = clients(AsyncCloreAI, full, full)

    async def main() -> None:
        await asyncio.gather(*calls(client), return_exceptions=True)

    asyncio.run(main())
    assert len(script.sent) == 2


def test_two_clients_never_share_an_answer() -> None:
    one, first = clients(AsyncCloreAI, MARKET)
    two, second = clients(AsyncCloreAI, MARKET)

    async def main() -> None:
        await asyncio.gather(one.marketplace(), two.marketplace())

    asyncio.run(main())
    assert (len(first.sent), len(second.sent)) == (1, 1)


def test_another_number_of_retries_is_another_read() -> None:
    one = run(Clock())
    request = Request("GET", "/a")
    assert _key(request, one) == _key(request, one)
    assert _key(request, one) != _key(request, run(Clock(), max_retries=0))


@pytest.mark.parametrize("body", [{(1, 2): 3}, {"x": {1}}, {"x": object()}, "ring", float("nan")])
def test_a_body_that_is_no_json_is_refused_like_any_wrong_argument(
    body: Any,
) -> None:
    if body == "ring":
        body = []
        body.append(body)
    client = CloreAI("k" * 32, base_url="http://127.0.0.1:9", limiter="off")
    with client, pytest.raises(InvalidInputError, match="json"):
        client.request("GET", "/a", json=body)


@pytest.mark.parametrize("when", ["started", "finished"])
def test_a_read_is_never_joined_across_a_write(when: str) -> None:
    reads = Reads()
    before, mine = reads.enter("orders")
    assert mine
    reads.wrote()
    after, mine = reads.enter("orders")
    assert (after is before, mine) == (False, True)
    if when == "finished":
        reads.wrote()
        last, mine = reads.enter("orders")
        assert (last is after, mine) == (False, True)


def test_a_write_closes_what_is_open_when_it_starts_and_when_it_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client, script = clients(CloreAI, OK)
    client._run.reads._blocking = False  # as if several threads asked
    opened = []
    send = script.send

    def sending(request: Request) -> Response:
        opened.append(client._run.reads.enter("a")[1])
        opened.append(client._run.reads.enter("a")[1])
        return send(request)

    monkeypatch.setattr(script, "send", sending)
    client._run.reads.enter("a")
    client.cancel_order(1)
    opened.append(client._run.reads.enter("a")[1])
    assert opened == [True, False, True]


def test_a_write_that_fails_has_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    client, script = clients(CloreAI, answer({"code": 2}, 400))
    send = script.send

    def sending(request: Request) -> Response:
        client._run.reads.enter("a")
        return send(request)

    monkeypatch.setattr(script, "send", sending)
    with pytest.raises(InvalidInputError):
        client.set_spot_price(1, 2)
    assert client._run.reads.enter("a")[1] is True


def test_nothing_is_left_of_a_read_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    client, _ = clients(AsyncCloreAI, MARKET, *[LOST] * 4)
    tickets = []
    enter = client._run.reads.enter

    def entering(key: Tuple[Tuple[str, str, str, RetryPolicy], bool]) -> Tuple[Ticket, bool]:
        ticket, mine = enter(key)
        tickets.append(weakref.ref(ticket))
        return ticket, mine

    monkeypatch.setattr(client._run.reads, "enter", entering)

    async def nothing(tasks: List[Task[Any]]) -> None:
        pass

    gathered(client, 3, nothing)
    gathered(client, 3, nothing)
    assert client._run.reads._open == {}
    gc.collect()
    assert [ticket() for ticket in tickets] == [None] * 6


def test_a_tickets_first_outcome_counts_and_comes_late_as_well() -> None:
    ticket = Ticket()
    told: List[Any] = []
    ticket.then(told.append)
    ticket.resolve(1)
    ticket.resolve(2)
    ticket.then(told.append)
    assert told == [1, 1]
    assert ticket.wait() == 1


def test_an_answer_for_a_loop_that_is_closed_is_dropped() -> None:
    """The leader is another thread's; the follower's program has ended in the meantime."""
    client, _ = clients(AsyncCloreAI)
    ticket, _ = client._run.reads.enter("a")

    async def follow() -> None:
        await asyncio.wait_for(client._off_loop.outcome(ticket), 0.01)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(follow())
    ticket.resolve(7)
    assert ticket.wait() == 7


def test_an_answer_that_comes_from_another_thread_wakes_the_loop() -> None:
    client, _ = clients(AsyncCloreAI)
    ticket, _ = client._run.reads.enter("a")

    async def follow() -> str:
        threading.Timer(0.01, ticket.resolve, ["answer"]).start()
        return await asyncio.wait_for(client._off_loop.outcome(ticket), 5)

    assert asyncio.run(follow()) == "answer"
