"""The life of one call as a generator of steps: limiter, attempts, retries, reading the answer.

It performs no I/O. A driver feeds it: `Sleep` and `Send` come out, a `Response` (or a thrown
`CloreAPIError`) goes in, and the return value is what the caller gets.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Awaitable, Callable, Generator, Optional, TypeVar, Union

from .answers import read
from .clock import ServerClock
from .endpoint import Call, Spec
from .errors import AuthError, BadAnswerError, CloreAPIError, NetworkError, RateLimitError
from .limiter import Limiter
from .rental import Claims
from .retry import RetryPolicy
from .wire import JsonObject, Request, Response

T = TypeVar("T")

logger = logging.getLogger("clore_client")


@dataclass(frozen=True)
class Sleep:
    """Wait for so many seconds of the client's clock."""

    seconds: float


@dataclass(frozen=True)
class Send:
    """Send this request once."""

    request: Request


Steps = Generator[Union[Sleep, Send], Optional[Response], T]


@dataclass(frozen=True)
class Run:
    """Turns a call into steps: what a workflow is handed to make its calls with."""

    limiter: Limiter
    retry: RetryPolicy
    monotonic: Callable[[], float]
    server_clock: ServerClock
    claims: Claims
    has_key: bool = True

    def __call__(self, call: Call[T]) -> Steps[T]:
        """The steps of ``call``, retries included."""
        return plan(call, self)

    def once(self, call: Call[T]) -> Steps[T]:
        """The steps of ``call`` without any retry."""
        return plan(call, replace(self, retry=RetryPolicy(max_retries=0)))


def plan(call: Call[T], run: Run) -> Steps[T]:
    """Attempt ``call`` until it succeeds or trying again is pointless or unsafe."""
    spec, request, attempt = call.spec, call.request, 0
    arrived = False
    if spec.auth and not run.has_key:
        raise AuthError(
            f"{spec.name}: needs an API key: pass api_key, set CLORE_API_KEY or store one "
            "with `clore config set api_key`"
        )
    while True:
        attempt += 1
        try:
            response = yield from _attempt(request, spec, run)
            body = read(response, spec)
            break
        except CloreAPIError as error:
            arrived = arrived or getattr(error, "sent", True)
            delay = run.retry.delay(error, attempt, idempotent=spec.idempotent)
            if isinstance(error, RateLimitError):
                # The limit is the account's: whoever shares the limiter waits, too.
                run.limiter.hold(run.retry.pause(error, attempt))
            if delay is None:
                if isinstance(error, NetworkError) and arrived and not error.sent:
                    text = f"{error}; but an earlier attempt may have arrived"
                    raise NetworkError(text, sent=True) from error
                raise
            logger.info("attempt %d failed, next in %.1f s: %s", attempt, delay, error)
        yield Sleep(delay)
    return _parsed(call, body, response)


def _parsed(call: Call[T], body: JsonObject, response: Response) -> T:
    """The caller's value. An answer that cannot be read will not read better a second time."""
    try:
        return call.parse(body)
    except BadAnswerError as error:
        text = f"{call.spec.name}: {error} (HTTP {response.status})"
        raise BadAnswerError(text, response=body, status=response.status) from None


def _attempt(request: Request, spec: Spec, run: Run) -> Steps[Response]:
    slot = run.limiter.reserve(spec.buckets)
    wait = slot.wait or run.limiter.confirm(slot)
    try:
        while wait > 0:
            yield Sleep(wait)
            wait = run.limiter.confirm(slot)
    except BaseException:  # cancelled or interrupted: somebody else may have the slot
        run.limiter.release(slot)
        raise
    try:
        response = yield Send(replace(request, on_departure=lambda: run.limiter.left(slot)))
    except CloreAPIError:
        raise
    except BaseException:
        if not spec.idempotent:
            # Without the traceback, whose frames hold the request's secrets.
            text = "%s: interrupted; it may have been carried out: look before you repeat it"
            logger.error(text, spec.name)  # noqa: TRY400
        raise
    assert response is not None  # noqa: S101  a driver answers Send with a response or throws
    run.server_clock.observe(response.headers.get("date"))
    logger.debug(
        "%s %s: HTTP %d, %d bytes", spec.method, spec.path, response.status, len(response.body)
    )
    return response


def drive(
    steps: Steps[T], send: Callable[[Request], Response], sleep: Callable[[float], None]
) -> T:
    """Carry out ``steps`` in the calling thread."""
    with closing(steps):  # an interrupted wait gives its slot back at once
        answer: Optional[Response] = None
        failure: Optional[CloreAPIError] = None
        while True:
            try:
                step = steps.throw(failure) if failure else steps.send(answer)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            answer = failure = None
            try:
                if isinstance(step, Sleep):
                    sleep(step.seconds)
                else:
                    answer = send(step.request)
            except CloreAPIError as error:
                failure = error


async def adrive(
    steps: Steps[T],
    send: Callable[[Request], Awaitable[Response]],
    sleep: Callable[[float], Awaitable[None]],
) -> T:
    """Carry out ``steps`` in a task: `drive`, with its two waits awaited."""
    with closing(steps):
        answer: Optional[Response] = None
        failure: Optional[CloreAPIError] = None
        while True:
            try:
                step = steps.throw(failure) if failure else steps.send(answer)
            except StopIteration as done:
                return done.value  # type: ignore[no-any-return]
            answer = failure = None
            try:
                if isinstance(step, Sleep):
                    await sleep(step.seconds)
                else:
                    answer = await send(step.request)
            except CloreAPIError as error:
                failure = error
