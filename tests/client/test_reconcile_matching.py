"""Which of the listed orders an attempt in doubt has made: never a wrong answer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Optional, Union

import pytest
from client.doubts import BASE, row, settled
from optional import some
from scripted import START

from clore_client.models import Order
from clore_client.rental import ACCEPTED, Claims


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
def test_another_order_is_not_taken_for_it(stranger: Dict[str, Any]) -> None:
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
def test_what_could_be_the_order_after_all_is_no_proof_that_there_is_none(
    stranger: Union[Dict[str, Optional[Union[float, str, bool]]], str],
) -> None:
    """It runs on the server, was not there before, and costs money."""
    assert settled([stranger], BASE, later=10**6) == (["unknown"], [None], 1)


@pytest.mark.parametrize(
    "fields", [{"image": None}, {"currency": None}, {"ct": None}, {"ct": START - 119}]
)
def test_what_a_row_does_not_tell_speaks_against_nothing(
    fields: Dict[str, Optional[float]],
) -> None:
    assert settled([row(40, **fields)], BASE)[1] == [40]


def test_once_accepted_the_image_may_be_written_differently() -> None:
    accepted = replace(BASE, state=ACCEPTED)
    assert settled([row(40, image="docker.io/image")], accepted)[1] == [40]
    assert settled([row(41, image="docker.io/image"), row(40)], accepted)[1] == [40]


def test_an_order_with_another_image_that_has_ended_may_be_somebody_elses() -> None:
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
def test_it_is_not_forgotten_as_long_as_it_could_be_the_order(
    fields: Dict[str, Optional[float]], outcome: str
) -> None:
    accepted = replace(BASE, state=ACCEPTED)
    ended = row(40, image="other", expired=True, **fields)
    assert settled([ended], accepted, later=90_000.0)[0] == [outcome]


def test_a_live_order_is_likelier_than_one_that_has_ended() -> None:
    assert settled([row(41, expired=True), row(40)], BASE)[1] == [40]


def test_two_attempts_never_get_the_same_order() -> None:
    second = replace(BASE, id="second", sent_at=START + 60)
    outcomes, orders, kept = settled([row(40)], BASE, second)
    assert (sorted(outcomes), kept) == (["found", "unknown"], 1)
    assert sorted(orders, key=str) == [40, None]
    both = settled([row(40), row(41, age=-65.0)], BASE, second)
    assert (both[0], sorted(map(some, both[1]))) == (["found", "found"], [40, 41])


def test_an_order_that_a_call_has_returned_is_not_found_again() -> None:
    claims = Claims()
    claims.first([Order.from_dict({"id": 40})], "the call's own attempt")
    assert settled([row(40)], BASE, claims=claims)[1] == [None]


def test_an_attempt_gets_its_order_as_often_as_it_asks() -> None:
    """The first to ask was interrupted, or could not remove the record."""
    claims = Claims()
    assert settled([row(40)], BASE, claims=claims)[1] == [40]
    later = row(41, age=-300.0)  # the likelier one by its time, were it not for that
    assert settled([later, row(40)], BASE, claims=claims, later=10**6)[:2] == (["found"], [40])
