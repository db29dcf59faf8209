"""The client against the sandbox, over real loopback sockets where the network matters."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple

import pytest
import scripted
from optional import some

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import (
    BadAnswerError,
    FieldError,
    InvalidInputError,
    NetworkError,
    NotFoundError,
    OrderUncertainError,
    WaitTimeoutError,
)
from clore_client.sandbox import RealClock, VirtualClock, World, serve

if TYPE_CHECKING:
    from clore_client.models import SpotMarket

FAST = 50
#: Slow enough that the limit's 5 % to spare (20 ms) is more than the jitter of a busy machine.
STEADY = 2.5
ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "cloreai/ubuntu22.04-cuda12",
    "type": "on-demand",
    "currency": "bitcoin",
    "ssh_password": "MySecurePass123",
    "ports": {"22": "tcp", "8888": "http"},
}


@pytest.fixture
def world() -> World:
    return World(scenario="docs", clock=VirtualClock())


@pytest.fixture
def client(world: World) -> CloreAI:
    """A client in the world's own time: no socket, no waiting."""
    return CloreAI(transport=world.transport("any-key"), clock=world.clock)


@pytest.fixture
def served(
    monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Tuple[World, str]]:
    """(world, base URL) over a socket; fast, unless the test says how fast."""
    speed = getattr(request, "param", FAST)
    world = World(scenario="docs", clock=RealClock(speed))
    monkeypatch.setenv("CLORE_SANDBOX_SPEED", str(speed))
    with serve(world) as url:
        yield world, url


steady = pytest.mark.parametrize("served", [STEADY], indirect=True)


def orders_made(world: World) -> int:
    """Orders in the world that were not there from the beginning."""
    return len(world.state.orders) - len(World(scenario="docs").state.orders)


def posts(world: World) -> int:
    """Orders that were sent and not refused as one request too many."""
    return sum(entry.endpoint == "create_order" and entry.code != 5 for entry in world.log)


def test_the_main_job(client: CloreAI, world: World) -> None:
    server = min(client.marketplace(gpu="4090"), key=lambda s: s.price_usd or 99)
    order = client.create_order(
        server_id=server.id,
        image="cloreai/jupyter:ubuntu24.04-v2",
        type="on-demand",
        currency="USD-Blockchain",
        required_price=some(server.price).on_demand["USD-Blockchain"],
        ssh_password="MySecurePass123",
        ports={"22": "tcp"},
    )
    assert (order.server_id, order.type, order.status) == (server.id, "on-demand", "deploying")
    assert server.id not in [s.id for s in client.marketplace()]

    running = client.wait_for_order(some(order.id))
    assert running.status == "running"
    assert some(running.tcp_ports)["22"] > 0

    client.cancel_order(some(order.id))
    assert client.wait_for_order(some(order.id), until="gone").status == "completed"
    assert posts(world) == 1
    assert 5 not in [entry.code for entry in world.log]  # never too fast, by the sandbox's rules


@pytest.mark.parametrize("fault", ["lost-answer", "refused-after", "truncated"])
def test_an_answer_that_goes_missing_never_makes_a_second_order(
    client: CloreAI, world: World, fault: str
) -> None:
    world.fail(fault, endpoint="create_order")
    order = client.create_order(**ORDER)
    assert order.id in world.state.orders
    assert (order.server_id, posts(world), orders_made(world)) == (123, 1, 1)


def test_a_lost_answer_over_a_socket_is_the_same_order(served: Tuple[World, str]) -> None:
    world, url = served
    world.fail("lost-answer", endpoint="create_order")
    with CloreAI("any-key", base_url=url) as client:
        order = client.create_order(**ORDER)
    assert order.id in world.state.orders
    assert (posts(world), orders_made(world)) == (1, 1)


def test_a_reset_before_it_acted_makes_one_order_or_says_that_it_cannot_tell(
    served: Tuple[World, str],
) -> None:
    world, url = served
    world.fail("reset", endpoint="create_order")
    with CloreAI("any-key", base_url=url) as client, pytest.raises(OrderUncertainError) as caught:
        client.create_order(**ORDER)
    assert isinstance(caught.value.__cause__, NetworkError)
    assert (posts(world), orders_made(world)) == (1, 0)


def test_a_storm_of_rate_limits_is_weathered(client: CloreAI, world: World) -> None:
    world.fail("rate-limit", times=3)
    assert client.create_order(**ORDER).id
    world.fail("rate-limit", endpoint="create_order", times=2)
    another: Dict[str, Any] = {**ORDER, "server_id": 6}
    assert client.create_order(**another).id
    assert orders_made(world) == 2


def test_a_page_of_the_edge_in_place_of_an_answer_is_no_proof_of_anything(
    client: CloreAI, world: World
) -> None:
    world.fail("html", endpoint="create_order")
    with pytest.raises(OrderUncertainError, match="HTTP 502"):
        client.create_order(**ORDER)
    assert (posts(world), orders_made(world)) == (1, 0)


@pytest.mark.parametrize("fault", ["html", "truncated", "lost-answer", "reset", "refused-after"])
def test_reads_survive_a_passing_fault(client: CloreAI, world: World, fault: str) -> None:
    world.fail(fault, endpoint="wallets", times=2)
    assert len(client.wallets()) == 3


def test_a_blocked_client_is_told_so_at_once(client: CloreAI, world: World) -> None:
    world.fail("blocked", endpoint="wallets")
    with pytest.raises(BadAnswerError, match="error code: 1010"):
        client.wallets()
    assert len(world.log) == 1


def test_a_refusal_carries_the_apis_words_and_numbers(client: CloreAI) -> None:
    bid: Dict[str, Any] = {**ORDER, "type": "spot", "spot_price": 1e-9}
    with pytest.raises(FieldError) as caught:
        client.create_order(**bid)
    assert caught.value.error == "too_low_price"
    assert some(caught.value.response)["min_price"] > 0
    assert "min_price" in str(caught.value)


def test_a_listing_lag_of_20_seconds_is_waited_out() -> None:
    world = World(scenario="docs", clock=VirtualClock(), lag=20)
    client = CloreAI(transport=world.transport("k"), clock=world.clock)
    assert client.create_order(**ORDER).id is not None


def test_a_longer_lag_gives_a_pending_order_and_no_error() -> None:
    world = World(scenario="docs", clock=VirtualClock(), lag=60)
    client = CloreAI(transport=world.transport("k"), clock=world.clock)
    order = client.create_order(**ORDER)
    assert (order.id, order.status, orders_made(world)) == (None, "pending", 1)


def test_cancelling_twice_is_cancelled(client: CloreAI) -> None:
    assert client.cancel_order(38) == {"code": 0}
    assert client.cancel_order(38, issue="late") == {"code": 0, "already_ended": True}


@pytest.mark.parametrize("fault", ["lost-answer", "reset", "refused-after", "html"])
def test_a_cancellation_survives_a_fault(client: CloreAI, world: World, fault: str) -> None:
    world.fail(fault, endpoint="cancel_order")
    client.cancel_order(38)
    assert 38 not in [order.id for order in client.my_orders()]


def test_cancelling_a_number_that_was_never_yours_is_no_success(client: CloreAI) -> None:
    """A mistyped number must not look like the end of an order that goes on costing money."""
    with pytest.raises(FieldError, match="order_dont_exist"):
        client.cancel_order(987654)


@pytest.mark.parametrize("word", ["order_not_active", "order_dont_exist"])
def test_cancelling_what_is_not_listed_at_all(client: CloreAI, world: World, word: str) -> None:
    """Ended long ago counts as cancelled; unknown to the API may be a typing error."""
    refused = scripted.answer({"code": 6, "error": word})
    script = scripted.Script(scripted.Clock(), refused, scripted.answer({"code": 0, "orders": []}))
    client = CloreAI(transport=script, limiter="off")
    if word == "order_not_active":
        assert client.cancel_order(38)["already_ended"] is True
    else:
        with pytest.raises(FieldError, match=word):
            client.cancel_order(38)


def test_a_refusal_is_not_hidden_by_a_look_that_fails() -> None:
    refused = scripted.answer({"code": 6, "error": "order_not_active"})
    script = scripted.Script(scripted.Clock(), refused, scripted.answer({"code": 3}, 401))
    with pytest.raises(FieldError, match="order_not_active"):
        CloreAI(transport=script, limiter="off").cancel_order(38)


def test_waiting_ends_when_a_row_disappears() -> None:
    row: Dict[str, Any] = {"id": 39, "si": 6, "spot": True, "spend": 0.1, "mon_container": 2}
    clock = scripted.Clock()
    rows = [[row], [row], [], []]  # once could be an odd listing, twice is gone
    listings = [scripted.answer({"code": 0, "orders": listed}) for listed in rows]
    client = CloreAI(transport=scripted.Script(clock, *listings), clock=clock)
    assert client.wait_for_order(39, until="gone").id == 39
    assert clock.now == pytest.approx(15)


def test_one_odd_listing_does_not_end_the_wait() -> None:
    row: Dict[str, Any] = {"id": 39, "si": 6, "mon_container": 2}
    clock = scripted.Clock()
    listings = [
        scripted.answer({"code": 0, "orders": listed})
        for listed in ([{**row, "mon_container": 0}], [], [row])
    ]
    client = CloreAI(transport=scripted.Script(clock, *listings), clock=clock)
    assert client.wait_for_order(39).status == "running"


def test_waiting_uses_the_whole_timeout() -> None:
    row = scripted.answer({"code": 0, "orders": [{"id": 39, "mon_container": 0}]})
    clock = scripted.Clock()
    client = CloreAI(transport=scripted.Script(clock, row, row), clock=clock)
    with pytest.raises(WaitTimeoutError, match="order 39 is deploying after 4 s"):
        client.wait_for_order(39, timeout=4)
    assert clock.now == 4


def test_waiting_for_an_order(client: CloreAI, world: World) -> None:
    with pytest.raises(NotFoundError):
        client.wait_for_order(987654)
    with pytest.raises(WaitTimeoutError, match="order 38 is running"):
        client.wait_for_order(38, until="gone", timeout=30)
    client.cancel_order(38)
    with pytest.raises(NotFoundError, match="has ended"):
        client.wait_for_order(38)


def test_request_reaches_any_endpoint(client: CloreAI, world: World) -> None:
    assert client.request("get", "wallets")["code"] == 0
    assert client.request("POST", "/cancel_order", json={"id": 38}) == {"code": 0}
    assert client.request("GET", "/spot_marketplace", {"market": "6"})["exists"] is True


BAD_REQUESTS = [
    ("method", ("FOO BAR", "/wallets")),
    ("method", ("GÉT", "/wallets")),
    ("path", ("GET", "https://elsewhere.example/wallets")),
    ("path", ("GET", "/../admin")),
    ("path", ("GET", "/wallets?a=1")),
    ("query", ("GET", "/wallets", 5)),
    ("query", ("GET", "/wallets", {"market": 6})),
    ("query", ("GET", "/wallets", {"market": "\udc80"})),
]


@pytest.mark.parametrize(("argument", "arguments"), BAD_REQUESTS)
def test_request_checks_its_arguments(
    client: CloreAI,
    world: World,
    argument: str,
    arguments: Any,
) -> None:
    with pytest.raises(InvalidInputError) as caught:
        client.request(*arguments)
    assert caught.value.argument == argument
    assert world.log == []


@steady
def test_ten_threads_on_one_client_keep_the_limit(served: Tuple[World, str]) -> None:
    world, url = served
    with CloreAI("any-key", base_url=url) as client, ThreadPoolExecutor(10) as pool:
        markets = list(pool.map(client.spot_marketplace, range(1, 11)))
    assert len(markets) == 10
    arrivals = sorted(entry.at for entry in world.log)
    assert [entry.code for entry in world.log] == [0] * 10
    assert min(b - a for a, b in zip(arrivals, arrivals[1:])) >= 1.0


def test_clients_of_one_key_share_what_was_given_out(served: Tuple[World, str]) -> None:
    _, url = served
    clients = [CloreAI(key, base_url=url) for key in ("claims-key", "claims-key", "other-key")]
    order = clients[0].create_order(**ORDER)
    given = [client._run.claims.first([order], "another attempt") for client in clients]
    assert given == [None, None, order]


@steady
def test_two_clients_of_one_key_share_the_limit(served: Tuple[World, str]) -> None:
    world, url = served
    clients = [CloreAI("shared-key", base_url=url) for _ in range(2)]
    calls = [client.wallets for client in clients] + [client.my_orders for client in clients]
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.code for entry in world.log] == [0] * 4


def test_the_limiter_can_be_turned_off(served: Tuple[World, str]) -> None:
    world, url = served
    with CloreAI("off-key", base_url=url, limiter="off", max_retries=0) as client:
        client.wallets()
        with pytest.raises(Exception, match="too many requests"):
            client.wallets()
    assert [entry.status for entry in world.log] == [200, 429]


@steady
def test_gathered_async_calls_keep_the_limit(served: Tuple[World, str]) -> None:
    world, url = served

    async def main() -> List[SpotMarket]:
        async with AsyncCloreAI("async-key", base_url=url) as client:
            return await asyncio.gather(*map(client.spot_marketplace, range(1, 6)))

    assert len(asyncio.run(main())) == 5
    assert [entry.code for entry in world.log] == [0] * 5


@steady
def test_cancelling_a_task_stops_what_was_not_sent_and_frees_its_slot(
    served: Tuple[World, str],
) -> None:
    world, url = served

    async def main() -> None:
        async with AsyncCloreAI("cancel-key", base_url=url) as client:
            await client.wallets()
            waiting = asyncio.create_task(client.my_orders())
            await asyncio.sleep(0)
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await client.my_servers()

    asyncio.run(main())
    assert [entry.endpoint for entry in world.log] == ["wallets", "my_servers"]
    first, second = (entry.at for entry in world.log)
    assert second - first < 2.1  # the cancelled call's second was not waited for


def test_a_waiting_call_does_not_hold_up_the_event_loop(served: Tuple[World, str]) -> None:
    _, url = served

    async def main() -> Any:
        ticks = 0
        async with AsyncCloreAI("loop-key", base_url=url) as client:
            calls = asyncio.gather(*map(client.spot_marketplace, range(1, 4)))
            while not calls.done():
                await asyncio.sleep(0)
                ticks += 1
            await calls
        return ticks

    assert asyncio.run(main()) > 100
