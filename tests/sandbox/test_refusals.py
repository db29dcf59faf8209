"""Every refusal of the API: its HTTP status, its code, its words."""

from __future__ import annotations

import json
import math
from typing import Any, Dict, List, Optional, Tuple, Union

import pytest
from sandbox.api import IMAGE, USD, Api

from clore_client.sandbox import World
from clore_client.sandbox.inprocess import MALFORMED
from clore_client.wire import Request

RENTED = {"status": "error", "error": "server-already-rented", "code": 6}


def refused(error: str, **numbers: Any) -> Tuple[int, Dict[str, Any]]:
    return 200, {"error": error, **numbers, "code": 6}


@pytest.mark.parametrize(
    ("server_id", "change", "answer"),
    [
        (999_999, {}, refused("server-dont-exist")),
        (5, {}, refused("cant_rent_from_yourself")),
        (7, {}, (200, RENTED)),
        (201, {"currency": "dogecoin"}, (500, {"error": "currency-not-allowed", "code": 6})),
        (201, {"env": {"A": "x&y"}}, (500, {"code": 1})),
        (201, {"required_price": 3.59}, (500, {"code": 1})),
        (207, {}, refused("not_enough_balance")),
    ],
)
def test_create_order_is_refused(
    api: Api, server_id: int, change: Dict[str, Any], answer: Tuple[int, Dict[str, Any]]
) -> None:
    api.world.state.funds[USD] = 0.6 if server_id == 207 else 100.0
    assert api.rent(server_id, **change) == answer
    assert api.world.log[-1].executed is False
    assert set(api.orders()) == {38, 39}


def test_a_price_quoted_is_not_a_currency_taken(api: Api) -> None:
    api.world.state.servers[201]["allowed_coins"] = ["bitcoin"]
    assert USD in api.server(201)["price"]["on_demand"]
    assert api.rent(201) == (500, {"error": "currency-not-allowed", "code": 6})


def test_an_offline_server_cannot_be_rented(api: Api) -> None:
    api.world.state.offline.add(201)
    assert api.rent(201) == refused("server-offline")


def test_the_required_price_that_still_holds_is_accepted(api: Api) -> None:
    assert api.rent(201, required_price=3.6) == (200, {"code": 0})


@pytest.mark.parametrize(
    "change",
    [
        {"renting_server": "201"},
        {"renting_server": True},
        {"renting_server": None},
        {"server_id": 201, "renting_server": None},
        {"currency": None},
        {"image": ""},
        {"type": "on_demand"},
        {"type": "spot"},
        {"type": "spot", "spot_price": 3.0},
        {"type": "spot", "spotprice": 0},
        {"type": "spot", "spotprice": "3"},
        {"type": "spot", "spotprice": math.nan},
        {"type": "spot", "spotprice": math.inf},
        {"required_price": -1},
        {"ports": ["22"]},
        {"ports": {"22": "udp"}},
        {"ports": {"ssh": "tcp"}},
        {"ports": {"0": "tcp"}},
        {"ports": {"65536": "tcp"}},
        {"ports": {"8888": "http", "8080": "http"}},
        {"env": {"A": 1}},
        {"env": "A=1"},
        {"ssh_password": "a" * 33},
        {"ssh_password": "not alnum!"},
        {"ssh_key": "k" * 3073},
        {"jupyter_token": "t" * 33},
        {"command": 1},
        {"autossh_entrypoint": "true"},
    ],
)
def test_create_order_out_of_shape_is_code_2(api: Api, change: Dict[str, Any]) -> None:
    assert api.rent(201, **change) == (400, {"code": 2})


def test_create_order_takes_everything_the_api_knows(api: Api) -> None:
    body: Dict[str, Any] = {
        "ssh_password": "ExamplePass123A1" * 2,
        "ssh_key": "k" * 3072,
        "jupyter_token": "t" * 32,
        "command": "#!/bin/sh\napt update -y",
        "env": {"NVIDIA_DRIVER_CAPABILITIES": "all"},
        "autossh_entrypoint": True,
        "remember_password": True,
        "dockerhub_auth": "",
        "something_new": [1],
    }
    assert api.rent(201, **body) == (200, {"code": 0})


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"id": 1}, refused("order_dont_exist")),
        ({"id": 35}, refused("you_dont_own_this_order")),
        ({"id": 37}, refused("order_not_active")),
        ({"id": 38, "issue": "x" * 2049}, refused("issue_description_too_long")),
        ({"id": 38, "issue": "x" * 2048}, (200, {"code": 0})),
        ({"id": 38, "issue": 1}, (400, {"code": 2})),
        ({"id": "thirty-eight"}, (400, {"code": 2})),
        ({"order_id": 38}, (400, {"code": 2})),
        ([38], (400, {"code": 2})),
        (None, (400, {"code": 2})),
    ],
)
def test_cancel_order_answers(
    api: Api, body: Optional[Union[Dict[str, Any], List[int]]], answer: Tuple[int, Dict[str, Any]]
) -> None:
    assert api.ask("POST", "/cancel_order", body) == answer


def test_cancelling_twice_is_refused_the_second_time(api: Api) -> None:
    api.post("/cancel_order", id=38)
    assert api.post("/cancel_order", id=38) == refused("order_not_active")


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/nope"), ("GET", "/create_order"), ("POST", "/wallets"), ("GET", "")],
)
def test_unknown_endpoints_are_404_with_code_4(api: Api, method: str, path: str) -> None:
    assert api.ask(method, path) == (404, {"code": 4})
    assert api.world.log[-1].endpoint is None


@pytest.mark.parametrize("key", [None, "", "wrong"])
def test_a_key_that_is_not_accepted_is_401_with_code_3(key: Optional[str]) -> None:
    api = Api(keys={"right"})
    for path, status in [("/wallets", 401), ("/marketplace", 200)]:
        api.pass_time(1)
        assert api.world.handle(Request("GET", path), key).status == status
    assert json.loads(api.world.handle(Request("GET", "/wallets"), "right").body)["code"] == 0


def test_any_key_is_accepted_by_default_but_none_is_not(api: Api) -> None:
    assert api.world.handle(Request("GET", "/wallets"), "x").status == 200
    assert api.world.handle(Request("GET", "/wallets"), None).status == 401


def test_my_servers_of_the_marketplace_needs_a_key(api: Api) -> None:
    answer = api.world.handle(Request("GET", "/marketplace"), None)
    assert json.loads(answer.body)["my_servers"] == []
    assert api.get("/marketplace")["my_servers"] == [5]


def test_a_body_that_is_not_json_is_code_2(api: Api) -> None:
    answer = api.world.handle(Request("POST", "/create_order", json=MALFORMED), "key")
    assert (answer.status, json.loads(answer.body)) == (400, {"code": 2})
    assert api.world.log[-1].json is None


def test_the_log_tells_everything_but_the_key() -> None:
    api = Api()
    api.rent(201)
    entry = api.world.log[-1]
    assert (entry.endpoint, entry.method, entry.path) == ("create_order", "POST", "/create_order")
    assert (entry.status, entry.code, entry.executed, entry.fault) == (200, 0, True, None)
    assert entry.json["image"] == IMAGE
    assert entry.at == api.clock.monotonic()
    assert "a-key" not in repr(api.world.log)


def test_answers_carry_the_date_of_the_sandbox(api: Api) -> None:
    answer = api.world.handle(Request("GET", "/marketplace"), None)
    assert answer.headers["date"] == "Fri, 10 Jul 2026 17:18:10 GMT"
    assert answer.headers["content-type"].startswith("application/json")


def test_every_endpoint_has_a_handler_and_no_handler_is_left_over() -> None:
    from clore_client.endpoints import ENDPOINTS
    from clore_client.sandbox.world import HANDLERS

    assert set(HANDLERS) == set(ENDPOINTS)
    world = World(scenario="empty")
    assert world.transport("key").send(Request("GET", "/wallets")).status == 200
