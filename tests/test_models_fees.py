"""Fees, Proof of Holding, and what became of requests about several orders."""

from __future__ import annotations

from typing import Any, Dict, Union

import pytest
from optional import some
from payloads import payload

from clore_client.errors import BadAnswerError, InvalidInputError
from clore_client.models import (
    CancelledOrders,
    CreatedGigaspotOrders,
    EditedGigaspotOrders,
    PohBalance,
    RenterFees,
)

FEES = RenterFees.from_dict(payload("renter_fees"))
CLORE, USD = "CLORE-Blockchain", "USD-Blockchain"


def test_fees() -> None:
    assert FEES.percent("on-demand", CLORE) == 10.0
    assert FEES.percent("spot", USD) == 1.25
    assert FEES.creation_fee("on-demand", "bitcoin") == 1.66e-06
    assert FEES.creation_fee("spot", CLORE) == 61.73
    assert (some(FEES.poh_config).max_reduction_percent, some(FEES.poh_config).max_poh_amount) == (
        50,
        2e6,
    )
    assert FEES.poh_balance == 0.0
    assert FEES.extra == {"code": 0}


def test_what_is_extra_is_added() -> None:
    spot = {"base": {CLORE: 1.1, USD: 1}, "extra": {CLORE: 2.2, "bitcoin": 7}}
    fees = RenterFees.from_dict({"renter_fees": {"spot": spot}})
    assert fees.percent("spot", CLORE) == 3.3
    assert fees.percent("spot", USD) == 1.0
    assert fees.percent("spot", "bitcoin") is None  # a part of a fee is no fee


@pytest.mark.parametrize("sent", [{"renter_fees": {}}, {"renter_fees": {"spot": 3, "x": None}}])
def test_a_fee_that_is_not_named_is_none_and_not_0(sent: Dict[str, Dict[str, Any]]) -> None:
    fees = RenterFees.from_dict({**sent, "creation_fees": [1]})
    assert fees.percent("spot", CLORE) is None
    assert fees.creation_fee("on-demand", CLORE) is None
    assert FEES.percent("spot", "dogecoin") is FEES.creation_fee("spot", "dogecoin") is None


@pytest.mark.parametrize("kind", ["on_demand", "", None, ["spot"]])
def test_a_type_of_order_that_there_is_not(kind: Any) -> None:
    for ask in (FEES.percent, FEES.creation_fee):
        with pytest.raises(InvalidInputError) as caught:
            ask(kind, CLORE)
        assert caught.value.argument == "type"


def test_proof_of_holding() -> None:
    poh = PohBalance.from_dict(payload("poh_balance"))
    (item,) = poh.items
    assert (item.user, item.status, item.balance) == (3105, "active", 1_200_000.0)
    assert (item.created, item.last_check, item.remove) == (1752000000, 1784100000, 0)
    assert item.signature == item.message == item.unique == "invented"
    assert "invented" not in repr(poh)
    assert (poh.count, some(poh.balance).total, some(poh.balance).free_amount) == (
        1,
        1_200_000.0,
        0.0,
    )
    assert set(some(some(poh.balance).offers).to_dict().values()) == {0.0}
    assert (item.extra, some(poh.balance).extra, some(some(poh.balance).offers).extra) == (
        {},
        {},
        {},
    )


@pytest.mark.parametrize("body", [{}, {"balance": None}, {"renter_fees": 3, "balance": []}])
@pytest.mark.parametrize("model", [RenterFees, PohBalance])
def test_an_answer_without_what_was_asked_for_is_bad(
    model: Any, body: Union[Dict[str, Any], Dict[str, None]]
) -> None:
    with pytest.raises(BadAnswerError):
        model.from_dict(body)


def test_what_is_in_no_list_of_failures_is_placed() -> None:
    body: Dict[str, Any] = {
        "failed_to_oc_servers": [5],
        "failed_to_rent_servers": ["7"],
        "too_low_bids_servers": [9],
    }
    rows = [{"renting_server": server} for server in (9, 8, 7, 6, 5)]
    outcome = CreatedGigaspotOrders.for_rows(rows, body)
    assert outcome.placed == [8, 6]
    assert outcome.failed_to_rent_servers == [7]
    assert outcome.raw is body


@pytest.mark.parametrize("body", [{}, {"failed_to_oc_servers": None}, payload("cancel_orders")])
def test_a_list_that_is_missing_is_empty(body: Any) -> None:
    assert CreatedGigaspotOrders.for_rows([{"renting_server": 9}], body).placed == [9]
    assert CancelledOrders.from_dict(body).failed_to_cancel == []


@pytest.mark.parametrize("odd", [5, "5", {"5": 1}, [None], ["five"], [{"id": 5}], [[5, 5.5]]])
def test_a_failure_that_cannot_be_read_is_never_a_success(odd: Any) -> None:
    with pytest.raises(BadAnswerError):
        CreatedGigaspotOrders.for_rows([{"renting_server": 5}], {"too_low_bids_servers": odd})
    with pytest.raises(BadAnswerError):
        EditedGigaspotOrders.from_dict({"failed_to_update_ids": odd})
    with pytest.raises(BadAnswerError):
        CancelledOrders.from_dict({"failed_to_cancel": odd})


def test_ids_in_texts_are_numbers() -> None:
    assert CancelledOrders.from_dict({"failed_to_cancel": ["7", 8]}).failed_to_cancel == [7, 8]
    edited = EditedGigaspotOrders.from_dict(
        {"success_to_update_ids": ["7"], "too_low_bid_ids": [8]}
    )
    assert (edited.success_to_update_ids, edited.failed_to_update_ids) == ([7], [])
    assert edited.too_low_bid_ids == [8]
