"""The main job through the installed script: from search to cancel, spot bids and settings."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, List

import pytest
from cli_helpers import Clore, Worlds, cheapest, data

from clore_cli import cells

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World


def test_search_needs_no_key_and_sorts_by_price(clore: Clore, world: World) -> None:
    del clore.env["CLORE_API_KEY"]
    rows = data(clore("search", "--json"))
    prices = [row["price_usd_per_hour"] for row in rows]
    assert prices == sorted(prices)
    assert len(rows) == sum(not row["rented"] for row in world.state.servers.values())
    assert rows[0]["price_usd_per_day"] == pytest.approx(prices[0] * 24)


def test_search_table_labels_both_prices(clore: Clore, world: World) -> None:
    head, first = clore("search", "--limit", "1").stdout.splitlines()
    assert re.search(r"\$/h +\$/day", head)
    assert re.search(r"\d\.\d{4} +\d+\.\d\d", first)


@pytest.mark.parametrize("words", [["--gpu", "rtx-4090"], ["RTX", "4090"], ["rtx4090"]])
def test_search_by_gpu_however_it_is_written(clore: Clore, world: World, words: List[str]) -> None:
    rows = data(clore("search", *words, "--json"))
    assert rows
    assert all("4090" in row["gpu"] for row in rows)


def test_search_filters(clore: Clore, world: World) -> None:
    options = "--min-gpu 2 --min-ram 32 --max-price 1 --max-price-day 20 --include-rented --json"
    rows = data(clore("search", *options.split()))
    assert any(row["rented"] for row in rows)
    for row in rows:
        assert row["gpu_count"] >= 2
        assert row["ram_gb"] >= 32
        assert row["price_usd_per_day"] <= 20


def test_search_spot_is_about_spot_prices(clore: Clore, world: World) -> None:
    rows = data(clore("search", "--spot", "--max-price-day", "3", "--json"))
    prices = [row["spot_price_usd_per_day"] for row in rows]
    assert prices == sorted(prices)
    assert prices[-1] <= 3
    head = clore("search", "--spot").stdout.splitlines()[0]
    assert re.search(r"SPOT/h +SPOT/day", head)
    assert not re.search(r"  \$/h", head)


@pytest.mark.parametrize("words", [["gpu>4090"], ["4090", "--gpu", "4090"]])
def test_search_refuses_words_that_it_would_misread(
    clore: Clore, world: World, words: List[str]
) -> None:
    assert clore("search", *words).returncode == 2


def test_columns_sort_limit_and_header(clore: Clore, world: World) -> None:
    args = ["--columns", "id,price", "--sort", "-price", "--limit", "2", "--csv", "--no-header"]
    lines = clore("search", *args).stdout.splitlines()
    assert len(lines) == 2
    first, second = (float(line.split(",")[1]) for line in lines)
    assert first >= second


def test_raw_prints_the_apis_own_objects(clore: Clore, world: World) -> None:
    row = data(clore("search", "--raw", "--limit", "1"))[0]
    assert world.state.servers[row["id"]]["specs"] == row["specs"]


def test_every_format(clore: Clore, world: World) -> None:
    count = len(data(clore("wallets", "--json")))
    for form in ("table", "csv", "tsv"):
        done = clore("wallets", env={"CLORE_OUTPUT": form})
        assert len(done.stdout.splitlines()) == count + 1, done.stderr
    assert len(clore("wallets", "-o", "jsonl").stdout.splitlines()) == count


def test_renting_from_search_to_cancel(clore: Clore, world: World) -> None:
    server = cheapest(clore)["id"]
    done = clore("deploy", server, "--ssh-password", "Secret1", "--yes", "--json")
    order = data(done)
    assert order["server_id"] == server
    assert re.search(r"Price: +\$\d+\.\d{4}/h, \$\d+\.\d\d/day", done.stderr)
    assert data(clore("orders", "--json"))[0]["id"] == order["id"]
    assert data(clore("order", order["id"], "--json"))["ssh_command"].startswith("ssh -p ")
    assert "SSH PORT" in clore("order", order["id"]).stdout
    gone = data(clore("cancel", order["id"], "--yes", "--json"))
    assert gone == [{"order_id": order["id"], "status": "cancelled", "error": None}]
    assert data(clore("orders", "--json")) == []
    again = data(clore("cancel", order["id"], "--yes", "--json"))
    assert again[0]["status"] == "already ended"
    assert data(clore("order", order["id"], "--json"))["status"] == "completed"


def test_deploy_sends_what_was_asked_for_and_the_price_that_was_shown(
    clore: Clore, world: World
) -> None:
    server = cheapest(clore)["id"]
    args = [
        "--currency",
        "clore",
        "--port",
        "22:tcp",
        "--port",
        "80:http",
        "--env",
        "A=b=c",
        "--env",
        "E=",
        "--autossh",
    ]
    clore("deploy", server, *args, "--image", "me/own", "--command", "run", "--yes")
    body = next(entry.json for entry in world.log if entry.endpoint == "create_order")
    price = world.state.servers[server]["price"]["on_demand"]["CLORE-Blockchain"]
    assert body == {
        "renting_server": server,
        "type": "on-demand",
        "image": "me/own",
        "currency": "CLORE-Blockchain",
        "required_price": price,
        "ports": {"22": "tcp", "80": "http"},
        "env": {"A": "b=c", "E": ""},
        "command": "run",
        "autossh_entrypoint": True,
    }


def test_deploy_uses_the_public_key_of_the_user(clore: Clore, home: Path, world: World) -> None:
    (home / ".ssh").mkdir()
    (home / ".ssh" / "id_ed25519.pub").write_text("ssh-ed25519 AAAA me\n")
    done = clore("deploy", cheapest(clore)["id"], "--dry-run")
    assert data(done)["json"]["ssh_key"] == "ssh-ed25519 AAAA me"
    assert "id_ed25519.pub" in done.stderr


def test_deploy_reads_key_and_password_files(clore: Clore, home: Path, world: World) -> None:
    server = cheapest(clore)["id"]
    key, password = home / "key.pub", home / "password"
    key.write_text("ssh-rsa BBBB\n")
    password.write_text("Secret1\n")
    body = data(
        clore("deploy", server, "--ssh-key", key, "--ssh-password-file", "-", "--dry-run",
              stdin="Secret1\n")
    )["json"]  # fmt: skip
    assert (body["ssh_key"], body["ssh_password"]) == ("ssh-rsa BBBB", "********")
    clore("deploy", server, "--ssh-password-file", password, "--yes")
    body = next(entry.json for entry in world.log if entry.endpoint == "create_order")
    assert body["ssh_password"] == "Secret1"


def test_dry_run_masks_secrets_and_sends_nothing(clore: Clore, world: World) -> None:
    args = "--ssh-password Secret1 --jupyter-token Secret2 --env HF_TOKEN=Secret3 --dry-run"
    done = clore("deploy", cheapest(clore)["id"], *args.split(), "-v")
    request = data(done)
    assert request["path"] == "/create_order"
    assert request["json"]["env"] == {"HF_TOKEN": "********"}
    assert "Secret" not in done.stdout + done.stderr
    assert all(entry.endpoint != "create_order" for entry in world.log)


@pytest.mark.parametrize(
    "args",
    [
        ["--port", "22"],
        ["--port", "22:"],
        ["--port", "22:tcp", "--port", "22:http"],
        ["--env", "SECRET"],
        ["--env", "=SECRET"],
        ["--ssh-password", "not alnum SECRET"],
        ["--ssh-password", "SECRET", "--ssh-password-file", "-"],
        ["--ssh-key", "/no/such/SECRET.pub"],
        ["--type", "spot"],
        ["--spot-price", "1"],
        ["--currency", "dogecoin"],
    ],
)
def test_deploy_refuses_bad_options_before_it_asks_or_sends(
    clore: Clore, world: World, args: List[str]
) -> None:
    server = next(i for i, row in world.state.servers.items() if not row["rented"])
    done = clore("deploy", server, *args, "--yes")
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") or "\nerror: " in done.stderr
    assert args[0] == "--ssh-key" or "SECRET" not in done.stderr
    assert all(entry.endpoint != "create_order" for entry in world.log)


def test_deploy_keeps_the_price_limit(clore: Clore, world: World) -> None:
    server = cheapest(clore)
    limit = server["price_usd_per_hour"]
    for price, status in ((limit / 2, 1), ("nan", 2), ("inf", 2)):
        assert clore("deploy", server["id"], "--max-price", price, "--yes").returncode == status
    assert clore("deploy", server["id"], "--max-price", limit * 1.001, "--yes").returncode == 0


def test_a_spot_bid_is_shown_among_the_offers(clore: Clore, world: World) -> None:
    rows = data(clore("search", "--spot", "--json", "--sort", "-id"))
    server = next(row["id"] for row in rows if "USD-Blockchain" in row["coins"])
    price = world.state.servers[server]["price"]["spot"]["USD-Blockchain"] * 3
    bid = ["--type", "spot", "--currency", "USD", "--spot-price", price]
    order = data(clore("deploy", server, *bid, "--yes", "--json"))
    assert (order["type"], order["price_per_day"]) == ("spot", price)
    done = clore("spot", server, "--json")
    offers = data(done)
    assert "Lowest USD bid: $" in done.stderr
    usd = [offer["price_usd_per_day"] for offer in offers]
    assert usd == sorted(usd, reverse=True)
    assert [offer["order_id"] for offer in offers if offer["mine"]] == [order["id"]]


def test_questions_are_answered_on_a_terminal(clore: Clore, world: World) -> None:
    """On a terminal `cancel` asks on stderr; anything but yes leaves everything as it is."""
    script = "script -qec 'clore cancel 5 >out.txt' /dev/null"
    done = clore.shell(f"cd $HOME; echo n | {script}; echo status=$?; cat out.txt")
    question = "Cancel order 5 (not among the orders seen last)? What is on the machine is lost."
    assert f"{question} [y/N]" in done.stdout
    assert "Nothing was done." in done.stdout
    assert "status=1" in done.stdout
    assert not world.log


def test_cancel_names_what_was_seen_of_the_orders_and_asks_for_nothing(
    clore: Clore, world: World
) -> None:
    offer = cheapest(clore)
    number = data(clore("deploy", offer["id"], "--ssh-password", "a", "--yes", "--json"))["id"]
    asked = len(world.log)
    done = clore.shell(f"echo n | script -qec 'clore cancel {number}' /dev/null")
    gpu = cells.gpu(world.state.servers[offer["id"]]["specs"]["gpu"])
    assert f"Cancel order {number} ({gpu}, server {offer['id']})? What is on" in done.stdout
    done = clore.shell(f"echo n | script -qec 'clore cancel {number} 7' /dev/null")
    assert f"server {offer['id']}), 7 (not among the orders seen last)? What" in done.stdout
    assert len(world.log) == asked
    clore("cancel", number, "--yes")
    done = clore.shell(f"echo n | script -qec 'clore cancel {number}' /dev/null")
    assert f"Cancel order {number} (not among the orders seen last)?" in done.stdout


def test_cancel_reports_each_order_and_fails_with_the_first_failure(
    clore: Clore, world: World
) -> None:
    done = clore("cancel", 999, 998, 999, "--yes", "--json")
    assert done.returncode == 4
    assert [row["order_id"] for row in json.loads(done.stdout)] == [999, 998]
    assert all(row["status"] == "failed" for row in json.loads(done.stdout))


def test_global_options_go_before_and_after_the_command(clore: Clore, world: World) -> None:
    url = clore.env.pop("CLORE_BASE_URL")
    assert clore("--base-url", url, "wallets").returncode == 0
    assert clore("wallets", "--base-url", url).returncode == 0
    traced = clore("-v", "wallets", "--base-url", url)
    assert "GET /wallets" in traced.stderr
    assert clore.env["CLORE_API_KEY"] not in traced.stderr


def test_quiet_leaves_out_notes(clore: Clore, sandboxed: Worlds) -> None:
    sandboxed(scenario="empty")
    assert clore("orders").stderr == "You have no orders.\n"
    assert clore("orders", "-q").stderr == ""
    assert clore("orders", env={"CLORE_QUIET": "1"}).stderr == ""
