"""create_gigaspot_orders: the second call that costs money, and never two bids for one call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, List, Tuple

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
from clore_client.models import GigaspotOrder

from . import behaviours as do
from .bidmarket import ME, BidMarket, stranger
from .build import family
from .case import ODD, Call, Case, Value
from .cases_money import ALL_LOOKS, MAYBE
from .cases_repeats import CODE_5, CUT, limited
from .cases_secrets import ECHOES, REFUSING, echoing
from .leaks import ENV, KEY
from .market import SERVER
from .wire import head

if TYPE_CHECKING:
    from .faultserver import Behaviour

SECOND = SERVER + 1
IMAGE = "a3f9c4d7e5b088d8a0bff880"


def _orders(*servers: int, **changes: Any) -> List[GigaspotOrder]:
    order = GigaspotOrder(SERVER, IMAGE, 30.125, [{"pl": 160}], env=ENV)
    return [replace(order, server_id=server, **changes) for server in servers]


def _call(*servers: int, **changes: Any) -> Call:
    orders = _orders(*servers, **changes)
    return Call("create_gigaspot_orders", lambda client: client.create_gigaspot_orders(orders))


ONE, TWO = _call(SERVER), _call(SERVER, SECOND)

PLACED = Value("returns the bid as placed", lambda made: made.placed == [SERVER])
BOTH = Value("returns both bids as placed", lambda made: made.placed == [SERVER, SECOND])
WELL: Dict[str, Any] = {"returns": PLACED, "orders": 1}
UNSURE: Dict[str, Any] = {"raises": (OrderUncertainError,)}


def bid(
    id: str,  # noqa: A002
    what: str,
    *steps: Any,
    script: Any = None,
    **expected: Any,
) -> Case:
    """A case of one call that bids: one POST unless something else is said."""
    expected = {"requests": 1, "call": ONE, "market": BidMarket, **expected}
    behaviours = (*steps, ...) if len(steps) == 1 else steps
    script = {"create_gigaspot_orders": behaviours, **(script or {})}
    return Case(f"bids-{id}", f"create_gigaspot_orders: {what}", script=script, **expected)


#: One of each kind of `MAYBE`: what the client makes of a status and a body is tried there.
_KINDS = (
    "reset", "closed", "half-head", "cut", "cut-json", "interim", "bad-gzip", "204", "html",
    "array", "no-code", "code-1", "code-1-200", "code-99-400", "code-0-400", "code-0-500", "502",
    "307",
)  # fmt: skip


def _both(name: str, what: str, behaviour: Behaviour) -> List[Case]:
    return [
        bid(f"{name}-made", f"{what}; the bid was placed", do.made(behaviour), **WELL, looks=2),
        bid(f"{name}-not", f"{what}; no bid was placed", behaviour, **UNSURE, looks=ALL_LOOKS),
    ]


def _failed(value: Any) -> Behaviour:
    return do.says({"failed_to_rent_servers": value, "code": 0})


#: What stands where the servers are to be listed that could not be had.
_LISTS: Dict[str, Any] = {
    "a text": "none", "a number": 7, "true": True, "an object": {"0": SERVER}, "a list with null":
    [None], "a list with a text": ["none"], "a list with true": [True], "a list of objects":
    [{"id": SERVER}], "a list with 1.5": [1.5],
}  # fmt: skip

LOST = [
    *(case for name in _KINDS for case in _both(name, *MAYBE[name])),
    *(
        case
        for number, (what, value) in enumerate(_LISTS.items())
        for case in _both(f"list-{number}", f"code 0, the failures being {what}", _failed(value))
    ),
    bid("hang-made", "no answer at all; the bid was placed", do.made(do.hang), **WELL, hangs=1),
    bid("hang-not", "no answer at all; no bid was placed", do.hang, **UNSURE, hangs=1,
        looks=ALL_LOOKS),
    bid("made-late", "no answer; the bid is placed after the client has given up",
        do.made_late(0.42), **WELL, hangs=1),
    bid("many-retries", "not placed and a reset; nine retries are wanted", do.reset, **UNSURE,
        retries=9),
    bid("no-retries", "placed and a reset; no retries are wanted", do.made(do.reset), **WELL,
        retries=0),
    bid("lost-lag-3", "placed and a reset; three snapshots do not show it", do.made(do.reset),
        **WELL, market=lambda: BidMarket(lag=3), looks=5),
    bid("lost-never", "placed and a reset; no snapshot shows it", do.made(do.reset), **UNSURE,
        orders=1, market=lambda: BidMarket(lag=None), looks=ALL_LOOKS),
    bid("two-lost", "two bids, both placed, and a reset", do.made(do.reset), call=TWO, orders=2,
        returns=BOTH, looks=2),
    bid("two-first", "two bids, only the first placed, and a reset", do.made_first(do.reset),
        call=TWO, orders=1, **UNSURE, looks=ALL_LOOKS),
    bid("two-none", "two bids, none placed, and a reset", do.reset, call=TWO, **UNSURE,
        looks=ALL_LOOKS),
]  # fmt: skip


def _refusal(code: int, kind: type, status: str) -> Case:
    answer = do.says({"code": code, "error": "invalid_input"}, status)
    return bid(f"code-{code}-{status[:3]}", f"code {code} with {status[:3]}", answer,
               raises=(kind,), looks=1)  # fmt: skip


REFUSED = [
    _refusal(2, InvalidInputError, "400 Bad Request"),
    _refusal(3, AuthError, "401 Unauthorized"),
    _refusal(4, InvalidEndpointError, "404 Not Found"),
    _refusal(6, FieldError, "200 OK"),
    _refusal(6, FieldError, "500 Internal Server Error"),
    *(
        bid(f"page-{status[:3]}", f"a page with {status[:3]}", do.page(status),
            raises=(CloreAPIError,), status=int(status[:3]), looks=1)
        for status in ("400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found",
                       "413 Content Too Large")
    ),
    bid("limit-once", "code 5 with 429, then all is well", limited(), do.sanely(), **WELL,
        requests=2),
    bid("limit-200", "code 5 with 200, then all is well", do.says(CODE_5), do.sanely(), **WELL,
        requests=2),
    bid("limit-always", "code 5 with 429, always", limited(), raises=(RateLimitError,),
        requests=3, looks=1),
    bid("limit-then-lost", "code 5 with 429, then placed and a reset", limited(),
        do.made(do.reset), **WELL, requests=2),
    bid("limit-then-not", "code 5 with 429, then not placed and a reset", limited(), do.reset,
        do.reset, **UNSURE, requests=2),
    bid("nobody-listens", "nobody listens any more when the POST is due",
        script={"get_gigaspot": (do.last_words, ...)}, raises=(NetworkError,), sent=False,
        requests=0, looks=1),
    bid("refused", "nobody listens", port="refused", raises=(NetworkError,), sent=False,
        requests=0, looks=0),
    bid("untrusted", "a certificate that nobody vouches for", tls="unknown authority",
        raises=(NetworkError,), sent=False, requests=0, looks=0),
]  # fmt: skip


def _before(endpoint: str, name: str, what: str, step: Behaviour, kinds: Any) -> Case:
    where = {"get_gigaspot": "before", "gigaspot_snapshot": "snapshot"}[endpoint]
    return bid(f"{where}-{name}", f"{endpoint} fails before the POST: {what}",
               script={endpoint: (step, ...)}, raises=kinds, requests=0)  # fmt: skip


_FAILURES: List[Tuple[str, str, Behaviour, Any]] = [
    ("reset", "a reset", do.reset, ODD),
    ("502", "a page with 502", do.page("502 Bad Gateway"), ODD),
    ("html", "a page with 200", do.page("200 OK"), ODD),
    ("array", "an array", do.says([]), ODD),
    ("cut", "an answer that is cut", CUT, ODD),
    ("redirect", "a redirect", do.redirect("302 Found", "{elsewhere}/login"), ODD),
    ("limit", "code 5 with 429", limited(), (RateLimitError,)),
]

UNSENT = [
    *(_before("get_gigaspot", *failure) for failure in _FAILURES),
    *(_before("gigaspot_snapshot", *failure) for failure in _FAILURES),
    _before("get_gigaspot", "code-3", "code 3", do.says({"code": 3}, "401 No"), (AuthError,)),
    _before("gigaspot_snapshot", "junk", "nothing that is a server", do.says({"x": 1}),
            (BadAnswerError,)),
    bid("before-address", "the API names no snapshot", requests=0, looks=0,
        market=lambda: BidMarket(address=None), raises=(BadAnswerError,)),
    bid("snapshot-once", "the snapshot is reset once before the POST", do.sanely(), **WELL,
        script={"gigaspot_snapshot": (do.reset,)}, looks=2),
    bid("snapshot-empty", "there is no server in the snapshot before the POST", do.sanely(), **WELL,
        script={"gigaspot_snapshot": (do.says({}),)}, looks=1),
]  # fmt: skip


def _after(*steps: Any) -> Dict[str, Tuple[Any, ...]]:
    """The snapshot is read well before the POST and so after it."""
    return {"gigaspot_snapshot": (do.sanely(), *steps)}


_LOST_MADE = do.made(do.reset)

LOOKS = [
    bid("looks-fail", "placed and a reset; every snapshot afterwards is reset", _LOST_MADE,
        script=_after(do.reset, ...), **UNSURE, orders=1, looks=ALL_LOOKS),
    bid("looks-odd", "placed and a reset; the snapshots are a page, an array, half and junk",
        _LOST_MADE, script=_after(do.page("502 Bad"), do.says([]), CUT, do.says({"x": 1})),
        **WELL, looks=6),
    bid("looks-hang", "placed and a reset; a snapshot hangs", _LOST_MADE, script=_after(do.hang),
        **WELL, hangs=1, looks=3),
    bid("looks-empty", "placed and a reset; the snapshots have no server", _LOST_MADE,
        script=_after(do.says({}), ...), **UNSURE, orders=1, looks=ALL_LOOKS),
    bid("looks-502", "placed and a reset; get_gigaspot fails twice afterwards", _LOST_MADE,
        script={"get_gigaspot": (do.sanely(), do.page("502 Bad"), limited())}, **WELL, looks=2),
    bid("looks-refused", "placed and a reset; get_gigaspot says code 3 afterwards", _LOST_MADE,
        script={"get_gigaspot": (do.sanely(), do.says({"code": 3}, "401 No"), ...)}, **UNSURE,
        orders=1, looks=1),
    bid("looks-address", "placed and a reset; the address of the snapshot is none afterwards",
        _LOST_MADE, script={"get_gigaspot": (do.sanely(), do.says({"code": 0}), ...)}, **UNSURE,
        orders=1, looks=1),
    bid("others-bid", "lost and not placed; somebody else's bid on the server turns up", do.reset,
        **UNSURE, market=stranger(owner=ME + 1)),
    bid("others-server", "lost and not placed; a bid of yours on another server turns up",
        do.reset, **UNSURE, market=stranger(server=SERVER + 9)),
    bid("others-both", "lost but placed; somebody else's bid turns up, too", _LOST_MADE, **WELL,
        market=stranger(owner=ME + 1)),
    bid("others-nameless", "lost and not placed; a bid without an owner turns up", do.reset,
        **UNSURE, market=stranger(owner=None)),
    bid("nobody", "lost but placed; the API does not say who you are", _LOST_MADE, **UNSURE,
        orders=1, market=lambda: BidMarket(user=None)),
    bid("texts", "lost but placed; listed with numbers as texts", _LOST_MADE, **WELL,
        market=lambda: BidMarket(rows=lambda row: [
            {**row, "id": str(row["id"]), "owner": str(row["owner"])}])),
    bid("no-number", "lost but placed; listed without a number", _LOST_MADE, **UNSURE, orders=1,
        market=lambda: BidMarket(rows=lambda row: [{**row, "id": None}])),
    bid("twice", "lost but placed; listed twice", _LOST_MADE, **WELL,
        market=lambda: BidMarket(rows=lambda row: [row, dict(row)])),
]  # fmt: skip

_NONE = Value("returns no bid as placed", lambda made: not made.placed)
_FIRST = Value(
    "returns the first bid as placed",
    lambda made: made.placed == [SERVER] and made.too_low_bids_servers == [SECOND],
)

ACCEPTED = [
    bid("well", "all is well", do.sanely(), **WELL, looks=1),
    bid("interim", "100 Continue first", do.sanely(before=head("100 Continue")), **WELL),
    bid("fresh", "connections die when they are used again", do.sanely(), **WELL, lifetime=1),
    bid("two", "two bids; all is well", do.sanely(), call=TWO, orders=2, returns=BOTH),
    bid("two-one-low", "two bids, of which one is too low",
        do.made_first(do.says({"too_low_bids_servers": [SECOND], "code": 0})), call=TWO, orders=1,
        returns=_FIRST, looks=1),
    bid("failed", "a server that cannot be had", _failed([SERVER]), returns=_NONE, looks=1),
    bid("failed-text", "a server that cannot be had, its number as a text", _failed([str(SERVER)]),
        returns=_NONE, looks=1),
    bid("failed-other", "a server failed that was not asked for", do.made(_failed([SERVER + 9])),
        **WELL, looks=1),
    bid("failed-null", "null for the servers that failed", do.made(_failed(None)), **WELL,
        looks=1),
]  # fmt: skip


def _echoed(name: str, how: str, behaviour: Behaviour, kinds: Any) -> Case:
    raises = kinds if name in (*REFUSING, "retry-after") else UNSURE["raises"]
    return bid(f"echo-{name}", f"sends the secrets back {how}", behaviour, raises=raises,
               requests=3 if name == "retry-after" else 1)  # fmt: skip


_ENV_BACK = echoing("502 Bad", lambda _: " ".join(ENV.values()))
#: The places that differ; each spelling is tried with other calls.
_PLACES = ("error", "request", "escaped", "utf8", "deep", "code-99", "page", "page-url", "text",
           "latin1", "header", "retry-after", "cut")  # fmt: skip


def _argument(name: str, what: str, **changes: Any) -> Case:
    return bid(f"argument-{name}", what, call=_call(SERVER, **changes), requests=0, looks=0,
               raises=(InvalidInputError,))  # fmt: skip


ECHOED = [
    *(_echoed(*echo) for echo in ECHOES if echo[0] in _PLACES),
    bid("echo-looks", "placed and a reset; get_gigaspot sends env back afterwards", _LOST_MADE,
        script={"get_gigaspot": (do.sanely(), _ENV_BACK, ...)}, **UNSURE, orders=1),
    bid("echo-snapshot", "placed and a reset; the snapshots hold env and the key", _LOST_MADE,
        script=_after(echoing("500 Oops", lambda _: f"{KEY} {list(ENV.values())}"), ...),
        **UNSURE, orders=1),
    bid("echo-list", "env stands among the servers that failed", _failed(list(ENV.values())),
        **UNSURE, looks=ALL_LOOKS),
    _argument("env", "a value in env is no text", env={**ENV, "N": 7}),
    _argument("env-long", "a value in env is too long", env={"TOKEN": KEY * 50}),
    _argument("image", "a secret in the place of the image", image=f"{KEY[:20]}\n{KEY[20:]}"),
    _argument("oc", "a secret in the place of a GPU setting", oc=[{KEY: 1}]),
    _argument("price", "a secret in the place of the price", price=KEY),
]  # fmt: skip

CASES = [
    *family("Bids whose answer is lost", [*LOST, *LOOKS]),
    *family("Bids that are refused or not sent", [*REFUSED, *UNSENT]),
    *family("Bids that are accepted", ACCEPTED),
    *family("Bids and secrets", ECHOED),
]
