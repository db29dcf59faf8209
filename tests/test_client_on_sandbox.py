"""The client on the sandbox, in the world's own time: renting, cancelling, waiting, requests."""

from __future__ import annotations

from typing import Any, Dict

import pytest
import scripted
from docs_world import ORDER, orders_made, posts
from optional import some

from clore_client import CloreAI
from clore_client.errors import (
    BadAnswerError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    OrderUncertainError,
    WaitTimeoutError,
)
from clore_client.sandbox import VirtualClock, World


@pytest.fixture
def world() -> World:
    return World(scenario="docs", clock=VirtualClock())


@pytest.fixture
def client(world: World) -> CloreAI:
    """A client in the world's own time: no socket, no waiting."""
    return CloreAI(transport=world.transport("any-key"), clock=world.clock)


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
