"""The account as a host: its servers, their configuration, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Tuple

import pytest

if TYPE_CHECKING:
    from sandbox.api import Api

MODERN: Dict[str, Any] = {
    "name": "MyGPU",
    "availability": True,
    "mrl": 72,
    "bitcoin_on_demand": 2.339e-05,
    "bitcoin_spot": 1.872e-05,
    "CLORE-Blockchain_on_demand": 1360.35,
    "CLORE-Blockchain_spot": 1120.29,
    "USD-Blockchain_on_demand": 1.5,
    "USD-Blockchain_spot": 1.2,
    "enabled-USD-Blockchain": False,
    "enabled-CLORE-Blockchain": True,
    "enabled-bitcoin": True,
    "autoprice": {"bitcoin": "usd", "CLORE-Blockchain": False},
    "usd_pricing": {"bitcoin": {"on_demand": 2.0, "spot": 1.6}},
}


def _config(api: Api) -> Dict[str, Any]:
    found: Dict[str, Any] = api.get("/server_config", {"server_name": "MyGPU"})["config"]
    return found


def test_my_servers_lists_the_connected_and_the_other(api: Api) -> None:
    answer = api.get("/my_servers")
    mine, other = answer["servers"]
    assert (mine["name"], mine["connected"], mine["visibility"]) == ("MyGPU", True, "public")
    assert other["visibility"] == "hidden"
    assert other["init_token"]
    assert "specs" not in other
    assert "id" not in other
    assert answer["limit"] == 100


def test_server_config_reads_the_name_from_the_body_of_a_get(api: Api) -> None:
    config = _config(api)
    assert (config["name"], config["id"], config["mrl"]) == ("MyGPU", 5, api.server(5)["mrl"])
    assert config["pricing"] == api.server(5)["price"]["on_demand"]


def test_a_server_that_never_connected_has_a_configuration_too(api: Api) -> None:
    answer = api.get("/server_config", {"server_name": "Michael"})
    assert answer["creation_completed"] is False
    assert answer["config"]["connected"] is False


@pytest.mark.parametrize("path", ["/server_config", "/set_server_settings"])
def test_an_unknown_name_is_refused(api: Api, path: str) -> None:
    method = "GET" if path == "/server_config" else "POST"
    body: Dict[str, Any] = {"name": "Nobody", "server_name": "Nobody"}
    assert api.ask(method, path, body) == (200, {"error": "server_dont_exist", "code": 6})
    assert api.ask(method, path) == (400, {"code": 2})


def test_the_legacy_settings_are_amounts_of_bitcoin(api: Api) -> None:
    answer = api.post(
        "/set_server_settings",
        name="MyGPU",
        availability=True,
        mrl=96,
        on_demand=1e-4,
        spot=1.13e-6,
    )
    assert answer == (200, {"code": 0})
    config, row = _config(api), api.server(5)
    assert config["mrl"] == row["mrl"] == 96
    assert row["price"]["on_demand"]["bitcoin"] == 1e-4
    assert config["spot_pricing"]["bitcoin"] == 1.13e-6
    assert config["autoprice"]["bitcoin"] is False
    assert row["price"]["usd"]["on_demand_btc"] == pytest.approx(6.4118)


def test_the_modern_settings_set_every_coin(api: Api) -> None:
    assert api.post("/set_server_settings", **MODERN) == (200, {"code": 0})
    config = _config(api)
    assert config["pricing"]["CLORE-Blockchain"] == 1360.35
    assert config["spot_pricing"]["USD-Blockchain"] == 1.2
    assert config["allowed_coins"] == ["bitcoin", "CLORE-Blockchain"]
    assert config["usd_pricing"] == {"bitcoin": {"on_demand": 2.0, "spot": 1.6}}
    assert config["pricing"]["bitcoin"] == pytest.approx(2.0 / 64118, rel=1e-3)


def test_what_is_left_out_stays(api: Api) -> None:
    before = _config(api)
    assert api.post("/set_server_settings", name="MyGPU") == (200, {"code": 0})
    assert _config(api) == before


def test_an_unavailable_server_is_off_the_market(api: Api) -> None:
    api.post("/set_server_settings", name="MyGPU", availability=False)
    assert 5 not in [row["id"] for row in api.get("/marketplace")["servers"]]
    assert _config(api)["visibility"] == "hidden"
    api.post("/set_server_settings", name="MyGPU", availability=True)
    assert api.server(5)["rented"] is False


def test_a_server_that_never_connected_can_be_made_available(api: Api) -> None:
    assert api.post("/set_server_settings", name="Michael", availability=True) == (200, {"code": 0})
    assert api.get("/my_servers")["servers"][1]["visibility"] == "public"


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ({"mrl": 5}, (200, {"error": "invalid_mrl", "code": 6})),
        ({"mrl": 3001}, (200, {"error": "invalid_mrl", "code": 6})),
        ({"mrl": 96.5}, (400, {"code": 2})),
        ({"on_demand": 0}, (200, {"error": "amount_too_low", "code": 6})),
        ({"bitcoin_spot": -1}, (200, {"error": "amount_too_low", "code": 6})),
        ({"spot": "1"}, (400, {"code": 2})),
        ({"availability": "yes"}, (400, {"code": 2})),
        ({"enabled-bitcoin": 1}, (400, {"code": 2})),
        ({"autoprice": {"bitcoin": "usd"}, "usd_pricing": {"bitcoin": 2}}, (400, {"code": 2})),
    ],
)
def test_settings_that_are_refused_change_nothing(
    api: Api, change: Dict[str, Any], answer: Tuple[int, Dict[str, Any]]
) -> None:
    before = _config(api)
    settings: Dict[str, Any] = {"name": "MyGPU", "mrl": 48, "availability": False, **change}
    assert api.ask("POST", "/set_server_settings", settings) == answer
    assert _config(api) == before
