"""One rate limit for many machines: the schedule in Redis, changed by one script at a time."""

from __future__ import annotations

import itertools
import json
import logging
import threading
import time
from typing import Any, Callable, Iterable, List, Mapping, Optional, Set, Tuple
from urllib.parse import unquote, urlsplit

from . import logs
from .limiter import INTERVALS, Limiter, Slot
from .patience import within
from .redis_script import SCRIPT
from .text import clean

#: Real seconds to wait for an answer, from the look-up of the name on. The name alone took 8 s
#: where a resolver was away, twice, and nothing ends a look-up but whoever waits for it.
_TIMEOUT = 1.0
#: Real seconds until a Redis that failed is asked again.
_RETRY_AFTER = 60.0
_HIDDEN = "redis://?"


class RedisLimiter:
    """Spaces the requests of everybody who names the same Redis and account. Safe for threads.

    Moments are told by Redis's own clock, so those of the machines do not matter. While Redis
    cannot be used, for whatever reason, the ``fallback`` is; one warning says so.

    Args:
        url: ``redis://``, ``rediss://`` or ``unix://``, as the package ``redis`` takes it.
        account: a digest of the account, never its key: it is part of the name in Redis.
        fallback: the limiter for when Redis fails, such as a `MachineLimiter`.
        intervals: seconds between two requests, for each bucket.
        speed: how many seconds pass in a real one; more than 1 for a sandbox.
        monotonic: real seconds, for when to ask Redis again.
    """

    local = False

    def __init__(
        self,
        url: str,
        account: str,
        *,
        fallback: Limiter,
        intervals: Mapping[str, float] = INTERVALS,
        speed: float = 1.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url, self._fallback, self._speed = url, fallback, speed
        #: With a hash tag: on a cluster, all that an account may ever have is in one place.
        self._key = f"clore:{{{account}}}:limit"
        self._intervals = json.dumps(dict(intervals))
        self._monotonic, self._down_until = monotonic, 0.0
        self._script: Any = None
        self._failures = itertools.count()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({shown(self._url)!r})"

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the first moment that is far enough from all that anybody has booked."""
        slot = Slot(0.0, 0.0, tuple(buckets), self)
        answer = self._ask("book", slot)
        if answer is None:
            return self._fallback.reserve(slot.buckets)
        slot.at, slot.wait = answer
        return slot

    def confirm(self, slot: Slot) -> float:
        """0 to send now, else the seconds that must still be waited."""
        if slot.owner is not self:
            return self._fallback.confirm(slot)
        answer = self._ask("confirm", slot)
        if answer is not None:
            return answer[1]
        slot.become(self._fallback.reserve(slot.buckets))
        return slot.wait or self._fallback.confirm(slot)

    def hold(self, seconds: float) -> None:
        """Keep everybody back for ``seconds``, those included who are waiting already."""
        self._ask("hold", Slot(0.0, 0.0, ()), seconds)
        self._fallback.hold(seconds)  # it may be needed before they have passed

    def left(self, slot: Slot) -> None:
        """Count the interval from when the request left, as soon as Redis hears of it.

        It never waits: a thread tells Redis. `confirm` has counted the departure already; what
        may be lost with the thread is how much later than allowed the request left.
        """
        self._fallback.left(slot)  # it may be needed for the next one
        self._tell("left", slot)

    def release(self, slot: Slot) -> None:
        """Give back ``slot`` to whoever books next, as soon as Redis hears of it.

        It never waits: a thread tells Redis. If that is lost, the moment passes unused.
        """
        self._fallback.release(slot)
        self._tell("release", slot)

    def _tell(self, action: str, slot: Slot) -> None:
        if slot.owner is not self or self._is_down():
            return
        worker = threading.Thread(
            target=self._ask, args=(action, slot), name="clore-limiter", daemon=True
        )
        try:
            worker.start()
        except RuntimeError:  # the interpreter is shutting down, or there are too many threads
            logs.logger().debug("the limiter in Redis was not told: %s", action)

    def _is_down(self) -> bool:
        return self._monotonic() < self._down_until

    def _ask(self, action: str, slot: Slot, seconds: float = 0.0) -> Optional[Tuple[float, float]]:
        """The moment of ``slot`` and the wait for it, or None while Redis cannot be used."""
        if self._is_down():
            return None
        try:
            if self._script is None:
                self._script = _connect(self._url).register_script(SCRIPT)
            args = arguments(action, slot, seconds, self._speed, self._intervals)
            # An answer that arrives later is nobody's. A moment that it booked passes unused.
            at, wait = within(_TIMEOUT, lambda: self._script(keys=[self._key], args=args))
            return float(at), float(wait)
        except Exception as error:  # noqa: BLE001  no limiter is a reason for a call to fail
            self._down_until = self._monotonic() + _RETRY_AFTER
            self._report(error)
            return None

    def _report(self, error: Exception) -> None:
        first = next(self._failures) == 0  # without a lock, which a fork could leave locked
        logs.logger().log(
            logging.WARNING if first else logging.DEBUG,
            "the limiter at %s cannot be used (%s): this machine limits itself; asking again "
            "every %.0f s",
            shown(self._url),
            _reason(error, self._url),
            _RETRY_AFTER,
        )


def arguments(action: str, slot: Slot, seconds: float, speed: float, intervals: str) -> List[Any]:
    """What the script takes, in its order."""
    buckets = json.dumps(slot.buckets)
    return [action, slot.name, repr(slot.at), buckets, repr(float(seconds)), intervals, repr(speed)]


def _connect(url: str) -> Any:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # One more try at once: a connection from the pool may have been closed by a restart. The
    # defaults of the package, three tries with growing pauses, would hold a call for seconds.
    retry = Retry(NoBackoff(), 1, supported_errors=(redis.exceptions.ConnectionError,))
    return redis.Redis.from_url(
        url, socket_timeout=_TIMEOUT, socket_connect_timeout=_TIMEOUT, retry=retry
    )


def shown(url: str) -> str:
    """``url`` without user, password and options; without anything when it is malformed."""
    try:
        parts = urlsplit(url)
        known = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        # An @ behind the host, or a port that is none, is what a password with / # or ? makes.
        malformed = parts.port == 0 or "@" in parts.path + parts.query + parts.fragment
    except ValueError:
        malformed = True
    return _HIDDEN if malformed else clean(known, 200)


def _reason(error: Exception, url: str) -> str:
    if isinstance(error, ImportError):
        return "the package redis is missing: pip install 'clore-ai[redis]'"
    name, text = type(error).__name__, str(error)
    quoting = shown(url) == _HIDDEN or any(secret in text for secret in _secrets(url))
    if quoting or isinstance(error, ValueError):
        return name
    return clean(f"{name}: {text}", 200)


def _secrets(url: str) -> Set[str]:
    parts = urlsplit(url)
    found = {parts.username or "", parts.password or "", parts.query} - {""}
    return {form for value in found for form in (value, unquote(value))}
