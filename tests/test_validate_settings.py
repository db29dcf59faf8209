"""The settings of a host's server: what is sent for what, and what is refused before."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from clore_client import CloreAI
from clore_client.errors import FieldError, InvalidInputError
from clore_client.sandbox import VirtualClock, World
from clore_client.validate_settings import settings

USD = "USD-Blockchain"


def test_settings_send_what_is_given() -> None:
    assert settings("MyGPU", spot=1.13e-6) == {"name": "MyGPU", "spot": 1.13e-6}
    assert settings("MyGPU", False, 96, 1e-4) == {
        "name": "MyGPU",
        "availability": False,
        "mrl": 96,
        "on_demand": 1e-4,
    }


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({"on_demand_prices": {USD: 2, "bitcoin": 1e-5}},
         {"USD-Blockchain_on_demand": 2, "bitcoin_on_demand": 1e-5}),
        ({"spot_prices": {USD: 1.5}}, {"USD-Blockchain_spot": 1.5}),
        ({"enabled_coins": {"bitcoin": False, USD: True}},
         {"enabled-bitcoin": False, "enabled-USD-Blockchain": True}),
        ({"autoprice": {"bitcoin": True, USD: False}},
         {"autoprice": {"bitcoin": "usd", USD: False}}),
        ({"usd_pricing": {USD: {"spot": 1}}}, {"usd_pricing": {USD: {"spot": 1}}}),
        ({"on_demand": 1e-5, "on_demand_prices": {USD: 2}},
         {"on_demand": 1e-5, "USD-Blockchain_on_demand": 2}),
        ({"mrl": 6, "autoprice": {}, "spot_prices": {}}, {"mrl": 6}),
    ],
)  # fmt: skip
def test_the_wires_names(given: Any, sent: Any) -> None:
    assert settings("MyGPU", **given) == {"name": "MyGPU", **sent}


@pytest.mark.parametrize(
    ("argument", "given"),
    [
        ("name", {"name": "", "mrl": 6}),
        ("name", {}),
        ("name", {"autoprice": {}, "usd_pricing": {}}),
        ("availability", {"availability": "no"}),
        ("mrl", {"mrl": 1.5}),
        ("on_demand", {"on_demand": 0}),
        ("spot", {"spot": -1}),
        ("on_demand_prices", {"on_demand_prices": [USD]}),
        ("on_demand_prices", {"on_demand_prices": {USD: 0}}),
        ("on_demand_prices", {"on_demand_prices": {" ": 1}}),
        ("on_demand_prices", {"on_demand_prices": {5: 1}}),
        ("on_demand_prices", {"on_demand": 1e-5, "on_demand_prices": {"bitcoin": 2e-5}}),
        ("spot_prices", {"spot": 1e-5, "spot_prices": {"bitcoin": 1e-5}}),
        ("spot_prices", {"spot_prices": {USD: float("nan")}}),
        ("spot_prices", {"spot_prices": {USD: "1"}}),
        ("enabled_coins", {"enabled_coins": {USD: 1}}),
        ("autoprice", {"autoprice": {USD: "usd"}}),
        ("usd_pricing", {"usd_pricing": {USD: 2}}),
        ("usd_pricing", {"usd_pricing": {USD: {}}}),
        ("usd_pricing", {"usd_pricing": {USD: {"on-demand": 2}}}),
        ("usd_pricing", {"usd_pricing": {USD: {"spot": -2}}}),
    ],
)
def test_settings_refused_by_name(argument: str, given: Any) -> None:
    everything: Dict[str, Any] = {"name": "MyGPU", **given}
    with pytest.raises(InvalidInputError) as caught:
        settings(**everything)
    assert caught.value.argument == argument


def test_modern_settings_arrive() -> None:
    world = World(clock=VirtualClock())
    client = CloreAI(transport=world.transport("any-key"), clock=world.clock)
    client.set_server_settings(
        "MyGPU",
        on_demand_prices={USD: 3.25},
        spot_prices={USD: 2.5},
        enabled_coins={"bitcoin": False},
        autoprice={"CLORE-Blockchain": True, USD: False},
        usd_pricing={"CLORE-Blockchain": {"on_demand": 4.0, "spot": 3.0}},
    )
    config = client.server_config("MyGPU")
    assert (config.pricing[USD], config.spot_pricing[USD]) == (3.25, 2.5)
    assert config.allowed_coins == ["CLORE-Blockchain", USD]
    assert config.usd_pricing["CLORE-Blockchain"].on_demand == 4.0
    with pytest.raises(FieldError, match="server_dont_exist"):
        client.set_server_settings("Nobody", spot_prices={USD: 1})
