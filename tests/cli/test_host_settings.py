"""What `clore server-set` makes of a configuration and a wish: values only, nothing is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List, Tuple

import click
import pytest

from clore_cli.commands.host_settings import EVERY, Settings, arguments, changes, current, wished
from clore_client.models import ServerConfig
from clore_client.validate_settings import settings

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
USD, CLORE, BTC = "USD-Blockchain", "CLORE-Blockchain", "bitcoin"


def config(**changed: object) -> ServerConfig:
    sent = json.loads((FIXTURES / "server_config.json").read_text())["config"]
    return ServerConfig.from_dict({**sent, **changed})


def play(wish: Settings, **changed: object) -> Tuple[Settings, List[str]]:
    old = current(config(**changed))
    new = wished(old, wish)
    return new, [str(change) for change in changes(old, new)]


def test_the_complete_set_is_what_a_working_host_sends() -> None:
    sent = json.loads((FIXTURES / "set_server_settings.request.json").read_text())
    assert settings("MyGPU", **arguments(current(config(mrl=120)))) == sent


def test_one_wish_changes_one_thing_and_the_rest_is_sent_as_it_is() -> None:
    new, told = play(Settings(mrl=96))
    assert told == ["longest rental: 168 h -> 96 h"]
    assert settings("MyGPU", **arguments(new)) == {
        **settings("MyGPU", **arguments(current(config()))),
        "mrl": 96,
    }


def test_a_price_in_usd_is_the_price_that_usd_follows() -> None:
    new, told = play(Settings(prices={"on_demand": {USD: 1.8}}))
    assert told == ["on-demand price in USD: 1.68 -> 1.8 USD per day (0.07 -> 0.075 per hour)"]
    assert new.usd["on_demand"][USD] == new.prices["on_demand"][USD] == 1.8
    assert new.prices["on_demand"][CLORE] == current(config()).prices["on_demand"][CLORE]


def test_a_price_without_a_coin_is_for_all_that_follow_and_a_named_one_comes_first() -> None:
    wish = Settings(following={BTC: False}, usd={"on_demand": {EVERY: 2.0, USD: 3.0}})
    new, _ = play(wish)
    old = current(config()).usd["on_demand"]
    assert new.usd["on_demand"] == {USD: 3.0, CLORE: 2.0, BTC: old[BTC]}
    with pytest.raises(click.UsageError, match="no coin follows"):
        play(Settings(usd={"on_demand": {EVERY: 2.0}}), autoprice={})


def test_a_price_that_follows_usd_is_sent_at_the_rate_it_had() -> None:
    old = current(config())
    twice = 2 * old.usd["on_demand"][CLORE]
    new, told = play(Settings(usd={"on_demand": {CLORE: twice}}))
    assert new.prices["on_demand"][CLORE] == 2 * old.prices["on_demand"][CLORE]
    assert len(told) == 1
    assert new.prices["spot"] == old.prices["spot"]


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Settings(prices={"on_demand": {BTC: 1e-5}}), "--autoprice BTC=off"),
        (Settings(following={BTC: False}, usd={"spot": {BTC: 1.0}}), "contradict"),
        (Settings(prices={"spot": {USD: 1.0}}, usd={"spot": {USD: 1.0}}), "says the same"),
    ],
)
def test_wishes_that_contradict_are_wrong_usage(wish: Settings, words: str) -> None:
    with pytest.raises(click.UsageError, match=words):
        play(wish)


def test_a_coin_cannot_follow_a_price_that_nobody_knows() -> None:
    free: Dict[str, Any] = {"usd_pricing": {}, "autoprice": {}}
    for wish in (Settings(following={BTC: True}), Settings(usd={"on_demand": {BTC: 1.5}})):
        with pytest.raises(click.UsageError, match="--usd-price BTC=ON_DEMAND,SPOT"):
            play(wish, **free)
    new, _ = play(Settings(usd={"on_demand": {BTC: 1.5}, "spot": {BTC: 1.2}}), **free)
    assert new.following == {BTC: True}


def test_an_amount_can_be_set_once_the_coin_does_not_follow() -> None:
    new, told = play(Settings(prices={"on_demand": {BTC: 3e-5}}, following={BTC: False}))
    assert new.prices["on_demand"][BTC] == 3e-5
    prices = "0.0000279 -> 0.00003 BTC per day (0.00000116 -> 0.00000125 per hour)"
    assert told == [
        f"on-demand price in BTC: {prices}",
        "prices in BTC: follow USD -> stay as they are",
    ]


@pytest.mark.parametrize(
    ("wish", "hurts"),
    [
        (Settings(available=False), True),
        (Settings(available=True), False),
        (Settings(mrl=6), False),
        (Settings(coins={BTC: False}), True),
        (Settings(prices={"spot": {USD: 1.3}}), True),
        (Settings(following={USD: False}), True),
    ],
)
def test_what_could_hurt(wish: Settings, hurts: bool) -> None:
    old = current(config(visibility="hidden" if wish.available else "public"))
    (change,) = changes(old, wished(old, wish))
    assert change.hurts is hurts


@pytest.mark.parametrize(
    ("price", "large"), [(1.0, False), (14.9, False), (36.0, True), (0.06, True)]
)
def test_a_price_typed_per_hour_is_pointed_out(price: float, large: bool) -> None:
    old = current(config())
    (change,) = changes(old, wished(old, Settings(prices={"on_demand": {USD: price}})))
    assert change.large is large


def test_what_cannot_be_said_in_our_words_is_not_sent() -> None:
    odd = current(config(autoprice={BTC: "eur", USD: "usd", CLORE: False}, pricing={USD: -1}))
    assert odd.following == {USD: True, CLORE: False}
    assert odd.prices["on_demand"] == {}


def test_a_server_that_never_connected_has_no_prices_to_send() -> None:
    stub = json.loads((FIXTURES / "my_servers.json").read_text())["servers"][1]
    old = current(ServerConfig.from_dict(stub))
    body = settings("Michael", **arguments(wished(old, Settings(available=True))))
    assert body == {"name": "Michael", "availability": True}
