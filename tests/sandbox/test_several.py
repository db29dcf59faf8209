"""Fees, Proof of Holding, and cancelling several orders at once."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Union

import pytest
from sandbox.api import USD, Api


@pytest.mark.parametrize("coin", ["bitcoin", "CLORE-Blockchain", USD])
def test_an_order_is_charged_the_creation_fee_that_is_published(api: Api, coin: str) -> None:
    fees = api.get("/renter_fees")["creation_fees"]
    assert fees["spot"] == fees["on_demand"]
    api.world.state.orders.clear()
    before = api.world.state.funds[coin] = 100_000.0
    assert api.rent(201, currency=coin) == (200, {"code": 0})
    order_id = api.newest()["id"]
    api.post("/cancel_order", id=order_id)  # what it has cost stands still from here on
    cost = before - api.balance(coin)
    spent = api.closed()[order_id]["spend"]
    assert cost - spent == pytest.approx(fees["on_demand"][coin], abs=2e-8)


def test_what_lowers_the_fees_is_what_is_held(api: Api) -> None:
    poh = api.get("/poh_balance")
    assert api.get("/renter_fees")["poh_balance"] == poh["balance"]["total"]
    assert sum(item["balance"] for item in poh["items"]) == poh["balance"]["total"]
    assert poh["count"] == len(poh["items"])


def test_several_orders_end_at_once_and_the_others_are_named(api: Api) -> None:
    stranger = next(order.id for order in api.world.state.orders.values() if not order.mine)
    answer = api.post("/cancel_orders", order_ids=[38, 37, "39", stranger, 999_999])
    assert answer == (200, {"failed_to_cancel": [37, stranger, 999_999], "code": 0})
    assert api.orders() == {}
    assert {38, 39} <= set(api.closed())


@pytest.mark.parametrize("body", [None, [], {}, {"order_ids": 38}, {"order_ids": [38, "x"]}])
def test_a_body_that_names_no_orders(
    api: Api, body: Optional[Union[List[Any], Dict[str, Any]]]
) -> None:
    assert api.ask("POST", "/cancel_orders", body) == (400, {"code": 2})
    assert 38 in api.orders()
