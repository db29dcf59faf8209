"""What could cost money, a list or a secret when something odd happens; each was seen once."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, List

import loopback
import pytest
from cli_helpers import Clore, Worlds, cheapest, data, until

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World


def test_the_coin_of_a_bid_is_never_left_to_the_wallets(clore: Clore, world: World) -> None:
    """2 USD and 2 bitcoin are not the same offer."""
    server_id = cheapest(clore)["id"]
    server = world.state.servers[server_id]
    bid = ["deploy", server_id, "--type", "spot", "--spot-price", 20, "--yes", "--json"]
    assert data(clore(*bid))["currency"] == "USD-Blockchain"
    clore("cancel", *[order["id"] for order in data(clore("orders", "--json"))], "--yes")
    server["allowed_coins"] = ["bitcoin"]
    done = clore(*bid)
    assert done.returncode == 2
    assert "does not take USD-Blockchain; it takes bitcoin" in done.stderr
    assert data(clore("orders", "--json")) == []


@pytest.mark.parametrize("price", ["nan", "inf", "0", "-1"])
def test_a_bid_that_is_no_price_is_a_usage_error(clore: Clore, world: World, price: str) -> None:
    done = clore("deploy", cheapest(clore)["id"], "--type", "spot", "--spot-price", price, "--yes")
    assert done.returncode == 2
    assert [entry.endpoint for entry in world.log] == ["marketplace"]


@pytest.mark.parametrize("words", [["--gpu", ""], ["--gpu", "_"], [""], ["  "], ["4090", ""]])
def test_an_empty_gpu_is_not_any_gpu(clore: Clore, world: World, words: List[str]) -> None:
    """An unset variable of a script must not rent whatever is cheapest."""
    done = clore("search", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert world.log == []


@pytest.mark.parametrize("option", ["--columns", "--sort"])
def test_an_empty_list_of_columns_is_an_error(clore: Clore, world: World, option: str) -> None:
    assert clore("search", option, "").returncode == 2


@pytest.mark.parametrize("reader", ["| true", ">/dev/full"])
def test_a_failure_counts_for_more_than_a_reader_who_has_gone(
    clore: Clore, world: World, reader: str
) -> None:
    done = clore.shell(f"clore cancel 999 --yes {reader}; echo ${{PIPESTATUS[0]}}")
    assert done.stdout == "4\n"
    assert "order_dont_exist" in done.stderr


def test_a_rental_is_known_even_when_it_cannot_be_printed(clore: Clore, world: World) -> None:
    server_id = cheapest(clore)["id"]
    done = clore.shell(f"clore deploy {server_id} --ssh-password a --yes >/dev/full")
    order_id = max(world.state.orders)
    assert done.returncode == 1
    assert f"Rented: order {order_id}, deploying." in done.stderr


@pytest.mark.parametrize(("reader", "status"), [("| true", 0), (">/dev/full", 1)])
def test_quiet_does_not_hide_a_rental_that_cannot_be_printed(
    clore: Clore, world: World, reader: str, status: int
) -> None:
    server_id = cheapest(clore)["id"]
    words = f"clore deploy {server_id} --ssh-password a --yes --json -q"
    done = clore.shell(f"{words} {reader}; echo ${{PIPESTATUS[0]}}")
    assert done.stdout == f"{status}\n"
    assert f"Rented: order {max(world.state.orders)}, deploying." in done.stderr
    assert "Errno" not in done.stderr


def test_quiet_is_quiet_about_a_rental_that_was_printed(clore: Clore, world: World) -> None:
    words = ["--ssh-password", "a", "--yes", "--json", "-q"]
    done = clore("deploy", cheapest(clore)["id"], *words)
    assert (data(done)["status"], done.stderr) == ("deploying", "")


@pytest.mark.parametrize("words", ["wallets", "wallets --raw", "help", "api GET wallets"])
def test_a_full_disk_is_told_in_words(clore: Clore, world: World, words: str) -> None:
    done = clore.shell(f"clore {words} >/dev/full")
    assert done.returncode == 1
    assert "error: cannot write the output: No space left on device." in done.stderr
    assert done.stderr.count("hint:") == 1


@pytest.mark.parametrize("place", ["/dev/full", "log"])
def test_a_question_that_nobody_sees_is_not_answered(
    clore: Clore, home: Path, world: World, place: str
) -> None:
    script = f"cd; echo y | script -qec 'clore cancel 5 2>{place}; echo status=$?' /dev/null"
    assert "status=2" in clore.shell(script).stdout
    assert world.log == []
    assert place == "/dev/full" or "Add --yes" in (home / "log").read_text()


def test_an_interrupted_rental_says_that_there_may_be_an_order(
    clore: Clore, sandboxed: Worlds
) -> None:
    """Ctrl-C while the new order is looked for: it exists, and costs money."""
    world = sandboxed(servers=60, lag=10_000.0)
    server_id = cheapest(clore)["id"]
    clore.env["CLORE_SANDBOX_SPEED"] = "10"  # it looks for 2 s: time enough on a busy machine
    child = clore.start("deploy", server_id, "--ssh-password", "a", "--yes")
    until(lambda: "create_order" in [entry.endpoint for entry in world.log[:-1]])
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=30)
    assert child.returncode == 130, errors
    assert f"server {server_id} may be rented" in errors
    assert "Traceback" not in errors


def test_a_deploy_that_was_refused_says_that_nothing_was_rented(clore: Clore, world: World) -> None:
    server_id = cheapest(clore)["id"]
    world.fail("blocked", endpoint="create_order")
    done = clore("deploy", server_id, "--ssh-password", "a", "--yes")
    assert done.returncode == 1
    assert "Nothing was rented." in done.stderr


@pytest.mark.parametrize("moment", [1e300, 253402300800, -(10**30)])
def test_one_odd_order_does_not_cost_the_list(clore: Clore, moment: float) -> None:
    row = {"id": 5, "si": 6, "ct": moment, "mrl": 60, "mon_container": 2}
    body = json.dumps({"code": 0, "orders": [row]}).encode()
    with loopback.server(loopback.http(body)) as (url, _):
        done = clore("orders", "--json", env={"CLORE_BASE_URL": url, "CLORE_API_KEY": "k" * 32})
    assert (done.returncode, data(done)[0]["started_at"]) == (0, None)


def test_a_missing_gpu_count_is_missing(clore: Clore, world: World) -> None:
    row = next(iter(world.state.servers.values()))
    row.update(rented=False, gpu_array=[])
    row["specs"]["gpu"] = None
    shown = {r["id"]: r for r in data(clore("search", "--json"))}[row["id"]]
    assert (shown["gpu"], shown["gpu_count"]) == (None, None)


def test_no_home_directory_is_no_bug(clore: Clore, world: World) -> None:
    """A service may run as a user who has none: `~` then stands for itself."""
    clore.env["HOME"] = ""
    done = clore("search", "--json", env={"HOME": "~"})
    assert done.returncode == 0, done.stderr


def test_a_deposit_address_is_never_shortened(clore: Clore, world: World) -> None:
    done = clore.shell("script -qec 'stty cols 40; clore wallets' /dev/null")
    assert "bc1qsandboxsandboxsandboxsandboxsandboxsa" in done.stdout
