"""The life of one call as a generator of steps: limiter, attempts, retries, reading the answer.

It performs no I/O. A driver feeds it: steps come out, their outcome (or a thrown
`CloreAPIError`) goes in, and the return value is what the caller gets.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field, replace
from functools import partial
from typing import (
    Any,
    Callable,
    Collection,
    FrozenSet,
    Hashable,
    NamedTuple,
    Optional,
    TypeVar,
    Union,
    cast,
)

from . import logs
from .answers import kept, read
from .clock import ServerClock
from .endpoint import Call, Spec, WantedRows
from .errors import AuthError, BadAnswerError, CloreAPIError, NetworkError, RateLimitError
from .joining import ABANDONED, Reads, Ticket, Values
from .journal import Journal, NoJournal
from .limiter import Limiter, NoLimiter, Slot
from .redact import scrub, secrets_in
from .rental import ACCEPTED, SENT, Claims, proves_no_order
from .retry import RetryPolicy
from .steps import Do, Send, Sleep, Steps, Wait
from .wire import JsonObject, Request, Response

T = TypeVar("T")
_DOUBT = "; but an earlier attempt may have arrived"  # no matter to a read


class Answer(NamedTuple):
    """An answer without error: its object, its HTTP status, its size, its bytes if wanted.

    Attributes:
        rows: the rows that ``body`` has of a list, all if None.
        values: what the callers get who chose rows; None if there is one caller.
    """

    body: JsonObject
    status: int
    size: int
    sent: Optional[bytes] = None
    rows: Optional[WantedRows] = None
    values: Optional[Values] = None


@dataclass(frozen=True)
class Run:
    """Turns a call into steps: what a workflow is handed to make its calls with."""

    limiter: Limiter
    retry: RetryPolicy
    monotonic: Callable[[], float]
    server_clock: ServerClock
    claims: Claims
    has_key: bool = True
    reads: Reads = field(default_factory=Reads)
    journal: Journal = field(default_factory=NoJournal)
    #: whether the API is simulated on this machine
    local_api: bool = True
    #: never shown; an order's own secrets are known from its request
    secrets: FrozenSet[str] = field(default=frozenset(), repr=False)

    def __call__(self, call: Call[T]) -> Steps[T]:
        """The steps of ``call``, retries included."""
        return plan(call, self)

    def keeping(self, secrets: Collection[str]) -> Run:
        """The same for an operation with ``secrets``, which any of its answers may send back."""
        return replace(self, secrets=self.secrets.union(secrets))

    def without_retries(self) -> Run:
        """The same without any retry: for a look that is repeated anyway."""
        return replace(self, retry=RetryPolicy(max_retries=0))


def plan(call: Call[T], run: Run) -> Steps[T]:
    """Attempt ``call`` until it succeeds or trying again is pointless or unsafe."""
    if call.spec.auth and not run.has_key:
        raise AuthError(
            f"{call.spec.name}: needs an API key",
            advice="Pass api_key, set CLORE_API_KEY or store one with `clore auth login`.",
        )
    if not call.spec.buckets:  # elsewhere than at the API: neither its limit nor its clock
        run = replace(run, limiter=NoLimiter())
    try:
        answer = yield from _answered(call, run)
        return _value(call, answer, run)
    except CloreAPIError as error:
        scrub(error, _secrets(call, run))
        raise


def _secrets(call: Call[T], run: Run) -> FrozenSet[str]:
    if call.json is None and not call.query:  # most reads, each of which comes here twice
        return run.secrets
    return run.secrets | secrets_in([call.query, call.json])


def _answered(call: Call[T], run: Run) -> Steps[Answer]:
    if call.spec.method == "GET":
        return (yield from _joined(call, run))
    run.reads.wrote()
    try:
        return (yield from _attempts(call, run))
    finally:
        run.reads.wrote()


def _joined(call: Call[T], run: Run) -> Steps[Answer]:
    """The answer of a read: of an equal one that has not left yet, or of a request of its own."""
    key = (_key(call.request, run), call.as_sent)
    while True:
        ticket, mine = run.reads.enter(key)
        if mine:
            return (yield from _shared(call, run, ticket))
        outcome = yield Wait(ticket)
        if isinstance(outcome, CloreAPIError):
            raise _copied(outcome)
        if outcome is not ABANDONED:
            answer: Answer = outcome
            return answer


def _copied(error: CloreAPIError) -> CloreAPIError:
    """``error`` for one more caller, who may change it and whose own frames it collects."""
    one = copy.copy(error)
    one.response = copy.deepcopy(error.response)
    one.__cause__ = copy.copy(error.__cause__)
    return one


def _key(request: Request, run: Run) -> Hashable:
    """What makes two reads equal; whoever wants other retries asks for themselves."""
    asked = ""
    if request.query or request.json is not None:
        try:
            asked = json.dumps([dict(request.query), request.json])
        except (RecursionError, TypeError, ValueError):  # the transport will say that it is no JSON
            return object()
    return (request.path, request.url, asked, run.retry)


def _shared(call: Call[T], run: Run, ticket: Ticket) -> Steps[Answer]:
    """Carry out a read whose outcome others may be waiting for."""
    outcome: Any = ABANDONED
    try:
        if not run.reads.blocking:
            yield Sleep(0)  # asyncio.gather starts one task after the other
        outcome = yield from _attempts(call, run, ticket)
    except CloreAPIError as error:
        outcome = error
        raise
    finally:
        run.reads.close(ticket)
        ticket.resolve(outcome)
    answer: Answer = outcome
    return answer


def _attempts(call: Call[T], run: Run, ticket: Optional[Ticket] = None) -> Steps[Answer]:
    spec, attempt, arrived = call.spec, 0, False
    while True:
        attempt += 1
        try:
            return (yield from _attempt(call, run, ticket, attempt))
        except CloreAPIError as error:
            scrub(error, _secrets(call, run))  # it is logged below
            arrived = arrived or not proves_no_order(error)
            delay = run.retry.delay(error, attempt, idempotent=spec.idempotent)
            if isinstance(error, RateLimitError):
                # The limit is the account's: whoever shares the limiter waits, too.
                yield from _ask(run, partial(run.limiter.hold, run.retry.pause(error, attempt)))
            if delay is None:
                if isinstance(error, NetworkError) and arrived and not error.sent:
                    text = f"{error.message}{_DOUBT if spec.method != 'GET' else ''}"
                    raise NetworkError(text, sent=True, advice=error.advice) from error
                raise
            logs.logger().info("attempt %d failed, next in %.1f s: %s", attempt, delay, error)
        yield Sleep(delay)


def _value(call: Call[T], answer: Answer, run: Run) -> T:
    """The caller's value; for callers who want the same rows, made once and copied."""
    if call.as_sent:
        return cast("T", answer.sent)
    make = partial(_parsed, call, answer, run)
    if call.wanted is None or answer.values is None:
        return make()
    return cast("T", answer.values.of(call.wanted, make))


def _with_rows(call: Call[T], answer: Answer, run: Run) -> Answer:
    """The answer with the rows that ``call`` wants."""
    if call.wanted == answer.rows:
        return answer
    response = Response(answer.status, answer.sent or b"")
    body = read(response, call.spec, _secrets(call, run), call.wanted)
    return answer._replace(body=body, rows=call.wanted)


def _parsed(call: Call[T], answer: Answer, run: Run) -> T:
    """An answer that cannot be read will not read better a second time."""
    answer = _with_rows(call, answer, run)
    try:
        return call.parse(answer.body)
    except BadAnswerError as error:
        text = f"{call.spec.name}: {error.message} (HTTP {answer.status})"
        body, status = kept(answer.body, answer.size), answer.status
        advice = error.advice or "Try again later, and check the base URL."
        raise BadAnswerError(text, response=body, status=status, advice=advice) from None


def _attempt(call: Call[T], run: Run, ticket: Optional[Ticket], number: int) -> Steps[Answer]:
    """Send once, when the limiter says so: into the journal first where it costs money."""
    slot = yield from _slot(call.spec, run)
    if ticket is not None:
        run.reads.close(ticket)
    call = yield from _written_down(call, run)
    step = Send(call.telling(partial(run.limiter.left, slot)), _settling(call, run))
    try:
        response: Response = yield from _traced(step, call, run, number)
        return _read(call, run, response, ticket)
    except CloreAPIError:
        raise
    except BaseException:
        if not (call.spec.idempotent or step.dropped):
            # Without the traceback, whose frames hold the request's secrets.
            advice = "see reconcile()" if call.intent else "look before you repeat it"
            text = "%s: interrupted; it may have been carried out: %s"
            logs.logger().error(text, call.spec.name, advice)
        raise


def _traced(step: Send, call: Call[T], run: Run, number: int) -> Steps[Response]:
    """Send, and tell the log of it where somebody listens."""
    response: Response
    if not logs.wanted():
        response = yield step
        return response
    from . import tracing

    secrets, began = _secrets(call, run), run.monotonic()
    tracing.asked(call, secrets)
    try:
        response = yield step
    except CloreAPIError as error:
        tracing.failed(call, error, run.monotonic() - began, number, secrets)
        raise
    tracing.answered(call, response, run.monotonic() - began, number, secrets)
    return response


def _read(call: Call[T], run: Run, response: Response, ticket: Optional[Ticket]) -> Answer:
    if call.spec.buckets:
        run.server_clock.observe(response.headers.get("date"))
    wanted = call.wanted
    body = read(response, call.spec, _secrets(call, run), wanted)
    several = ticket is not None and ticket.joined
    sent = response.body if call.as_sent or several else None
    values = Values() if several else None
    return Answer(body, response.status, len(response.body), sent, wanted, values)


def _written_down(call: Call[T], run: Run) -> Steps[Call[T]]:
    """A paid call whose attempt is in the journal, with the moment in which it leaves.

    Not the moment in which it was asked for: a queue of orders leaves over many minutes, and
    `reconcile` takes an order for never made when it is not listed 10 minutes after this.
    """
    if call.intent is None:
        return call
    attempt = replace(call.intent, sent_at=run.server_clock.time())

    def cross_out(_: Any = None) -> None:
        run.journal.settle(attempt, None)

    try:
        yield Do(partial(run.journal.open, attempt), cross_out)
    except BaseException:  # cancelled or interrupted: nothing has left
        cross_out()
        raise
    return replace(call, intent=attempt)


def _slot(spec: Spec, run: Run) -> Steps[Slot]:
    """Wait for the moment in which the request may leave."""
    limiter = run.limiter
    slot: Slot = yield from _ask(run, partial(limiter.reserve, spec.buckets), limiter.release)
    wait = slot.wait
    try:
        while True:
            if wait > 0:
                yield Sleep(wait)
            wait = yield from _ask(run, partial(limiter.confirm, slot))
            if wait <= 0:
                return slot
    except BaseException:  # cancelled or interrupted: somebody else may have the slot
        limiter.release(slot)
        raise


def _ask(
    run: Run, work: Callable[[], Any], undo: Optional[Callable[[Any], None]] = None
) -> Steps[Any]:
    """Ask the limiter; one that lives in a file or on another machine not on the event loop."""
    return work() if run.limiter.local else (yield Do(work, undo))


def _settling(
    call: Call[T], run: Run
) -> Optional[Callable[[Union[Response, BaseException]], None]]:
    """How the outcome of a paid request gets into the journal."""
    attempt = call.intent
    if attempt is None:
        return None

    def settle(outcome: Union[Response, BaseException]) -> None:
        state: Optional[str] = SENT
        try:
            state = _state(outcome, call.spec)
        finally:  # a large answer takes its time to read: Ctrl-C
            run.journal.settle(attempt, state)

    return settle


def _state(outcome: Union[Response, BaseException], spec: Spec) -> Optional[str]:
    """What is known of a paid request after ``outcome``; None when it has made nothing."""
    if isinstance(outcome, Response):
        try:
            read(outcome, spec)
        except CloreAPIError as error:
            outcome = error
        else:
            return ACCEPTED
    return None if proves_no_order(outcome) else SENT
