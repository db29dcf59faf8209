"""One call from limiter to result, with values and a virtual clock, through both drivers."""

from __future__ import annotations

import asyncio
from contextlib import closing
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple, Union

import pytest
from optional import some
from scripted import LIMITED, LOST, UNSENT, Clock, Script, answer, run

from clore_client.drivers import adrive, drive
from clore_client.endpoint import ANY, CREATE, Call, Spec
from clore_client.errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    FieldError,
    NetworkError,
    RateLimitError,
)
from clore_client.joining import ABANDONED
from clore_client.plan import Answer, Run, plan
from clore_client.steps import Send, Sleep, Steps, Wait
from clore_client.workers import LoopSide

if TYPE_CHECKING:
    from clore_client.wire import Request, Response

#: (shared, first, second)
Joined = Tuple[Run, Steps[Any], Steps[Any]]

READ: Call[Any] = Call(lambda body: body["value"], spec=Spec("thing", "GET", "/thing"))
AGAIN: Call[Any] = Call(lambda body: body, spec=Spec("set", "POST", "/set"))
PAID: Call[Any] = Call(
    lambda body: body["value"],
    spec=Spec("buy", "POST", "/buy", idempotent=False, buckets=(ANY, CREATE)),
)
OK = answer({"code": 0, "value": 7})


def both(
    call: Call[Any], *answers: Union[Response, Exception], **settings: Any
) -> Tuple[Any, List[float], int]:
    """(outcome, naps, requests) of ``call``, which must not depend on the driver."""
    seen = []
    for kind in ("sync", "async"):
        clock = Clock()
        script = Script(clock, *answers)
        steps = plan(call, run(clock, **settings))
        outcome: Any
        try:
            if kind == "sync":
                outcome = drive(steps, script.send, clock.sleep)
            else:
                outcome = asyncio.run(adrive(steps, script.send, clock.asleep, LoopSide()))
        except CloreAPIError as error:
            outcome = (type(error), error.message)
        seen.append((outcome, clock.naps, len(script.sent)))
    assert seen[0] == seen[1]
    return seen[0]


def test_a_call_that_succeeds_waits_for_nothing() -> None:
    assert both(READ, OK) == (7, [], 1)


def test_code_5_backs_off_1_2_4_and_then_gives_up() -> None:
    outcome, naps, requests = both(READ, *[LIMITED] * 4)
    assert outcome[0] is RateLimitError
    assert naps == pytest.approx([1, 0.05, 2, 4])  # 0.05: what is left of the limiter's spacing
    assert requests == 4


def test_code_5_under_status_200_is_a_rate_limit_too() -> None:
    assert both(READ, answer({"code": 5}), OK)[::2] == (7, 2)


def test_a_paid_call_is_repeated_after_code_5() -> None:
    outcome, naps, requests = both(PAID, LIMITED, OK)
    assert (outcome, requests) == (7, 2)
    assert sum(naps) == pytest.approx(5.2)


def test_retry_after_is_waited_for() -> None:
    assert sum(both(READ, answer({"code": 5}, 429, **{"retry-after": "7"}), OK)[1]) == 7


def test_a_long_retry_after_is_reported_at_once() -> None:
    outcome, naps, requests = both(READ, answer({"code": 5}, 429, **{"retry-after": "3600"}))
    assert (outcome[0], naps, requests) == (RateLimitError, [], 1)


def test_a_read_is_repeated_after_a_lost_answer() -> None:
    assert both(READ, LOST, OK)[::2] == (7, 2)


def test_a_paid_call_is_not_repeated_once_it_may_have_arrived() -> None:
    assert both(PAID, LOST) == ((NetworkError, "reset"), [], 1)


def test_a_paid_call_is_repeated_when_it_never_left() -> None:
    assert both(PAID, UNSENT, OK)[::2] == (7, 2)


def test_one_attempt_that_may_have_arrived_is_not_forgotten() -> None:
    outcome, _, requests = both(AGAIN, LOST, UNSENT, UNSENT, UNSENT)
    assert outcome == (NetworkError, "refused; but an earlier attempt may have arrived")
    assert requests == 4


def test_a_read_that_may_have_arrived_did_nothing() -> None:
    assert both(READ, LOST, UNSENT, UNSENT, UNSENT)[0] == (NetworkError, "refused")


def test_a_refusal_for_too_many_requests_is_no_attempt_that_may_have_arrived() -> None:
    for call in (READ, PAID):
        outcome, _, requests = both(call, LIMITED, UNSENT, UNSENT, UNSENT)
        assert (outcome, requests) == ((NetworkError, "refused"), 4)


def test_the_interval_counts_from_when_the_request_left_not_from_its_answer() -> None:
    clock = Clock()
    script = Script(clock, OK, OK)
    shared = run(clock)

    def slow(request: Request) -> Response:
        response = script.send(request)
        clock.now += 0.2  # to connect
        some(request.on_departure)()
        clock.now += 0.3  # to the end of the answer
        return response

    for _ in range(2):
        drive(plan(READ, shared), slow, clock.sleep)
    assert [at for at, _ in script.sent] == pytest.approx([0, 1.25])


def test_a_paid_call_is_not_repeated_after_an_odd_answer() -> None:
    outcome, _, requests = both(PAID, answer(b"<html>", 502))
    text = "buy: the answer is not the API's JSON but begins with '<html>' (HTTP 502)"
    assert (outcome, requests) == ((BadAnswerError, text), 1)


def test_a_refusal_is_final_at_any_status() -> None:
    body: Dict[str, Any] = {"code": 6, "error": "currency-not-allowed"}
    for status in (200, 400, 500):
        outcome, _, requests = both(READ, answer(body, status))
        assert outcome == (FieldError, f"thing: currency-not-allowed (code 6, HTTP {status})")
        assert requests == 1


def test_an_answer_that_cannot_be_read_is_not_asked_for_again() -> None:
    def parse(body: Any) -> None:
        raise BadAnswerError("the answer holds no list of things")

    outcome, _, requests = both(Call(parse, spec=READ.spec), OK)
    assert outcome == (BadAnswerError, "thing: the answer holds no list of things (HTTP 200)")
    assert requests == 1


def test_no_key_no_request() -> None:
    outcome, _, requests = both(READ, has_key=False)
    assert outcome[0] is AuthError
    assert requests == 0


def test_two_calls_are_spaced_by_the_shared_limiter() -> None:
    clock = Clock()
    script = Script(clock, OK, OK)
    shared = run(clock)
    for _ in range(2):
        drive(plan(READ, shared), script.send, clock.sleep)
    assert [at for at, _ in script.sent] == pytest.approx([0, 1.05])


def test_an_interrupted_wait_gives_its_slot_back() -> None:
    shared = run(Clock())
    shared.limiter.reserve([ANY])
    with closing(plan(READ, shared)) as steps:
        assert [next(steps), next(steps)] == [Sleep(0), Sleep(1.05)]
    assert shared.limiter.reserve([ANY]).wait == pytest.approx(1.05)


def test_one_clients_penalty_holds_back_the_others() -> None:
    clock = Clock()
    shared = run(clock)
    with closing(plan(READ, shared)) as steps:
        assert next(steps) == Sleep(0)
        next(steps)
        assert steps.send(answer({"code": 5}, 429, **{"retry-after": "7"})) == Sleep(7)
    with closing(plan(READ, shared)) as other:
        assert [next(other), next(other)] == [Sleep(0), Sleep(7)]


def test_the_apis_time_is_learned_from_its_answers() -> None:
    clock = Clock()
    shared = run(clock)
    dated = answer({"code": 0, "value": 7}, date="Fri, 10 Jul 2026 17:18:10 GMT")
    drive(plan(READ, shared), Script(clock, dated).send, clock.sleep)
    clock.sleep(5)
    assert shared.server_clock.time() == 1783703895


def test_a_date_that_cannot_be_read_leaves_the_local_time() -> None:
    clock = Clock()
    shared = run(clock)
    shared.server_clock.observe("soon")
    assert shared.server_clock.time() == clock.time()


def test_the_time_of_another_host_is_not_the_apis() -> None:
    clock = Clock()
    shared = run(clock)
    elsewhere = Call(
        dict, spec=Spec("snapshot", "GET", "", auth=False, enveloped=False, buckets=())
    )
    dated = answer({"6": {}}, date="Fri, 10 Jul 2026 17:18:10 GMT")
    assert drive(plan(elsewhere, shared), Script(clock, dated).send, clock.sleep) == {"6": {}}
    assert shared.server_clock.time() == clock.time()


def test_an_interrupted_read_can_be_repeated_and_warns_of_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with closing(plan(READ, run(Clock()))) as steps:
        assert next(steps) == Sleep(0)
        assert isinstance(next(steps), Send)
    assert caplog.text == ""


@pytest.fixture
def joined() -> Iterator[Joined]:
    """(shared, first, second): the plans of two equal reads, of which the second one waits."""
    shared = run(Clock())
    first, second = plan(READ, shared), plan(READ, shared)
    assert next(first) == Sleep(0)
    assert isinstance(next(second), Wait)
    with closing(first), closing(second):
        yield shared, first, second


def test_equal_reads_are_one_request_with_one_answer(joined: Joined) -> None:
    _, first, second = joined
    assert isinstance(next(first), Send)
    with pytest.raises(StopIteration) as done:
        first.send(OK)
    assert done.value.value == 7
    with pytest.raises(StopIteration) as done:
        second.send(Answer({"code": 0, "value": 7}, 200, 24))
    assert done.value.value == 7


def test_whoever_waits_for_an_equal_read_gets_its_failure_as_an_error_of_their_own(
    joined: Joined,
) -> None:
    _, _, second = joined
    failure = FieldError("no", response={"code": 6, "error": "no"}, status=500)
    with pytest.raises(FieldError) as caught:
        second.send(failure)
    assert caught.value is not failure  # two tracebacks on one exception are nobody's
    assert (str(caught.value), caught.value.error, caught.value.status) == ("no", "no", 500)


def test_whoever_waits_for_a_read_that_is_given_up_asks_themselves(joined: Joined) -> None:
    _, first, second = joined
    first.close()
    assert second.send(ABANDONED) == Sleep(0)
    assert isinstance(next(second), Send)


def test_a_read_that_has_left_is_not_joined(joined: Joined) -> None:
    shared, first, _ = joined
    assert isinstance(next(first), Send)
    with closing(plan(READ, shared)) as third:
        assert next(third) == Sleep(0)


def test_a_read_from_before_a_write_is_not_joined(joined: Joined) -> None:
    shared, _, _ = joined
    with closing(plan(PAID, shared)) as write:
        next(write)
    with closing(plan(READ, shared)) as third:
        assert next(third) == Sleep(0)


def test_a_failure_to_connect_after_a_refusal_has_not_arrived() -> None:
    """Code 5 says that nothing was done, so nothing can have arrived."""
    assert both(PAID, LIMITED, UNSENT, UNSENT, UNSENT)[0] == (NetworkError, "refused")
    lost = both(AGAIN, answer(b"", 502), UNSENT, UNSENT, UNSENT)[0]
    assert lost == (NetworkError, "refused; but an earlier attempt may have arrived")
