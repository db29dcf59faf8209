"""Cancelling, waiting and plain requests against scripted answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Tuple, Type, Union

import pytest
from scripted import LIMITED, LOST, START, UNSENT, Clock, Script, answer

from clore_client import CloreAI
from clore_client.errors import (
    BadAnswerError,
    CloreAPIError,
    DBError,
    FieldError,
    InvalidInputError,
    NetworkError,
    NotFoundError,
    RateLimitError,
    WaitTimeoutError,
)

if TYPE_CHECKING:
    from clore_client.models import Order
    from clore_client.wire import Request, Response

DONE = answer({"code": 0})
NOT_ACTIVE = answer({"code": 6, "error": "order_not_active"})
UNKNOWN = answer({"code": 6, "error": "order_dont_exist"})
INVALID = answer({"code": 2}, 400)
CODE_1 = answer({"code": 1}, 400)  # at this status a call is not repeated
ENDED = {"code": 0, "already_ended": True}


def row(**fields: Any) -> Dict[str, Any]:
    return {"id": 40, "si": 123, "ct": START, "spend": 0.1, "mon_container": 0, **fields}


def listing(*rows: Dict[str, Any]) -> Response:
    return answer({"code": 0, "orders": list(rows)})


def client(*answers: Union[Response, Exception]) -> CloreAI:
    clock = Clock()
    return CloreAI(transport=Script(clock, *answers), clock=clock)


def sent(caller: CloreAI) -> List[Tuple[float, Request]]:
    assert isinstance(caller._transport, Script)
    return caller._transport.sent


def asked(caller: CloreAI) -> List[Tuple[str, str]]:
    return [(request.method, request.path) for _, request in sent(caller)]


# ---------------------------------------------------------------------- cancel_order
def test_cancelling_is_one_request() -> None:
    caller = client(DONE)
    assert caller.cancel_order(40) == {"code": 0}
    assert asked(caller) == [("POST", "/cancel_order")]


@pytest.mark.parametrize("reply", [NOT_ACTIVE, UNKNOWN, INVALID, CODE_1, answer(b"", 302)])
def test_a_refusal_is_success_when_the_order_has_ended(reply: Union[Response, Exception]) -> None:
    caller = client(reply, listing(row(), row(expired=True)))
    assert caller.cancel_order(40) == ENDED
    assert sent(caller)[-1][1].query == {"return_completed": "true"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (NOT_ACTIVE, FieldError),
        (UNKNOWN, FieldError),
        (INVALID, InvalidInputError),
        (CODE_1, DBError),
        (answer(b"", 302), BadAnswerError),
    ],
)
def test_a_refusal_is_one_when_the_order_still_lives(
    reply: Union[Response, Exception], kind: Type[CloreAPIError]
) -> None:
    with pytest.raises(kind):
        client(reply, listing(row())).cancel_order(40)


@pytest.mark.parametrize(
    ("replies", "ended"),
    [
        ([NOT_ACTIVE], True),
        ([answer({"code": 6, "error": "order-not-active"}, 500)], True),
        ([LOST] * 4, True),
        ([LOST, UNSENT, UNSENT, UNSENT], True),
        ([UNSENT] * 4, False),
        ([UNKNOWN], False),  # a mistyped number: the order that was meant costs money
        ([answer({"code": 6})], False),
        ([INVALID], False),
    ],
)
def test_an_order_that_is_not_listed_was_ended_only_where_that_is_known(
    replies: List[Response], ended: bool
) -> None:
    listed = listing(row(id=41))
    caller = client(*replies, listed, listed)
    if ended:
        assert caller.cancel_order(40) == ENDED
    else:
        with pytest.raises((FieldError, InvalidInputError, NetworkError)):
            caller.cancel_order(40)


@pytest.mark.parametrize("odd", [{"id": "no number", "si": 5}, {"si": 123}, "text", {"id": 40.5}])
def test_a_row_that_cannot_be_read_is_no_proof_that_the_order_has_ended(odd: Any) -> None:
    with pytest.raises(NetworkError):
        client(*[LOST] * 4, listing(odd), listing(odd)).cancel_order(40)


def test_one_listing_without_it_is_no_proof_that_the_order_has_ended() -> None:
    with pytest.raises(NetworkError):
        client(*[LOST] * 4, listing(), listing(row(id=40))).cancel_order(40)


def test_a_refusal_is_told_when_the_orders_cannot_be_read() -> None:
    with pytest.raises(FieldError, match="order_not_active") as caught:
        client(NOT_ACTIVE, answer({"code": 3}, 401)).cancel_order(40)
    assert caught.value.__cause__ is None


def test_a_rate_limit_that_stays_is_not_looked_behind() -> None:
    caller = client(*[LIMITED] * 4)
    with pytest.raises(RateLimitError):
        caller.cancel_order(40)
    assert len(asked(caller)) == 4


@pytest.mark.parametrize("arguments", [(0,), ("40",), (40, "x" * 2049)])
def test_a_wrong_argument_is_not_looked_behind(
    arguments: Any,
) -> None:
    caller = client()
    with pytest.raises(InvalidInputError) as caught:
        caller.cancel_order(*arguments)
    assert caught.value.argument
    assert asked(caller) == []


# ---------------------------------------------------------------------- wait_for_order
@pytest.mark.parametrize(
    ("argument", "arguments"),
    [
        ("order_id", {"order_id": -1}),
        ("until", {"order_id": 40, "until": "ready"}),
        ("timeout", {"order_id": 40, "timeout": -1}),
        ("interval", {"order_id": 40, "interval": 0}),
    ],
)
def test_waiting_checks_its_arguments_first(argument: str, arguments: Any) -> None:
    caller = client()
    with pytest.raises(InvalidInputError) as caught:
        caller.wait_for_order(**arguments)
    assert caught.value.argument == argument
    assert asked(caller) == []


def test_waiting_ends_when_the_order_runs() -> None:
    caller = client(listing(row()), listing(row()), listing(row(mon_container=2)))
    assert caller.wait_for_order(40, interval=3).status == "running"
    assert [at for at, _ in sent(caller)] == [0, 3, 6]


def test_one_listing_without_the_order_does_not_mean_that_it_is_gone() -> None:
    caller = client(listing(row()), listing(), listing(row(mon_container=2)))
    assert caller.wait_for_order(40).status == "running"
    caller = client(listing(row()), listing(), listing())
    assert caller.wait_for_order(40, until="gone").id == 40
    assert len(asked(caller)) == 3


@pytest.mark.parametrize("rows", [[[]], [[row()], [], []], [[row(expired=True)]]])
def test_an_order_that_is_gone_never_runs(rows: List[List[Any]]) -> None:
    with pytest.raises(NotFoundError):
        client(*(listing(*some) for some in rows)).wait_for_order(40)


def test_waiting_has_an_end_and_looks_a_last_time() -> None:
    caller = client(*[listing(row())] * 4)
    with pytest.raises(WaitTimeoutError, match="order 40 is deploying after 7 s, not running"):
        caller.wait_for_order(40, timeout=7, interval=3)
    assert [at for at, _ in sent(caller)] == pytest.approx([0, 3, 6, 7.05])


def test_waiting_goes_on_until_the_order_is_accepted() -> None:
    runs = row(mon_container=2)
    caller = client(listing(row()), listing(runs), listing(runs))
    seen, verdicts = [], iter([True, False, True])

    def accept(order: Order) -> bool:
        seen.append(order.status)
        return next(verdicts)

    assert caller.wait_for_order(40, accept=accept).status == "running"
    assert seen == ["deploying", "running", "running"]


def test_waiting_for_what_is_never_accepted_has_an_end() -> None:
    caller = client(*[listing(row(mon_container=2))] * 2)
    with pytest.raises(WaitTimeoutError, match="is running after 1 s, not accepted"):
        caller.wait_for_order(40, timeout=1, accept=lambda _: False)


def test_an_order_that_has_ended_is_gone_whoever_accepts_it() -> None:
    caller = client(listing(row(expired=True)))
    assert caller.wait_for_order(40, until="gone", accept=lambda _: False).id == 40


# ---------------------------------------------------------------------- request
def test_a_plain_request_to_a_known_endpoint_keeps_its_rules() -> None:
    caller = client(LOST)
    with pytest.raises(NetworkError):
        caller.request("post", "create_order", json={})
    assert asked(caller) == [("POST", "/create_order")]


@pytest.mark.parametrize(("method", "sent"), [("GET", 2), ("POST", 1)])
def test_a_plain_request_to_an_unknown_endpoint_repeats_reads_only(method: str, sent: int) -> None:
    caller = client(LOST, answer({"code": 0, "new": 1}))
    if method == "GET":
        assert caller.request(method, "/new", query={"a": "1"}) == {"code": 0, "new": 1}
    else:
        with pytest.raises(NetworkError):
            caller.request(method, "/new")
    assert asked(caller) == [(method, "/new")] * sent


@pytest.mark.parametrize(
    ("method", "path", "argument"),
    [
        ("G T", "/x", "method"),
        ("", "/x", "method"),
        ("GET", "/x?y=1", "path"),
        ("GET", "//host/x", "path"),
        ("GET", "/../x", "path"),
        ("GET", "", "path"),
    ],
)
def test_a_plain_request_that_is_none_is_refused(method: str, path: str, argument: str) -> None:
    caller = client()
    with pytest.raises(InvalidInputError) as caught:
        caller.request(method, path)
    assert caught.value.argument == argument
    assert asked(caller) == []
