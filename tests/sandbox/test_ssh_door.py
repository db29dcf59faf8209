"""A served world is reached by SSH on this machine, once an order runs."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from optional import some

from clore_client import CloreAI
from clore_client.sandbox import VirtualClock, World, serve

if TYPE_CHECKING:
    from clore_client.models import Order


@pytest.fixture
def world() -> World:
    return World(clock=VirtualClock(), servers=20, lag=0.0, deploy=60.0)


def rented(world: World) -> Order:
    client = CloreAI(transport=world.transport("key"), clock=world.clock)
    server = next(s for s in client.marketplace() if "USD-Blockchain" in some(s.price).on_demand)
    image, ports = "cloreai/jupyter:ubuntu24.04-v2", {"22": "tcp", "9000": "tcp", "8888": "http"}
    return client.create_order(server.id, image, "on-demand", "USD-Blockchain", ports=ports)


def greeting(order: Order) -> bytes:
    with socket.create_connection(
        (order.pub_cluster, some(order.tcp_ports)["22"]), timeout=5
    ) as door:
        return door.recv(1000, socket.MSG_WAITALL)


def test_it_greets_as_soon_as_an_order_runs(world: World) -> None:
    with serve(world):
        order = rented(world)
        assert greeting(order) == b""
        world.clock.advance(60.0)
        banner, _, packet = greeting(order).partition(b"\r\n")
        assert banner == b"SSH-2.0-clore_sandbox"
        assert len(packet) % 8 == 0
        assert int.from_bytes(packet[:4], "big") == len(packet) - 4
        assert b"nothing to log in to" in packet


def test_nobody_is_sent_to_a_machine_that_may_exist(world: World) -> None:
    with serve(world):
        order = rented(world)
    assert order.pub_cluster == "127.0.0.1"
    assert some(order.http_pub).endswith(".sandbox.invalid")
    assert some(order.tcp_ports)["9000"] > 1970


def test_a_server_of_ones_own_can_stand_behind_port_22(world: World) -> None:
    with serve(world, ssh=("127.0.0.2", 2222)):
        order = rented(world)
    assert (order.pub_cluster, some(order.tcp_ports)["22"]) == ("127.0.0.2", 2222)
