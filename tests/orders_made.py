"""Orders as a test needs them: put into the sandbox's memory, without renting."""

from __future__ import annotations

from typing import Any, Sequence

from clore_client.sandbox import World
from clore_client.sandbox.order import Order


def make_order(
    world: World,
    number: int,
    *,
    host: str = "127.0.0.1",
    ports: Sequence[str] = ("22:1972",),
    **more: Any,
) -> Order:
    """A running order of the account's, which the API answers with as it stands here."""
    order = Order(
        id=number,
        server=next(iter(world.state.servers.values())),
        currency="USD-Blockchain",
        price=2.0,
        created=world.clock.time() - 5000,
        mrl=10_000_000,
        image="cloreai/jupyter:ubuntu24.04-v2",
        pub_cluster=host,
        tcp_ports=list(ports),
        **more,
    )
    order.start(order.created)
    world.state.orders[number] = order
    return order
