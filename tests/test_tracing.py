"""What the log says of an exchange, and that no secret is ever in it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any, List, Union

import pytest
from scripted import LIMITED, LOST, Clock, Script, answer, run

from clore_client import tracing
from clore_client.drivers import drive
from clore_client.endpoint import Call, Spec
from clore_client.errors import NetworkError
from clore_client.plan import plan

if TYPE_CHECKING:
    from clore_client.wire import Response

KEY = "k3y-of-the-account"
READ = Call(dict, query={"market": "6"}, spec=Spec("thing", "GET", "/thing"))
RENT = Call(
    dict,
    json={
        "image": "x",
        "env": {"HF_TOKEN": "hf_1234", "DEBUG": "1", "MODE": "server"},
        "ssh_password": "pw1",
        "jupyter_token": "jt1",
        "dockerhub_auth": "da1",
        "ssh_key": "ssh-ed25519 AAAA",
    },
    spec=Spec("rent", "POST", "/rent", idempotent=False),
)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.DEBUG, "clore_client")
    return caplog


@pytest.fixture
def wire(log: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    log.set_level(logging.DEBUG, "clore_client.wire")
    return log


def play(call: Call[Any], *answers: Union[Response, Exception]) -> Any:
    clock = Clock()
    return drive(plan(call, run(clock)), Script(clock, *answers).send, clock.sleep)


def lines(log: pytest.LogCaptureFixture) -> List[str]:
    return [record.getMessage() for record in log.records]


def test_one_line_per_exchange_says_what_was_asked_and_how_often(
    log: pytest.LogCaptureFixture,
) -> None:
    play(READ, LIMITED, answer({"code": 0}))
    asked, retry, again = lines(log)
    assert asked == "GET /thing?market=6: HTTP 429, 11 bytes, 0.000 s"
    assert retry.startswith("attempt 1 failed, next in 1.0 s: thing: too many requests")
    assert again == "GET /thing?market=6: HTTP 200, 11 bytes, 0.000 s, attempt 2"


def test_a_request_without_an_answer_is_traced_too(log: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NetworkError):
        play(RENT, LOST)
    assert lines(log) == ["POST /rent: no answer after 0.000 s: reset"]


def test_bodies_are_another_matter_even_at_debug(log: pytest.LogCaptureFixture) -> None:
    play(RENT, answer({"code": 0, "mark": 1}))
    assert lines(log) == ["POST /rent: HTTP 200, 22 bytes, 0.000 s"]
    assert logging.getLogger("clore_client.wire").level == logging.INFO


def test_bodies_are_shown_without_secrets(wire: pytest.LogCaptureFixture) -> None:
    echo = {"code": 0, "auto_login": "al1", "rows": [{"init_token": 5, "env": {"A": "hf_1234"}}]}
    play(RENT, answer(echo))
    text = "\n".join(lines(wire))
    for secret in ("hf_1234", '"1"', '"server"', "pw1", "jt1", "da1", "al1", "5,", '"A": "h'):
        assert secret not in text, secret
    sent, _, came = lines(wire)
    assert json.loads(sent[2:])["ssh_key"] == "ssh-ed25519 AAAA"
    assert json.loads(sent[2:])["env"] == dict.fromkeys(("HF_TOKEN", "DEBUG", "MODE"), "********")
    assert json.loads(came[2:])["rows"][0]["init_token"] == "********"


def test_the_key_is_masked_wherever_it_stands() -> None:
    assert KEY not in tracing.shown(f"<p>{KEY}</p>".encode(), {KEY})
    assert KEY not in tracing.shown(json.dumps({"a": [f"x{KEY}"]}).encode(), {KEY})


def test_a_secret_in_the_query_is_masked(log: pytest.LogCaptureFixture) -> None:
    play(Call(dict, query={"token": "t0k", "a": "b"}, spec=READ.spec), answer({"code": 0}))
    assert lines(log)[0].startswith("GET /thing?token=********&a=b: HTTP 200")


def test_a_key_in_the_path_is_masked(log: pytest.LogCaptureFixture) -> None:
    shared = replace(run(Clock()), secrets=frozenset([KEY]))
    call = Call(dict, spec=Spec(KEY, "GET", f"/{KEY}"))
    clock = Clock()
    drive(plan(call, shared), Script(clock, answer({"code": 0})).send, clock.sleep)
    assert lines(log)[0].startswith("GET /********: HTTP 200")


def test_a_body_is_cut_after_it_was_masked() -> None:
    secret = "s" * 100
    text = tracing.shown(json.dumps({"a": "x" * 1940 + secret}).encode(), {secret})
    assert "ssss" not in text
    assert len(tracing.shown(json.dumps({"a": "x" * 5000}).encode(), ())) == tracing.LIMIT


def test_broken_json_is_not_shown_because_its_fields_cannot_be_masked() -> None:
    assert tracing.shown(b'{"auto_login": "al1", "x', ()) == "(24 bytes that are no readable JSON)"


def test_what_hosts_write_cannot_act_on_a_terminal() -> None:
    hostile = "\x1b[2J\u202e\n"
    assert tracing.shown(f"<b>{hostile}".encode(), ()) == "<b>\ufffd[2J\ufffd "
    assert "\x1b" not in tracing.shown(json.dumps({"a": hostile}).encode(), ())
    assert "\u202e" not in tracing.shown(json.dumps({"a": hostile}).encode(), ())


def test_nothing_is_measured_or_written_when_nobody_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tracing, "_where", None)
    monkeypatch.setattr(tracing, "_written", None)
    clock = Clock()
    shared = run(clock)
    readings: List[float] = []

    def reading() -> float:
        readings.append(clock.now)
        return clock.now

    object.__setattr__(shared, "monotonic", reading)
    drive(plan(READ, shared), Script(clock, answer({"code": 0})).send, clock.sleep)
    assert readings == []
