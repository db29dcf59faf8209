"""`clore spot-price` through the script: raising asks, lowering has rules, a lost answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, List

import pytest
from cli_helpers import Clore, data
from renting import KEY, free, rented

if TYPE_CHECKING:
    from clore_client.sandbox import World


@pytest.fixture
def bid(clore: Clore, world: World) -> int:
    """A bid in USD, three times the floor, of its server."""
    server = free(world)[0]
    row = world.state.servers[server]
    row["price"]["spot"]["USD-Blockchain"] = 1.0
    row["allowed_coins"] = ["USD-Blockchain", "CLORE-Blockchain"]
    options = ["--type", "spot", "--spot-price", "3", *KEY, "--yes", "--json"]
    number: int = data(clore("deploy", server, *options))["id"]
    return number


def changes(world: World) -> List[float]:
    asked = [e for e in world.log if e.endpoint == "set_spot_price" and e.status != 429]
    return [entry.json["desired_price"] for entry in asked]


def test_lowering_is_done_without_a_question(clore: Clore, world: World, bid: int) -> None:
    done = clore("spot-price", bid, "2.9", "--json")
    row = data(done)
    assert (row["order_id"], row["server_id"]) == (bid, rented(world).server["id"])
    assert (row["old_price_per_day"], row["price_per_day"]) == (3, 2.9)
    assert (row["price_usd_per_day"], row["currency"]) == (2.9, "USD-Blockchain")
    assert rented(world).price == 2.9
    assert "Bid now:  $0.1250/h, $3.00/day" in done.stderr
    assert re.search(r"Bid then: \$0\.1208/h, \$2\.90/day", done.stderr)


def test_raising_asks(clore: Clore, world: World, bid: int) -> None:
    done = clore("spot-price", bid, 4)
    assert done.returncode == 2
    assert changes(world) == []
    script = f"script -qec 'clore spot-price {bid} 4' /dev/null"
    assert f"Raise the bid of order {bid}? [y/N]" in clore.shell(f"echo n | {script}").stdout
    assert changes(world) == []
    assert data(clore("spot-price", bid, 4, "--yes", "--json"))["price_per_day"] == 4
    assert rented(world).price == 4


def test_a_step_that_is_too_large_names_the_bid_that_would_be_taken(
    clore: Clore, world: World, bid: int
) -> None:
    done = clore("spot-price", bid, 2)
    assert (done.returncode, done.stdout) == (6, "")
    assert "can be lowered by 0.3 USD per day at once" in done.stderr
    assert f"'clore spot-price {bid} 2.7' is the lowest bid for now" in done.stderr
    assert clore("spot-price", bid, "2.7").returncode == 0


def test_a_second_lowering_names_the_wait(clore: Clore, world: World, bid: int) -> None:
    assert clore("spot-price", bid, "2.9").returncode == 0
    done = clore("spot-price", bid, "2.8")
    assert done.returncode == 6
    assert re.search(r"once every 10 minutes: try again in \d+m \d+s", done.stderr)


def test_a_bid_below_the_floor_names_the_floor(clore: Clore, world: World, bid: int) -> None:
    done = clore("spot-price", bid, "0.5")
    assert done.returncode == 6
    assert "The lowest bid is 1 per day" in done.stderr


def test_a_lost_answer_is_read_back_and_not_sent_again(
    clore: Clore, world: World, bid: int
) -> None:
    """Sent again, it would be refused for being too soon after itself."""
    world.fail("lost-answer", "set_spot_price")
    done = clore("spot-price", bid, "2.9", "--json")
    assert data(done)["price_per_day"] == 2.9
    assert "The answer was lost, but the bid is set." in done.stderr
    assert changes(world) == [2.9]


def test_a_request_that_was_lost_is_an_error(clore: Clore, world: World, bid: int) -> None:
    world.fail("reset", "set_spot_price")
    done = clore("spot-price", bid, "2.9")
    assert (done.returncode, done.stdout) == (7, "")
    assert changes(world) == [2.9]
    assert rented(world).price == 3


def test_another_coin_is_shown_in_usd_too(clore: Clore, world: World) -> None:
    server = free(world)[0]
    row = world.state.servers[server]
    row["allowed_coins"] = ["CLORE-Blockchain"]
    floor = row["price"]["spot"]["CLORE-Blockchain"]
    options = ["--type", "spot", "--spot-price", floor * 2, "--currency", "CLORE", *KEY, "--yes"]
    number = data(clore("deploy", server, *options, "--json"))["id"]
    done = clore("spot-price", number, floor * 3, "--yes", "--json")
    assert data(done)["price_usd_per_day"] > 0
    assert re.search(
        r"Bid then: \$[\d.]+/h, \$[\d.]+/day \(.* CLORE/h, .* CLORE/day\)", done.stderr
    )


def test_only_a_bid_can_be_changed(clore: Clore, world: World) -> None:
    order = data(clore("deploy", free(world)[0], *KEY, "--yes", "--json"))["id"]
    done = clore("spot-price", order, 1)
    assert done.returncode == 2
    assert "is on-demand: its price is the host's" in done.stderr
    assert clore("spot-price", 77, 1).returncode == 4
    assert clore("spot-price", order, 0).returncode == 2
    assert changes(world) == []
