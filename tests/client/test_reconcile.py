"""What became of attempts in doubt: found, none or not known yet, and never a wrong answer."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from scripted import LOST, START, Clock, Script, answer

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import AuthError, BadAnswerError, CloreAPIError
from clore_client.models import Order
from clore_client.rental import ACCEPTED, PATIENCE, SENT, Attempt, Claims

BASE = Attempt(
    "create_order", (123,), "on-demand", START, frozenset([7]), "image", "bitcoin", None, SENT
)


class Kept:
    """A journal in memory."""

    def __init__(self, *attempts):
        self.attempts, self.closed = list(attempts), []

    def pending(self):
        return list(self.attempts)

    def open(self, attempt):
        if attempt not in self.attempts:
            self.attempts.append(attempt)

    def settle(self, attempt, state):
        """It is known already."""

    def close(self, attempt):
        self.attempts.remove(attempt)
        self.closed.append(attempt)

    def forget(self, attempt_id):
        self.close(next(one for one in self.attempts if one.id == attempt_id))


def row(number, server=123, age=-5.0, **fields):
    """A row that was created ``-age`` seconds after the attempt."""
    made = {"id": number, "si": server, "ct": START - age, "spend": 0.1, "image": "image"}
    return {**made, "currency": "bitcoin", **fields}


def settled(rows, *attempts, later=10.0, claims=None):
    """(outcomes, orders, how many attempts are kept), the same for both clients."""
    seen = []
    for kind in (CloreAI, AsyncCloreAI):
        clock = Clock()
        clock.now = later
        script = Script(clock, answer({"code": 0, "orders": rows}))
        client = kind(transport=script, clock=clock)
        kept = Kept(*attempts)
        client._run = replace(client._run, journal=kept, claims=claims or Claims())
        results = client.reconcile()
        if kind is AsyncCloreAI:
            results = asyncio.run(results)
        assert [request.query for _, request in script.sent] == [{"return_completed": "true"}]
        seen.append((results, kept))
    assert [r.to_dict() for r in seen[0][0]] == [r.to_dict() for r in seen[1][0]]
    results, kept = seen[0]
    return [r.outcome for r in results], [r.order_id for r in results], len(kept.attempts)


def test_nothing_in_doubt_costs_no_request():
    clock = Clock()
    script = Script(clock)
    assert CloreAI(transport=script, clock=clock).reconcile() == []
    assert script.sent == []


@pytest.mark.parametrize("state", [SENT, ACCEPTED])
@pytest.mark.parametrize(
    ("fields", "later"), [({}, 0), ({"expired": True}, 700)], ids=["live", "ended since"]
)
def test_an_order_that_was_made_is_found(state, fields, later):
    made = row(40, **fields)
    assert settled([made], replace(BASE, state=state), later=later) == (["found"], [40], 0)


def test_what_was_found_tells_all_that_is_known():
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
def test_none_only_after_the_patience(state):
    attempt = replace(BASE, state=state)
    patience = PATIENCE[state]
    assert settled([], attempt, later=patience) == (["unknown"], [None], 1)
    assert settled([], attempt, later=patience + 1) == (["none"], [None], 0)


def test_one_that_was_accepted_is_waited_for_longer():
    assert PATIENCE[ACCEPTED] > 100 * PATIENCE[SENT]


def test_a_state_of_a_later_version_is_given_the_longest_patience():
    odd = replace(BASE, state="odd")
    assert settled([], odd, later=PATIENCE[SENT] + 1)[0] == ["unknown"]
    assert settled([], odd, later=PATIENCE[ACCEPTED] + 1)[0] == ["none"]


@pytest.mark.parametrize(
    "stranger",
    [
        row(7),
        row(40, server=124),
        row(40, age=6.0, expired=True),
        row(40, age=3600.0, expired=True),
        {"si": 124},
    ],
    ids=["known before", "other server", "ended just before", "ended long before", "odd"],
)
def test_another_order_is_not_taken_for_it(stranger):
    assert settled([stranger], BASE, later=10**4) == (["none"], [None], 0)


@pytest.mark.parametrize(
    "stranger",
    [
        row(40, spot=True),
        row(40, currency="CLORE-Blockchain"),
        row(40, image="docker.io/image"),
        row(40, age=121.0),
        row(40, server=None),
        row(40, expired=True, order_end=START + 60, image="other"),
        row(None),
        "an odd row",
    ],
    ids=["type", "currency", "image", "older", "no server", "ended since", "no number", "text"],
)
def test_what_could_be_the_order_after_all_is_no_proof_that_there_is_none(stranger):
    """It runs on the server, was not there before, and costs money."""
    assert settled([stranger], BASE, later=10**6) == (["unknown"], [None], 1)


@pytest.mark.parametrize(
    "fields", [{"image": None}, {"currency": None}, {"ct": None}, {"ct": START - 119}]
)
def test_what_a_row_does_not_tell_speaks_against_nothing(fields):
    assert settled([row(40, **fields)], BASE)[1] == [40]


def test_once_accepted_the_image_may_be_written_differently():
    accepted = replace(BASE, state=ACCEPTED)
    assert settled([row(40, image="docker.io/image")], accepted)[1] == [40]
    assert settled([row(41, image="docker.io/image"), row(40)], accepted)[1] == [40]


def test_an_order_with_another_image_that_has_ended_may_be_somebody_elses():
    accepted = replace(BASE, state=ACCEPTED)
    ended = row(40, image="other", expired=True)
    assert settled([ended], accepted, later=700.0) == (["unknown"], [None], 1)
    assert settled([ended, row(41, expired=True)], accepted, later=700.0)[1] == [41]


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"order_end": START + 60}, "unknown"),
        ({}, "unknown"),  # nothing tells when it ended
        ({"ct": None}, "unknown"),
        ({"order_end": START - 121}, "none"),
        ({"ct": START - 6}, "none"),
    ],
)
def test_it_is_not_forgotten_as_long_as_it_could_be_the_order(fields, outcome):
    accepted = replace(BASE, state=ACCEPTED)
    ended = row(40, image="other", expired=True, **fields)
    assert settled([ended], accepted, later=90_000.0)[0] == [outcome]


def test_a_live_order_is_likelier_than_one_that_has_ended():
    assert settled([row(41, expired=True), row(40)], BASE)[1] == [40]


def test_two_attempts_never_get_the_same_order():
    second = replace(BASE, id="second", sent_at=START + 60)
    outcomes, orders, kept = settled([row(40)], BASE, second)
    assert (sorted(outcomes), kept) == (["found", "unknown"], 1)
    assert sorted(orders, key=str) == [40, None]
    both = settled([row(40), row(41, age=-65.0)], BASE, second)
    assert (both[0], sorted(both[1])) == (["found", "found"], [40, 41])


def test_an_order_that_a_call_has_returned_is_not_found_again():
    claims = Claims()
    claims.first([Order.from_dict({"id": 40})], "the call's own attempt")
    assert settled([row(40)], BASE, claims=claims)[1] == [None]


def test_an_attempt_gets_its_order_as_often_as_it_asks():
    """The first to ask was interrupted, or could not remove the record."""
    claims = Claims()
    assert settled([row(40)], BASE, claims=claims)[1] == [40]
    later = row(41, age=-300.0)  # the likelier one by its time, were it not for that
    assert settled([later, row(40)], BASE, claims=claims, later=10**6)[:2] == (["found"], [40])


def test_an_interrupted_reconcile_loses_nothing():
    clock = Clock()
    listed = answer({"code": 0, "orders": [row(40)]})
    client = CloreAI(transport=Script(clock, listed, listed), clock=clock)
    kept = Kept(BASE)
    client._run = replace(client._run, journal=kept)
    forget, kept.close = kept.close, interrupt
    with pytest.raises(KeyboardInterrupt):
        client.reconcile()
    kept.close = forget
    assert kept.attempts == [BASE]
    clock.now += 10**6
    assert [(r.outcome, r.order_id) for r in client.reconcile()] == [("found", 40)]
    assert kept.attempts == []


def interrupt(_attempt):
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
def test_orders_that_cannot_be_read_settle_nothing(answers, kind):
    clock = Clock()
    clock.now = 10**6
    client = CloreAI(transport=Script(clock, *answers), clock=clock)
    kept = Kept(BASE)
    client._run = replace(client._run, journal=kept)
    with pytest.raises(kind):
        client.reconcile()
    assert kept.attempts == [BASE]


def test_the_apis_clock_counts():
    """This machine's is a week ahead: by it the attempt would be long over."""
    clock = Clock()
    clock.now = 7 * 86_400.0
    dated = answer({"code": 0, "orders": []}, date="Mon, 21 Sep 2026 14:15:00 GMT")
    client = CloreAI(transport=Script(clock, dated), clock=clock)
    attempt = replace(BASE, sent_at=1_790_000_100.0 - 200)
    client._run = replace(client._run, journal=Kept(attempt))
    assert client._run.server_clock.time() - attempt.sent_at > PATIENCE[SENT]
    assert [result.outcome for result in client.reconcile()] == ["unknown"]


def test_an_earlier_attempt_in_doubt_is_told_before_the_next_one(caplog):
    clock = Clock()
    empty, accepted = answer({"code": 0, "orders": []}), answer({"code": 0})
    found = answer({"code": 0, "orders": [row(40)]})
    client = CloreAI(transport=Script(clock, empty, accepted, found), clock=clock)
    kept = Kept(BASE)
    kept.open = kept.settle = lambda *_: None
    kept.close = lambda _: None
    client._run = replace(client._run, journal=kept)
    client.create_order(123, "image", "on-demand", "bitcoin")
    assert "an earlier attempt to rent server 123 may have made an order" in caplog.text


@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_what_is_settled_can_be_kept_until_somebody_has_seen_it(kind):
    clock = Clock()
    listed = answer({"code": 0, "orders": [row(40)]})
    client = kind(transport=Script(clock, listed, listed), clock=clock)
    other = replace(BASE, id="other", server_ids=(5,))
    client._run = replace(client._run, journal=(kept := Kept(BASE, other)))

    def done(outcome):
        return asyncio.run(outcome) if kind is AsyncCloreAI else outcome

    results = done(client.reconcile(forget=False))
    assert [result.outcome for result in results] == ["found", "unknown"]
    assert kept.attempts == [BASE, other]
    done(client.forget(results))
    assert kept.attempts == [other]


def test_what_is_in_progress_is_unknown_and_warned_of_by_nobody(caplog):
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
