"""Fees, Proof of Holding, and calls about several orders: answers of every odd type, lost ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Iterator, List

from clore_client.errors import (
    BadAnswerError,
    CloreAPIError,
    DBError,
    FieldError,
    InvalidInputError,
    NetworkError,
    RateLimitError,
)
from clore_client.models import GigaspotEdit

from . import behaviours as do
from .build import family
from .case import ODD as LOST_OR_BAD
from .case import Call, Case, Value
from .cases_repeats import CUT, limited, once_only, post
from .cases_secrets import echoing
from .cases_types import ODD, spoilt, typed
from .market import fixture

BAD = (BadAnswerError,)

FEES = Call("renter_fees", lambda client: client.renter_fees())
HOLDING = Call("poh_balance", lambda client: client.poh_balance())
CANCELS = Call("cancel_orders", lambda client: client.cancel_orders([7, 8]))
EDIT = Call(
    "edit_gigaspot_orders",
    lambda client: client.edit_gigaspot_orders([GigaspotEdit(655201, 30.5, [{"pl": 140}])]),
)

TYPED = Value("returns what it can read, typed as documented", typed)


def _each(values: List[Any]) -> bool:
    """Whether each is typed or a refusal to read; most answers have one odd field only."""
    read = [value for value in values if not isinstance(value, BadAnswerError)]
    return bool(read) and all(map(typed, read))


EACH = Value("returns what it can read, typed as documented, or says that it cannot", _each)


def _spoilt(call: Call) -> Case:
    bodies = [{"code": 0, **body} for body in spoilt(_without_code(fixture(call.endpoint)))]
    return Case(
        f"{call.endpoint.replace('_', '-')}-fields",
        f"{call.endpoint}: each field of every odd type, or missing",
        script={call.endpoint: tuple(map(do.says, bodies))},
        call=replace(call, times=len(bodies), despite=BAD),
        returns=EACH,
        requests=len(bodies),
        timeout=5.0,
    )


def _without_code(body: Any) -> Any:
    return {name: value for name, value in body.items() if name != "code"}


def _reading(call: Call) -> Iterator[Case]:
    """What a reading call meets, in short: the whole of it is tried with the wallets."""
    yield _spoilt(call)
    for name, what, step, kinds, requests in (
        ("bare", "nothing but code 0", do.says({"code": 0}), BAD, 1),
        ("array", "an array", do.says([]), BAD, 3),
        ("reset", "a reset", do.reset, (NetworkError,), 3),
        ("cut", "an answer that is cut", CUT, (NetworkError,), 3),
        ("502", "a page with 502", do.page("502 Bad Gateway"), BAD, 3),
        ("code-1", "code 1", do.says({"code": 1}), (DBError,), 3),
        ("code-6", "code 6", do.says({"code": 6, "error": "no"}), (FieldError,), 1),
        ("code-99", "code 99", do.says({"code": 99}), (CloreAPIError,), 1),
        ("limit", "code 5", limited(), (RateLimitError,), 3),
        ("echo", "the request in a page", echoing("502 Bad", lambda r: r.text), LOST_OR_BAD, 3),
    ):
        yield post(call, name, what, step, raises=kinds, requests=requests)


_NUMBERS = Value(
    "returns the orders that failed",
    lambda done: done.failed_to_cancel and all(type(n) is int for n in done.failed_to_cancel),
)
_NONE = Value("returns that none failed", lambda done: done.failed_to_cancel == [])
_SEVEN = Value("returns that order 7 failed", lambda done: done.failed_to_cancel == [7])

#: An entry that is left out would turn a failure into a success, which goes on costing money.
_AMBIGUOUS = [True, False, "", "no", "NaN", {}, {"a": None}, {"id": 7}, 3.5, None, "7 "]


def _cancelling() -> Iterator[Case]:
    key = "failed_to_cancel"
    for number, odd in enumerate(ODD):
        if odd is not None and odd != []:
            empty = {"returns": _NONE} if odd == [[[]]] else {}
            yield post(CANCELS, f"list-{number}", f"{key} is {odd!r}",
                       do.says({key: odd, "code": 0}), raises=BAD, **empty)  # fmt: skip
    for number, odd in enumerate(_AMBIGUOUS):
        yield post(CANCELS, f"entry-{number}", f"{key} holds {odd!r}",
                   do.says({key: [8, odd], "code": 0}), raises=BAD, returns=_NUMBERS)  # fmt: skip
    yield post(CANCELS, "null", f"{key} is null", do.says({key: None, "code": 0}), returns=_NONE)
    yield post(CANCELS, "missing", f"{key} is missing", do.says({"code": 0}), returns=_NONE)
    yield post(CANCELS, "texts", f"{key} holds a number as a text",
               do.says({key: ["7"], "code": 0}), returns=_SEVEN)  # fmt: skip
    yield post(CANCELS, "well", "all is well", do.sanely(), returns=_NONE)


REPEATED = [
    post(CANCELS, "reset", "reset, then all is well", do.reset, do.sanely(), returns=_NONE,
         requests=2),
    post(CANCELS, "cut", "an answer that is cut, then order 7 failed", CUT,
         do.says({"failed_to_cancel": [7], "code": 0}), returns=_SEVEN, requests=2),
    post(CANCELS, "502", "a page with 502, then all is well", do.page("502 Bad"), do.sanely(),
         returns=_NONE, requests=2),
    post(CANCELS, "code-1", "code 1, then all is well", do.says({"code": 1}), do.sanely(),
         returns=_NONE, requests=2),
    post(CANCELS, "limit", "code 5, then all is well", limited(), do.sanely(), returns=_NONE,
         requests=2),
    post(CANCELS, "never", "every attempt is reset", do.reset, raises=(NetworkError,), sent=True,
         requests=3),
    post(CANCELS, "hang", "no answer, twice", do.hang, raises=(NetworkError,), sent=True,
         retries=1, hangs=2, requests=2, timeout=0.25),
    post(CANCELS, "code-6", "code 6", do.says({"code": 6, "error": "failed_to_cancel"}),
         raises=(FieldError,)),
    post(CANCELS, "code-2", "code 2", do.says({"code": 2}, "400 Bad"), raises=(InvalidInputError,)),
    post(CANCELS, "page-400", "a page with 400", do.page("400 Bad"), raises=(CloreAPIError,)),
    post(CANCELS, "echo", "the request in the error of code 6",
         echoing("200 OK", lambda r: {"code": 6, "error": r.text}), raises=(FieldError,)),
]  # fmt: skip

_EDITED = Value("returns the bid as changed", lambda done: done.success_to_update_ids == [655201])


def _editing() -> Iterator[Case]:
    yield _spoilt(EDIT)
    yield from once_only(EDIT, _EDITED)
    for name, what, value in (
        ("text", "a text", "none"),
        ("null-entry", "a list with null", [None]),
        ("object", "an object", {"0": 655201}),
    ):
        for key in ("success_to_update_ids", "failed_to_update_ids", "too_low_bid_ids"):
            yield post(EDIT, f"{key[:3]}-{name}", f"{key} is {what}",
                       do.says({key: value, "code": 0}), raises=BAD)  # fmt: skip
    yield post(EDIT, "code-2", "code 2", do.says({"code": 2}), raises=(InvalidInputError,))
    yield post(EDIT, "code-6", "code 6", do.says({"code": 6, "error": "no"}), raises=(FieldError,))
    yield post(EDIT, "well", "all is well", do.sanely(), returns=_EDITED)


CASES = [
    *family("Fees and Proof of Holding", [*_reading(FEES), *_reading(HOLDING)]),
    *family("Several orders at once", [*_cancelling(), *REPEATED, *_editing()]),
]
