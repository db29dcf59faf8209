"""`clore reconcile` after what can go wrong in the middle of a rental, through the script."""

from __future__ import annotations

import json
import signal
import time

import pytest


def cheapest(clore):
    return json.loads(clore("search", "--json", "--limit", 1).stdout)[0]["id"]


def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def posted(world):
    return any(entry.endpoint == "create_order" for entry in world.log)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_a_rental_that_was_killed_is_found(clore, sandboxed, number):
    """The POST has been carried out, its answer drips, and the program dies."""
    world = sandboxed(servers=30, lag=1.0)
    world.fail("slow-body", "create_order", seconds=30)
    server = cheapest(clore)
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


def test_nothing_in_doubt_needs_no_request_and_no_key(clore, world):
    done = clore("reconcile", env={"CLORE_API_KEY": ""})
    assert (done.returncode, done.stdout) == (0, "")
    assert "No attempt to rent is in doubt." in done.stderr
    assert world.log == []


def test_a_rental_that_went_well_or_was_refused_leaves_nothing(clore, world):
    server = cheapest(clore)
    assert clore("deploy", server, "--yes").returncode == 0
    assert clore("deploy", server, "--yes").returncode == 6
    assert list((clore.home / ".clore" / "attempts").iterdir()) == []


def test_what_was_found_is_shown_until_somebody_has_seen_it(clore, sandboxed):
    """A full disk or a reader who has gone must not cost the record of a running order."""
    world = sandboxed(servers=30, lag=1e6)
    world.fail("lost-answer", "create_order")
    server = cheapest(clore)
    assert clore("deploy", server, "--yes").returncode == 9
    for order in world.state.mine():
        order.listed_at = 0.0
    for lost in (">/dev/full", "| true"):
        done = clore.shell(f"clore reconcile --json {lost}")
        assert "was rented: order" in done.stderr
    (row,) = json.loads(clore("reconcile", "--json").stdout)
    assert (row["outcome"], row["server_id"]) == ("found", server)
    assert json.loads(clore("reconcile", "--json").stdout) == []


def test_a_record_that_cannot_be_read_is_no_all_clear(clore, world):
    attempts = clore.home / ".clore" / "attempts"
    attempts.mkdir(parents=True)
    (attempts / "torn.json").write_text('{"version"')
    done = clore("reconcile", "--json")
    assert done.returncode == 9
    assert json.loads(done.stdout)[0]["outcome"] == "unknown"
    assert "torn.json cannot be read" in done.stderr
