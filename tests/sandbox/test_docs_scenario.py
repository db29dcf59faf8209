"""What the SDK's documentation mentions is there, and every call it shows succeeds."""

from __future__ import annotations

import doctest
from typing import Any, Dict

import pytest
from sandbox.api import USD, Api

import clore_client.sandbox


def test_the_listed_orders(api: Api) -> None:
    orders = api.orders()
    assert list(orders) == [38, 39]
    assert (orders[38]["si"], orders[38]["mon_container"]) == (7, 2)
    assert orders[38]["tcp_ports"][0].startswith("22:")
    assert "spot" not in orders[38]
    assert (orders[39]["si"], orders[39]["spot"], orders[39]["currency"]) == (6, True, "bitcoin")
    assert list(api.closed()) == [37]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/cancel_order", {"id": 38}),
        ("/cancel_order", {"id": 38, "issue": "GPU #1 was overheating and throttling"}),
        ("/set_spot_price", {"order_id": 39, "desired_price": 0.000003}),
        (
            "/set_server_settings",
            {
                "name": "MyGPU",
                "availability": True,
                "mrl": 96,
                "on_demand": 0.0001,
                "spot": 1.13e-6,
            },
        ),
        (
            "/create_order",
            {
                "renting_server": 123,
                "image": "cloreai/ubuntu22.04-cuda12",
                "type": "on-demand",
                "currency": "bitcoin",
                "ssh_password": "MySecurePass123",
                "ports": {"22": "tcp", "8888": "http"},
            },
        ),
        (
            "/create_order",
            {
                "renting_server": 123,
                "image": "cloreai/pytorch",
                "type": "spot",
                "currency": "bitcoin",
                "spotprice": 0.000005,
                "ssh_password": "MySecurePass123",
                "ports": {"22": "tcp"},
            },
        ),
    ],
)
def test_each_documented_call_succeeds_on_a_fresh_world(
    api: Api, path: str, body: Dict[str, Any]
) -> None:
    assert api.ask("POST", path, body) == (200, {"code": 0})


def test_the_documented_spot_order_runs(api: Api) -> None:
    api.bid(123, 0.000005, currency="bitcoin")
    assert api.newest()["spend"] > 0


def test_order_39_keeps_the_machine_at_the_documented_price(api: Api) -> None:
    api.post("/set_spot_price", order_id=39, desired_price=0.000003)
    assert api.orders()[39]["price"] == 0.000003


@pytest.mark.parametrize("name", ["RTX 4090", "RTX 3090", "A100"])
def test_the_documented_searches_find_something(api: Api, name: str) -> None:
    rows = api.get("/marketplace")["servers"]
    found = [row for row in rows if name in row["specs"]["gpu"] and not row["rented"]]
    assert min(row["price"]["on_demand"][USD] for row in found) > 0
    assert any(len(row["gpu_array"]) >= 4 and row["specs"]["ram"] >= 128 for row in rows)


def test_the_wallets_last_for_days(api: Api) -> None:
    daily = sum(row["price"] for row in api.orders().values() if row["currency"] == USD)
    assert api.balance() > 5 * daily
    assert api.balance("bitcoin") > 0.001


def test_the_docstring_of_the_package_is_true() -> None:
    assert doctest.testmod(clore_client.sandbox).failed == 0
    assert doctest.testmod(clore_client.sandbox).attempted == 4


def test_the_package_offers_what_it_names() -> None:
    for name in clore_client.sandbox.__all__:
        assert getattr(clore_client.sandbox, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        clore_client.sandbox.nothing  # type: ignore[attr-defined]  # noqa: B018


def test_two_worlds_share_nothing() -> None:
    first, second = Api(), Api()
    first.post("/set_server_settings", name="MyGPU", mrl=12)
    first.rent(201)
    assert second.server(5)["mrl"] != 12
    assert second.server(201)["rented"] is False
