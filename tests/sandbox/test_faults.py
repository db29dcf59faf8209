"""Faults on demand, in process: what happens, to which request, how often."""

from __future__ import annotations

import json
from typing import Any, Dict, Optional, Set

import pytest
from optional import some
from sandbox.api import USD, Api

from clore_client.errors import NetworkError
from clore_client.sandbox import FAULT_KINDS, Fault, parse_fault
from clore_client.wire import Request, Response


def _rent(api: Api, server_id: int = 201) -> Optional[Response]:
    body: Dict[str, Any] = {
        "currency": USD,
        "image": "x",
        "renting_server": server_id,
        "type": "on-demand",
    }
    api.pass_time(5)
    return api.transport.send(Request("POST", "/create_order", json=body))


def _made(api: Api) -> Set[int]:
    return {order.server["id"] for order in api.world.state.mine() if order.active} - {6, 7}


def test_lost_answer_acts_and_says_nothing(api: Api) -> None:
    api.world.fail("lost-answer", "create_order")
    with pytest.raises(NetworkError) as caught:
        _rent(api)
    assert caught.value.sent is True
    assert _made(api) == {201}
    entry = api.world.log[-1]
    assert (entry.executed, entry.status, entry.code, entry.fault) == (True, None, 0, "lost-answer")


def test_reset_does_not_act_and_leaves_the_client_in_doubt(api: Api) -> None:
    api.world.fail("reset", "create_order")
    with pytest.raises(NetworkError, match="reset") as caught:
        _rent(api)
    assert caught.value.sent is True
    assert _made(api) == set()
    assert some(_rent(api)).status == 200


@pytest.mark.parametrize(
    ("kind", "status", "body", "acts"),
    [
        ("refused-after", 500, b'{"code": 1}', True),
        ("rate-limit", 429, b'{"code": 5}', False),
        ("blocked", 403, b"error code: 1010", False),
        ("truncated", 200, b'{"code": 0}'[:7], True),
        ("slow-body", 200, b'{"code": 0}', True),
    ],
)
def test_answers_that_are_not_the_one_expected(
    api: Api, kind: str, status: int, body: bytes, acts: bool
) -> None:
    api.world.fail(kind, "create_order")
    answer = _rent(api)
    assert (some(answer).status, some(answer).body) == (status, body)
    assert _made(api) == ({201} if acts else set())
    assert api.world.log[-1].executed is acts
    assert "date" in some(answer).headers


def test_html_is_a_page_of_the_edge(api: Api) -> None:
    api.world.fail("html")
    answer = _rent(api)
    assert (some(answer).status, some(answer).headers["content-type"]) == (502, "text/html")
    assert some(answer).body.startswith(b"<html>")
    assert _made(api) == set()


def test_truncated_json_does_not_parse(api: Api) -> None:
    api.world.fail("truncated", "my_orders")
    answer = api.transport.send(Request("GET", "/my_orders"))
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(answer.body)


def test_a_storm_lasts_as_long_as_asked(api: Api) -> None:
    api.world.fail("rate-limit", times=3)
    assert [some(_rent(api)).status for _ in range(4)] == [429, 429, 429, 200]


def test_a_fault_strikes_its_endpoint_only(api: Api) -> None:
    api.world.fail("html", "create_order")
    assert api.ask("GET", "/wallets")[0] == 200
    assert some(_rent(api)).status == 502


def test_a_fault_after_acting_waits_for_a_request_that_acts(api: Api) -> None:
    api.world.fail("refused-after", "create_order")
    assert some(_rent(api, 7)).status == 200  # refused: already rented
    assert some(_rent(api, 201)).status == 500


def test_faults_strike_in_the_order_asked_for(api: Api) -> None:
    api.world.fail("html", "create_order")
    api.world.fail("blocked")
    assert [some(_rent(api)).status for _ in range(3)] == [502, 403, 200]


def test_a_fault_before_acting_is_no_accepted_request(api: Api) -> None:
    api.world.fail("html")
    api.transport.send(Request("GET", "/wallets"))
    assert api.transport.send(Request("GET", "/wallets")).status == 200


def test_storms_carry_retry_after_when_the_world_does() -> None:
    api = Api(retry_after=7)
    api.world.fail("rate-limit")
    assert some(_rent(api)).headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("html", Fault("html")),
        ("lost-answer:create_order:2", Fault("lost-answer", "create_order", 2)),
        ("rate-limit:any:5", Fault("rate-limit", None, 5)),
        ("rate-limit::5", Fault("rate-limit", None, 5)),
        ("slow-body:marketplace:1:2.5", Fault("slow-body", "marketplace", 1, 2.5)),
    ],
)
def test_parse_reads_what_the_shell_says(text: str, fault: Fault) -> None:
    assert parse_fault(text) == fault


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no fault is called ''; there are: lost-answer"),
        ("flood", "no fault is called 'flood'; there are: lost-answer, reset"),
        ("html:create-order", "no endpoint is called 'create-order'; there are: wallets"),
        ("html:any:twice", "TIMES is a whole number"),
        ("html:any:0", "at least once, not 0 times"),
        ("slow-body:any:1:-2", "seconds must be a positive number"),
        ("slow-body:any:1:nan", "seconds must be a positive number"),
        ("slow-body:any:1:2:3", "too many colons"),
    ],
)
def test_parse_says_what_is_wrong(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse_fault(text)


def test_fail_refuses_what_could_never_strike(api: Api) -> None:
    with pytest.raises(ValueError, match="no fault is called 'gremlins'"):
        api.world.fail("gremlins")
    with pytest.raises(ValueError, match="no endpoint is called 'create_oder'"):
        api.world.fail("html", "create_oder")


def test_every_kind_is_described() -> None:
    assert all(text for text in FAULT_KINDS.values())
    assert len(FAULT_KINDS) == 9
