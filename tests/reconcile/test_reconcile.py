"""What `reconcile` says of attempts on record, with scripted answers: found, none or unknown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Union

import pytest
from reconcile.attempts import CODE_1, EMPTY, ORDER, YES, listing, outcomes, row, states
from scripted import LOST, START, Clock

from clore_client.errors import DBError, OrderUncertainError
from clore_client.rental import SENT

if TYPE_CHECKING:
    from clore_client.journal import FileJournal
    from clore_client.wire import Response


def test_nothing_in_doubt_needs_no_request(process: Callable[..., Any]) -> None:
    client = process()
    assert client.reconcile() == []
    assert client._transport.sent == []


def test_an_order_that_is_listed_by_now_is_found_and_forgotten(
    process: Callable[..., Any], in_doubt: None, journal: FileJournal
) -> None:
    (result,) = process(listing(row(40, mon_container=2))).reconcile()
    assert (result.outcome, result.order_id, result.order_status) == ("found", 40, "running")
    assert (result.operation, result.server_id, result.type) == ("create_order", 123, "on-demand")
    assert (result.server_ids, result.order_ids) == ([123], [40])
    assert result.sent_at == pytest.approx(START + 1.05)
    assert states(journal) == []


@pytest.mark.parametrize(
    ("reply", "age", "outcome"),
    [
        (LOST, 500, "unknown"),
        (LOST, 610, "none"),
        (YES, 610, "unknown"),
        (YES, 86_300, "unknown"),
        (YES, 86_410, "none"),
    ],
)
def test_an_order_that_is_not_listed_in_time_was_not_made(
    process: Callable[..., Any],
    clock: Clock,
    journal: FileJournal,
    reply: Union[Response, Exception],
    age: int,
    outcome: str,
) -> None:
    try:
        process(EMPTY, reply, *[EMPTY] * 6).create_order(**ORDER)
    except OrderUncertainError:
        assert reply is LOST
    clock.now = float(age)
    (result,) = process(EMPTY).reconcile()
    assert (result.outcome, result.order_id, result.order_ids) == (outcome, None, [])
    assert (states(journal) == []) == (outcome == "none")


def test_orders_that_cannot_be_read_settle_nothing(
    process: Callable[..., Any], in_doubt: None, journal: FileJournal
) -> None:
    with pytest.raises(DBError):
        process(*[CODE_1] * 4).reconcile()
    assert states(journal) == [SENT]


def test_one_that_has_ended_is_taken_for_the_order_only_when_a_live_one_would_be_listed(
    process: Callable[..., Any], in_doubt: None, clock: Clock
) -> None:
    """It can be somebody's who left just before, while the order itself is not listed yet."""
    ended = row(39, expired=True)
    assert outcomes(process(listing(ended)).reconcile()) == [("unknown", None)]
    assert outcomes(process(listing(ended, row(40))).reconcile()) == [("found", 40)]


def test_an_order_that_has_ended_meanwhile_is_found_in_the_end(
    process: Callable[..., Any], in_doubt: None, clock: Clock
) -> None:
    clock.now = 700.0
    (result,) = process(listing(row(40, expired=True))).reconcile()
    assert (result.outcome, result.order_id, result.order_status) == ("found", 40, "expired")


def test_of_two_attempts_the_later_one_has_made_the_later_order(
    process: Callable[..., Any], in_doubt: None, clock: Clock, journal: FileJournal
) -> None:
    clock.now = 300.0
    with pytest.raises(OrderUncertainError):
        process(listing(row(40)), LOST, *[listing(row(40))] * 6).create_order(**ORDER)
    both = listing(row(40), row(41, age=-305))
    assert outcomes(process(both).reconcile()) == [("found", 40), ("found", 41)]
    assert states(journal) == []


def test_an_order_that_was_returned_to_a_caller_is_not_found_for_another(
    process: Callable[..., Any], in_doubt: None
) -> None:
    client = process(EMPTY, YES, listing(row(40)), listing(row(40)))
    assert client.create_order(**ORDER).id == 40
    assert outcomes(client.reconcile()) == [("unknown", None)]


def test_what_is_on_record_is_told_without_asking_and_without_forgetting(
    process: Callable[..., Any],
) -> None:
    with pytest.raises(OrderUncertainError):
        process(EMPTY, LOST, *[EMPTY] * 6).create_order(**ORDER)
    silent = process()
    assert outcomes(silent.reconcile(ask=False)) == [("unknown", None)]
    assert silent._transport.sent == []
    assert outcomes(process(listing(row(40))).reconcile()) == [("found", 40)]
    assert process().reconcile(ask=False) == []
