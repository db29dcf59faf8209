"""`clore rent` through the script: the best offer, the next one when refused, and when to stop."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, List

import pytest
from cli_helpers import Clore, data
from renting import KEY, before, creations, free, rented

from clore_client.sandbox import World, refusal

if TYPE_CHECKING:
    from clore_client.sandbox.refusal import Refused
    from clore_client.sandbox.state import Call, State


@pytest.fixture
def gpu(world: World) -> str:
    """A model of which several servers are free, each taking USD; they are the cheapest."""
    servers = free(world)[:3]
    for number, row in world.state.servers.items():
        if number in servers:
            row["gpu_array"] = ["RTX 9999"]
            row["specs"]["gpu"] = "1x RTX 9999"
            row["price"]["on_demand"] = {
                "USD-Blockchain": row["price"]["on_demand"]["USD-Blockchain"]
            }
            row["price"]["usd"] = {"on_demand_usd": row["price"]["on_demand"]["USD-Blockchain"]}
    return "9999"


def refusing(monkeypatch: pytest.MonkeyPatch, error: Refused, *servers: int) -> None:
    """Let the API refuse to rent these servers, or any."""

    def act(_: State, call: Call) -> None:
        if not servers or call.json["renting_server"] in servers:
            raise error

    before(monkeypatch, "create_order", act)


def asked_for(world: World) -> List[int]:
    return [body["renting_server"] for body in creations(world)]


def test_the_cheapest_that_matches_is_rented(clore: Clore, world: World, gpu: str) -> None:
    order = data(clore("rent", gpu, *KEY, "--yes", "--json"))
    assert order["server_id"] == free(world)[0]
    assert (order["id"], order["gpu"]) == (rented(world).id, "RTX 9999")


def test_the_next_one_is_rented_when_the_first_is_refused(
    clore: Clore, world: World, gpu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = free(world)[:3]
    refusing(monkeypatch, refusal.already_rented(), first)
    done = clore("rent", gpu, *KEY, "--yes", "--json")
    assert data(done)["server_id"] == second
    assert asked_for(world) == [first, second]
    assert f"If it is refused: server {second} for $" in done.stderr
    assert f"If it is refused: server {third} for $" in done.stderr
    assert re.search("It was refused: .*server-already-rented.* Trying the next one", done.stderr)
    assert "Nothing was rented." in done.stderr


def test_so_many_are_asked_for_and_no_more(
    clore: Clore, world: World, gpu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, refusal.currency_refused())
    done = clore("rent", gpu, *KEY, "--try", 2, "--yes")
    assert (done.returncode, done.stdout) == (6, "")
    assert asked_for(world) == free(world)[:2]
    assert "currency-not-allowed" in done.stderr


def test_a_refusal_that_would_meet_every_offer_ends_it(
    clore: Clore, world: World, gpu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, refusal.field("not_enough_balance"))
    done = clore("rent", gpu, *KEY, "--yes")
    assert done.returncode == 6
    assert len(asked_for(world)) == 1
    assert "clore wallets" in done.stderr


def test_an_unknown_outcome_ends_it(clore: Clore, world: World, gpu: str) -> None:
    world.state.lag = 1e6
    world.fail("lost-answer", "create_order")
    done = clore("rent", gpu, *KEY, "--yes")
    assert (done.returncode, done.stdout) == (9, "")
    assert len(asked_for(world)) == 1
    assert "clore reconcile" in done.stderr


def test_an_order_that_is_not_listed_yet_ends_it(clore: Clore, world: World, gpu: str) -> None:
    world.state.lag = 1e6
    done = clore("rent", gpu, *KEY, "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["status"]) == (9, "pending")
    assert len(asked_for(world)) == 1


def test_nothing_that_matches_is_status_4(clore: Clore, world: World) -> None:
    done = clore("rent", "rtx-0000", *KEY, "--yes")
    assert done.returncode == 4
    assert "no server matches.\nhint: Loosen a condition; 'clore search --explain'" in done.stderr
    done = clore("rent", "4090", *KEY, "--max-price", "0.0001", "--yes")
    assert done.returncode == 4
    assert "hint: Loosen a condition, or raise --max-price; " in done.stderr
    assert creations(world) == []


def test_terms_are_needed(clore: Clore, world: World) -> None:
    """An unset variable of a script must not rent whatever is cheapest."""
    for words in ([], [""]):
        assert clore("rent", *words, *KEY, "--yes").returncode == 2
    assert world.log == []


def test_what_nobody_can_pay_for_says_why(clore: Clore, world: World, gpu: str) -> None:
    world.state.funds = dict.fromkeys(world.state.funds, 0.0)
    done = clore("rent", gpu, *KEY, "--yes")
    assert done.returncode == 6
    assert "3 servers match, but none can be rented: no wallet can pay" in done.stderr
    done = clore("rent", gpu, *KEY, "--currency", "dogecoin", "--yes")
    assert done.returncode == 2
    assert "does not take dogecoin" in done.stderr


def test_servers_are_compared_in_the_coin_that_pays(clore: Clore, world: World, gpu: str) -> None:
    first, second = free(world)[:2]
    for number, price in ((first, 9000.0), (second, 2000.0)):
        world.state.servers[number]["price"]["on_demand"]["CLORE-Blockchain"] = price
        world.state.servers[number]["price"]["usd"]["on_demand_clore"] = price / 1000
    order = data(clore("rent", gpu, *KEY, "--currency", "clore", "--yes", "--json"))
    assert order["server_id"] == second


@pytest.fixture
def coins(world: World, gpu: str) -> List[int]:
    """Of the servers called ``gpu`` the first costs 1 USD per day in CLORE, the second 1.02 USD."""
    assert gpu
    clore, usd, dear = free(world)[:3]
    price = {number: world.state.servers[number]["price"] for number in (clore, usd, dear)}
    price[clore]["on_demand"] = {"CLORE-Blockchain": 200.0}
    price[clore]["usd"] = {"on_demand_clore": 1.0}
    for number, costs in ((usd, 1.02), (dear, 9.0)):
        price[number]["on_demand"] = {"USD-Blockchain": costs}
        price[number]["usd"] = {"on_demand_usd": costs}
    return [clore, usd, dear]


def test_the_lowest_total_counts_with_the_fee_of_its_coin(
    clore: Clore, world: World, gpu: str, coins: List[int]
) -> None:
    """The fee is 10 % in CLORE and 5 % in USD."""
    order = data(clore("rent", gpu, *KEY, "--yes", "--json"))
    assert order["server_id"] == coins[1]
    assert asked_for(world) == [coins[1]]


def test_without_known_fees_the_price_counts(
    clore: Clore, world: World, gpu: str, coins: List[int]
) -> None:
    world.fail("html", "renter_fees", times=9)
    assert data(clore("rent", gpu, *KEY, "--yes", "--json"))["server_id"] == coins[0]


def test_the_question_names_a_coin_that_is_another_than_before(
    clore: Clore, world: World, gpu: str, coins: List[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, refusal.already_rented())
    script = f"script -qec 'clore rent {gpu} --ssh-password a' /dev/null"
    shown = clore.shell(f"printf 'y\\ny\\nn\\n' | {script}; echo status=$?").stdout
    assert f"Rent server {coins[1]} for $1.071/day?" in shown
    assert f"Rent server {coins[0]} for $1.10/day, paid in CLORE and not in USD?" in shown
    assert f"Rent server {coins[2]} for $9.45/day, paid in USD and not in CLORE?" in shown
    assert asked_for(world) == [coins[1], coins[0]]


@pytest.mark.parametrize("most", [0.0425, 0.1])
def test_a_limit_that_only_the_price_keeps_is_told(
    clore: Clore, gpu: str, coins: List[int], most: float
) -> None:
    """The second costs 0.0425 USD per hour, and 0.0446 with the fee."""
    done = clore("rent", gpu, *KEY, "--max-price", most, "--dry-run")
    assert data(done)["json"]["renting_server"] == coins[1]
    note = "--max-price 0.0425 is kept by the price; with the fee it is more."
    assert (note in done.stderr) == (most < 0.0446)


def test_a_dry_run_prints_the_request_for_the_best_one(
    clore: Clore, world: World, gpu: str
) -> None:
    request = data(clore("rent", gpu, *KEY, "--dry-run", "--type", "on-demand"))
    assert request["json"]["renting_server"] == free(world)[0]
    assert request["json"]["ssh_password"] == "********"
    assert creations(world) == []


def test_a_bid_goes_where_it_is_enough(clore: Clore, world: World, gpu: str) -> None:
    first, second, third = free(world)[:3]
    for number, floor in ((first, 1.0), (second, 5.0), (third, 2.0)):
        world.state.servers[number]["price"]["spot"] = {"USD-Blockchain": floor}
        world.state.servers[number]["price"].pop("original_usd", None)
    bid = ["--type", "spot", "--spot-price", "3", *KEY, "--yes", "--json"]
    order = data(clore("rent", gpu, *bid))
    assert (order["server_id"], order["type"], order["price_per_day"]) == (first, "spot", 3)
    assert data(clore("rent", gpu, *bid))["server_id"] == third  # there is a bid on the first
    done = clore("rent", gpu, *bid)
    assert done.returncode == 6
    assert "your bid is below" in done.stderr
    assert asked_for(world) == [first, third]


def test_each_server_is_asked_about_on_a_terminal(
    clore: Clore, world: World, gpu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(monkeypatch, refusal.already_rented(), free(world)[0])
    first, second = free(world)[:2]
    script = f"script -qec 'clore rent {gpu} --ssh-password a' /dev/null"
    shown = clore.shell(f"printf 'y\\nn\\n' | {script}; echo status=$?").stdout
    assert f"Rent server {first} for $" in shown
    assert f"Rent server {second} for $" in shown
    assert "status=1" in shown
    assert asked_for(world) == [first]
