"""`clore orders` and `clore cancel`: times that are left, bulk work, and Ctrl-C in it."""

from __future__ import annotations

import contextlib
import json
import re
import signal
from typing import TYPE_CHECKING, Iterator, List

import pytest
from cli_helpers import Clore, data, until
from renting import KEY, free

from clore_cli import trace
from clore_cli.main import run
from clore_cli.progress import Progress

if TYPE_CHECKING:
    from clore_client.sandbox import World


@pytest.fixture
def orders(clore: Clore, world: World) -> List[int]:
    """The numbers of two orders."""
    return [
        data(clore("deploy", server, *KEY, "--yes", "--json"))["id"] for server in free(world)[:2]
    ]


def test_an_order_tells_how_long_it_may_still_run(
    clore: Clore, world: World, orders: List[int]
) -> None:
    order = world.state.orders[orders[0]]
    row = data(clore("order", order.id, "--json"))
    assert row["remaining_seconds"] + row["age_seconds"] == pytest.approx(order.mrl, abs=1)
    shown = clore("orders", "--columns", "id,age,remaining", "--sort", "remaining").stdout
    head, first, _ = shown.splitlines()
    assert head.split() == ["ID", "AGE", "LEFT"]
    assert re.search(r" (\d+m )?\d+s +\d+d \d+h$", first)
    assert clore("cancel", order.id, "--yes").returncode == 0
    assert data(clore("order", order.id, "--json"))["remaining_seconds"] is None


def test_an_order_whose_time_is_over_has_none_left(
    clore: Clore, world: World, orders: List[int]
) -> None:
    world.state.orders[orders[0]].created -= 10**9
    world.state.orders[orders[0]].mrl = 10**9
    assert data(clore("order", orders[0], "--json"))["remaining_seconds"] in (0, None)


def test_cancelling_several_shows_how_far_it_is(
    clore: Clore, world: World, orders: List[int]
) -> None:
    done = clore("cancel", *orders, "--yes", "--json")
    assert [row["status"] for row in data(done)] == ["cancelled", "cancelled"]
    assert done.stderr.splitlines() == [f"Cancelling order {number}" for number in orders]


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_an_interruption_prints_what_is_cancelled_already(
    clore: Clore, world: World, orders: List[int], number: signal.Signals, status: int
) -> None:
    world.fail("slow-body", "cancel_order", seconds=0.001)
    world.fail("slow-body", "cancel_order", seconds=30)
    child = clore.start("cancel", *orders, 999, "--yes", "--json")
    until(lambda: sum(entry.endpoint == "cancel_order" for entry in world.log) == 2)
    child.send_signal(number)
    out, errors = child.communicate(timeout=30)
    assert child.returncode == status
    assert [row["order_id"] for row in json.loads(out)] == orders[:1]
    assert f"not known: order {orders[1]}, and not done: 999." in errors


def test_ctrl_c_behind_the_last_order_is_no_bug(
    clore: Clore,
    world: World,
    orders: List[int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It may come between the last answer and the end of the loop."""

    class Interrupted(Progress):
        @contextlib.contextmanager
        def showing(self) -> Iterator[Interrupted]:
            yield self
            raise KeyboardInterrupt

    monkeypatch.setattr("clore_cli.progress.Progress", Interrupted)
    monkeypatch.setattr(trace, "show", lambda _: None)  # it would show the log of later tests, too
    for name in ("CLORE_BASE_URL", "CLORE_API_KEY", "CLORE_SANDBOX_SPEED", "HOME"):
        monkeypatch.setenv(name, clore.env[name])
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    kept = {number: signal.getsignal(number) for number in numbers}
    try:
        assert run(["cancel", *map(str, orders), "--yes", "--json"]) == 130
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    out, errors = capsys.readouterr()
    assert [row["order_id"] for row in json.loads(out)] == orders
    assert "error: interrupted.\n" in errors
