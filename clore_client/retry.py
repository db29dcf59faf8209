"""When to try again, and after how long. Pure."""

from __future__ import annotations

from typing import NamedTuple, Optional

from .errors import (
    AnswerTooLargeError,
    BadAnswerError,
    CloreAPIError,
    DBError,
    NetworkError,
    RateLimitError,
)

#: A longer Retry-After is not slept through: the caller hears of it at once.
LONGEST_PAUSE = 60.0

_STEPS = 10  # doublings after which any base is past the longest pause
_SERVER_ERROR = 500
_REDIRECT = 300


class RetryPolicy(NamedTuple):
    """Exponential backoff: 1, 2, 4 ... seconds, up to ``max_retries`` further attempts."""

    max_retries: int = 3
    base: float = 1.0

    def delay(self, error: CloreAPIError, attempt: int, *, idempotent: bool) -> Optional[float]:
        """Seconds to wait after failed attempt number ``attempt``; None means give up."""
        if attempt > self.max_retries or not self._may_repeat(error, idempotent=idempotent):
            return None
        if isinstance(error, RateLimitError) and (error.retry_after or 0) > LONGEST_PAUSE:
            return None
        return self.pause(error, attempt)

    def pause(self, error: CloreAPIError, attempt: int) -> float:
        """Seconds to leave the API alone after ``error``, whether or not the call is repeated."""
        asked = getattr(error, "retry_after", None) or 0.0
        backoff = self.base * 2.0 ** min(attempt - 1, _STEPS)
        return min(max(backoff, asked), LONGEST_PAUSE)

    @staticmethod
    def _may_repeat(error: CloreAPIError, *, idempotent: bool) -> bool:
        """Only a certain "not carried out", or a call that does no harm twice."""
        if isinstance(error, RateLimitError):
            return True  # the API documents and shows it as refused before it was acted upon
        if isinstance(error, NetworkError):
            return idempotent or not error.sent
        passing = isinstance(error, (BadAnswerError, DBError))
        passing = passing and not isinstance(error, AnswerTooLargeError)
        return idempotent and passing and not _client_error(error.status)


def _client_error(status: Optional[int]) -> bool:
    """A redirect or a 4xx will be answered the same way again."""
    return status is not None and _REDIRECT <= status < _SERVER_ERROR
