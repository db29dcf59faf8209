"""What the tests of renting have in common: servers to rent, and an API that does odd things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List

from clore_client.sandbox import World
from clore_client.sandbox import world as sandbox
from clore_client.sandbox.state import Call, State

if TYPE_CHECKING:
    import subprocess

    import pytest

    from clore_client.sandbox.order import Order

#: What `clore` is given so that somebody can log in on the new machine.
KEY = ["--ssh-password", "a"]

Act = Callable[[State, Call], object]


def free(world: World, coin: str = "USD-Blockchain") -> List[int]:
    """The free servers that take ``coin``, the cheapest in it first."""
    rows = [
        row
        for number, row in world.state.servers.items()
        if not row["rented"]
        and number not in world.state.offline
        and not world.state.owns(number)
        and coin in row["allowed_coins"]
        and coin in row["price"]["on_demand"]
    ]
    return [row["id"] for row in sorted(rows, key=lambda row: row["price"]["on_demand"][coin])]


def creations(world: World) -> List[Any]:
    """The requests to rent, those left out that came too early."""
    asked = (entry for entry in world.log if entry.endpoint == "create_order")
    return [entry.json for entry in asked if entry.status != 429]


def rented(world: World) -> Order:
    """The order that was made last."""
    return max(world.state.mine(), key=lambda order: order.id)


def before(monkeypatch: pytest.MonkeyPatch, endpoint: str, act: Act) -> None:
    """Have ``act(state, call)`` done before each request to ``endpoint`` is carried out."""
    handler = sandbox.HANDLERS[endpoint]

    def wrapped(state: State, call: Call) -> Dict[str, Any]:
        act(state, call)
        return handler(state, call)

    monkeypatch.setitem(sandbox.HANDLERS, endpoint, wrapped)


def after(monkeypatch: pytest.MonkeyPatch, endpoint: str, act: Act) -> None:
    """The same, done afterwards."""
    handler = sandbox.HANDLERS[endpoint]

    def wrapped(state: State, call: Call) -> Dict[str, Any]:
        answer = handler(state, call)
        act(state, call)
        return answer

    monkeypatch.setitem(sandbox.HANDLERS, endpoint, wrapped)


def says(child: subprocess.Popen[str], text: str) -> str:
    """Read what a running program says on stderr up to a line with ``text``; all of it."""
    lines = []
    assert child.stderr is not None
    for line in child.stderr:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError(f"it never said {text!r}: {''.join(lines)}")
