"""What the journal keeps of an attempt to rent, and what can be read of its record."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Union

import pytest
from reconcile.attempts import (
    ATTEMPT,
    CODE_1,
    EMPTY,
    ORDER,
    YES,
    InterruptError,
    listing,
    outcomes,
    row,
    states,
)
from scripted import LIMITED, LOST, START, UNSENT, Clock, answer

from clore_client.endpoint import CREATE
from clore_client.errors import DBError, FieldError, NetworkError, OrderUncertainError
from clore_client.rental import ACCEPTED, SENT, Attempt

if TYPE_CHECKING:
    from clore_client.journal import FileJournal
    from clore_client.wire import Response


# ---------------------------------------------------------------------- what the journal keeps
def test_an_order_that_was_found_leaves_nothing(
    process: Callable[..., Any], journal: FileJournal
) -> None:
    assert process(EMPTY, YES, listing(row(40))).create_order(**ORDER).id == 40
    assert states(journal) == []


def test_an_order_that_was_refused_leaves_nothing(
    process: Callable[..., Any], journal: FileJournal
) -> None:
    with pytest.raises(FieldError):
        process(EMPTY, answer({"code": 6, "error": "no"})).create_order(**ORDER)
    assert states(journal) == []


@pytest.mark.parametrize(("reply", "state"), [(LOST, SENT), (CODE_1, SENT), (YES, ACCEPTED)])
def test_an_order_that_is_not_listed_is_kept_with_what_is_known(
    process: Callable[..., Any], journal: FileJournal, reply: Union[Response, Exception], state: str
) -> None:
    client = process(EMPTY, reply, *[EMPTY] * 6)
    if state == ACCEPTED:
        assert client.create_order(**ORDER).status == "pending"
    else:
        with pytest.raises(OrderUncertainError):
            client.create_order(**ORDER)
    assert states(journal) == [state]


@pytest.mark.parametrize("reply", [LOST, YES])
def test_an_interrupted_look_is_said_and_kept(
    process: Callable[..., Any],
    journal: FileJournal,
    reply: Union[Response, Exception],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(InterruptError):
        process(EMPTY, reply, EMPTY, InterruptError()).create_order(**ORDER)
    assert states(journal) == [SENT if reply is LOST else ACCEPTED]
    assert "create_order: interrupted; server 123 may be rented" in caplog.text


@pytest.mark.parametrize("reply", [LOST, YES])
def test_who_looks_for_an_order_still_works_on_it(
    process: Any,
    journal: FileJournal,
    clock: Clock,
    reply: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Another program that rents meanwhile is not told of a doubt."""
    seen: List[List[bool]] = []
    usual = clock.sleep

    def sleep(seconds: float) -> None:
        seen.append([attempt.held for attempt in journal.pending()])
        usual(seconds)

    monkeypatch.setattr(clock, "sleep", sleep)
    with contextlib.suppress(OrderUncertainError):
        process(EMPTY, reply, *[EMPTY] * 6).create_order(**ORDER)
    looks = [held for held in seen if held]
    assert len(looks) >= 5
    assert all(held == [True] for held in looks)
    assert [attempt.held for attempt in journal.pending()] == [False]
    assert "earlier attempt" not in caplog.text


def test_refusals_and_failures_to_connect_add_up_to_nothing_was_made(
    process: Callable[..., Any], journal: FileJournal
) -> None:
    """Every attempt was refused or never left: that is no doubt, and needs no look."""
    with pytest.raises(NetworkError) as caught:
        process(EMPTY, LIMITED, *[UNSENT] * 3).create_order(**ORDER)
    assert caught.value.sent is False
    assert states(journal) == []


def test_what_counts_is_when_the_order_left_not_when_it_was_asked_for(
    process: Callable[..., Any], clock: Clock, journal: FileJournal
) -> None:
    """It waited for minutes behind others; that it is not listed yet proves nothing."""
    client = process(EMPTY, LOST, *[EMPTY] * 6)
    for _ in range(200):
        client._run.limiter.reserve([CREATE])
    with pytest.raises(OrderUncertainError):
        client.create_order(**ORDER)
    assert clock.now > 1000
    assert journal.pending()[0].sent_at > START + 1000
    assert outcomes(process(EMPTY).reconcile()) == [("unknown", None)]


def test_the_next_rental_says_that_one_is_in_doubt(
    process: Callable[..., Any], in_doubt: None, caplog: pytest.LogCaptureFixture
) -> None:
    process(EMPTY, YES, listing(row(41))).create_order(**ORDER)
    assert "an earlier attempt to rent server 123 may have made an order" in caplog.text


# ---------------------------------------------------------------------- the record
def test_an_attempt_survives_its_record() -> None:
    assert Attempt.of_record(ATTEMPT.record()) == ATTEMPT
    assert Attempt.of_record({**ATTEMPT.record(), "version": 9, "new": 1}) == ATTEMPT


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"known": None}, TypeError),
        ({"server_ids": ["x"]}, ValueError),
        ({"sent_at": "soon"}, TypeError),
        ({"sent_at": None}, TypeError),
    ],
)
def test_what_is_no_record_is_refused(
    changes: Union[Dict[str, None], Dict[str, List[str]], Dict[str, str]], error: Any
) -> None:
    with pytest.raises(error):
        Attempt.of_record({**ATTEMPT.record(), **changes})


def test_a_record_that_lacks_something_is_refused() -> None:
    record = ATTEMPT.record()
    del record["operation"]
    with pytest.raises(TypeError):
        Attempt.of_record(record)


def test_a_state_of_a_later_version_is_given_the_longest_time() -> None:
    later = replace(ATTEMPT, state="confirmed")
    assert not later.outlasted(START + 86_400)
    assert later.outlasted(START + 86_401)


def test_several_servers_are_named_in_the_text() -> None:
    several = replace(ATTEMPT, server_ids=(1, 2))
    error = several.uncertain(DBError("it failed", advice="Try again."))
    assert "whether servers 1, 2 were rented: it failed. Nothing" in str(error)
    assert "Look at my_orders(), or" in str(error)
    assert (error.server_id, error.server_ids) == (1, (1, 2))
    bids = replace(ATTEMPT, operation="create_gigaspot_orders")
    assert "Look at get_gigaspot().my_bids, or" in str(bids.uncertain(DBError("it failed")))
