"""`clore fees`, `clore spend` and `clore spot`: what things cost, against the sandbox's books."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple

import loopback
import pytest
from cli_helpers import Clore, cheapest, data

if TYPE_CHECKING:
    import subprocess

    from clore_client.sandbox import World

PRECISE = "0.0000012345678901234567891"
BTC, CLORE, USD = "bitcoin", "CLORE-Blockchain", "USD-Blockchain"


def rent(clore: Clore, currency: str = "usd", *more: str) -> Dict[str, Any]:
    server = data(clore("search", f"coins={currency}", "--json", "--limit", 1))[0]["id"]
    words = ["--currency", currency, "--yes", "--json", "-q", *more]
    order: Dict[str, Any] = data(clore("deploy", server, *words))
    return order


def by_coin(rows: List[Dict[str, Any]]) -> Dict[str, Any]:
    return {row["currency"]: row for row in rows}


def stub(
    clore: Clore, answers: Sequence[Dict[str, Any]], *args: object
) -> Tuple[subprocess.CompletedProcess[str], List[str]]:
    """Run `clore` against an API that gives ``answers``, by path."""
    texts = [json.dumps({"code": 0, **answer}).replace('"PRECISE"', PRECISE) for answer in answers]
    turns = [loopback.http(text.encode()) for text in texts]
    clore.env["CLORE_API_KEY"] = "key-0123456789"
    with loopback.server(*turns) as (url, seen):
        done = clore("--base-url", url, *args)
    return done, [request.split(b" ")[1].decode() for request in seen]


def test_fees_of_each_type_and_coin(clore: Clore, world: World) -> None:
    done = clore("fees", "--json")
    rows = data(done)
    assert [(row["type"], row["currency"]) for row in rows] == [
        (kind, coin) for kind in ("on-demand", "spot") for coin in (BTC, CLORE, USD)
    ]
    assert rows[1] == {
        "type": "on-demand",
        "currency": CLORE,
        "fee_percent": 10.0,
        "base_percent": 10.0,
        "added_percent": None,
        "poh_reduction_percent": 30.0,
        "reduced_fee_percent": 7.0,
        "creation_fee": 80.02,
    }
    assert done.stderr.splitlines() == [
        "You hold 1,200,000 CLORE: about 30% off the fees.",
        "Holding 2,000,000 CLORE takes 50% off, the most there is.",
    ]
    first = clore("fees").stdout.splitlines()[1]
    assert first.split() == ["on-demand", "BTC", "10%", "30%", "7%", "0.00000156"]
    assert data(clore("fees", "--raw"))[5] == {
        "type": "spot",
        "currency": USD,
        "base": 1.25,
        "creation_fee": 0.1,
    }


FEES: Dict[str, Any] = {
    "renter_fees": {"on_demand": {"base": {USD: 5}, "extra": {USD: 0.5}}, "spot": {"base": {}}},
    "creation_fees": {"spot": {BTC: "PRECISE"}},
}


@pytest.mark.parametrize(
    ("held", "off", "notes"),
    [
        (0, 0.0, 2),
        (500_000, 12.5, 2),
        (2_000_000, 50.0, 1),
        (9_000_000, 50.0, 1),
        (None, None, 0),
    ],
)
def test_what_holding_takes_off(
    clore: Clore, held: Optional[int], off: Optional[float], notes: int
) -> None:
    poh = {"max_reduction_percent": 50, "max_poh_amount": 2_000_000}
    done, _ = stub(clore, [{**FEES, "poh_config": poh, "poh_balance": held}], "fees", "--json")
    rows = data(done)
    assert [row["poh_reduction_percent"] for row in rows] == [off, off]
    assert rows[0]["fee_percent"] == 5.5
    assert (rows[0]["base_percent"], rows[0]["added_percent"]) == (5.0, 0.5)
    assert rows[0]["reduced_fee_percent"] == (None if off is None else 5.5 * (100 - off) / 100)
    assert (rows[1]["currency"], rows[1]["fee_percent"]) == (BTC, None)
    assert f'"creation_fee": {PRECISE}' in done.stdout
    assert len(done.stderr.splitlines()) == notes


def test_nothing_runs(clore: Clore, world: World) -> None:
    done = clore("spend", "--json")
    rows = data(done)
    assert [row["currency"] for row in rows] == [BTC, CLORE, USD]
    assert all(row["orders_running"] == row["cost_usd_per_day"] == 0 for row in rows)
    assert all(row["hours_left"] is None for row in rows)
    assert done.stderr == "Nothing runs, so nothing is spent.\n"
    assert [entry.endpoint for entry in world.log] == ["my_orders", "wallets"]


def test_spend_adds_up_what_runs_in_each_currency(clore: Clore, world: World) -> None:
    orders = [rent(clore), rent(clore), rent(clore, "clore")]
    done = clore("spend", "--json")
    rows = by_coin(data(done))
    usd = rows[USD]
    price = sum(order["price_per_day"] for order in orders[:2])
    assert usd["orders_running"] == 2
    assert usd["price_per_day"] == pytest.approx(price)
    assert usd["price_per_hour"] == pytest.approx(price / 24)
    assert usd["fee_per_day"] == pytest.approx(price * 0.05)
    assert usd["cost_usd_per_day"] == pytest.approx(price * 1.05)
    assert usd["hours_left"] == pytest.approx(usd["balance"] / (price * 1.05) * 24)
    clore_row = rows[CLORE]
    in_usd = orders[2]["price_per_day"] * 1.1 * 0.00124968
    assert clore_row["cost_usd_per_day"] == pytest.approx(in_usd)
    total = usd["cost_usd_per_day"] + clore_row["cost_usd_per_day"]
    cost = f"${total / 24:.4f}/h, ${total:.2f}/day"
    assert done.stderr == f"In all: {cost}, before Proof of Holding.\n"
    raw = {row["wallet"]["name"]: row for row in data(clore("spend", "--raw"))}
    assert [order["id"] for order in raw[USD]["orders"]] == [order["id"] for order in orders[:2]]
    assert rows[BTC]["orders_running"] == 0


def test_the_sums_have_no_artefacts_of_floats(clore: Clore) -> None:
    orders = [order(1, price=0.1), order(2, price=0.2)]
    done, _ = stub(clore, [{"orders": orders}, WALLETS, FEES], "spend", "--json")
    usd = by_coin(data(done))[USD]
    assert usd["price_per_day"] == 0.3
    assert usd["fee_per_day"] == 0.0165
    assert usd["cost_usd_per_day"] == 0.3165


def order(number: int, **more: object) -> Dict[str, Any]:
    return {"id": number, "si": 7, "currency": USD, "price": 1.2, "mon_container": 2, **more}


WALLETS: Dict[str, Any] = {
    "wallets": [{"name": USD, "balance": 12.6}, {"name": BTC, "balance": None}]
}


def test_a_bid_that_waits_costs_nothing(clore: Clore) -> None:
    orders = [order(1, spot=True, spend=0), order(2, expired=True)]
    done, seen = stub(clore, [{"orders": orders}, WALLETS], "spend", "--json")
    usd = by_coin(data(done))[USD]
    assert (usd["orders_running"], usd["orders_queued"]) == (0, 1)
    assert (usd["price_per_day"], usd["hours_left"]) == (0.0, None)
    assert seen == ["/my_orders", "/wallets"]


def test_what_is_not_known_is_not_invented(clore: Clore) -> None:
    """No fee for the coin, no rate, no wallet, no price: each is told, none is made up."""
    orders = [order(1), order(2, currency="dogecoin", price=3), order(3, price=None)]
    fees = {"renter_fees": {"on_demand": {"base": {USD: 5}}}}
    answers = [{"orders": orders}, WALLETS, fees, {"market": {"offers": []}, "exists": True}]
    done, seen = stub(clore, answers, "spend", "--json")
    rows = by_coin(data(done))
    assert rows["dogecoin"]["fee_per_day"] is None
    assert rows["dogecoin"]["cost_usd_per_day"] is None
    assert rows["dogecoin"]["balance"] is None
    assert rows["dogecoin"]["hours_left"] is None
    assert rows[BTC]["hours_left"] is None
    assert rows[USD]["orders_running"] == 2
    for key in ("price_per_day", "fee_per_day", "cost_usd_per_day", "hours_left"):
        assert rows[USD][key] is None, key
    assert "order 3 has no price, so what it costs is not known" in done.stderr
    assert "In all" not in done.stderr
    assert seen[-1] == "/spot_marketplace?market=7"


def test_spend_does_without_the_fees(clore: Clore) -> None:
    gone = {"code": 1}
    args = ["spend", "--json", "--retries", 0]
    done, _ = stub(clore, [{"orders": [order(1)]}, WALLETS, gone], *args)
    row = by_coin(data(done))[USD]
    assert row["price_per_day"] == 1.2
    assert row["fee_per_day"] is row["cost_usd_per_day"] is row["hours_left"] is None
    assert "warning: the fees are not known" in done.stderr
    assert "In all" not in done.stderr


def test_an_order_without_a_currency_makes_the_sum_unknown(clore: Clore) -> None:
    orders = [order(1), order(2, currency=None)]
    answers = [{"orders": orders}, WALLETS, FEES, {"market": {"offers": []}, "exists": True}]
    done, _ = stub(clore, answers, "spend", "--json")
    assert by_coin(data(done))[USD]["price_per_day"] == 1.2
    assert "order 2 has no currency, so what it costs is not known" in done.stderr
    assert "In all" not in done.stderr


def test_a_wallet_that_is_almost_empty_is_told(clore: Clore) -> None:
    wallets = {"wallets": [{"name": USD, "balance": 0.63}]}
    done, _ = stub(clore, [{"orders": [order(1)]}, wallets, FEES], "spend")
    assert "warning: USD lasts 11h 56m." in done.stderr
    head, row = done.stdout.splitlines()
    assert dict(zip(head.split(), row.split()))["$/day"] == "1.27"
    assert row.endswith("11h 56m")


def test_an_overdrawn_wallet_lasts_no_time(clore: Clore) -> None:
    wallets = {"wallets": [{"name": USD, "balance": -0.5}]}
    done, _ = stub(clore, [{"orders": [order(1)]}, wallets, FEES], "spend", "--json")
    assert data(done)[0]["hours_left"] == 0


def test_the_lowest_bids_take_a_line_each(clore: Clore, world: World) -> None:
    server = cheapest(clore)["id"]
    floors = world.state.servers[server]["price"]["spot"]
    lines = [line for line in clore("spot", server).stderr.splitlines() if "Lowest" in line]
    assert len(lines) == len(floors) == 3
    assert max(map(len, lines)) <= 80
    for name in ("BTC", "CLORE"):
        (line,) = [line for line in lines if f" {name}" in line]
        assert re.match(rf"Lowest {name} bid: \$\d+\.\d{{4}}/h, \$\d+\.\d\d/day", line)
        assert f"{name}/day)" in line
    usd = floors[USD]
    assert f"Lowest USD bid: ${usd / 24:.4f}/h, ${usd:.2f}/day." in lines


def test_the_bids_on_a_server_are_one_request(clore: Clore, world: World) -> None:
    server = cheapest(clore)["id"]
    del world.log[:]
    done = clore("spot", server)
    assert [entry.endpoint for entry in world.log] == ["spot_marketplace"]
    assert (done.returncode, done.stderr.count("Lowest ")) == (0, 3)


def test_the_bids_say_which_runs_and_which_is_mine(clore: Clore, world: World) -> None:
    server = cheapest(clore)["id"]
    args = ["--type", "spot", "--spot-price", 50, "--currency", "usd", "--yes", "--json", "-q"]
    mine = data(clore("deploy", server, *args))
    rows = data(clore("spot", server, "--json"))
    assert (rows[0]["order_id"], rows[0]["mine"], rows[0]["active"]) == (mine["id"], True, True)
    assert (rows[0]["price_usd_per_day"], rows[0]["currency"]) == (50, USD)
    assert not any(row["mine"] or row["active"] for row in rows[1:])
