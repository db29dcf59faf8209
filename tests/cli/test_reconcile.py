"""`clore reconcile` after what can go wrong in the middle of a rental, through the script."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any, Dict, List

import pytest
from cli_helpers import Clore, Worlds, cheapest, until

if TYPE_CHECKING:
    from clore_client.sandbox import World


def posted(world: World) -> bool:
    return any(entry.endpoint == "create_order" for entry in world.log)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_rental_that_was_killed_is_found(
    clore: Clore, sandboxed: Worlds, number: signal.Signals
) -> None:
    """The POST has been carried out, its answer drips, and the program dies."""
    world = sandboxed(servers=30, lag=1.0)
    world.fail("slow-body", "create_order", seconds=30)
    server = cheapest(clore)["id"]
    child = clore.start("deploy", server, "--ssh-password", "S3cretPassw0rd", "--yes")
    until(lambda: posted(world))
    child.send_signal(number)
    child.communicate(timeout=30)
    assert world.state.orders
    order_id = max(order.id for order in world.state.mine())
    journal = list((clore.home / ".clore" / "attempts").glob("*.json"))
    assert len(journal) == 1
    assert "S3cretPassw0rd" not in journal[0].read_text()
    until(lambda: clore("orders", "--json").stdout.strip() != "[]")
    done = clore("reconcile", "--json")
    assert done.returncode == 0, done.stderr
    (row,) = json.loads(done.stdout)
    assert (row["outcome"], row["order_id"], row["server_id"]) == ("found", order_id, server)
    assert json.loads(clore("reconcile", "--json").stdout) == []


def test_nothing_in_doubt_needs_no_request_and_no_key(clore: Clore, world: World) -> None:
    done = clore("reconcile", env={"CLORE_API_KEY": ""})
    assert (done.returncode, done.stdout) == (0, "")
    assert "No attempt to rent is in doubt." in done.stderr
    assert world.log == []


def test_a_rental_that_went_well_or_was_refused_leaves_nothing(clore: Clore, world: World) -> None:
    server = cheapest(clore)["id"]
    assert clore("deploy", server, "--yes").returncode == 0
    assert clore("deploy", server, "--yes").returncode == 6
    assert list((clore.home / ".clore" / "attempts").iterdir()) == []


def test_what_was_found_is_shown_until_somebody_has_seen_it(
    clore: Clore, sandboxed: Worlds
) -> None:
    """A full disk or a reader who has gone must not cost the record of a running order."""
    world = sandboxed(servers=30, lag=1e6)
    world.fail("lost-answer", "create_order")
    server = cheapest(clore)["id"]
    assert clore("deploy", server, "--yes").returncode == 9
    for order in world.state.mine():
        order.listed_at = 0.0
    for lost in (">/dev/full", "| true"):
        done = clore.shell(f"clore reconcile --json {lost}")
        assert "was rented: order" in done.stderr
    (row,) = json.loads(clore("reconcile", "--json").stdout)
    assert (row["outcome"], row["server_id"]) == ("found", server)
    assert json.loads(clore("reconcile", "--json").stdout) == []


def test_only_what_was_printed_is_forgotten(clore: Clore, sandboxed: Worlds) -> None:
    world = sandboxed(servers=30, lag=1e6)
    servers = [row["id"] for row in json.loads(clore("search", "--json").stdout)[:2]]
    for server in servers:
        world.fail("lost-answer", "create_order")
        assert clore("deploy", server, "--ssh-password", "a", "--yes").returncode == 9
    for order in world.state.mine():
        order.listed_at = 0.0
    assert clore("reconcile", "-q", "--limit", 0).stdout == ""
    assert len(clore("reconcile", "-q", "--columns", "outcome", "--csv").stdout.split()) == 3
    assert len(json.loads(clore("reconcile", "-q", "--limit", 1, "--raw").stdout)) == 1
    (row,) = json.loads(clore("reconcile", "-q", "--columns", "order_id", "--json").stdout)
    assert row["order_id"] in world.state.orders
    assert json.loads(clore("reconcile", "--json").stdout) == []


@pytest.mark.parametrize("quiet", [[], ["-q"]])
@pytest.mark.parametrize("command", ["deploy", "rent"])
def test_an_attempt_in_doubt_is_told_before_the_question(
    clore: Clore, sandboxed: Worlds, command: str, quiet: List[str]
) -> None:
    world = sandboxed(servers=30, lag=1e6)
    world.fail("lost-answer", "create_order")
    first = cheapest(clore)["id"]
    assert clore("deploy", first, "--ssh-password", "a", "--yes").returncode == 9
    made = len(world.log)
    words = ["deploy", first] if command == "deploy" else ["rent", "country!=XX"]
    done = clore(*words, "--ssh-password", "a", *quiet)
    assert done.returncode == 2
    warned, refused = (done.stderr.index(text) for text in ("earlier attempt", "no terminal"))
    assert warned < refused
    assert f"to rent server {first} may have made an order" in done.stderr
    assert "run 'clore reconcile' first." in done.stderr
    assert "create_order" not in [entry.endpoint for entry in world.log[made:]]


def test_an_attempt_in_doubt_is_told_more_strongly_of_the_same_server(
    clore: Clore, sandboxed: Worlds
) -> None:
    world = sandboxed(servers=30, lag=1e6)
    world.fail("lost-answer", "create_order")
    first, second = (row["id"] for row in json.loads(clore("search", "--json").stdout)[:2])
    login = ["--ssh-password", "a", "--yes"]
    assert clore("deploy", first, *login).returncode == 9
    done = clore("deploy", second, *login)
    assert done.stderr.count("earlier attempt") == 1
    assert "pay for it twice" not in done.stderr
    assert "reconcile()" not in done.stderr
    assert "pay for it twice" in clore("deploy", first, *login).stderr


def test_a_record_that_cannot_be_read_is_no_all_clear(clore: Clore, world: World) -> None:
    attempts = clore.home / ".clore" / "attempts"
    attempts.mkdir(parents=True)
    (attempts / "torn.json").write_text('{"version"')
    done = clore("reconcile", "--json")
    assert done.returncode == 9
    assert json.loads(done.stdout)[0]["outcome"] == "unknown"
    assert "torn.json cannot be read" in done.stderr


def in_doubt(clore: Any, sandboxed: Any) -> List[int]:
    """Make two attempts to rent whose orders are never listed; return their servers."""
    world = sandboxed(servers=30, lag=1e6)
    servers = [row["id"] for row in json.loads(clore("search", "--json").stdout)[:2]]
    for server in servers:
        world.fail("lost-answer", "create_order")
        assert clore("deploy", server, "--ssh-password", "a", "--yes").returncode == 9
    return servers


def on_record(clore: Any) -> Dict[int, str]:
    """The ids of the attempts on record by their servers."""
    rows = json.loads(clore("reconcile", "-q", "--json").stdout)
    return {row["server_id"]: row["id"] for row in rows}


def test_one_attempt_can_be_forgotten_although_it_is_unknown(clore: Any, sandboxed: Any) -> None:
    first, second = in_doubt(clore, sandboxed)
    ids = on_record(clore)
    assert list(ids) == [first, second]
    asked = clore("reconcile", "--dismiss", ids[first])
    assert asked.returncode == 2
    assert "Add --yes" in asked.stderr
    assert len(on_record(clore)) == 2
    done = clore("reconcile", "--dismiss", ids[first][:10], "--yes", "--json")
    assert done.returncode == 0
    assert [row["server_id"] for row in json.loads(done.stdout)] == [first]
    assert "goes on costing money" in done.stderr
    assert on_record(clore) == {second: ids[second]}


def test_no_attempt_is_forgotten_by_mistake(clore: Any, sandboxed: Any) -> None:
    in_doubt(clore, sandboxed)
    ids = on_record(clore)
    for wrong, status in (("", 4), ("nosuch", 4), (f"{next(iter(ids.values()))}0", 4)):
        done = clore("reconcile", "--dismiss", wrong, "--yes")
        assert (done.returncode, done.stdout) == (status, "")
    assert on_record(clore) == ids


def test_an_id_that_two_attempts_begin_with_names_none(clore: Any, world: Any) -> None:
    attempts = clore.home / ".clore" / "attempts"
    attempts.mkdir(parents=True)
    for name in ("torn1", "torn2"):
        (attempts / f"{name}.json").write_text("{")
    done = clore("reconcile", "--dismiss", "torn", "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "2 attempts have an id that begins so" in done.stderr
    assert clore("reconcile", "--dismiss", "torn2", "--yes").returncode == 0
    assert [file.name for file in attempts.glob("*.json")] == ["torn1.json"]


def test_what_another_program_is_doing_is_left_alone(clore: Any, sandboxed: Any) -> None:
    """It is no earlier attempt either, but of the same server."""
    world = sandboxed(servers=30, lag=1.0)
    world.fail("slow-body", "create_order", seconds=3000)
    first, second = (row["id"] for row in json.loads(clore("search", "--json").stdout)[:2])
    child = clore.start("deploy", first, "--ssh-password", "a", "--yes")
    until(lambda: posted(world))
    (running,) = on_record(clore).values()
    done = clore("reconcile", "--dismiss", running, "--yes")
    assert (done.returncode, done.stdout) == (2, "")
    assert "right now" in done.stderr
    login = ["--ssh-password", "a"]
    assert "earlier attempt" not in clore("deploy", second, *login).stderr
    assert "pay for it twice" in clore("deploy", first, *login).stderr
    child.kill()
    child.communicate(timeout=30)
