"""Every recorded payload: answers through the client, requests through the sandbox."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

import pytest
import scripted
from payloads import FIXTURES

from clore_client import CloreAI, errors
from clore_client.endpoints import ENDPOINTS
from clore_client.models import (
    GigaspotEdit,
    GigaspotOrder,
    Model,
)
from clore_client.models.gigaspot import GigaspotServers
from clore_client.sandbox import VirtualClock, World
from clore_client.wire import Request, Response

INDEX = json.loads((FIXTURES / "index.json").read_text(encoding="utf-8"))

OC = [{"pl": 160, "mem_lock": 6700, "core_lock": 950, "mem_offset": 1000, "core_offset": 0}]
BID = GigaspotOrder(47112, "a3f9c4d7e5b088d8a0bff880", 30.125, OC, env={"rig_id": "20000000"})

#: Which call of the client reads which answer.
CALLS: Dict[str, Tuple[str, List[Any]]] = {
    "wallets": ("wallets", []),
    "marketplace": ("marketplace", [None, None, None, None, False]),
    "my_servers": ("my_servers", []),
    "server_config": ("server_config", ["MyGPU"]),
    "my_orders": ("my_orders", []),
    "spot_marketplace": ("spot_marketplace", [6]),
    "set_spot_price": ("set_spot_price", [39, 0.1]),
    "set_server_settings": ("set_server_settings", ["MyGPU", True]),
    "renter_fees": ("renter_fees", []),
    "poh_balance": ("poh_balance", []),
    "cancel_orders": ("cancel_orders", [[655201]]),
    "get_gigaspot": ("get_gigaspot", [False]),
    "create_gigaspot_orders": ("create_gigaspot_orders", [[BID]]),
    "edit_gigaspot_orders": (
        "edit_gigaspot_orders",
        [[GigaspotEdit(655201, 30.5, [{"pl": 140}])]],
    ),
}

#: Comes from a file server, not from the API, and without the API's envelope; it has a test of
#: its own.
FOREIGN = "gigaspot_snapshot.json"

ANSWERS = {
    name: about for name, about in INDEX.items() if about["kind"] == "response" and name != FOREIGN
}
FAILURES = {
    "create_order.error.already_rented": errors.FieldError,
    "create_order.error.code1": errors.DBError,
    "create_order.error.code2": errors.InvalidInputError,
    "create_order.error.currency_not_allowed": errors.FieldError,
    "create_order.error.too_low_price": errors.FieldError,
    "error.bad_endpoint": errors.InvalidEndpointError,
    "error.bad_token": errors.AuthError,
    "error.cloudflare_502": errors.BadAnswerError,
    "error.cloudflare_block": errors.BadAnswerError,
    "error.database": errors.DBError,
    "error.rate_limited": errors.RateLimitError,
    "set_spot_price.error.step": errors.FieldError,
    "set_spot_price.error.too_soon": errors.FieldError,
}


def stem(name: str) -> str:
    return name[: -len(".json")]


def recorded(name: str) -> Response:
    """The answer in fixture ``name`` as it came, at its recorded HTTP status."""
    payload = json.loads((FIXTURES / name).read_text(encoding="utf-8"))
    raw = payload.get("raw_text_body") if isinstance(payload, dict) else None
    return scripted.answer(payload if raw is None else raw.encode(), INDEX[name]["http_status"])


def before(method: str) -> List[Response]:
    """The answers that the client reads before it sends what ``method`` is about."""
    bids = method == "create_gigaspot_orders"
    return [recorded("get_gigaspot.json"), recorded(FOREIGN)] if bids else []


def read(name: str) -> Tuple[Any, Dict[str, Any]]:
    """What the client makes of the answer in fixture ``name``."""
    method, arguments = CALLS.get(name.partition(".")[0], ("request", ["GET", "/any"]))
    clock = scripted.Clock()
    script = scripted.Script(clock, *before(method), recorded(name))
    client = CloreAI(transport=script, clock=clock, max_retries=0)
    return getattr(client, method)(*arguments), json.loads(script_body(name))


def script_body(name: str) -> str:
    return (FIXTURES / name).read_text(encoding="utf-8")


def test_the_index_lists_every_payload() -> None:
    files = {path.name for path in FIXTURES.glob("*.json")} - {"index.json"}
    assert files == set(INDEX)
    assert {f"{name}.json" for name in FAILURES} <= set(ANSWERS)


@pytest.mark.parametrize("name", [n for n in ANSWERS if stem(n) not in FAILURES])
def test_a_recorded_answer_is_read_and_nothing_of_it_is_lost(name: str) -> None:
    result, sent = read(name)
    if isinstance(result, list):
        assert getattr(result, "skipped", []) == []
        rows = next(value for value in sent.values() if isinstance(value, list))
        assert [model.raw for model in result] == rows
    elif isinstance(result, Model):
        assert result.raw in (sent, *sent.values())
    else:
        assert result == sent


@pytest.mark.parametrize("name", FAILURES)
def test_a_recorded_error_is_raised_as_its_class(name: str) -> None:
    with pytest.raises(FAILURES[name]) as caught:
        read(f"{name}.json")
    body = json.loads(script_body(f"{name}.json"))
    error = caught.value
    assert type(error) is FAILURES[name]
    assert error.status == INDEX[f"{name}.json"]["http_status"]
    if "raw_text_body" in body:
        assert error.code is None
    else:
        assert (error.code, error.response, error.error) == (body["code"], body, body.get("error"))
        assert all(str(value) in str(error) for value in body.values() if value != "error")


def test_the_recorded_snapshot_is_read_and_nothing_of_it_is_lost() -> None:
    clock = scripted.Clock()
    script = scripted.Script(clock, recorded("get_gigaspot.json"), recorded(FOREIGN))
    market = CloreAI(transport=script, clock=clock).get_gigaspot()
    assert isinstance(market.servers, GigaspotServers)
    assert market.servers.skipped == {}
    sent = json.loads(script_body(FOREIGN))
    assert {str(key): server.raw for key, server in market.servers.items()} == sent
    assert script.sent[1][1].url == market.v1_snapshot_url


#: Calls whose bodies are recorded, with the arguments that must make them.
SENT: Dict[str, Tuple[str, List[Any], Dict[str, Any]]] = {
    "cancel_orders.request": ("cancel_orders", [[655201]], {}),
    "create_gigaspot_orders.request": ("create_gigaspot_orders", [[BID]], {}),
    "edit_gigaspot_orders.request": (*CALLS["edit_gigaspot_orders"], {}),
    "set_server_settings.request.legacy": (
        "set_server_settings",
        ["MyGPU", True, 96, 0.0002, 1.4e-06],
        {},
    ),
    "set_server_settings.request": (
        "set_server_settings",
        ["MyGPU", True, 120],
        {
            "on_demand_prices": {
                "bitcoin": 2.79e-05,
                "CLORE-Blockchain": 1037.04,
                "USD-Blockchain": 1.68,
            },
            "spot_prices": {
                "bitcoin": 2.19e-05,
                "CLORE-Blockchain": 814.81,
                "USD-Blockchain": 1.32,
            },
            "enabled_coins": {
                "USD-Blockchain": True,
                "CLORE-Blockchain": True,
                "bitcoin": True,
            },
            "autoprice": {"bitcoin": True, "CLORE-Blockchain": True, "USD-Blockchain": True},
            "usd_pricing": {
                "bitcoin": {"on_demand": 1.68, "spot": 1.32},
                "CLORE-Blockchain": {"on_demand": 1.9, "spot": 1.5},
                "USD-Blockchain": {"on_demand": 1.68, "spot": 1.32},
            },
        },
    ),
}


@pytest.mark.parametrize("name", SENT)
def test_the_client_sends_what_was_recorded(name: str) -> None:
    method, arguments, named = SENT[name]
    script = scripted.Script(scripted.Clock(), *before(method), scripted.answer({"code": 0}))
    getattr(CloreAI(transport=script, limiter="off"), method)(*arguments, **named)
    _, request = script.sent[-1]
    assert script.answers == []
    about = INDEX[f"{name}.json"]
    assert (request.method, f"/v1{request.path}") == (about["method"], about["path"])
    assert request.json == json.loads(script_body(f"{name}.json"))


REQUESTS = {
    name: about
    for name, about in INDEX.items()
    if about["kind"] == "request" and about["path"].rpartition("/")[2] in ENDPOINTS
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_recorded_request_is_understood_by_the_sandbox(name: str) -> None:
    """Whatever the market says to it, it is no malformed request (code 2)."""
    world = World(scenario="docs", clock=VirtualClock())
    about = REQUESTS[name]
    body = json.loads(script_body(name))
    path = about["path"][len("/v1") :]
    answer = world.handle(Request(about["method"], path, json=body), "any-key")
    assert json.loads(answer.body)["code"] != 2
