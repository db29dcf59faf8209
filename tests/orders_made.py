"""Orders as a test needs them: put into the sandbox's memory, without renting."""

from __future__ import annotations

from clore_client.sandbox.order import Order


def make_order(world, number, *, host="127.0.0.1", ports=("22:1972",), **more):
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
