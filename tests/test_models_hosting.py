"""The servers that you rent out and their configuration."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Union

import pytest
from optional import some
from payloads import payload

from clore_client.models import MyServer, ServerConfig, decode_list

CONFIG = ServerConfig.from_dict(payload("server_config")["config"])


def test_a_server_and_one_that_never_connected() -> None:
    mine, new = decode_list(MyServer, payload("my_servers"), "servers")
    assert (mine.id, mine.name, mine.status) == (41207, "MyGPU", "Online")
    assert (mine.gpu_model, mine.gpu_count) == ("1x NVIDIA GeForce RTX 3090", 1)
    assert mine.ram_gb == 125.7441
    assert (mine.connected, mine.online, mine.visibility) == (True, True, "public")
    assert mine.pricing["USD-Blockchain"] == 1.68
    assert mine.min_spot_pricing["bitcoin"] == 2.19e-05
    assert mine.usd_pricing["CLORE-Blockchain"].spot == 1.5
    assert mine.autoprice["bitcoin"] == "usd"
    assert mine.allowed_currencies == ["bitcoin", "CLORE-Blockchain", "USD-Blockchain"]
    assert (mine.max_fair_price_usd, mine.mass_price_changeable) == (4.4, True)
    assert (mine.monitoring, mine.lock_balance, mine.working_properly) == (1, 0.0, True)
    assert mine.oc_gpus == '[{"pl":[110,340]}]'
    assert (mine.extra, new.extra) == ({}, {})
    assert (new.id, new.name, new.status) == (None, "Attic", "Disconnected")
    assert (new.visibility, new.init_token) == ("private", "INVENTED-INIT-TOKEN")
    assert [new.gpu_model, new.ram_gb, new.gpu_count] == [None] * 3


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({"connected": False, "online": True}, "Disconnected"),
        ({"online": True}, "Disconnected"),
        ({"connected": True, "online": False}, "Offline"),
        ({"connected": True}, "Offline"),
        ({"connected": True, "online": True, "working_properly": False}, "Not Working"),
        ({"connected": True, "online": True, "working_properly": True}, "Online"),
        ({"connected": True, "online": True}, "Online"),
        ({"connected": "no", "online": True}, "Disconnected"),
    ],
)
def test_the_status(row: Union[Dict[str, bool], Dict[str, Any]], status: str) -> None:
    assert MyServer.from_dict({"name": "a", **row}).status == status


@pytest.mark.parametrize(
    ("sent", "seen"), [("public", "public"), ("hidden", "private"), ("private", "private"),
                       (None, None), (True, None), (["hidden"], None)],
)  # fmt: skip
def test_hidden_is_private(
    sent: Optional[Union[str, bool, List[str]]], seen: Optional[str]
) -> None:
    assert MyServer.from_dict({"name": "a", "visibility": sent}).visibility == seen
    assert ServerConfig.from_dict({"visibility": sent}).visibility == seen


def test_a_row_without_number_and_name_is_odd() -> None:
    rows = [{"connected": True}, {"name": "a"}, {"id": 1}]
    servers = decode_list(MyServer, {"servers": rows}, "servers")
    assert [(server.id, server.name) for server in servers] == [(None, "a"), (1, None)]
    assert servers.skipped == [{"connected": True}]


def test_a_configuration() -> None:
    assert (CONFIG.name, CONFIG.id, CONFIG.mrl) == ("MyGPU", 41207, 168)
    assert (CONFIG.gpu_model, CONFIG.gpu_count) == ("1x NVIDIA GeForce RTX 3090", 1)
    assert (CONFIG.on_demand_price, CONFIG.spot_price) == (1.68, 1.32)
    assert (CONFIG.connected, CONFIG.visibility) == (True, "public")
    assert some(some(CONFIG.specs).net).cc == "US"
    assert CONFIG.spot_pricing["CLORE-Blockchain"] == 814.81
    assert (CONFIG.mfp_usd, CONFIG.kernel, CONFIG.allow_oc) == (4.4, "6.1.0-22-amd64", True)
    assert (CONFIG.rental_status, CONFIG.remaining_time, CONFIG.onboard_type) == (0, 0.0, 1)
    assert (some(CONFIG.background_job).image, some(CONFIG.background_job).times_updated) == (
        "cloreai/hiveos",
        5,
    )
    assert some(CONFIG.background_job).env == {"rig_id": "20000000"}
    assert CONFIG.clock_lock_ranges["RTX 3090"]["core_lock"] == [210, 2100]
    assert CONFIG.extra == {}


@pytest.mark.parametrize(
    ("usd_pricing", "on_demand", "spot"),
    [
        ({"bitcoin": {}, "USD-Blockchain": {"on_demand": "2", "spot": 1}}, 2.0, 1.0),
        ({"bitcoin": {"spot": 3}, "USD-Blockchain": {"on_demand": 2, "spot": 1}}, 2.0, 3.0),
        ({"bitcoin": 5}, None, None),
        ({}, None, None),
        (None, None, None),
        ([], None, None),
    ],
)
def test_the_first_prices_in_usd(
    usd_pricing: Any, on_demand: Optional[float], spot: Optional[float]
) -> None:
    config = ServerConfig.from_dict({"usd_pricing": usd_pricing})
    assert (config.on_demand_price, config.spot_price) == (on_demand, spot)


@pytest.mark.parametrize("odd", [None, "no", 3, [], {}, [[["x"]]]])
@pytest.mark.parametrize("model", [MyServer, ServerConfig])
def test_odd_values_never_become_wrong_ones(model: Any, odd: Any) -> None:
    server = model.from_dict({**dict.fromkeys(CONFIG.raw, odd), "name": "a"})
    assert server.connected is None
    assert server.specs is None or server.specs.ram is None
    assert server.visibility in (None, "no", "3")
    assert model.from_dict(server.to_dict()) == server
