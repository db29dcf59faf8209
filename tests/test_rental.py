"""create_order against scripted answers: what was sent, how often, and what the caller is told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Dict, Optional, Tuple, Type, Union

import pytest
from scripted import LIMITED, LOST, START, UNSENT, Clock, Script, answer

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import (
    AuthError,
    CloreAPIError,
    FieldError,
    InvalidInputError,
    NetworkError,
    OrderUncertainError,
    RateLimitError,
)

if TYPE_CHECKING:
    from clore_client.wire import Response

ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "cloreai/pytorch",
    "type": "on-demand",
    "currency": "bitcoin",
    "ssh_password": "MySecurePass123",
}
ACCEPTED = answer({"code": 0})
CODE_1 = answer({"code": 1}, 500)
PAGE = answer(b"<html>502</html>", 502)


def row(order_id: int, server: int = 123, age: int = -5, **fields: Any) -> Dict[str, Any]:
    """A live row that appeared ``-age`` seconds after the attempt began."""
    return {"id": order_id, "si": server, "ct": START - age, "spend": 0.1, **fields}


def listing(*rows: Dict[str, Any]) -> Response:
    return answer({"code": 0, "orders": list(rows), "limit": 50})


EMPTY = listing()


def rent(*answers: Union[Response, Exception], **order: Any) -> Tuple[Any, Script, Clock]:
    """(order or error, script, clock); both clients must agree."""
    seen = []
    for client_class in (CloreAI, AsyncCloreAI):
        clock = Clock()
        script = Script(clock, *answers)
        client = client_class(transport=script, clock=clock)
        outcome: Any
        try:
            outcome = client.create_order(**{**ORDER, **order})
            if client_class is AsyncCloreAI:
                outcome = asyncio.run(outcome)
        except Exception as error:  # noqa: BLE001
            outcome = error
        seen.append((outcome, script, clock))
    (first, one, _), (second, two, _) = seen
    assert repr(first) == repr(second)
    assert one.sent == two.sent
    assert not one.answers, "the client asked less than expected"
    return seen[0]


def posts(script: Script) -> int:
    return [request.path for _, request in script.sent].count("/create_order")


def test_the_new_row_is_the_order() -> None:
    old = row(38, age=3600)
    order, script, _ = rent(listing(old), ACCEPTED, listing(old, row(40)))
    assert (order.id, order.server_id, order.type) == (40, 123, "on-demand")
    assert posts(script) == 1


def test_a_row_that_is_listed_late_is_found() -> None:
    order, script, _ = rent(EMPTY, ACCEPTED, EMPTY, EMPTY, EMPTY, EMPTY, EMPTY, listing(row(40)))
    assert order.id == 40
    times = [at for at, _ in script.sent]
    assert times[-1] - times[1] >= 20  # rows were seen up to 20 s late


def test_accepted_but_not_listed_in_time_is_pending_and_no_error() -> None:
    order, script, _ = rent(EMPTY, ACCEPTED, *[EMPTY] * 6)
    assert (order.id, order.status, order.server_id) == (None, "pending", 123)
    assert (order.image, order.currency, order.type) == ("cloreai/pytorch", "bitcoin", "on-demand")
    assert posts(script) == 1


@pytest.mark.parametrize(
    "stranger",
    [
        row(40, server=124),
        row(40, spot=True),
        row(40, expired=True),
        row(40, age=3600),
        {"id": None, "si": 123, "ct": START + 5},
    ],
    ids=["other server", "other type", "ended", "older", "no id"],
)
def test_other_rows_are_not_taken_for_the_order(stranger: Dict[str, Any]) -> None:
    order, *_ = rent(EMPTY, ACCEPTED, *[listing(stranger)] * 6)
    assert order.status == "pending"


def test_an_order_that_was_there_before_is_not_taken_for_the_new_one() -> None:
    before = row(38, age=1)
    order, *_ = rent(listing(before), ACCEPTED, *[listing(before)] * 6)
    assert order.id is None


@pytest.mark.parametrize("fields", [{"currency": "CLORE-Blockchain"}, {"image": "other/image"}])
def test_in_doubt_a_row_that_differs_from_what_was_asked_for_is_not_the_order(
    fields: Dict[str, Any],
) -> None:
    error, *_ = rent(EMPTY, LOST, *[listing(row(40, **fields))] * 6)
    assert type(error) is OrderUncertainError


def test_once_accepted_an_image_may_be_written_differently() -> None:
    rewritten = row(40, image="docker.io/cloreai/pytorch:latest")
    order, *_ = rent(EMPTY, ACCEPTED, listing(rewritten))
    assert order.id == 40
    order, *_ = rent(EMPTY, ACCEPTED, listing(row(40, image="cloreai/pytorch"), row(41, image="x")))
    assert order.id == 40


def test_two_calls_never_get_the_same_order() -> None:
    """Both saw no order before; the second was refused with code 1, as a lost race is."""
    clock = Clock()
    script = Script(
        clock, EMPTY, ACCEPTED, listing(row(40)), EMPTY, CODE_1, *[listing(row(40))] * 6
    )
    client = CloreAI(transport=script, clock=clock)
    assert client.create_order(**ORDER).id == 40
    with pytest.raises(OrderUncertainError):
        client.create_order(**ORDER)


def test_an_interruption_after_sending_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    client = CloreAI(transport=Script(clock, EMPTY, InterruptError()), clock=clock)
    with pytest.raises(InterruptError):
        client.create_order(**ORDER)
    assert "create_order: interrupted; it may have been carried out" in caplog.text


class InterruptError(Exception):
    """Stands in for KeyboardInterrupt, which the scripted transport does not raise."""


def test_a_spot_order_is_found_by_its_type() -> None:
    spot = row(41, spot=True, price=5e-6)
    order, *_ = rent(EMPTY, ACCEPTED, listing(row(40), spot), type="spot", spot_price=5e-6)
    assert (order.id, order.type) == (41, "spot")


def test_the_apis_clock_counts_not_this_machines() -> None:
    dated = answer({"code": 0, "orders": []}, date="Fri, 10 Jul 2026 17:18:10 GMT")
    new = {"id": 40, "si": 123, "ct": 1783703895}
    order, *_ = rent(dated, ACCEPTED, listing(new))
    assert order.id == 40


@pytest.mark.parametrize("doubt", [LOST, CODE_1, PAGE, answer({"x": 1}), answer({"code": 99}, 500)])
def test_after_a_doubt_the_order_is_looked_for_and_never_sent_again(
    doubt: Union[Response, Exception],
) -> None:
    order, script, _ = rent(EMPTY, doubt, EMPTY, listing(row(40)))
    assert order.id == 40
    assert posts(script) == 1


@pytest.mark.parametrize("doubt", [LOST, CODE_1, PAGE, answer(b"", 302)])
def test_a_doubt_that_stays_is_told_with_all_that_is_known(
    doubt: Union[Response, Exception],
) -> None:
    error, script, _ = rent(listing(row(38, age=99)), doubt, *[listing(row(38, age=99))] * 6)
    assert type(error) is OrderUncertainError
    assert (error.server_id, error.type, error.known_order_ids) == (123, "on-demand", (38,))
    assert error.sent_at == START
    assert error.__cause__ is not None
    assert "my_orders()" in str(error)
    assert ORDER["ssh_password"] not in repr(vars(error))
    assert posts(script) == 1


def test_a_look_that_fails_has_seen_nothing() -> None:
    order, script, _ = rent(EMPTY, LOST, LOST, LIMITED, PAGE, CODE_1, EMPTY, listing(row(40)))
    assert order.id == 40
    assert posts(script) == 1


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (answer({"code": 6, "error": "server-already-rented"}), FieldError),
        (answer({"code": 6, "error": "currency-not-allowed"}, 500), FieldError),
        (answer({"code": 2}, 400), InvalidInputError),
        (answer({"code": 3}, 401), AuthError),
        (answer(b"", 400), InvalidInputError),
    ],
)
def test_a_refusal_is_final_and_needs_no_look(refusal: Response, kind: Type[CloreAPIError]) -> None:
    error, script, _ = rent(EMPTY, refusal)
    assert type(error) is kind
    assert len(script.sent) == 2


@pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
def test_code_0_under_an_error_status_is_a_doubt_and_no_refusal(status: int) -> None:
    order, script, _ = rent(EMPTY, answer({"code": 0}, status), listing(row(40)))
    assert order.id == 40
    assert posts(script) == 1


@pytest.mark.parametrize(("age", "found"), [(119, True), (121, False), (None, True)])
def test_a_creation_time_may_lie_two_minutes_before_the_attempt(
    age: Optional[int], found: bool
) -> None:
    made = {"id": 40, "si": 123, **({} if age is None else {"ct": START - age})}
    order, *_ = rent(EMPTY, ACCEPTED, *[listing(made)] * (1 if found else 6))
    assert (order.id == 40) == found


def test_a_look_that_is_told_to_wait_waits() -> None:
    later = answer({"code": 5}, 429, **{"retry-after": "30"})
    order, script, _ = rent(EMPTY, ACCEPTED, later, listing(row(40)))
    assert order.id == 40
    times = [at for at, _ in script.sent]
    assert times[3] - times[2] == pytest.approx(30)


def test_a_rate_limited_order_is_sent_again() -> None:
    order, script, _ = rent(EMPTY, LIMITED, ACCEPTED, listing(row(40)))
    assert order.id == 40
    assert posts(script) == 2


def test_a_rate_limit_that_stays_is_raised() -> None:
    error, script, _ = rent(EMPTY, *[LIMITED] * 4)
    assert type(error) is RateLimitError
    assert posts(script) == 4


def test_an_order_that_never_left_is_sent_again() -> None:
    order, script, _ = rent(EMPTY, UNSENT, ACCEPTED, listing(row(40)))
    assert order.id == 40
    assert posts(script) == 2


def test_a_network_that_is_down_has_made_no_order() -> None:
    error, script, _ = rent(EMPTY, *[UNSENT] * 4)
    assert type(error) is NetworkError
    assert error.sent is False
    assert posts(script) == 4


def test_nothing_is_sent_when_the_orders_cannot_be_read() -> None:
    error, script, _ = rent(answer({"code": 3}, 401))
    assert type(error) is AuthError
    assert posts(script) == 0


def test_nothing_is_sent_when_an_argument_is_wrong() -> None:
    error, script, _ = rent(ssh_password="not alphanumeric!")
    assert type(error) is InvalidInputError
    assert script.sent == []


def test_two_orders_keep_the_cooldown() -> None:
    clock = Clock()
    script = Script(clock, EMPTY, ACCEPTED, listing(row(40)), EMPTY, ACCEPTED, listing(row(41)))
    client = CloreAI(transport=script, clock=clock)
    client.create_order(**ORDER)
    client.create_order(**ORDER)
    times = [at for at, request in script.sent if request.path == "/create_order"]
    assert times[1] - times[0] == pytest.approx(5.2)


def test_an_answer_that_names_the_order_is_tolerated() -> None:
    named = answer({"code": 0, "order": {"id": 40, "si": 123}})
    order, *_ = rent(EMPTY, named, listing(row(40, mon_container=0)))
    assert (order.id, order.status) == (40, "deploying")
    order, *_ = rent(EMPTY, named, *[EMPTY] * 6)
    assert (order.id, order.status) == (40, "pending")
