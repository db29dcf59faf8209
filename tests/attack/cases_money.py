"""create_order: whatever happens to the one POST, never two orders and never a lost one."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple

from clore_client.errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    NetworkError,
    OrderUncertainError,
    RateLimitError,
)

from . import behaviours as do
from .build import family, rent
from .case import ODD, Case, Value
from .cases_repeats import CODE_5, CUT, limited
from .market import SERVER, Market
from .wire import chunked, gzipped, head

if TYPE_CHECKING:
    from .faultserver import Behaviour

FOUND = Value("returns the order", lambda order: order.id is not None and order.server_id == SERVER)
PENDING = Value(
    "returns it as pending", lambda order: order.id is None and order.status == "pending"
)

UNSURE: Dict[str, Any] = {"raises": (OrderUncertainError,)}

#: One look before the POST, and one after each gap of 0, 1, 2, 4, 6, 8 s.
ALL_LOOKS = 7

#: After these, it is not known whether there is an order.
MAYBE: Dict[str, Tuple[str, Behaviour]] = {
    "reset": ("a reset", do.reset),
    "closed": ("no answer and the end of the connection", do.close),
    "half-head": ("half of the headers", do.raw(b"HTTP/1.1 200 OK\r\nContent-")),
    "cut": ("an answer that is cut", CUT),
    "cut-chunks": ("chunks that are cut", do.raw(chunked([b'{"co'], end=b""))),
    "cut-json": ("JSON that is cut", do.says(b'{"code":')),
    "interim": ("100 Continue and nothing more", do.raw(head("100 Continue"))),
    "no-http": ("something that is no HTTP", do.raw(b"\0\1\2\3 nonsense\r\n\r\n")),
    "bad-gzip": ("broken gzip", do.raw(gzipped(b'{"code":0}', packed=bytes))),
    "empty": ("an empty answer with 200", do.says(b"")),
    "204": ("204", do.raw(b"HTTP/1.1 204 No Content\r\n\r\n")),
    "html": ("a page with 200", do.page("200 OK")),
    "array": ("an array with 200", do.says([])),
    "no-code": ("an object without a code", do.says({})),
    "code-null": ("code null", do.says({"code": None})),
    "code-false": ("code false", do.says({"code": False})),
    "code-1": ("code 1 with 500", do.says({"code": 1}, "500 Internal Server Error")),
    "code-1-200": ("code 1 with 200", do.says({"code": 1})),
    "code-99": ("code 99", do.says({"code": 99})),
    "code-99-400": ("code 99 with 400", do.says({"code": 99}, "400 Bad Request")),
    "code-list-400": ("a list for a code, with 400", do.says({"code": [6]}, "400 Bad Request")),
    "code-0-400": ("code 0 with 400", do.says({"code": 0}, "400 Bad Request")),
    "code-0-500": ("code 0 with 500", do.says({"code": 0}, "500 Oops")),
    "500": ("a page with 500", do.page("500 Internal Server Error")),
    "502": ("a page with 502", do.page("502 Bad Gateway")),
    "504": ("a page with 504", do.page("504 Gateway Timeout")),
    "503-later": ("a page with 503 and Retry-After", do.page("503 Busy", "", "Retry-After: 1")),
    "302": ("a redirect to a page", do.redirect("302 Found", "{here}/login")),
    "307": ("a redirect to itself", do.redirect("307 Moved", "{here}/create_order")),
}


def _both(name: str, what: str, behaviour: Behaviour) -> List[Case]:
    return [
        rent(f"rent-{name}-made", f"{what}; the order was made", do.made(behaviour),
             returns=FOUND, orders=1, looks=2, cli=name in ("reset", "code-1")),
        rent(f"rent-{name}-not", f"{what}; no order was made", behaviour, **UNSURE,
             looks=ALL_LOOKS, cli=name in ("reset", "502")),
    ]  # fmt: skip


MAYBES = [case for name, (what, step) in MAYBE.items() for case in _both(name, what, step)]

SLOW = [
    rent("rent-hang-made", "no answer at all; the order was made", do.made(do.hang),
         returns=FOUND, orders=1, looks=2, hangs=1),
    rent("rent-hang-not", "no answer at all; no order was made", do.hang, **UNSURE,
         looks=ALL_LOOKS, hangs=1),
    rent("rent-drip-made", "an answer byte by byte; the order was made",
         do.made(do.drip(b"HTTP/1.1 200 OK\r\nX-Padding: ", b"x" * 300)), returns=FOUND, orders=1,
         hangs=1),
    rent("rent-made-late", "no answer; the order is made after the client has given up",
         do.made_late(0.42), returns=FOUND, orders=1, hangs=1),
]  # fmt: skip


def _refusal(code: int, kind: type, status: str, **more: Any) -> Case:
    return rent(f"rent-code-{code}-{status[:3]}", f"code {code} with {status[:3]}",
                do.says({"code": code, "error": "server-already-rented"}, status), raises=(kind,),
                looks=1, **more)  # fmt: skip


REFUSALS = [
    _refusal(2, InvalidInputError, "400 Bad Request"),
    _refusal(2, InvalidInputError, "200 OK"),
    _refusal(3, AuthError, "401 Unauthorized", cli=True),
    _refusal(3, AuthError, "200 OK"),
    _refusal(4, InvalidEndpointError, "404 Not Found"),
    _refusal(6, FieldError, "200 OK", cli=True),
    _refusal(6, FieldError, "500 Internal Server Error"),
    _refusal(6, FieldError, "302 Found"),
    *(
        rent(f"rent-page-{status[:3]}", f"a page with {status[:3]}", do.page(status),
             raises=(CloreAPIError,), status=int(status[:3]), looks=1)
        for status in ("400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found",
                       "413 Content Too Large")
    ),
]  # fmt: skip

AGAIN = [
    rent("rent-limit-once", "code 5 with 429, then all is well", limited(), do.sanely(),
         returns=FOUND, requests=2, orders=1),
    rent("rent-limit-page", "a page with 429, then all is well", do.page("429 Slow Down"),
         do.sanely(), returns=FOUND, requests=2, orders=1),
    rent("rent-limit-200", "code 5 with 200, then all is well", do.says(CODE_5), do.sanely(),
         returns=FOUND, requests=2, orders=1),
    rent("rent-limit-always", "code 5 with 429, always", limited(), raises=(RateLimitError,),
         requests=3, looks=1, cli=True),
    rent("rent-limit-61", "code 5 with Retry-After: 61", limited("Retry-After: 61"),
         raises=(RateLimitError,), requests=1, looks=1),
    rent("rent-limit-then-lost", "code 5 with 429, then made and a reset", limited(),
         do.made(do.reset), returns=FOUND, requests=2, orders=1),
    rent("rent-limit-then-not", "code 5 with 429, then not made and a reset", limited(), do.reset,
         do.reset, **UNSURE, requests=2),
    rent("rent-no-retries", "made and a reset; no retries are wanted", do.made(do.reset),
         returns=FOUND, orders=1, retries=0),
    rent("rent-many-retries", "not made and a reset; nine retries are wanted", do.reset,
         **UNSURE, looks=ALL_LOOKS, retries=9),
    rent("rent-code-1-often", "code 1; nine retries are wanted", do.says({"code": 1}), **UNSURE,
         retries=9),
]  # fmt: skip

UNSENT = [
    rent("rent-nobody-listens", "nobody listens any more when the POST is due",
         script={"my_orders": (do.last_words, ...)}, raises=(NetworkError,), sent=False,
         requests=0, looks=1),
    *(
        rent(f"rent-before-{name}", f"my_orders fails before the POST: {what}",
             script={"my_orders": (step, ...)}, raises=kinds, requests=0, looks=(1, 3))
        for name, what, step, kinds in (
            ("reset", "a reset", do.reset, ODD),
            ("502", "a page with 502", do.page("502 Bad Gateway"), ODD),
            ("code-3", "code 3", do.says({"code": 3}, "401 No"), (AuthError,)),
            ("null", "orders is null", do.says({"orders": None, "code": 0}), (BadAnswerError,)),
            ("text", "orders is a text", do.says({"orders": "none", "code": 0}),
             (BadAnswerError,)),
        )
    ),
    rent("rent-before-once", "my_orders is reset once before the POST", do.sanely(),
         script={"my_orders": (do.reset,)}, returns=FOUND, orders=1, looks=3),
]  # fmt: skip


def _lag(looks: Any) -> Callable[[], Market]:
    return lambda: Market(lag=looks)


_WELL: Dict[str, Any] = {"returns": FOUND, "orders": 1}

ACCEPTED = [
    rent("rent", "all is well", do.sanely(), **_WELL, looks=2, cli=True),
    rent("rent-interim", "100 Continue first", do.sanely(before=head("100 Continue")), **_WELL),
    rent("rent-code-text", 'code "0"', do.made(do.says({"code": "0"})), **_WELL),
    rent("rent-201", "code 0 with 201", do.made(do.says({"code": 0}, "201 Created")), **_WELL),
    rent("rent-gzip", "code 0 in gzip",
         do.made(do.raw(gzipped({"code": 0}, packed=gzip.compress))), **_WELL),
    rent("rent-fresh", "connections die when they are used again", do.sanely(), **_WELL,
         lifetime=1, looks=(2, 4)),
    rent("rent-lag-1", "one look does not show the order yet", do.sanely(), **_WELL,
         market=_lag(1), looks=3),
    rent("rent-lag-3", "three looks do not show the order yet", do.sanely(), **_WELL,
         market=_lag(3), looks=5),
    rent("rent-lag-5", "five looks do not show the order yet", do.sanely(), **_WELL,
         market=_lag(5), looks=7),
    rent("rent-never-listed", "the order is never listed", do.sanely(), returns=PENDING, orders=1,
         market=_lag(None), looks=ALL_LOOKS, cli=9),
    rent("rent-lost-lag-1", "made and a reset; one look does not show it", do.made(do.reset),
         **_WELL, market=_lag(1), looks=3),
    rent("rent-lost-lag-3", "made and a reset; three looks do not show it", do.made(do.reset),
         **_WELL, market=_lag(3), looks=5),
    rent("rent-lost-never", "made and a reset; it is never listed", do.made(do.reset), **UNSURE,
         orders=1, market=_lag(None), looks=ALL_LOOKS),
    rent("rent-code-1-lag", "code 1, but made; two looks do not show it",
         do.made(do.says({"code": 1}, "500 Oops")), **_WELL, market=_lag(2), looks=4),
]  # fmt: skip


def _looks(*steps: Any) -> Dict[str, Tuple[Any, ...]]:
    """my_orders goes well before the POST and so after it."""
    return {"my_orders": (do.sanely(), *steps)}


LOOKS = [
    rent("rent-looks-fail", "accepted; every look afterwards fails", do.sanely(),
         script=_looks(do.reset, ...), returns=PENDING, orders=1, looks=ALL_LOOKS),
    rent("rent-looks-502", "accepted; the first looks get a page with 502, code 5 and code 1",
         do.sanely(), script=_looks(do.page("502 Bad"), limited(), do.says({"code": 1})), **_WELL,
         looks=5),
    rent("rent-looks-odd", "made and a reset; looks get null, a text, an array, half a body",
         do.made(do.reset), script=_looks(
             do.says({"orders": None, "code": 0}), do.says("none"), do.says([]), CUT), **_WELL),
    rent("rent-looks-hang", "accepted; two looks hang", do.sanely(),
         script=_looks(do.hang, do.hang), **_WELL, hangs=2),
    rent("rent-lost-looks-fail", "made and a reset; every look afterwards fails",
         do.made(do.reset), script=_looks(do.page("502 Bad"), ...), **UNSURE, orders=1,
         looks=ALL_LOOKS),
    rent("rent-looks-refused", "made and a reset; the looks get code 3", do.made(do.reset),
         script=_looks(do.says({"code": 3}, "401 No"), ...), **UNSURE, orders=1),
]  # fmt: skip

CASES = [
    *family("Rentals whose answer is lost", [*MAYBES, *SLOW]),
    *family("Rentals that are refused or not sent", [*REFUSALS, *AGAIN, *UNSENT]),
    *family("Rentals that are accepted", [*ACCEPTED, *LOOKS]),
]
