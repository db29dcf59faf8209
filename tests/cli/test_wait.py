"""`clore wait` through the script: what it waits for, what it shows, and how it gives up."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, List

import pytest
from cli_helpers import Clore, Worlds, data
from renting import KEY, free, rented, says
from terminal import Terminal

if TYPE_CHECKING:
    from clore_client.sandbox import World


@pytest.fixture
def order(clore: Clore, world: World) -> int:
    """The number of an order that runs 30 s after it was made."""
    number: int = data(clore("deploy", free(world)[0], *KEY, "--yes", "--json"))["id"]
    return number


@pytest.fixture
def slow_world(sandboxed: Worlds) -> World:
    """A market whose containers never run."""
    return sandboxed(servers=30, lag=0.5, deploy=1e6)


@pytest.fixture
def slow(clore: Clore, slow_world: World) -> int:
    """An order that never runs."""
    number: int = data(clore("deploy", free(slow_world)[0], *KEY, "--yes", "--json"))["id"]
    return number


@pytest.mark.parametrize(
    ("goal", "text"),
    [([], "waiting until it runs"), (["--for", "ssh"], "waiting for SSH")],
)
def test_the_order_is_printed_when_it_is_there(
    clore: Clore, slow: int, slow_world: World, goal: List[str], text: str
) -> None:
    child = clore.start("wait", slow, *goal, "--interval", 1, "--json")
    assert says(child, text) == f"Order {slow} is deploying; {text}\n"
    rented(slow_world).deploy_time = 0.0
    out, errors = child.communicate(timeout=30)
    assert child.returncode == 0, errors
    assert (json.loads(out)["id"], json.loads(out)["status"]) == (slow, "running")
    assert errors in ("", f"Order {slow} is running; {text}\n")


def test_one_that_runs_already_is_printed_at_once(clore: Clore, order: int) -> None:
    assert clore("wait", order).returncode == 0
    assert data(clore("wait", order, "--timeout", 0, "--json"))["status"] == "running"


def test_running_is_not_yet_ssh(clore: Clore, order: int, world: World) -> None:
    """The address is known before the server answers."""
    assert clore("wait", order).returncode == 0
    assert world.state.ssh
    rented(world).tcp_ports = ["22:9"]  # where nobody listens
    done = clore("wait", order, "--for", "ssh", "--timeout", 3, "--interval", 1)
    assert done.returncode == 8
    assert "runs, but its SSH server does not answer after 3 s" in done.stderr


def test_without_a_port_for_ssh_there_is_nothing_to_wait_for(
    clore: Clore, order: int, world: World
) -> None:
    rented(world).tcp_ports = []
    done = clore("wait", order, "--for", "ssh")
    assert (done.returncode, done.stdout) == (1, "")
    assert "has no port for SSH" in done.stderr


def test_gone_is_ended(clore: Clore, order: int) -> None:
    assert clore("cancel", order, "--yes").returncode == 0
    assert data(clore("wait", order, "--for", "gone", "--json"))["status"] == "completed"


@pytest.mark.parametrize("goal", ["running", "ssh", "gone"])
def test_8_when_it_takes_too_long(clore: Clore, slow: int, goal: str) -> None:
    done = clore("wait", slow, "--for", goal, "--timeout", 4, "--interval", 2)
    assert (done.returncode, done.stdout) == (8, "")
    assert f"order {slow} is deploying after 4 s" in done.stderr
    assert f"'clore wait {slow} --for {goal}' waits on" in done.stderr
    assert ("clore cancel" in done.stderr) is (goal != "gone")


@pytest.mark.parametrize("goal", ["running", "ssh", "gone"])
def test_4_when_there_is_no_such_order(clore: Clore, world: World, goal: str) -> None:
    done = clore("wait", 77, "--for", goal)
    assert (done.returncode, done.stdout) == (4, "")
    assert "order 77 is not among your orders" in done.stderr


@pytest.mark.parametrize("goal", ["running", "ssh"])
def test_4_when_it_has_ended(clore: Clore, slow: int, goal: str) -> None:
    assert clore("cancel", slow, "--yes").returncode == 0
    done = clore("wait", slow, "--for", goal)
    assert done.returncode == 4
    assert f"error: order {slow} has ended\n" in done.stderr


@pytest.mark.parametrize("goal", ["running", "ssh"])
def test_one_that_ran_is_not_said_to_have_ended_before(clore: Clore, order: int, goal: str) -> None:
    assert clore("wait", order).returncode == 0
    assert clore("cancel", order, "--yes").returncode == 0
    done = clore("wait", order, "--for", goal)
    assert (done.returncode, done.stdout) == (4, "")
    assert f"error: order {order} has ended\n" in done.stderr


def test_the_time_between_two_looks_is_kept(clore: Clore, slow: int, slow_world: World) -> None:
    made = len(slow_world.log)
    assert clore("wait", slow, "--timeout", 30, "--interval", 15).returncode == 8
    assert [entry.endpoint for entry in slow_world.log[made:]] == ["my_orders"] * 3


def test_a_terminal_shows_how_much_of_the_time_is_over(clore: Clore, slow: int) -> None:
    terminal = Terminal(clore, "wait", str(slow), "--timeout", "80", "--interval", "10")
    assert terminal.ends() == 8
    shares = re.findall(r"([█▏▎▍▌▋▊▉░]{20}) Order", terminal.shown)
    assert shares[0] == "░" * 20
    assert shares == sorted(shares, key=lambda bar: bar.count("█"))
    assert shares[-1].count("█") > 15


def test_the_two_timeouts_are_told_apart(clore: Clore, slow: int) -> None:
    assert clore("--timeout", 20, "wait", slow, "--timeout", 1).returncode == 8
    assert clore("wait", slow, "--timeout", "-1").returncode == 2
    assert clore("wait", slow, "--interval", "0").returncode == 2
