"""An order as the scenario docs of the sandbox takes it, and how many were sent and made."""

from __future__ import annotations

from typing import Any, Dict

from clore_client.sandbox import World

ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "cloreai/ubuntu22.04-cuda12",
    "type": "on-demand",
    "currency": "bitcoin",
    "ssh_password": "MySecurePass123",
    "ports": {"22": "tcp", "8888": "http"},
}


def orders_made(world: World) -> int:
    """Orders in the world that were not there from the beginning."""
    return len(world.state.orders) - len(World(scenario="docs").state.orders)


def posts(world: World) -> int:
    """Orders that were sent and not refused as one request too many."""
    return sum(entry.endpoint == "create_order" and entry.code != 5 for entry in world.log)
