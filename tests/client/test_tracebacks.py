"""No frame behind an error of ours holds a secret: a crash report would carry it away."""

from __future__ import annotations

import asyncio
import traceback
from dataclasses import replace
from typing import Any, Callable, Dict, List, Optional, Set, Tuple, Type, Union

import pytest
from client.shop import KEY, ORDER, SECRETS
from scripted import LIMITED, LOST, UNSENT, Clock, Script, answer

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import (
    AnswerTooLargeError,
    AuthError,
    BadAnswerError,
    CloreAPIError,
    ConfigError,
    DBError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    NetworkError,
    NotFoundError,
    OrderUncertainError,
    RateLimitError,
    WaitTimeoutError,
)

EMPTY = answer({"code": 0, "orders": []})
DEPLOYING = answer({"code": 0, "orders": [{"id": 1, "si": 2, "mon_container": 0}]})
ECHO = f"bad {ORDER['ssh_password']} of {KEY}"


def rent(client: Union[CloreAI, AsyncCloreAI]) -> Any:
    return client.create_order(**ORDER)


CASES: Dict[str, Tuple[Type[CloreAPIError], Callable[[Any], Any], List[Any]]] = {
    "database": (DBError, lambda c: c.set_spot_price(1, 2), [answer({"code": 1}, 500)]),
    "input": (InvalidInputError, lambda c: c.create_order(**{**ORDER, "type": "x"}), []),
    "password": (
        InvalidInputError,
        lambda c: c.create_order(**{**ORDER, "ssh_password": KEY + "!"}),
        [],
    ),
    "key": (AuthError, rent, [answer({"code": 3}, 401)]),
    "endpoint": (InvalidEndpointError, lambda c: c.wallets(), [answer({"code": 4}, 404)]),
    "limit": (RateLimitError, rent, [EMPTY, *[LIMITED] * 4]),
    "refusal": (FieldError, rent, [EMPTY, answer({"code": 6, "error": ECHO})]),
    "page": (BadAnswerError, lambda c: c.set_spot_price(1, 2), [answer(b"<html>", 502)]),
    "large": (
        AnswerTooLargeError,
        lambda c: c.set_spot_price(1, 2),
        [AnswerTooLargeError("x", status=200)],
    ),
    "unsent": (NetworkError, rent, [EMPTY, *[UNSENT] * 4]),
    "lost": (NetworkError, lambda c: c.set_spot_price(1, 2), [LOST]),
    "lost, then unsent": (NetworkError, lambda c: c.wallets(), [LOST, *[UNSENT] * 3]),
    "uncertain": (OrderUncertainError, rent, [EMPTY, LOST, *[EMPTY] * 6]),
    "uncertain by an echo": (
        OrderUncertainError,
        rent,
        [EMPTY, answer({"code": 1, "error": ECHO}, 500), *[EMPTY] * 6],
    ),
    "gone": (NotFoundError, lambda c: c.wait_for_order(1), [EMPTY]),
    "late": (WaitTimeoutError, lambda c: c.wait_for_order(1, timeout=0), [DEPLOYING]),
    "odd list": (BadAnswerError, lambda c: c.my_orders(), [answer({"code": 0})]),
    "no JSON": (
        InvalidInputError,
        lambda c: c.request("POST", "/x", json={"ssh_password": KEY, "n": float("nan")}),
        [InvalidInputError("json: must be finite")],
    ),
}


def failure(kind: Type[Any], call: Callable[..., Any], answers: List[Any]) -> CloreAPIError:
    """The error, as whoever called gets it; the script holds the secrets as a transport does."""
    clock = Clock()
    script = Script(clock, *answers)
    script.headers = {"auth": KEY}  # type: ignore[attr-defined]
    client = kind(transport=script, clock=clock)
    client._run = replace(client._run, secrets=frozenset([KEY]))
    try:
        outcome = call(client)
        if kind is AsyncCloreAI:
            asyncio.run(outcome)
    except CloreAPIError as error:
        return error
    raise AssertionError("nothing was raised")


def everything(error: CloreAPIError) -> str:
    """``error``, what caused it and in whose course, with all variables of all frames but ours."""
    seen: Set[int] = set()
    waiting: List[Optional[BaseException]] = [error]
    text: List[str] = []
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        waiting += [one.__cause__, one.__context__]
        text.append(f"{one!r} {vars(one)!r}")
        report = traceback.TracebackException.from_exception(one, capture_locals=True)
        frames = (frame for frame in report.stack if frame.filename != __file__)
        text += [f"{frame.filename} {frame.name} {frame.locals}" for frame in frames]
    return "\n".join(text)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_no_frame_of_ours_holds_a_secret(kind: Type[Any], case: str) -> None:
    expected, call, answers = CASES[case]
    error = failure(kind, call, answers)
    assert type(error) is expected
    report = everything(error)
    assert not [secret for secret in SECRETS if secret in report]
    assert ORDER["image"] not in report.replace(repr(error), "")
    assert error.__context__ is None


@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_the_callers_own_frame_and_the_methods_are_still_there(kind: Type[Any]) -> None:
    error = failure(kind, *CASES["refusal"][1:])
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert (names[0], names[-1]) == ("failure", "method")


@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_a_cause_is_kept_without_its_frames(kind: Type[Any]) -> None:
    error = failure(kind, *CASES["uncertain"][1:])
    assert isinstance(error.__cause__, NetworkError)
    assert error.__cause__.__traceback__ is None
    assert error.__cause__.__context__ is None


@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_an_error_of_the_real_transport(kind: Type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """Its frames hold the headers, and urllib3's hold them several times."""
    client = kind(KEY, base_url="http://127.0.0.1:9", limiter="off", max_retries=0)
    body = {name: ORDER[name] for name in ("ssh_password", "env", "jupyter_token")}
    error: Optional[NetworkError] = None
    try:
        outcome = client.request("POST", "/create_order", json=body)
        if kind is AsyncCloreAI:
            asyncio.run(outcome)
    except NetworkError as caught:
        error = caught
    assert error is not None
    assert error.sent is False
    assert type(error.__cause__).__name__ == "OriginalError"
    report = everything(error)
    assert not [secret for secret in SECRETS if secret in report]


def test_errors_of_settings_hold_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLORE_API_KEY", f"{KEY}\x07{KEY}")
    with pytest.raises(ConfigError) as caught:
        CloreAI()
    assert KEY not in f"{caught.value!r} {vars(caught.value)}"


@pytest.mark.parametrize("kind", [CloreAI, AsyncCloreAI])
def test_a_client_shows_no_key(kind: Type[Any]) -> None:
    client = kind(KEY, base_url="http://127.0.0.1:9")
    shown = f"{client!r} {client._run!r} {client._transport!r}"
    assert KEY not in shown
