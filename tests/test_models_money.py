"""Wallets and the spot market."""

from __future__ import annotations

from typing import Any, Dict

import pytest
from optional import some
from payloads import payload

from clore_client.errors import BadAnswerError
from clore_client.models import SpotMarket, SpotOffer, SpotServerInfo, Wallet, decode_list
from clore_client.models.base import Rows


def test_wallets() -> None:
    bitcoin, clore, usd = decode_list(Wallet, payload("wallets"), "wallets")
    assert bitcoin == Wallet(
        "bitcoin", 0.00241907, "bc1qinventedinventedinventedinventedinvent", 0.0001
    )
    assert (clore.name, clore.balance) == ("CLORE-Blockchain", 2210.5)
    assert (usd.name, usd.balance, usd.withdrawal_fee) == ("USD-Blockchain", 48.06, 1.0)
    assert f"{bitcoin.balance:.8f}" == "0.00241907"


def test_wallets_without_balance() -> None:
    bitcoin, old, usd = decode_list(Wallet, payload("wallets.null_balance"), "wallets")
    assert bitcoin.balance == 0.0
    assert type(bitcoin.balance) is float
    assert old == Wallet("usd")
    assert (usd.balance, usd.deposit, usd.withdrawal_fee) == (12.75, None, None)


def test_a_wallet_has_a_name() -> None:
    wallets = decode_list(Wallet, {"wallets": [{"balance": 1}, {"name": "a"}]}, "wallets")
    assert wallets == [Wallet("a")]
    assert wallets.skipped == [{"balance": 1}]


def test_a_spot_market() -> None:
    body = payload("spot_marketplace")
    market = SpotMarket.for_server(41207, body)
    assert market.offers == [
        SpotOffer(2004560, 2.85, 41207, active=True, my=False, currency="USD-Blockchain"),
        SpotOffer(2005120, 1400.0, 41207, active=False, my=True, currency="CLORE-Blockchain"),
    ]
    floor = {"bitcoin": 3.19e-05, "CLORE-Blockchain": 1185.19, "USD-Blockchain": 1.92}
    assert market.server == SpotServerInfo(floor, 72, "public", online=True)
    assert some(market.currency_rates_in_usd)["CLORE-Blockchain"] == 0.00162
    assert (market.server_id, market.exists) == (41207, True)
    assert market.raw is body["market"]
    assert some(market.offers)[0].raw is body["market"]["offers"][0]


@pytest.mark.parametrize(
    "body",
    [payload("spot_marketplace.not_exists"), {"exists": False}, {"market": {"offers": None}}],
)
def test_a_server_without_a_spot_market(body: Any) -> None:
    market = SpotMarket.for_server(9, body)
    assert [market.offers, market.server, market.currency_rates_in_usd] == [None] * 3
    assert market.exists in (False, None)


@pytest.mark.parametrize(
    "body", [{}, {"market": None}, {"market": []}, {"market": {"offers": {}}}, {"exists": True}]
)
def test_an_answer_without_a_market_is_bad(body: Any) -> None:
    with pytest.raises(BadAnswerError):
        SpotMarket.for_server(9, body)


def test_offers_under_the_documented_names() -> None:
    row: Dict[str, Any] = {"order_id": "7", "price": "0.5", "server_id": 3}
    assert SpotOffer.from_dict(row) == SpotOffer(7, 0.5, 3)


def test_odd_offers_are_left_out() -> None:
    rows = [{"bid": 1}, None, {"offer_id": 5, "bid": "much", "my": "no"}]
    market = SpotMarket.for_server(9, {"market": {"offers": rows, "server": 3}})
    assert market.offers == [SpotOffer(5, server_id=9)]
    assert isinstance(market.offers, Rows)
    assert market.offers.skipped == rows[:2]
    assert market.server is None


def test_a_hidden_server_is_private() -> None:
    market = SpotMarket.for_server(9, {"market": {"server": {"visibility": "hidden"}}})
    assert some(market.server).visibility == "private"
