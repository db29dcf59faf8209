"""What is asked again, how often and when: rate limits, and calls that must not arrive twice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from clore_client.errors import (
    BadAnswerError,
    CloreAPIError,
    DBError,
    FieldError,
    InvalidInputError,
    NetworkError,
    RateLimitError,
)

from . import behaviours as do
from .build import TEXT, family, get, once
from .case import CANCEL, SETTINGS, SPOT_PRICE, Call, Case, Value
from .market import Market, fixture
from .wire import head

if TYPE_CHECKING:
    from .faultserver import Behaviour

LIMITED = (RateLimitError,)
CODE_5 = {"code": 5}
DONE = Value("returns the API's answer", lambda value: value["code"] == 0)

CUT = do.raw(head("200 OK", "Content-Length: 999") + TEXT[:20])


def limited(*headers: str, body: Any = CODE_5, status: str = "429 Slow Down") -> Behaviour:
    """The API's answer to too many requests."""
    return do.says(body, status, *headers)


def _waits(name: str, value: str, requests: Any = 3, **more: Any) -> Case:
    header = f"Retry-After: {value}"
    expected: Dict[str, Any] = {"raises": LIMITED, "requests": requests, **more}
    return get(f"retry-after-{name}", f"429 with {header}".strip(), limited(header), **expected)


#: The suite's clients run 400 times as fast as the clock.
SPEED = 400

LIMITS = family(
    "Rate limits",
    [
        get("limit", "code 5 with 429, always", limited(), raises=LIMITED, status=429, requests=3,
            cli=True),
        once("limit-once", "code 5 with 429", limited()),
        once("limit-200", "code 5 with 200", limited(status="200 OK")),
        get("limit-no-retries", "code 5 with 429; no retries are wanted", limited(),
            raises=LIMITED, retries=0, requests=1),
        _waits("20", "20", least=2 * 20 / SPEED),
        _waits("60", "60", least=2 * 60 / SPEED),
        _waits("61", "61", requests=1),
        _waits("huge", "9" * 40, requests=1),
        _waits("negative", "-5"),
        _waits("date", "Wed, 21 Oct 2099 07:28:00 GMT", requests=(1, 3)),
        _waits("half", "1.5"),
        _waits("text", "soon"),
        _waits("empty", ""),
        _waits("unicode", "\u00b2\u00b3"),
        get("retry-after-503", "a page with 503 and Retry-After: 9999",
            do.page("503 Busy", "", "Retry-After: 9999"), raises=(BadAnswerError,), status=503,
            requests=(1, 3)),
    ],
)  # fmt: skip


def post(call: Call, name: str, what: str, *steps: Behaviour, **expected: Any) -> Case:
    """A case of a POST: set_spot_price, set_server_settings or cancel_order."""
    script = {call.endpoint: (*steps, ...) if len(steps) == 1 else steps}
    expected.setdefault("requests", 1)
    return Case(f"{call.endpoint.replace('_', '-')}-{name}", f"{call.endpoint}: {what}",
                script=script, call=call, **expected)  # fmt: skip


def once_only(call: Call, done: Value = DONE) -> List[Case]:
    """A POST that changes something and does not say what was there before."""
    lost: Dict[str, Any] = {"raises": (NetworkError,), "sent": True}
    return [
        post(call, "reset", "read, then reset", do.reset, **lost),
        post(call, "closed", "read, then closed", do.close, **lost),
        post(call, "hang", "read, then nothing", do.hang, **lost, hangs=1),
        post(call, "cut", "an answer that is cut", CUT, **lost),
        post(call, "502", "a page with 502", do.page("502 Bad Gateway"), raises=(BadAnswerError,),
             status=502),
        post(call, "code-1", "code 1", do.says({"code": 1}, "500 Oops"), raises=(DBError,)),
        post(call, "html", "an HTML page with 200", do.page("200 OK"), raises=(BadAnswerError,)),
        post(call, "limit", "code 5, then all is well", limited(), do.sanely(), returns=done,
             requests=2),
    ]  # fmt: skip


def _mine(*, live: bool = True) -> Market:
    row: Dict[str, Any] = {**fixture("my_orders")["orders"][0], "id": 7}
    return Market(existing=[row] if live else [])


_CANCELLED: Dict[str, Any] = {"returns": DONE, "market": _mine}

CANCELS = [
    post(CANCEL, "reset", "carried out, then reset; then code 6 order_not_active",
         do.cancelled(do.reset), do.sanely(), **_CANCELLED, requests=2),
    post(CANCEL, "not-carried-out", "reset before anything was done; then all is well",
         do.reset, do.sanely(), **_CANCELLED, requests=2),
    post(CANCEL, "502", "carried out, then a page with 502", do.cancelled(do.page("502 Bad")),
         do.page("502 Bad"), do.sanely(), **_CANCELLED, requests=3),
    post(CANCEL, "lost", "carried out, and every answer is lost", do.cancelled(do.close),
         **_CANCELLED, requests=3),
    post(CANCEL, "code-1", "code 1; then all is well", do.says({"code": 1}, "500 Oops"),
         do.sanely(), **_CANCELLED, requests=2),
    post(CANCEL, "refused", "code 6, and the order lives on",
         do.says({"code": 6, "error": "you_dont_own_this_order"}), raises=(FieldError,),
         market=_mine, cli=True),
    post(CANCEL, "never", "every attempt is reset, and the order lives on", do.reset,
         raises=(NetworkError,), market=_mine, requests=3),
    post(CANCEL, "unknown", "code 2, and there is no such order", do.says({"code": 2}),
         raises=(CloreAPIError,), market=lambda: _mine(live=False)),
]  # fmt: skip

POSTS = family(
    "Changes",
    [
        *once_only(SPOT_PRICE),
        *once_only(SETTINGS),
        post(SPOT_PRICE, "step", "code 6 with numbers",
             do.says({"code": 6, "error": "exceeded_max_step", "max_step": 0.4}),
             raises=(FieldError,)),
        post(SETTINGS, "code-2", "code 2 with 400", do.says({"code": 2}, "400 Bad"),
             raises=(InvalidInputError,)),
        *CANCELS,
    ],
)  # fmt: skip

CASES = [*LIMITS, *POSTS]
