"""A simulated Clore.ai marketplace for trying, teaching and testing; nothing in it costs money.

    >>> from clore_client.sandbox import VirtualClock, World
    >>> from clore_client.wire import Request
    >>> world = World(clock=VirtualClock(), scenario="docs")
    >>> world.transport(api_key="any").send(Request("GET", "/wallets")).status
    200

`serve(world)` puts the same world behind a loopback socket. The sandbox shares with the client
the endpoint table, the wire types and `NetworkError`, and none of its code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clore_client import lazy

from .clock import Clock, FrozenClock, RealClock, VirtualClock
from .faults import KINDS as FAULT_KINDS
from .faults import Fault
from .faults import parse as parse_fault
from .scenarios import SCENARIOS
from .world import LogEntry, World

if TYPE_CHECKING:
    from .server import serve

__all__ = [
    "FAULT_KINDS",
    "SCENARIOS",
    "Clock",
    "Fault",
    "FrozenClock",
    "LogEntry",
    "RealClock",
    "VirtualClock",
    "World",
    "parse_fault",
    "serve",
]


if not TYPE_CHECKING:  # http.server only for those who open a socket
    __getattr__, __dir__ = lazy.attributes(__name__, {"serve": f"{__name__}.server"})
