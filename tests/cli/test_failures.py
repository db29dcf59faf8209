"""Every error of the SDK has its exit status and a next step; values only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, Set, Type

import pytest

from clore_cli.explaining import HINTS, explain
from clore_client import errors

if TYPE_CHECKING:
    from clore_client.errors import (
        CloreAPIError,
        ConfigError,
    )

CASES = [
    (errors.CloreAPIError("x"), 1),
    (errors.DBError("x"), 1),
    (errors.BadAnswerError("x"), 1),
    (errors.AnswerTooLargeError("x"), 1),
    (errors.ConfigError("x"), 2),
    (errors.ConfigWriteError("x"), 1),
    (errors.KeySourceError("x"), 3),
    (errors.InvalidInputError("x", argument="image"), 2),
    (errors.NotFoundError("x"), 4),
    (errors.InvalidEndpointError("x"), 4),
    (errors.RateLimitError("x", retry_after=7), 5),
    (errors.FieldError("x", response={"error": "server-already-rented"}), 6),
    (errors.FieldError("x", response={"error": "brand-new-refusal"}), 6),
    (errors.FieldError("x", response={"error": "order_dont_exist"}), 4),
    (errors.FieldError("x", response={"error": "server-dont-exist"}), 4),
    (errors.FieldError("x", response={"error": "server_dont_exist"}), 4),
    (errors.NetworkError("x", sent=True), 7),
    (errors.WaitTimeoutError("x"), 8),
    (errors.OrderUncertainError("x", server_id=6, type="spot", sent_at=0), 9),
]

#: The texts of code 6 that the API is known to send.
KNOWN = frozenset(
    [
        "server-dont-exist",
        "server-offline",
        "server-already-rented",
        "not_enough_balance",
        "cant_rent_from_yourself",
        "too_low_price",
        "you_already_have_spot_order",
        "currency-not-allowed",
        "machine-is-on-gigaspot",
        "you_dont_own_this_order",
        "order_not_active",
        "issue_description_too_long",
        "order_dont_exist",
        "amount_too_low",
        "can_lower_every_600_seconds",
        "exceeded_max_step",
        "server_dont_exist",
        "not_all_parameters_present",
        "invalid_mrl",
        "invalid_input",
    ]
)


@pytest.mark.parametrize(("error", "status"), CASES, ids=lambda case: getattr(case, "args", case))
def test_status(error: CloreAPIError, status: int) -> None:
    failure = explain(error)
    assert (failure.status, failure.message) == (status, "x")


def test_every_kind_of_error_is_in_the_table() -> None:
    def kinds(cls: Type[CloreAPIError]) -> Set[Type[CloreAPIError]]:
        return {cls}.union(*map(kinds, cls.__subclasses__()))

    ours = {kind for kind in kinds(errors.CloreAPIError) if kind.__module__ == errors.__name__}
    assert ours - {errors.AuthError} == {type(error) for error, _ in CASES}


@pytest.mark.parametrize("text", sorted(KNOWN))
def test_every_known_refusal_has_a_next_step(text: str) -> None:
    assert explain(errors.FieldError("x", response={"error": text})).hint.endswith((".", "?"))


def test_no_hint_is_for_a_text_nobody_sends() -> None:
    assert {text.replace("_", "-") for text in KNOWN} == set(HINTS)


@pytest.mark.parametrize(
    ("answer", "part"),
    [
        ({"error": "too_low_price", "min_price": 1e-06}, "0.000001 per day"),
        ({"error": "can_lower_every_600_seconds", "time_to_lowering": 130}, "in 2m 10s"),
        ({"error": "exceeded_max_step", "max_step": 0.5}, "at most 0.5 per day"),
    ],
)
def test_hints_carry_the_numbers_of_the_answer(answer: Dict[str, Any], part: str) -> None:
    assert part in explain(errors.FieldError("x", response=answer)).hint


def test_a_refused_key_is_named_as_the_client_names_it() -> None:
    error = errors.AuthError("x", status=401, advice="The key …cdef came from CLORE_API_KEY")
    failure = explain(error)
    assert (failure.status, failure.message) == (3, "x")
    assert failure.hint.startswith("The key …cdef came from CLORE_API_KEY. ")


def test_without_a_key_the_hint_says_how_to_get_one() -> None:
    failure = explain(errors.AuthError("x"))
    assert failure.message == "this needs an API key, and there is none."
    assert "clore auth login" in failure.hint


@pytest.mark.parametrize(
    ("kind", "status", "usual"),
    [
        (errors.ConfigError, 2, "config path"),
        (errors.ConfigWriteError, 1, "may write there"),
        (errors.KeySourceError, 3, "auth status"),
    ],
)
def test_a_wrong_setting_has_a_hint_that_fits(
    kind: Type[ConfigError], status: int, usual: str
) -> None:
    failure = explain(kind("x", advice="Run: chmod 600 y"))
    assert (failure.status, failure.hint) == (status, "Run: chmod 600 y")
    assert usual in explain(kind("x")).hint
