"""The sandbox as a user's tests have it, in process and behind a socket.

`assert_type` is for mypy and pyright; `tests/test_typing.py` runs the program.
"""
# pyright: strict

from __future__ import annotations

from typing import List, Optional, Tuple

from typing_extensions import assert_type

from clore_ai import AsyncCloreAI, CloreAI
from clore_client.sandbox import (
    FAULT_KINDS,
    SCENARIOS,
    Fault,
    FrozenClock,
    LogEntry,
    RealClock,
    VirtualClock,
    World,
    parse_fault,
    serve,
)


def clients(scenario: str) -> Tuple[CloreAI, AsyncCloreAI]:
    """Both clients, on a marketplace where time passes only by sleeping."""
    assert scenario in SCENARIOS
    world = World(clock=VirtualClock(), scenario=scenario)
    assert_type(world, World[VirtualClock])
    assert_type(world.clock, VirtualClock)
    world.clock.advance(60)
    transport = world.transport("any-key")
    return (
        CloreAI(transport=transport, clock=world.clock),
        AsyncCloreAI(transport=transport, clock=world.clock),
    )


def broken() -> World:
    """A marketplace with faults, ready to be asked."""
    world = World(clock=VirtualClock(), scenario="docs", servers=20)
    world.fail("lost-answer", endpoint="create_order")
    fault = parse_fault("lost-answer:wallets")
    assert_type(fault, Fault)
    assert fault.kind in FAULT_KINDS
    world.inject(fault)
    number = world.add_bid(6, "CLORE-Blockchain", 5.0)
    assert_type(number, int)
    world.drop_bid(number)
    return world


def logged(world: World) -> List[Optional[str]]:
    """The endpoints that were asked."""
    assert_type(world.log, List[LogEntry])
    return [entry.endpoint for entry in world.log]


def served() -> List[Optional[str]]:
    """The same marketplace for other programs, on this machine."""
    world = World(clock=RealClock(speed=100.0))
    with serve(world) as url:
        assert_type(url, str)
        with CloreAI("any-key", base_url=url) as client:
            client.wallets()
    frozen = FrozenClock(1_700_000_000.0)
    assert_type(frozen.time(), float)
    return logged(world)
