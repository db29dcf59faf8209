"""The command itself, as a process against a sandbox, where time is 100 times as fast."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List

import pytest

if TYPE_CHECKING:
    from clore_cli.testbench import Bench
    from clore_client.models import Order

USD = "USD-Blockchain"


@pytest.fixture
def order(clore: Bench) -> Order:
    """A spot order on a machine that nobody else wants, 20 % above the lowest bid."""
    busy = {order.server["id"] for order in clore.world.state.orders.values()}
    server = next(
        row
        for row in clore.world.state.servers.values()
        if USD in row["allowed_coins"] and not row["rented"] and row["id"] not in busy
        and row["price"]["spot"].get(USD, 0) > 0.5
    )  # fmt: skip
    floor = server["price"]["spot"][USD]
    with clore.client() as client:
        return client.create_order(
            server["id"], "cloreai/ubuntu22.04-cuda12", "spot", USD, spot_price=floor * 1.2
        )


def test_one_look_makes_one_change(clore: Bench, order: Order) -> None:
    row = clore("bid", order.id, "--max", "100", "--yes", "--json").json()
    assert (row["order_id"], row["server_id"], row["action"]) == (
        order.id,
        order.server_id,
        "lower",
    )
    assert order.price is not None
    assert row["price_per_day"] == pytest.approx(order.price * 0.9)
    assert row["old_price_per_day"] == order.price
    assert row["price_usd_per_hour"] == pytest.approx(row["price_per_day"] / 24)
    again = clore("bid", order.id, "--max", "100", "--yes")
    assert "stays at" in again.stdout
    assert "It can be lowered in" in again.stderr
    table = clore("bid", order.id, "--max", "100", "--yes", "-o", "table").stdout.splitlines()
    assert [line.split()[1] for line in table] == ["ORDER", str(order.id)]


def test_a_cap_per_hour_and_nobody_to_ask(clore: Bench, order: Order) -> None:
    asked = clore("bid", order.id, "--max", "1/h")
    assert (asked.status, asked.stdout) == (2, "")
    assert "$24.00/day" in asked.stderr
    assert "--yes" in asked.stderr


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["999999", "--max", "1", "--yes"], 4, "you have no order 999999"),
        (["--max", "1"], 2, "which order?"),
        (["39", "--max", "1GB"], 2, "takes /h or /day"),
        (["39", "--max", "0"], 2, "is not above 0"),
    ],
)
def test_wrong_words(clore: Bench, words: List[str], status: int, told: str) -> None:
    done = clore("bid", *words)
    assert (done.status, done.stdout) == (status, "")
    assert told in done.stderr


def test_an_order_that_has_ended_is_status_4_and_a_row(clore: Bench, order: Order) -> None:
    assert order.id is not None
    with clore.client() as client:
        client.cancel_order(order.id)
    done = clore("bid", order.id, "--max", "9", "--json")
    assert (done.status, json.loads(done.stdout)["action"]) == (4, "ended")


def start(clore: Bench, order: Order, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        clore.command("bid", order.id, "--max", "100", "--yes", "--follow", "--json", *words),
        env=clore.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_it_follows_until_the_order_ends(clore: Bench, order: Order) -> None:
    with start(clore, order, "--interval", "20") as child:
        assert child.stdout
        rows = [json.loads(child.stdout.readline())]
        clore.world.fail("reset", "my_orders", times=4)  # as often as one look asks
        second = clore("bid", order.id, "--max", "9", "--yes", "--follow")
        assert order.id is not None
        with clore.client() as client:
            client.cancel_order(order.id)
        rest, errors = child.communicate(timeout=30)
    rows += map(json.loads, rest.splitlines())
    assert child.returncode == 0, errors
    assert (rows[0]["action"], rows[-1]["action"]) == ("lower", "ended")
    assert "trying again every 20 s" in errors
    assert "It works again, after" in errors
    assert (second.status, second.stdout) == (2, "")
    assert f"another process keeps the bid of order {order.id} already" in second.stderr


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_it_is_stopped_quietly(
    clore: Bench, order: Order, number: signal.Signals, status: int
) -> None:
    with start(clore, order) as child:
        assert child.stdout
        assert json.loads(child.stdout.readline())["action"] == "lower"
        child.send_signal(number)
        out, errors = child.communicate(timeout=30)
    assert (child.returncode, out) == (status, "")
    assert "Traceback" not in errors
    assert clore("bid", order.id, "--max", "100", "--yes").status == 0


def test_the_simulation_needs_no_account(clore: Bench) -> None:
    env = {"CLORE_API_KEY": "", "CLORE_BASE_URL": ""}
    done = clore("bid", "--simulate", "--max", "3.5", "--hours", "4", "--json", env=env)
    *changes, summary = map(json.loads, done.stdout.splitlines())
    assert done.status == 0, done.stderr
    assert changes[0]["action"] == "order"
    assert (summary["action"], summary["orders"] > 0) == ("summary", True)
    assert clore.world.log == []


def test_its_help_imports_nothing_heavy(clore: Bench) -> None:
    probe = """
import sys
sys.argv = ["clore", "bid", "--help"]
from clore_cli.main import main
main()
heavy = {"urllib3", "tabulate", "asyncio", "ssl", "clore_client.client", "clore_client.models"}
print(sorted((heavy | {"clore_client.sandbox"}) & set(sys.modules)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", probe], env=clore.env, capture_output=True, text=True, check=True
    )
    assert "Usage: clore bid" in done.stdout
    assert done.stderr.strip() == "[]"


def test_its_manual_page_is_up_to_date(clore: Bench) -> None:
    """Run `clore help --roff bid > man/clore-bid.1` after a change."""
    page = Path(__file__).parent.parent / "man" / "clore-bid.1"
    assert clore("help", "--roff", "bid").stdout == page.read_text("utf-8")
