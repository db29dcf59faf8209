"""The account on GigaSPOT: snapshots, bids, who holds a machine, and what it costs."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple, Union

import pytest
from optional import some
from sandbox.api import Api

from clore_client.sandbox import snapshots
from clore_client.wire import Request

CLORE = "CLORE-Blockchain"
ME = 2288


@pytest.fixture
def api() -> Api:
    return Api("market")


def fetch(api: Api, url: str) -> Tuple[int, Dict[str, Any]]:
    response = api.transport.send(Request("GET", "", url=url))
    return response.status, json.loads(response.body)


def snapshot(api: Api) -> Dict[str, Any]:
    """The servers as of now."""
    api.pass_time(snapshots.INTERVAL)
    status, servers = fetch(api, api.get("/get_gigaspot")["v1_snapshot_url"])
    assert status == 200
    return servers


@pytest.fixture
def target(api: Api) -> Tuple[int, Dict[str, Any]]:
    """(id, row) of a machine that a bid can have at once."""
    servers = snapshot(api)
    return next(
        (int(key), row)
        for key, row in servers.items()
        if row["online"] and not row["on_demand_rented"] and row["min_bid"] < 1000
    )


def entry(
    target: Tuple[int, Dict[str, Any]], price: Optional[float] = None, **changes: Any
) -> Dict[str, Any]:
    server_id, row = target
    highest = max([row["min_bid"], *(bid["price"] for bid in row["bids"])])
    return {
        "currency": CLORE,
        "image": "a3f9c4d7e5b088d8a0bff880",
        "renting_server": server_id,
        "price": round(highest + 1, 4) if price is None else price,
        "oc": [{"pl": card["pl"][1]} for card in row["gpus"]],
        **changes,
    }


def create(api: Api, *entries: Dict[str, Any]) -> Tuple[int, Dict[str, Any]]:
    return api.ask("POST", "/create_gigaspot_orders", list(entries))


def mine(api: Api) -> Dict[int, Any]:
    rows = snapshot(api).items()
    bids = [(int(key), bid) for key, row in rows for bid in row["bids"] if bid["owner"] == ME]
    return dict(bids)


NOTHING_FAILED = {
    "failed_to_oc_servers": [],
    "failed_to_rent_servers": [],
    "too_low_bids_servers": [],
    "code": 0,
}


def test_the_market_has_servers_with_and_without_bids(api: Api) -> None:
    rows = snapshot(api).values()
    assert {bool(row["bids"]) for row in rows} == {True, False}
    assert all(bid["owner"] != ME for row in rows for bid in row["bids"])
    for row in rows:
        active = [bid["active"] for bid in row["bids"]]
        assert active == sorted(active, reverse=True)
        assert active.count(True) == (bool(active) and not row["on_demand_rented"])
        prices = [bid["price"] for bid in row["bids"]]
        assert prices == sorted(prices, reverse=True)
        assert all(price >= row["min_bid"] for price in prices)


def test_the_servers_are_those_that_the_marketplace_says_are_on_gigaspot(api: Api) -> None:
    rows = [row for row in api.get("/marketplace")["servers"] if row.get("gigaspot")]
    servers = snapshot(api)
    assert list(servers) == [str(row["id"]) for row in rows]
    for row in rows:
        offer = servers[str(row["id"])]
        assert len(offer["gpus"]) == int(row["specs"]["gpu"].partition("x")[0])
        assert offer["on_demand_rented"] == row["rented"]
        if isinstance(row["gigaspot"], dict):
            assert offer["min_bid"] == row["gigaspot"]["min_bid"]


def test_a_snapshot_stays_as_it_was_and_the_next_has_the_bid(
    api: Api, target: Tuple[int, Dict[str, Any]]
) -> None:
    before = api.get("/get_gigaspot")["v1_snapshot_url"]
    old = fetch(api, before)
    assert create(api, entry(target)) == (200, NOTHING_FAILED)
    assert fetch(api, before) == old
    assert mine(api)[target[0]]["active"] is True
    assert api.get("/get_gigaspot")["v1_snapshot_url"] != before


def test_a_snapshot_is_named_by_its_time_and_kept_for_a_while(api: Api) -> None:
    first = api.get("/get_gigaspot")["v1_snapshot_url"]
    assert first == f"https://sandbox.invalid/snapshots/v1_{int(api.clock.time())}.json"
    api.pass_time(3)
    for _ in range(20):
        snapshot(api)
    assert fetch(api, first) == (404, {"code": 4})


def test_a_snapshot_is_outside_the_api(api: Api) -> None:
    url = api.get("/get_gigaspot")["v1_snapshot_url"]
    assert [fetch(api, url)[0] for _ in range(3)] == [200] * 3  # no limit there
    entries = api.world.log[-3:]
    assert {(e.endpoint, e.code, e.status, e.keyed, e.executed) for e in entries} == {
        (None, None, 200, False, True)
    }
    assert api.world.log[0].keyed is True
    path = entries[0].path
    assert path.startswith("/snapshots/v1_")
    assert api.ask("GET", path) == (404, {"code": 4})  # it is no path of the API


def test_the_higher_bid_has_the_machine_and_the_other_waits(
    api: Api, target: Tuple[int, Dict[str, Any]]
) -> None:
    server_id, row = target
    floor = row["min_bid"]
    api.world.state.gigabids.clear()
    create(api, entry(target, price=floor))
    assert mine(api)[server_id]["active"] is True
    stranger = next(iter(api.world.state.gigabids.values()))
    stranger.mine, stranger.owner = False, 30_000
    create(api, entry(target, price=floor + 1))
    first, second = snapshot(api)[str(server_id)]["bids"]
    assert [(first["owner"], first["active"]), (second["owner"], second["active"])] == [
        (ME, True),
        (30_000, False),
    ]
    api.post("/cancel_orders", order_ids=[first["id"]])
    (left,) = snapshot(api)[str(server_id)]["bids"]
    assert (left["owner"], left["active"]) == (30_000, True)


def test_a_machine_that_is_rented_on_demand_is_nobodys(
    api: Api, target: Tuple[int, Dict[str, Any]]
) -> None:
    server_id, _ = target
    create(api, entry(target))
    row = api.server(server_id)
    coin = row["allowed_coins"][0]
    assert api.rent(server_id, currency=coin) == (200, {"code": 0})
    assert mine(api)[server_id]["active"] is False
    assert snapshot(api)[str(server_id)]["on_demand_rented"] is True
    api.post("/cancel_order", id=api.newest()["id"])
    assert mine(api)[server_id]["active"] is True


def test_a_bid_costs_its_creation_fee_at_once_and_its_price_while_it_has_the_machine(
    api: Api, target: Tuple[int, Dict[str, Any]]
) -> None:
    before = api.balance(CLORE)
    fees = api.get("/renter_fees")["creation_fees"]
    market = api.get("/get_gigaspot")
    assert market["creation_fees"] == {CLORE: fees["spot"][CLORE]}
    bid = entry(target)
    create(api, bid)
    start = api.clock.time()
    api.pass_time(3600)
    seconds = int(api.clock.time() + 5 - start) + 60  # balance() waits 5 s; a minute in advance
    cost = before - api.balance(CLORE)
    assert cost == pytest.approx(fees["spot"][CLORE] + bid["price"] * seconds / 86400, abs=1e-6)


def test_a_waiting_bid_costs_its_creation_fee_only(
    api: Api, target: Tuple[int, Dict[str, Any]]
) -> None:
    before = api.balance(CLORE)
    api.world.state.servers[target[0]]["rented"] = True  # by a stranger
    assert create(api, entry(target)) == (200, NOTHING_FAILED)
    api.pass_time(3600)
    fee = api.get("/renter_fees")["creation_fees"]["spot"][CLORE]
    assert before - api.balance(CLORE) == pytest.approx(fee)


def test_a_bid_is_in_no_list_of_orders(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    before = api.orders(return_completed="true")
    create(api, entry(target))
    api.pass_time(60)
    assert api.orders(return_completed="true") == before


REFUSED = [
    ("failed_to_rent_servers", {"renting_server": 999_999}),
    ("failed_to_rent_servers", {"currency": "bitcoin"}),
    ("failed_to_oc_servers", {"oc": [{"pl": 1}]}),
    ("failed_to_oc_servers", {"oc": [{"pl": 160}] * 40}),
    ("too_low_bids_servers", {"price": 0.0001}),
]


@pytest.mark.parametrize(("name", "changes"), REFUSED)
def test_each_failure_has_its_list(
    api: Api, target: Tuple[int, Dict[str, Any]], name: str, changes: Dict[str, Any]
) -> None:
    bid = entry(target, **changes)
    status, answer = create(api, bid)
    assert (status, answer) == (200, {**NOTHING_FAILED, name: [bid["renting_server"]]})
    assert mine(api) == {}


def test_one_failure_does_not_cost_the_others(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    status, answer = create(api, entry(target), entry(target, renting_server=999_999))
    assert (status, answer["failed_to_rent_servers"]) == (200, [999_999])
    assert list(mine(api)) == [target[0]]


def test_what_cannot_be_rented(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    ordinary = next(r["id"] for r in api.get("/marketplace")["servers"] if not r.get("gigaspot"))
    own = some(next(iter(api.world.state.hosts.values())).server)["id"]
    api.world.state.servers[own]["gigaspot"] = True
    for server_id in (ordinary, own):
        _, answer = create(api, entry(target, renting_server=server_id))
        assert answer["failed_to_rent_servers"] == [server_id]
    create(api, entry(target))
    assert create(api, entry(target))[1]["failed_to_rent_servers"] == [target[0]]
    api.post("/cancel_orders", order_ids=[mine(api)[target[0]]["id"]])
    api.world.state.offline.add(target[0])
    assert create(api, entry(target))[1]["failed_to_rent_servers"] == [target[0]]


def test_an_empty_wallet_places_nothing(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    api.world.state.funds[CLORE] = 1.0
    assert create(api, entry(target))[1]["failed_to_rent_servers"] == [target[0]]
    assert mine(api) == {}


def test_a_bid_ends_when_the_wallet_is_empty(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    bid = entry(target)
    fee = api.get("/renter_fees")["creation_fees"]["spot"][CLORE]
    api.world.state.funds[CLORE] = fee + bid["price"] / 24
    create(api, bid)
    assert list(mine(api)) == [target[0]]
    api.pass_time(3600)
    assert mine(api) == {}


def test_a_bid_ends_after_its_longest_rental(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    create(api, entry(target))
    api.world.state.funds[CLORE] = 1e9
    api.pass_time(target[1]["max_rental_length"] * 3600)
    assert mine(api) == {}


def edit(api: Api, *entries: Dict[str, Any]) -> Tuple[int, Dict[str, Any]]:
    return api.ask("POST", "/edit_gigaspot_orders", list(entries))


def test_a_bid_can_be_changed(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    create(api, entry(target))
    bid = mine(api)[target[0]]
    oc = [{"pl": card["pl"][0]} for card in target[1]["gpus"]]
    answer = edit(api, {"order_id": bid["id"], "price": bid["price"] + 1, "oc": oc})
    assert answer[1]["success_to_update_ids"] == [bid["id"]]
    changed = mine(api)[target[0]]
    assert changed["price"] == bid["price"] + 1
    assert changed["pl"] == sum(card["pl"][0] for card in target[1]["gpus"])
    edit(api, {"order_id": bid["id"], "price": bid["price"]})
    assert mine(api)[target[0]] == {**changed, "price": bid["price"]}


def test_each_failed_change_has_its_list(api: Api, target: Tuple[int, Dict[str, Any]]) -> None:
    create(api, entry(target))
    bid = mine(api)[target[0]]
    stranger = next(b.id for b in api.world.state.gigabids.values() if not b.mine)
    answer = edit(
        api,
        {"order_id": bid["id"], "price": 0.0001},
        {"order_id": bid["id"], "price": bid["price"] + 1, "oc": [{"pl": 1}]},
        {"order_id": stranger, "price": 4000},
        {"order_id": 987_654, "price": 4000},
    )
    assert answer[1] == {
        "success_to_update_ids": [],
        "failed_to_update_ids": [bid["id"], stranger, 987_654],
        "too_low_bid_ids": [bid["id"]],
        "code": 0,
    }
    assert mine(api)[target[0]] == bid


@pytest.mark.parametrize(
    "changes",
    [
        {"price": 0.00001},
        {"price": 5001},
        {"price": "3"},
        {"oc": []},
        {"oc": [{}]},
        {"oc": [{"pl": 160, "fan": 1}]},
        {"oc": [{"pl": 160.5}]},
        {"image": ""},
        {"renting_server": "7"},
        {"env": {"A": 1}},
        {"env": {"n" * 129: "v"}},
        {"env": {"n": "v" * 1537}},
        {"env": {f"n{i}": "v" * 1536 for i in range(8)}},
    ],
)
def test_what_is_out_of_shape_is_code_2_and_places_nothing(
    api: Api, target: Tuple[int, Dict[str, Any]], changes: Dict[str, Any]
) -> None:
    good = entry(target)
    assert create(api, good, {**good, **changes}) == (400, {"code": 2})
    assert mine(api) == {}


@pytest.mark.parametrize("body", [None, {}, [], ["x"], [[]]])
@pytest.mark.parametrize("path", ["/create_gigaspot_orders", "/edit_gigaspot_orders"])
def test_a_body_that_is_no_array_of_objects(
    api: Api, path: str, body: Optional[Union[Dict[str, Any], List[Union[str, List[Any]]]]]
) -> None:
    assert api.ask("POST", path, body) == (400, {"code": 2})
