"""The price that is paid holds the limits, whichever coin is chosen; not just the lowest one."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

import pytest
from cli_helpers import Clore, data
from renting import KEY, creations, free, rented

if TYPE_CHECKING:
    from clore_client.sandbox import World

BTC, USD = "bitcoin", "USD-Blockchain"


@pytest.fixture
def two_prices(world: World) -> int:
    """The one server of its model: $0.01 an hour in bitcoin, $1.00 in USD. It takes both."""
    row = world.state.servers[free(world)[0]]
    row["gpu_array"], row["specs"]["gpu"] = ["RTX 9999"], "1x RTX 9999"
    row["allowed_coins"] = [BTC, USD]
    row["price"] = {
        "on_demand": {BTC: 0.000004, USD: 24.0},
        "spot": {BTC: 0.000002, USD: 12.0},
        "usd": {"on_demand_btc": 0.24, "on_demand_usd": 24.0},
    }
    return int(row["id"])


LIMITS = [["price<=0.05/h"], ["price<1/day"], ["--max-price", "0.05"]]


@pytest.mark.parametrize("limit", LIMITS)
def test_rent_pays_in_the_coin_that_holds_the_limit(
    clore: Clore, world: World, two_prices: int, limit: List[str]
) -> None:
    sent = data(clore("rent", "9999", *limit, *KEY, "--dry-run"))["json"]
    assert (sent["currency"], sent["required_price"]) == (BTC, 0.000004)
    assert data(clore("rent", "9999", *limit, *KEY, "--yes", "--json"))["id"] == rented(world).id
    assert creations(world)[0]["currency"] == BTC


def test_without_a_limit_the_usual_coin_pays(clore: Clore, two_prices: int) -> None:
    assert data(clore("rent", "9999", *KEY, "--dry-run"))["json"]["currency"] == USD


def test_deploy_pays_in_the_coin_that_holds_the_limit(clore: Clore, two_prices: int) -> None:
    done = clore("deploy", two_prices, "--max-price", 0.05, *KEY, "--dry-run")
    assert data(done)["json"]["currency"] == BTC


@pytest.mark.parametrize("limit", LIMITS)
def test_a_coin_that_was_named_must_hold_the_limit_too(
    clore: Clore, world: World, two_prices: int, limit: List[str]
) -> None:
    done = clore("rent", "9999", *limit, "--currency", "usd", *KEY, "--yes")
    assert (done.returncode, creations(world)) == (1, [])
    assert "1 server matches, but none can be rented" in done.stderr
    assert f"server {two_prices} costs 1.0000 USD per hour in USD, which" in done.stderr
    assert "leave --currency out" in done.stderr


def test_a_limit_that_no_coin_holds_is_told(clore: Clore, world: World, two_prices: int) -> None:
    done = clore("deploy", two_prices, "--max-price", 0.005, *KEY, "--yes")
    assert (done.returncode, creations(world)) == (1, [])
    assert "costs 0.0100 USD per hour in BTC, which --max-price 0.005 rules out" in done.stderr


def test_an_empty_wallet_in_the_cheap_coin_does_not_lift_the_limit(
    clore: Clore, world: World, two_prices: int
) -> None:
    world.state.funds[BTC] = 0.0
    done = clore("rent", "9999", "price<=0.05/h", *KEY, "--yes")
    assert (done.returncode, creations(world)) == (6, [])
    assert "within the limit on the price it takes bitcoin" in done.stderr


def test_a_bid_holds_the_limit_on_bids(clore: Clore, world: World, two_prices: int) -> None:
    bid = ["--type", "spot", "--spot-price", 24, *KEY, "--yes"]
    done = clore("rent", "9999", "price<=0.6/h", *bid)
    assert (done.returncode, creations(world)) == (1, [])
    assert f"your bid for server {two_prices} is 1.0000 USD per hour in USD" in done.stderr
    done = clore("rent", "9999", "price<=1/h", *bid)
    assert done.returncode == 0, done.stderr


def test_one_server_is_one_server(clore: Clore, world: World, two_prices: int) -> None:
    done = clore("rent", "9999", "--type", "spot", "--spot-price", 1, *KEY, "--yes")
    assert done.returncode == 6
    assert "1 server matches, but your bid is below" in done.stderr
