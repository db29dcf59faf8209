"""`reconcile` and `forget`: found, none or not known yet, and nothing is lost on the way."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, List, Type, Union

import pytest
from client.doubts import BASE, Kept, row, settled
from scripted import LOST, START, Clock, Script, answer

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import AuthError, BadAnswerError, CloreAPIError, NetworkError
from clore_client.rental import ACCEPTED, PATIENCE, SENT, Attempt

if TYPE_CHECKING:
    from clore_client.wire import Response


def test_nothing_in_doubt_costs_no_request() -> None:
    clock = Clock()
    script = Script(clock)
    assert CloreAI(transport=script, clock=clock).reconcile() == []
    assert script.sent == []


@pytest.mark.parametrize("state", [SENT, ACCEPTED])
@pytest.mark.parametrize(
    ("fields", "later"), [({}, 0), ({"expired": True}, 700)], ids=["live", "ended since"]
)
def test_an_order_that_was_made_is_found(state: str, fields: Dict[str, bool], later: int) -> None:
    made = row(40, **fields)
    assert settled([made], replace(BASE, state=state), later=later) == (["found"], [40], 0)


def test_what_was_found_tells_all_that_is_known() -> None:
    clock = Clock()
    client = CloreAI(
        transport=Script(clock, answer({"code": 0, "orders": [row(40, mon_container=2)]})),
        clock=clock,
    )
    client._run = replace(client._run, journal=Kept(BASE))
    (result,) = client.reconcile()
    assert result.to_dict() == {
        "id": BASE.id,
        "outcome": "found",
        "operation": "create_order",
        "server_id": 123,
        "type": "on-demand",
        "sent_at": START,
        "order_id": 40,
        "order_status": "running",
        "server_ids": [123],
        "order_ids": [40],
        "under_way": False,
    }


@pytest.mark.parametrize("state", [SENT, ACCEPTED])
def test_none_only_after_the_patience(state: str) -> None:
    attempt = replace(BASE, state=state)
    patience = PATIENCE[state]
    assert settled([], attempt, later=patience) == (["unknown"], [None], 1)
    assert settled([], attempt, later=patience + 1) == (["none"], [None], 0)


def test_one_that_was_accepted_is_waited_for_longer() -> None:
    assert PATIENCE[ACCEPTED] > 100 * PATIENCE[SENT]


def test_a_state_of_a_later_version_is_given_the_longest_patience() -> None:
    odd = replace(BASE, state="odd")
    assert settled([], odd, later=PATIENCE[SENT] + 1)[0] == ["unknown"]
    assert settled([], odd, later=PATIENCE[ACCEPTED] + 1)[0] == ["none"]


def test_an_interrupted_reconcile_loses_nothing() -> None:
    clock = Clock()
    listed = answer({"code": 0, "orders": [row(40)]})
    client = CloreAI(transport=Script(clock, listed, listed), clock=clock)
    kept = Kept(BASE)
    client._run = replace(client._run, journal=kept)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "close", interrupt)
        with pytest.raises(KeyboardInterrupt):
            client.reconcile()
    assert kept.attempts == [BASE]
    clock.now += 10**6
    assert [(r.outcome, r.order_id) for r in client.reconcile()] == [("found", 40)]
    assert kept.attempts == []


def interrupt(_attempt: Attempt) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ([LOST] * 4, CloreAPIError),
        ([answer({"code": 3}, 401)], AuthError),
        ([answer({"code": 0, "orders": None})], BadAnswerError),
        ([answer(b"<html>", 502)] * 4, BadAnswerError),
        ([answer({"code": 1}, 500)] * 4, CloreAPIError),
    ],
)
def test_orders_that_cannot_be_read_settle_nothing(
    answers: List[Union[NetworkError, Response]], kind: Type[CloreAPIError]
) -> None:
    clock = Clock()
    clock.now = 10**6
    client = CloreAI(transport=Script(clock, *answers), clock=clock)
    kept = Kept(BASE)
    client._run = replace(client._run, journal=kept)
    with pytest.raises(kind):
        client.reconcile()
    assert kept.attempts == [BASE]


def test_the_apis_clock_counts() -> None:
    """This machine's is a week ahead: by it the attempt would be long over."""
    clock = Clock()
    clock.now = 7 * 86_400.0
    dated = answer({"code": 0, "orders": []}, date="Mon, 21 Sep 2026 14:15:00 GMT")
    client = CloreAI(transport=Script(clock, dated), clock=clock)
    attempt = replace(BASE, sent_at=1_790_000_100.0 - 200)
    client._run = replace(client._run, journal=Kept(attempt))
    assert client._run.server_clock.time() - attempt.sent_at > PATIENCE[SENT]
    assert [result.outcome for result in client.reconcile()] == ["unknown"]


def test_an_earlier_attempt_in_doubt_is_told_before_the_next_one(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = Clock()
    empty, accepted = answer({"code": 0, "orders": []}), answer({"code": 0})
    found = answer({"code": 0, "orders": [row(40)]})
    client = CloreAI(transport=Script(clock, empty, accepted, found), clock=clock)
    kept = Kept(BASE)
    for name in ("open", "settle", "close"):
        monkeypatch.setattr(kept, name, lambda *_: None)
    client._run = replace(client._run, journal=kept)
    client.create_order(123, "image", "on-demand", "bitcoin")
    assert "an earlier attempt to rent server 123 may have made an order" in caplog.text


@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_what_is_settled_can_be_kept_until_somebody_has_seen_it(kind: Type[Any]) -> None:
    clock = Clock()
    listed = answer({"code": 0, "orders": [row(40)]})
    client = kind(transport=Script(clock, listed, listed), clock=clock)
    other = replace(BASE, id="other", server_ids=(5,))
    client._run = replace(client._run, journal=(kept := Kept(BASE, other)))

    def done(outcome: Any) -> Any:
        return asyncio.run(outcome) if kind is AsyncCloreAI else outcome

    results = done(client.reconcile(forget=False))
    assert [result.outcome for result in results] == ["found", "unknown"]
    assert kept.attempts == [BASE, other]
    done(client.forget(results))
    assert kept.attempts == [other]


def test_what_is_in_progress_is_unknown_and_warned_of_by_nobody(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    client = CloreAI(transport=Script(clock, answer({"code": 3}, 401)), clock=clock)
    client._run = replace(client._run, journal=Kept(replace(BASE, held=True)))
    assert [result.outcome for result in client.reconcile()] == ["unknown"]  # without a request
    with pytest.raises(AuthError):
        client.create_order(5, "image", "on-demand", "bitcoin")
    assert "an earlier attempt" not in caplog.text


def test_an_attempt_that_is_unknown_can_be_forgotten_on_purpose() -> None:
    clock = Clock()
    client = CloreAI(transport=Script(clock, answer({"code": 0, "orders": []})), clock=clock)
    other = replace(BASE, id="other", server_ids=(5,), held=True)
    client._run = replace(client._run, journal=(kept := Kept(other)))
    results = client.reconcile(forget=False)
    assert [(result.outcome, result.under_way) for result in results] == [("unknown", True)]
    client.forget(results)
    assert kept.attempts == [other]
    client.forget(results, unknown=True)
    assert kept.attempts == []
