"""The spot market: floor, queue, displacement, and the rules for changing a bid."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

import pytest
from sandbox.api import USD, Api


@pytest.fixture
def raised(api: Api) -> Callable[..., Any]:
    """A function that changes the price of order 39, whose bid is 0.0000032 bitcoin."""
    return lambda price: api.post("/set_spot_price", order_id=39, desired_price=price)


def _mine(api: Api, server_id: int) -> List[Dict[str, Any]]:
    return [offer for offer in api.spot(server_id)["offers"] if offer["my"]]


def test_the_market_of_one_server(api: Api) -> None:
    market = api.spot(6)
    assert market["offers"] == [
        {"offer_id": 39, "bid": 3.2e-06, "active": True, "my": True, "currency": "bitcoin"},
        {"offer_id": 35, "bid": 2.57e-06, "active": False, "my": False, "currency": "bitcoin"},
    ]
    assert list(market["server"]) == ["min_pricing", "mrl", "visibility", "online"]
    assert market["server"]["min_pricing"] == api.server(6)["price"]["spot"]
    assert market["currency_rates_in_usd"][USD] == 1


def test_a_server_that_does_not_exist_has_no_market(api: Api) -> None:
    answer = api.get("/spot_marketplace", market="999999")
    assert answer == {"market": {}, "exists": False, "code": 0}


@pytest.mark.parametrize("query", [{}, {"market": "six"}, {"server": "6"}])
def test_a_market_must_be_named_by_number(api: Api, query: Dict[str, str]) -> None:
    assert api.ask("GET", "/spot_marketplace", **query) == (400, {"code": 2})


def test_a_bid_below_the_floor_is_refused_with_the_floor(api: Api) -> None:
    floor = api.server(201)["price"]["spot"][USD]
    answer = {"error": "too_low_price", "min_price": floor, "code": 6}
    assert api.bid(201, floor - 0.01) == (200, answer)
    assert api.bid(201, floor) == (200, {"code": 0})


def test_the_only_bid_runs_and_the_server_still_shows_free(api: Api) -> None:
    api.bid(201, 3.5)
    order = api.newest()
    assert order["spot"] is True
    assert order["price"] == 3.5
    assert order["spend"] > 0
    assert api.server(201)["rented"] is False
    assert _mine(api, 201)[0]["active"] is True


def test_a_second_bid_on_the_same_server_is_refused(api: Api) -> None:
    api.bid(201, 3.5)
    assert api.bid(201, 3.6) == (200, {"error": "you_already_have_spot_order", "code": 6})


def test_a_lower_bid_waits_with_spend_0_and_starts_when_the_machine_is_free() -> None:
    api = Api("market")
    state = api.world.state
    rival = next(o for o in state.orders.values() if o.active and USD in o.server["allowed_coins"])
    server_id, floor = rival.server["id"], rival.server["price"]["spot"][USD]
    api.bid(server_id, floor)
    waiting = api.newest()
    assert (waiting["spend"], waiting["mon_container"], waiting["spot"]) == (0, 0, True)
    assert [offer["active"] for offer in _mine(api, server_id)] == [False]
    for order in list(state.live(server_id)):  # the strangers lose interest
        if not order.mine:
            state.orders.pop(order.id)
    price = waiting["price"] * 1.01
    api.post("/set_spot_price", order_id=waiting["id"], desired_price=price)
    started = api.newest()
    assert started["spend"] == price * 65 / 86400


def test_bids_compete_by_their_worth_in_usd(api: Api) -> None:
    api.bid(6, 0.21)  # worth more than 0.0000032 bitcoin, 0.205 USD
    assert api.world.log[-1].code == 6  # one bid per account
    api.post("/cancel_order", id=39)
    api.bid(6, 0.16)  # worth less than the stranger's 0.00000257 bitcoin, 0.165 USD
    assert [(o["my"], o["active"]) for o in api.spot(6)["offers"]] == [(False, True), (True, False)]
    order_id = api.newest()["id"]
    api.post("/set_spot_price", order_id=order_id, desired_price=0.17)
    assert [(o["my"], o["active"]) for o in api.spot(6)["offers"]] == [(True, True)]


def test_an_order_that_is_outbid_disappears(api: Api, raised: Callable[..., Any]) -> None:
    raised(0.0000029)
    api.pass_time(600)
    raised(0.0000027)
    api.pass_time(600)
    raised(0.00000255)  # below the stranger's bid
    assert 39 not in api.orders()
    assert api.closed()[39]["spot"] is True
    assert [(o["my"], o["active"]) for o in api.spot(6)["offers"]] == [(False, True)]


def test_renting_on_demand_displaces_the_spot_tenant(api: Api) -> None:
    assert api.rent(6) == (200, {"code": 0})
    assert 39 not in api.orders()
    assert api.server(6)["rented"] is True
    assert [(o["my"], o["active"]) for o in api.spot(6)["offers"]] == [(False, False)]


def test_a_bid_on_a_rented_server_waits_for_its_end(api: Api) -> None:
    api.bid(7, 1.9)
    assert api.newest()["spend"] == 0
    api.post("/cancel_order", id=38)
    assert api.newest()["spend"] > 0


def test_a_queued_bid_without_money_ends_when_its_turn_comes(api: Api) -> None:
    api.bid(7, 1.9)
    order_id = api.newest()["id"]
    api.world.state.funds[USD] = 0.0
    api.post("/cancel_order", id=38)
    assert order_id not in api.orders()
    assert api.closed()[order_id]["spend"] == 0


def test_a_cancelled_bid_makes_room(api: Api) -> None:
    api.post("/cancel_order", id=39)
    assert [(o["offer_id"], o["active"]) for o in api.spot(6)["offers"]] == [(35, True)]


def test_raising_is_free_and_what_was_spent_stays_spent(
    api: Api, raised: Callable[..., Any]
) -> None:
    before = api.orders()[39]["spend"]
    assert raised(0.000008) == (200, {"code": 0})
    assert raised(0.000016) == (200, {"code": 0})
    spent = api.orders()[39]["spend"]
    assert spent == pytest.approx(before + (5 * 3.2e-06 + 5 * 8e-06 + 5 * 1.6e-05) / 86400)


def test_a_raised_bid_does_not_deploy_again(api: Api, raised: Callable[..., Any]) -> None:
    raised(0.000008)
    assert api.orders()[39]["mon_container"] == 2


def test_lowering_is_allowed_once_in_600_seconds(api: Api, raised: Callable[..., Any]) -> None:
    assert raised(0.0000031) == (200, {"code": 0})
    answer = {"error": "can_lower_every_600_seconds", "time_to_lowering": 595, "code": 6}
    assert raised(0.000003) == (200, answer)
    api.pass_time(589)
    assert raised(0.000003)[1]["time_to_lowering"] == 1
    assert raised(0.000003) == (200, {"code": 0})


def test_lowering_goes_by_a_tenth_at_most(api: Api, raised: Callable[..., Any]) -> None:
    answer = {"error": "exceeded_max_step", "max_step": 3.2e-07, "code": 6}
    assert raised(0.00000287) == (200, answer)
    assert raised(0.00000288) == (200, {"code": 0})


def test_a_refused_lowering_does_not_start_the_600_seconds(
    api: Api, raised: Callable[..., Any]
) -> None:
    raised(0.00000287)
    assert raised(0.000003) == (200, {"code": 0})


def test_the_floor_holds_for_changes_too(api: Api, raised: Callable[..., Any]) -> None:
    floor = api.spot(6)["server"]["min_pricing"]["bitcoin"]
    answer = {"error": "too_low_price", "min_price": floor, "code": 6}
    assert raised(0.000002) == (200, answer)


@pytest.mark.parametrize(
    ("order_id", "error"),
    [
        (1, "order_dont_exist"),
        (38, "order_dont_exist"),
        (35, "you_dont_own_this_order"),
        (37, "order_not_active"),
    ],
)
def test_only_ones_own_live_bid_can_be_changed(api: Api, order_id: int, error: str) -> None:
    answer = api.post("/set_spot_price", order_id=order_id, desired_price=0.000003)
    assert answer == (200, {"error": error, "code": 6})


@pytest.mark.parametrize(
    "body",
    [
        {"order_id": 39},
        {"order_id": 39, "price": 3e-06},
        {"order_id": 39, "desired_price": "3e-06"},
        {"order_id": 39, "desired_price": -1},
        {"id": 39, "desired_price": 3e-06},
    ],
)
def test_changes_out_of_shape_are_code_2(api: Api, body: Dict[str, Any]) -> None:
    assert api.ask("POST", "/set_spot_price", body) == (400, {"code": 2})


def test_a_strangers_bid_comes_and_goes(api: Api) -> None:
    bid = api.world.add_bid(6, "bitcoin", 0.000004)
    assert [(o["offer_id"], o["active"]) for o in api.spot(6)["offers"]] == [
        (bid, True),
        (35, False),
    ]
    assert 39 not in api.orders()
    api.world.drop_bid(bid)
    api.world.drop_bid(bid)
    assert [(o["offer_id"], o["active"]) for o in api.spot(6)["offers"]] == [(35, True)]


def test_a_strangers_lower_bid_waits(api: Api) -> None:
    bid = api.world.add_bid(6, "USD-Blockchain", 0.2)
    assert [(o["offer_id"], o["active"]) for o in api.spot(6)["offers"]][:2] == [
        (39, True),
        (bid, False),
    ]
    with pytest.raises(KeyError):
        api.world.add_bid(999999, "bitcoin", 1.0)
