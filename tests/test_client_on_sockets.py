"""The client on the sandbox's loopback sockets: lost connections, and many callers at once."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Iterator, List, Tuple

import pytest
from docs_world import ORDER, orders_made, posts

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import NetworkError, OrderUncertainError
from clore_client.sandbox import RealClock, World, serve

if TYPE_CHECKING:
    from clore_client.models import SpotMarket

FAST = 50
#: Slow enough that the limit's 5 % to spare (20 ms) is more than the jitter of a busy machine.
STEADY = 2.5


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
