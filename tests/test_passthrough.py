"""Any endpoint by its method and path: as an object, and as the bytes that were sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List

import pytest
from scripted import Clock, Script, answer, run

from clore_client import passthrough
from clore_client.drivers import drive
from clore_client.errors import AuthError, InvalidInputError

if TYPE_CHECKING:
    from clore_client.wire import Response

ODD = b'{ "code":0, "price": 1.50, "price": 2e3,\n "name": "\xc3\xa9" }'


def play(workflow: Any, *args: Any, answers: List[Response]) -> Any:
    clock = Clock()
    script = Script(clock, *answers)
    return drive(workflow.steps(run(clock), *args), script.send, clock.sleep)


def test_the_bytes_of_an_answer_are_those_that_were_sent() -> None:
    assert play(passthrough.request_raw, "GET", "/odd", answers=[answer(ODD)]) == ODD


def test_an_error_is_an_error_in_either_form() -> None:
    refused = answer({"code": 3}, 401)
    for workflow in (passthrough.request, passthrough.request_raw):
        with pytest.raises(AuthError):
            play(workflow, "GET", "/odd", answers=[refused])


def test_equal_reads_of_different_forms_do_not_get_each_others_answer() -> None:
    clock = Clock()
    shared, script = run(clock), Script(clock, answer(ODD), answer(ODD))
    first = passthrough.request_raw.steps(shared, "GET", "/odd")
    next(first)  # it could be joined now
    second = drive(passthrough.request.steps(shared, "GET", "/odd"), script.send, clock.sleep)
    first.close()
    assert second == {"code": 0, "price": 2000.0, "name": "é"}


def test_a_known_endpoint_keeps_its_contract() -> None:
    assert passthrough.spec("post", "create_order").paid
    assert passthrough.spec("GET", "/wallets").name == "wallets"
    unknown = passthrough.spec("POST", "/a/b")
    assert (unknown.path, unknown.idempotent, unknown.paid) == ("/a/b", False, False)


@pytest.mark.parametrize(("method", "path"), [("GE T", "/a"), ("GET", "/a?b=c"), ("GET", "//x.y")])
def test_what_is_no_method_or_path_is_refused(method: str, path: str) -> None:
    with pytest.raises(InvalidInputError):
        passthrough.spec(method, path)
