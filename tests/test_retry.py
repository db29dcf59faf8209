"""Whether to try again, and when: a table of values."""

from __future__ import annotations

from typing import Optional

import pytest

from clore_client.errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    DBError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    NetworkError,
    RateLimitError,
)
from clore_client.retry import RetryPolicy

LIMIT = RateLimitError("slow down")


def test_backoff_doubles_from_one_second_and_ends() -> None:
    policy = RetryPolicy(max_retries=4)
    delays = [policy.delay(LIMIT, attempt, idempotent=True) for attempt in range(1, 7)]
    assert delays == [1, 2, 4, 8, None, None]


def test_no_retries_means_one_attempt() -> None:
    assert RetryPolicy(max_retries=0).delay(LIMIT, 1, idempotent=True) is None


def test_backoff_is_capped() -> None:
    assert RetryPolicy(max_retries=50).delay(LIMIT, 40, idempotent=True) == 60
    assert RetryPolicy(max_retries=9999).delay(LIMIT, 9999, idempotent=True) == 60


def test_the_pause_counts_for_others_even_when_the_call_is_not_repeated() -> None:
    policy = RetryPolicy(max_retries=0)
    assert policy.pause(LIMIT, 1) == 1
    assert policy.pause(RateLimitError("slow", retry_after=30), 1) == 30
    assert policy.pause(RateLimitError("slow", retry_after=9e9), 1) == 60


@pytest.mark.parametrize(
    ("retry_after", "delay"), [(None, 1), (0, 1), (7, 7), (60, 60), (61, None), (9e9, None)]
)
def test_retry_after_is_honoured_within_reason(
    retry_after: Optional[float], delay: Optional[int]
) -> None:
    error = RateLimitError("slow down", retry_after=retry_after)
    assert RetryPolicy().delay(error, 1, idempotent=False) == delay


@pytest.mark.parametrize(
    ("error", "read", "paid"),
    [
        (LIMIT, True, True),  # refused before it was acted upon
        (NetworkError("refused", sent=False), True, True),
        (NetworkError("reset", sent=True), True, False),
        (DBError("code 1", status=500), True, False),
        (DBError("code 1", status=200), True, False),
        (DBError("code 1", status=400), False, False),
        (BadAnswerError("page", status=502), True, False),
        (BadAnswerError("cut off", status=200), True, False),
        (BadAnswerError("edge", status=403), False, False),
        (BadAnswerError("moved", status=302), False, False),
        (FieldError("no", status=500), False, False),
        (InvalidInputError("no", status=400), False, False),
        (AuthError("no", status=401), False, False),
        (InvalidEndpointError("no", status=404), False, False),
        (CloreAPIError("code 99", code=99, status=500), False, False),
    ],
    ids=repr,
)
def test_what_may_be_repeated(error: CloreAPIError, read: bool, paid: bool) -> None:
    policy = RetryPolicy()
    assert (policy.delay(error, 1, idempotent=True) is not None) == read
    assert (policy.delay(error, 1, idempotent=False) is not None) == paid
