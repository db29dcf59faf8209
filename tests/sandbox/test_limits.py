"""The sandbox's rate limiter refuses what comes too soon, to the hundredth of a second."""

from __future__ import annotations

import json

import pytest
from sandbox.api import Api

from clore_client.sandbox import FrozenClock, VirtualClock, World
from clore_client.sandbox.limits import Limiter
from clore_client.wire import Request

WALLETS = Request("GET", "/wallets")
MARKET = Request("GET", "/marketplace")


@pytest.mark.parametrize(
    ("endpoint", "gap", "accepted"),
    [
        ("wallets", 0.0, False),
        ("wallets", 0.99, False),
        ("wallets", 0.999, False),
        ("wallets", 1.0, True),
        ("create_order", 1.0, False),
        ("create_order", 4.99, False),
        ("create_order", 5.0, True),
    ],
)
def test_spacing_is_exact(endpoint: str, gap: float, accepted: bool) -> None:
    limiter = Limiter()
    assert limiter.admit("key", endpoint, 100.0)
    assert limiter.admit("key", endpoint, 100.0 + gap) is accepted


def test_all_endpoints_share_one_second() -> None:
    limiter = Limiter()
    assert limiter.admit("key", "wallets", 0.0)
    assert not limiter.admit("key", "my_orders", 0.99)
    assert not limiter.admit("key", "create_order", 0.99)
    assert limiter.admit("key", "create_order", 1.0)
    assert limiter.admit("key", "my_orders", 2.0)


def test_a_refused_request_is_not_counted() -> None:
    limiter = Limiter()
    assert limiter.admit("key", "wallets", 0.0)
    assert not limiter.admit("key", "wallets", 0.5)
    assert limiter.admit("key", "wallets", 1.0)


def test_a_refused_create_order_does_not_use_up_the_shared_second() -> None:
    limiter = Limiter()
    assert limiter.admit("key", "create_order", 0.0)
    assert not limiter.admit("key", "create_order", 4.0)
    assert limiter.admit("key", "wallets", 4.0)


def test_ten_tenths_of_a_second_are_a_second() -> None:
    clock = VirtualClock()
    limiter = Limiter()
    assert limiter.admit("key", "wallets", clock.monotonic())
    for _ in range(10):
        clock.advance(0.1)
    assert limiter.admit("key", "wallets", clock.monotonic())


def test_keys_are_limited_apart_and_keyless_peers_by_address() -> None:
    world = World(clock=VirtualClock(), scenario="empty")
    statuses = [
        world.handle(MARKET, key, peer).status
        for key, peer in [("a", "x"), ("b", "x"), (None, "x"), (None, "y"), ("a", "y"), (None, "x")]
    ]
    assert statuses == [200, 200, 200, 200, 429, 429]


def test_a_refusal_is_429_with_code_5_alone_and_changes_nothing() -> None:
    world = World(clock=VirtualClock(), scenario="docs", retry_after=3)
    transport = world.transport("key")
    transport.send(WALLETS)
    refused = transport.send(Request("POST", "/cancel_order", json={"id": 38}))
    assert (refused.status, json.loads(refused.body)) == (429, {"code": 5})
    assert refused.headers["retry-after"] == "3"
    assert world.state.orders[38].active
    assert [entry.executed for entry in world.log] == [True, False]


def test_retry_after_is_left_out_unless_asked_for(api: Api) -> None:
    api.transport.send(WALLETS)
    assert "retry-after" not in api.transport.send(WALLETS).headers


def test_a_frozen_clock_has_no_limiter() -> None:
    api = Api(clock=FrozenClock())
    assert [api.ask("GET", "/wallets")[0] for _ in range(5)] == [200] * 5
