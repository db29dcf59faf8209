"""`clore deploy` through the script: what is shown, sent, checked and waited for."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, List, Optional, Tuple, Union

import pytest
from cli_helpers import Clore, Worlds, data, matched
from renting import KEY, after, before, creations, free, rented, says

from clore_cli.plugin import cells
from clore_client import amounts
from clore_client.sandbox import RealClock, World, refusal, serve

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox.state import Call, State


def test_everything_is_shown_before_it_is_asked(clore: Clore, world: World) -> None:
    server = free(world)[0]
    done = clore("deploy", server, *KEY)
    price = world.state.servers[server]["price"]["on_demand"]["USD-Blockchain"]
    hours = world.state.servers[server]["mrl"]
    assert done.returncode == 2
    assert "there is no terminal to ask on" in done.stderr
    assert f"ends after {hours // 24}d at the latest" in done.stderr
    assert re.search(rf"^Price: +\$\d+\.\d{{4}}/h, \${price:.2f}/day$", done.stderr, re.MULTILINE)
    assert re.search(
        r"^Renter fee: +5% before Proof of Holding, \$[\d.]+/h, \$[\d.]+/day$",
        done.stderr,
        re.MULTILINE,
    )
    total = cells.coins(amounts.times(price, 1.05))
    assert f", ${total}/day" in matched("Total:.*", done.stderr).group()
    assert re.search(r"^Creation fee: +\$0\.10, once$", done.stderr, re.MULTILINE)
    assert re.search(r"^Wallet: +\$250\.00, lasts \d+d \d+h$", done.stderr, re.MULTILINE)
    assert creations(world) == []


def test_the_question_says_what_it_costs(clore: Clore, world: World) -> None:
    server = free(world)[0]
    done = clore.shell(f"echo n | script -qec 'clore deploy {server} --ssh-password a' /dev/null")
    assert re.search(rf"Rent server {server} for \$[\d.]+/day\? \[y/N\]", done.stdout)
    assert creations(world) == []


def test_running_orders_shorten_how_long_the_wallet_lasts(clore: Clore, world: World) -> None:
    first, second = free(world)[:2]

    def days() -> Tuple[int, str]:
        shown = clore("deploy", second, *KEY, "--currency", "usd", "--dry-run").stderr
        lasts = matched(r"lasts (\d+)d \d+h(.*)", shown)
        return int(lasts.group(1)), lasts.group(2)

    alone, _ = days()
    assert clore("deploy", first, *KEY, "--yes", "--currency", "usd").returncode == 0
    beside, more = days()
    assert beside < alone * 0.6
    assert more == " with the orders that run already"


def test_fees_that_are_not_known_do_not_stop_anybody(clore: Clore, world: World) -> None:
    world.fail("refused-after", "renter_fees", 9)
    done = clore("deploy", free(world)[0], *KEY, "--yes")
    assert done.returncode == 0
    assert "warning: the fees are not known" in done.stderr
    assert re.search("Renter fee: +not known", done.stderr)


def test_a_coin_that_is_quoted_but_not_taken_is_refused(clore: Clore, world: World) -> None:
    server = free(world)[0]
    row = world.state.servers[server]
    row["allowed_coins"] = ["CLORE-Blockchain"]
    assert "USD-Blockchain" in row["price"]["on_demand"]
    done = clore("deploy", server, *KEY, "--currency", "USD", "--yes")
    assert done.returncode == 2
    assert "does not take USD; it takes CLORE-Blockchain" in done.stderr
    assert creations(world) == []


def test_the_coin_is_one_whose_wallet_can_pay_fees_included(clore: Clore, world: World) -> None:
    server = free(world)[0]
    row = world.state.servers[server]
    price = row["price"]["on_demand"]["USD-Blockchain"]
    assert "CLORE-Blockchain" in row["allowed_coins"]
    world.state.funds["USD-Blockchain"] = price + 0.1  # a day and the creation, but not the fee
    assert data(clore("deploy", server, *KEY, "--dry-run"))["json"]["currency"] != "USD-Blockchain"
    world.state.funds["USD-Blockchain"] = price * 1.06 + 0.1
    assert data(clore("deploy", server, *KEY, "--dry-run"))["json"]["currency"] == "USD-Blockchain"


def test_a_wallet_that_does_not_last_an_hour_is_warned_of(clore: Clore, world: World) -> None:
    world.state.funds["USD-Blockchain"] = 0.1
    done = clore("deploy", free(world)[0], *KEY, "--currency", "USD", "--yes")
    assert "warning: the wallet does not last an hour" in done.stderr
    assert done.returncode == 6


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_dry_run_prints_one_object_in_every_format(clore: Clore, world: World, form: str) -> None:
    request = data(clore("deploy", free(world)[0], *KEY, "--dry-run", "-o", form))
    assert (request["method"], request["json"]["ssh_password"]) == ("POST", "********")
    assert creations(world) == []


def test_a_dry_run_masks_a_secret_in_every_place(clore: Clore, world: World) -> None:
    """As -vv does: a command often repeats the value of a variable."""
    secret = ["--env", "HF_TOKEN=hf_s3cret", "--command", "run --token hf_s3cret"]
    done = clore("deploy", free(world)[0], *KEY, *secret, "--dry-run")
    assert data(done)["json"]["command"] == "run --token ********"
    assert "hf_s3cret" not in done.stdout + done.stderr


def test_an_env_file_is_sent_and_the_command_line_counts_for_more(
    clore: Clore, home: Path, world: World
) -> None:
    (home / "vars").write_text("# mine\nA=1\nB=2 \n")
    clore("deploy", free(world)[0], *KEY, "--env-file", "~/vars", "--env", "A=3", "--yes")
    assert creations(world)[0]["env"] == {"A": "3", "B": "2 "}


def test_a_wrong_env_file_keeps_its_content_to_itself(
    clore: Clore, home: Path, world: World
) -> None:
    (home / "vars").write_text("A=1\nSECRET\n")
    done = clore("deploy", free(world)[0], "--env-file", home / "vars", "--yes")
    assert done.returncode == 2
    assert "line 2" in done.stderr
    assert "SECRET" not in done.stderr
    assert world.log == []


KEY_FILE = "-----BEGIN OPENSSH PRIVATE KEY-----\nSECRET\n-----END OPENSSH PRIVATE KEY-----"


@pytest.mark.parametrize(
    "given",
    [
        ["--ssh-key", KEY_FILE],
        ["--ssh-key", KEY_FILE.replace("\n", " ")],
        ["--ssh-key", "SECRET"],
        ["--ssh-password-file", "SECRET"],
        ["--env-file", "HF_TOKEN=SECRET"],
    ],
)
def test_a_secret_in_the_place_of_a_file_is_not_shown(
    clore: Clore, world: World, given: List[str]
) -> None:
    done = clore("deploy", free(world)[0], *given, "--yes")
    assert (done.returncode, world.log) == (2, [])
    assert given[0] in done.stderr
    assert "SECRET" not in done.stderr


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ([], "there is no --ssh-key, --ssh-password or --jupyter-token"),
        ([*KEY, "--port", "80:http"], "port 22 is not open"),
        (["--jupyter-token", "t", "--port", "22:tcp"], "no port is open for the web"),
        (KEY, None),
        (["--jupyter-token", "t"], None),
    ],
)
def test_an_order_that_nobody_could_log_in_to_is_warned_of(
    clore: Clore, world: World, options: List[str], reason: Optional[str]
) -> None:
    errors = clore("deploy", free(world)[0], *options, "--dry-run").stderr
    assert ("nobody could log in" in errors) is bool(reason)
    assert (reason or "") in errors


@pytest.mark.parametrize(
    ("wait", "text"),
    [
        (["--wait=ssh"], "waiting for SSH"),
        (["--wait", "ssh"], "waiting for SSH"),
        (["--wait"], "waiting until it runs"),  # the server that follows is not its value
    ],
)
def test_waiting_returns_when_the_order_runs(
    clore: Clore, world: World, wait: List[str], text: str
) -> None:
    world.state.deploy = 1e6
    child = clore.start("deploy", *wait, free(world)[0], *KEY, "--yes", "--json")
    said = says(child, f"is deploying; {text}")
    rented(world).deploy_time = 0.0
    out, errors = child.communicate(timeout=30)
    assert child.returncode == 0, said + errors
    assert json.loads(out)["status"] == "running"


def test_without_waiting_the_order_is_printed_at_once(clore: Clore, world: World) -> None:
    assert data(clore("deploy", free(world)[0], *KEY, "--yes", "--json"))["status"] == "deploying"


def test_8_when_it_takes_too_long_and_the_order_is_printed(clore: Clore) -> None:
    speed = 5000.0  # it waits for 900 s
    with serve(World(clock=RealClock(speed), servers=30, lag=0.0, deploy=1e8)) as url:
        env = {"CLORE_BASE_URL": url, "CLORE_API_KEY": "k", "CLORE_SANDBOX_SPEED": str(speed)}
        done = clore("rent", "rtx", *KEY, "--yes", "--json", "--wait", env=env)
    number = json.loads(done.stdout)["id"]
    assert done.returncode == 8, done.stderr
    assert f"order {number} is deploying after 900 s" in done.stderr


@pytest.mark.parametrize("words", [["deploy", 7], ["rent", "4090"]])
@pytest.mark.parametrize(
    "wrong",
    [
        ["--port", "22:udp"],
        ["--port", "70000:tcp"],
        ["--ssh-password", "a b"],
        ["--env", "A=x&y"],
        ["--image", "two words"],
        ["--currency", " "],
        ["--jupyter-token", "x" * 33],
    ],
)
def test_what_the_api_would_not_take_is_refused_at_once(
    clore: Clore, words: List[Union[str, int]], wrong: List[str]
) -> None:
    """Without a key and without a network: nothing is asked for."""
    done = clore(*words, *wrong, "--dry-run")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Reading" not in done.stderr


def test_waiting_for_ssh_needs_its_port(clore: Clore, world: World) -> None:
    done = clore("deploy", free(world)[0], "--wait=ssh", "--port", "80:http", "--yes")
    assert (done.returncode, world.log) == (2, [])
    assert "--port 22:tcp" in done.stderr


def test_an_order_that_ends_before_it_runs_is_printed_and_is_status_4(
    clore: Clore, sandboxed: Worlds
) -> None:
    world = sandboxed(servers=30, lag=1.0, deploy=1e6)
    child = clore.start("deploy", free(world)[0], "--wait", *KEY, "--yes", "--json")
    says(child, "waiting until it runs")
    order = rented(world)
    order.end(world.clock.time())
    out, errors = child.communicate(timeout=30)
    assert child.returncode == 4, errors
    assert json.loads(out)["id"] == order.id
    assert f"error: order {order.id} has ended\n" in errors


# ------------------------------------------------------------- what became of the paid call
def test_a_moved_price_is_told_after_code_1(
    clore: Clore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = free(world)[0]
    prices = world.state.servers[server]["price"]["on_demand"]
    old = prices["USD-Blockchain"]
    before(monkeypatch, "create_order", lambda *_: prices.update({"USD-Blockchain": old * 2}))
    done = clore("deploy", server, *KEY, "--currency", "USD", "--yes")
    assert done.returncode == 9
    assert f"The price has moved from {old:g} to {old * 2:g} USD per day" in done.stderr
    assert "clore reconcile" in done.stderr
    assert len(creations(world)) == 1
    assert list(world.state.mine()) == []


def test_code_1_without_an_order_is_uncertain(
    clore: Clore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise refusal.database()

    before(monkeypatch, "create_order", fail)
    done = clore("deploy", free(world)[0], *KEY, "--yes")
    assert (done.returncode, done.stdout) == (9, "")
    assert "has moved" not in done.stderr
    assert "hint: Run 'clore reconcile' before you rent again" in done.stderr


def test_code_1_with_an_order_is_that_order(clore: Clore, world: World) -> None:
    world.fail("refused-after", "create_order")
    order = data(clore("deploy", free(world)[0], *KEY, "--yes", "--json"))
    assert order["id"] == rented(world).id


def test_a_lost_answer_is_the_order_that_shows_up(clore: Clore, world: World) -> None:
    world.fail("lost-answer", "create_order")
    order = data(clore("deploy", free(world)[0], *KEY, "--yes", "--json"))
    assert order["id"] == rented(world).id
    assert len(creations(world)) == 1


def test_a_bid_that_became_an_order_on_demand_fails_loudly(
    clore: Clore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def turn(state: State, _: Call) -> None:
        rented(world).spot = False

    after(monkeypatch, "create_order", turn)
    server = free(world)[0]
    bid = world.state.servers[server]["price"]["spot"]["USD-Blockchain"] * 2
    done = clore("deploy", server, *KEY, "--type", "spot", "--spot-price", bid, "--yes")
    assert done.returncode == 1
    number = rented(world).id
    assert f"order {number} on server {server} is on-demand: that is not what was" in done.stderr
    assert f"'clore cancel {number}' ends it" in done.stderr


def test_another_price_than_was_asked_for_fails_loudly(
    clore: Clore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raise_price(*_: object) -> None:
        rented(world).price *= 2

    after(monkeypatch, "create_order", raise_price)
    done = clore("deploy", free(world)[0], *KEY, "--yes", "--json", "--wait")
    assert done.returncode == 1
    assert json.loads(done.stdout)["id"] == rented(world).id
    assert "per day, not" in done.stderr
    assert "waiting" not in done.stderr


def test_a_bid_below_the_floor_is_warned_of_and_explained(clore: Clore, world: World) -> None:
    server = free(world)[0]
    floor = world.state.servers[server]["price"]["spot"]["USD-Blockchain"]
    done = clore("deploy", server, *KEY, "--type", "spot", "--spot-price", floor / 2, "--yes")
    assert done.returncode == 6
    assert "warning: the host takes no bid below" in done.stderr
    assert f"The lowest bid is {floor:g} per day" in done.stderr


@pytest.mark.parametrize(
    "options", [["--env", "HF_TOKEN", "hf_s3cret"], ["--ssh-password", "pass", "hf_s3cret"]]
)
def test_a_secret_that_became_a_word_of_its_own_is_not_shown(
    clore: Clore, options: List[str]
) -> None:
    done = clore("deploy", 1, *options)
    assert done.returncode == 2
    assert "1 word more than the command takes" in done.stderr
    assert "hf_s3cret" not in done.stderr
