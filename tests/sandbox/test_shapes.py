"""The sandbox's answers have the keys and types of the recorded and documented ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, Tuple

import pytest
from sandbox.api import USD, Api

from clore_client.wire import Request

FIXTURES = Path(__file__).parent.parent / "fixtures"


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))


def kinds(value: Any) -> Any:
    """The shape of a JSON value: key order and types, numbers being one type."""
    if isinstance(value, dict):
        return {key: kinds(item) for key, item in value.items()}
    if isinstance(value, list):
        return [kinds(item) for item in value[:1]]
    return "number" if type(value) in (int, float) else type(value).__name__


def in_order(value: Any) -> str:
    return json.dumps(kinds(value))


@pytest.fixture
def rented() -> Api:
    """A world in which one order was just created on a machine that takes USD."""
    api = Api(lag=0)
    api.rent(201)
    return api


def test_wallets(api: Api) -> None:
    assert in_order(api.get("/wallets")) == in_order(fixture("wallets"))


def test_a_new_order(rented: Api) -> None:
    recorded, row = fixture("my_orders"), rented.newest()
    assert in_order(row) == in_order(recorded["orders"][0])
    answer = rented.get("/my_orders")
    assert list(answer) == list(recorded)
    assert answer["limit"] == recorded["limit"]


def test_a_closed_order(rented: Api) -> None:
    rented.post("/cancel_order", id=rented.newest()["id"])
    recorded = fixture("my_orders.completed")["orders"][1]
    assert in_order(rented.closed()[40]) == in_order(recorded)


def test_a_queued_bid(api: Api) -> None:
    api.bid(7, 1.9)
    recorded = fixture("my_orders.states")["orders"]
    queued = next(row for row in recorded if row.get("spot"))
    assert in_order(api.newest()) == in_order(queued)


def test_a_spot_market(api: Api) -> None:
    answer = api.get("/spot_marketplace", market="6")
    assert in_order(answer) == in_order(fixture("spot_marketplace"))
    absent = api.get("/spot_marketplace", market="999999")
    assert absent == fixture("spot_marketplace.not_exists")


def test_my_servers(api: Api) -> None:
    ours, recorded = (body["servers"] for body in (api.get("/my_servers"), fixture("my_servers")))
    assert in_order(ours[0]) == in_order(recorded[0])
    assert set(ours[1]) == set(recorded[1])


def test_server_config(api: Api) -> None:
    answer = api.get("/server_config", {"server_name": "MyGPU"})
    recorded = fixture("server_config")
    for body in (answer, recorded):  # keyed by the card's name
        ranges = body["config"].pop("clock_lock_ranges")
        body["ranges"] = list(ranges.values())
    assert in_order(answer) == in_order(recorded)


@pytest.mark.parametrize("name", ["renter_fees", "poh_balance", "get_gigaspot"])
def test_what_needs_no_arguments(api: Api, name: str) -> None:
    assert in_order(api.get(f"/{name}")) == in_order(fixture(name))


def test_a_snapshot_of_gigaspot() -> None:
    api = Api("market")
    name = api.get("/get_gigaspot")["v1_snapshot_url"]
    answer = api.transport.send(Request("GET", "", url=name))
    recorded = next(iter(fixture("gigaspot_snapshot").values()))
    rows = json.loads(answer.body).values()
    bid_for = [row for row in rows if row["bids"]]
    assert bid_for
    for row in bid_for:
        # Some have no CUDA version, as on the marketplace.
        assert in_order({**row, "cuda": ""}) == in_order(recorded)


@pytest.mark.parametrize(
    "name", ["create_gigaspot_orders", "edit_gigaspot_orders", "cancel_orders"]
)
def test_changes_of_several_orders(api: Api, name: str) -> None:
    status, answer = api.ask("POST", f"/{name}", fixture(f"{name}.request"))
    assert (status, list(answer)) == (200, list(fixture(name)))
    assert all(isinstance(value, list) for key, value in answer.items() if key != "code")


def test_marketplace_rows() -> None:
    recorded = fixture("marketplace")["servers"]
    known = {path for row in recorded for path in _paths(row)}
    for row in Api("market").get("/marketplace")["servers"]:
        assert set(_paths(row)) <= known
    ours = Api().server(201)
    plain = next(row for row in recorded if list(row) == list(ours))
    assert in_order(ours) == in_order(plain)


def test_an_empty_marketplace() -> None:
    assert Api("empty").get("/marketplace") == fixture("marketplace.empty")
    assert Api("empty").get("/my_orders") == fixture("my_orders.empty")


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("create_order.response", lambda api: api.rent(201)),
        ("create_order.error.already_rented", lambda api: api.rent(7)),
        ("create_order.error.currency_not_allowed", lambda api: api.rent(201, currency="x")),
        ("create_order.error.code1", lambda api: api.rent(201, env={"A": "&"})),
        ("create_order.error.code2", lambda api: api.rent(201, image=None)),
        ("cancel_order.response", lambda api: api.post("/cancel_order", id=38)),
        ("set_spot_price.response", lambda api: _reprice(api, 0.000003)),
        (
            "set_server_settings.response",
            lambda api: api.post("/set_server_settings", name="MyGPU"),
        ),
        ("error.bad_endpoint", lambda api: api.ask("GET", "/nope")),
    ],
)
def test_answers_without_numbers_are_the_recorded_ones(
    api: Api, name: str, ask: Callable[..., Any]
) -> None:
    _, answer = ask(api)
    assert json.dumps(answer) == json.dumps(fixture(name))


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("create_order.error.too_low_price", lambda api: api.bid(201, 0.01)),
        ("set_spot_price.error.step", lambda api: _reprice(api, 0.0000025)),
        (
            "set_spot_price.error.too_soon",
            lambda api: (_reprice(api, 3.1e-6), _reprice(api, 3e-6))[1],
        ),
    ],
)
def test_errors_with_numbers_have_the_recorded_shape(
    api: Api, name: str, ask: Callable[..., Any]
) -> None:
    status, answer = ask(api)
    assert (status, in_order(answer)) == (200, in_order(fixture(name)))
    assert answer["error"] == fixture(name)["error"]


@pytest.mark.parametrize("name", ["on_demand", "full", "spot"])
def test_recorded_order_requests_are_understood(api: Api, name: str) -> None:
    body: Dict[str, Any] = {**fixture(f"create_order.request.{name}"), "renting_server": 201}
    body.update({"required_price": 3.6} if "required_price" in body else {})
    assert api.ask("POST", "/create_order", body) == (200, {"code": 0})


@pytest.mark.parametrize("name", ["request", "request.legacy"])
def test_recorded_settings_are_understood(api: Api, name: str) -> None:
    body = fixture(f"set_server_settings.{name}")
    assert api.ask("POST", "/set_server_settings", body) == (200, {"code": 0})
    pricing = api.get("/server_config", {"server_name": "MyGPU"})["config"]["pricing"]
    if name == "request.legacy":
        assert pricing["bitcoin"] == body["on_demand"]
    else:
        assert pricing[USD] == body["usd_pricing"][USD]["on_demand"]


def _reprice(api: Api, price: float) -> Tuple[int, Dict[str, Any]]:
    return api.post("/set_spot_price", order_id=39, desired_price=price)


def _paths(value: Any, prefix: str = "") -> Iterator[str]:
    """Every key of a row with its place; cards and coins count as one."""
    yield prefix
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _paths(item, f"{prefix}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from _paths(item, f"{prefix}[]")
