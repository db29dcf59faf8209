"""GigaSPOT's snapshot: a file on another host, which gets no key and is trusted with nothing."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, List

from clore_client.errors import (
    AnswerTooLargeError,
    AuthError,
    BadAnswerError,
    CloreAPIError,
    InvalidEndpointError,
    NetworkError,
    RateLimitError,
)

from . import behaviours as do
from .bidmarket import BidMarket
from .build import family
from .case import ODD, Call, Case, Value
from .cases_memory import GZIP, MB
from .cases_repeats import CUT, limited
from .cases_secrets import STATUSES, echoing
from .cases_types import spoilt, typed
from .leaks import KEY
from .market import fixture
from .wire import chunk, gzipped, head, zeros

if TYPE_CHECKING:
    from attack.faultserver import Behaviour

BAD = (BadAnswerError,)
LOST = (NetworkError,)

SNAPSHOT = Call("gigaspot_snapshot", lambda client: client.get_gigaspot())
WITHOUT = Call("get_gigaspot", lambda client: client.get_gigaspot(snapshot=False))

SERVERS = Value("returns the servers", lambda market: 47112 in market.servers and typed(market))
EMPTY = Value("returns no servers", lambda market: not market.servers)

#: What is no address.
_NO_TEXTS: List[Any] = [None, 7, True, [], {}, ["{files}"], ""]


def snap(id: str, what: str, *steps: Any, **expected: Any) -> Case:  # noqa: A002
    """A case of reading GigaSPOT, whose snapshot meets ``steps``."""
    expected = {"call": SNAPSHOT, "market": BidMarket, **expected}
    if "returns" not in expected:
        expected.setdefault("raises", ODD)
    script = {"gigaspot_snapshot": (*steps, ...) if len(steps) == 1 else steps} if steps else {}
    return Case(f"snapshot-{id}", f"the snapshot: {what}", script=script, **expected)


def _slow(id: str, what: str, step: Behaviour) -> Case:  # noqa: A002
    return snap(id, what, step, raises=LOST, hangs=1, retries=0, requests=1, timeout=0.25)


def _at(name: str, what: str, address: Any, **expected: Any) -> Case:
    """A case of a snapshot that is said to be at ``address``, which must not be asked."""
    expected = {"raises": BAD, "requests": 0, **expected}
    return snap(f"at-{name}", f"it is said to be at {what}", **expected,
                market=lambda: BidMarket(address=address))  # fmt: skip


ADDRESSES = [
    snap("well", "all is well", returns=SERVERS, requests=1),
    _at("query", "an address with a query", "{files}/gigaspot_snapshot?at=7", returns=SERVERS,
        requests=1, raises=()),
    _at("key", "an address that holds the key", "{files}/gigaspot_snapshot?auth=" + KEY,
        returns=SERVERS, requests=1, raises=()),
    _at("plain", "a plain http address of another host", "http://192.0.2.7/gigaspot_snapshot"),
    _at("here-alike", "a name that only looks like this machine",
        "http://127.0.0.1.example/gigaspot_snapshot"),
    _at("user", "an address with a user", "http://me@127.0.0.1:{port}/gigaspot_snapshot"),
    _at("password", "an address with the key as password",
        "http://me:" + KEY + "@127.0.0.1:{port}/gigaspot_snapshot"),
    _at("at-sign", "an address with two hosts",
        "http://127.0.0.1:{port}@elsewhere.example/gigaspot_snapshot"),
    _at("backslash", "an address with a backslash", "http://127.0.0.1:{port}\\@elsewhere.example/"),
    _at("ipv6", "an IPv6 address of this machine, where nobody listens",
        "http://[::1]:{port}/gigaspot_snapshot", raises=LOST, sent=False),
    _at("ipv6-other", "an IPv6 address of another host", "http://[2001:db8::7]/gigaspot_snapshot"),
    _at("ipv6-zone", "an IPv6 address with a zone", "http://[::1%25lo]:{port}/gigaspot_snapshot"),
    _at("file", "a file", "file:///etc/passwd"),
    _at("ftp", "an ftp address", "ftp://127.0.0.1:{port}/gigaspot_snapshot"),
    _at("data", "data", "data:application/json,[]"),
    _at("script", "a script", "javascript:alert(1)//"),
    _at("no-scheme", "an address without a scheme", "//127.0.0.1:{port}/gigaspot_snapshot"),
    _at("path", "a path", "/v1/gigaspot_snapshot"),
    _at("no-path", "an address without a path", "http://127.0.0.1:{port}"),
    _at("no-host", "an address without a host", "http:///gigaspot_snapshot"),
    _at("port", "a port that does not exist", "http://127.0.0.1:99999/gigaspot_snapshot",
        raises=ODD),
    _at("port-0", "port 0", "http://127.0.0.1:0/gigaspot_snapshot", raises=ODD),
    _at("port-text", "a port that is no number", "http://127.0.0.1:http/gigaspot_snapshot"),
    _at("lines", "an address with a line end",
        "http://127.0.0.1:{port}/\r\nauth: x\r\n\r\n/gigaspot_snapshot"),
    _at("line-end", "an address that ends with a newline", "{files}/gigaspot_snapshot\n"),
    _at("blank", "an address with a blank", "{files}/ gigaspot_snapshot"),
    _at("nul", "an address with a NUL", "{files}/\0gigaspot_snapshot"),
    _at("accent", "an address that is not ASCII", "http://127.0.0.\xb9:{port}/gigaspot_snapshot"),
    _at("long", "an address of 100 kB", "{files}/" + "x" * 100_000),
    *(
        _at(f"type-{number}", f"{odd!r}", odd)
        for number, odd in enumerate(_NO_TEXTS)
    ),
]  # fmt: skip

NETWORK = [
    snap("reset", "a reset", do.reset, raises=LOST, requests=3),
    snap("closed", "no answer", do.close, raises=LOST, requests=3),
    snap("cut", "an answer that is cut", CUT, raises=LOST, requests=3),
    snap("reset-once", "a reset, then all is well", do.reset, do.sanely(), returns=SERVERS,
         requests=2),
    _slow("hang", "no answer at all", do.hang),
    _slow("drip-head", "headers byte by byte",
          do.drip(b"HTTP/1.1 200 OK\r\nX-Padding: ", b"x" * 200)),
    _slow("drip-body", "a body byte by byte",
          do.drip(head("200 OK", "Connection: close"), b" " * 300)),
    snap("late", "an answer after the deadline", do.late(0.7), raises=LOST, hangs=1, retries=0,
         requests=1),
    *(
        snap(f"redirect-{status[:3]}", f"{status[:3]} to another host",
             do.redirect(status, "{elsewhere}/gigaspot_snapshot"), raises=BAD,
             status=int(status[:3]), requests=1)
        for status in STATUSES
    ),
    snap("redirect-file", "302 to a file", do.redirect("302 Found", "file:///etc/passwd"),
         raises=BAD, status=302, requests=1),
    snap("basic", "401 that asks for a password",
         do.says(b"", "401 No", 'WWW-Authenticate: Basic realm="x"'), raises=(AuthError,),
         requests=1),
    snap("page-404", "a page with 404", do.page("404 Not Found"), raises=(InvalidEndpointError,),
         requests=1),
    snap("page-502", "a page with 502", do.page("502 Bad Gateway"), raises=BAD, status=502,
         requests=3),
    snap("page-503", "a page with 503, then all is well", do.page("503 Busy"), do.sanely(),
         returns=SERVERS, requests=2),
    snap("limit", "code 5 with 429", limited(), raises=(RateLimitError,), requests=3),
    snap("cookie", "sets a cookie", do.sanely("Set-Cookie: a=b; Path=/"),
         call=replace(SNAPSHOT, times=2), requests=2,
         returns=Value("returns the servers twice", lambda both: all(map(SERVERS.holds, both)))),
]  # fmt: skip


def _bodies() -> Any:
    row = fixture("gigaspot_snapshot")["47112"]
    rows = spoilt(row)
    yield (
        "fields",
        "each field of a server of every odd type, or missing",
        {"47112": row, **{str(number): odd for number, odd in enumerate(rows, 50_000)}},
        SERVERS,
        (),
    )
    bids = [{**copy.deepcopy(row), "bids": [bid, *row["bids"]]} for bid in spoilt(row["bids"][0])]
    yield (
        "bids",
        "each field of a bid of every odd type, or missing",
        {"47112": row, **{str(number): odd for number, odd in enumerate(bids, 50_000)}},
        SERVERS,
        (),
    )
    yield (
        "rows",
        "servers that are no objects",
        {"47112": row, "1": None, "2": 7, "3": "x", "4": [], "5": [row], "6": True},
        SERVERS,
        (),
    )
    yield (
        "keys",
        "servers with odd numbers",
        {"47112": row, "": row, "x": row, "1.5": row, "-1": row, "9" * 30: row, "\0": row},
        SERVERS,
        (),
    )
    yield "empty", "an empty object", {}, EMPTY, ()
    yield "code", "an answer of the API's with code 0", {"code": 0}, None, BAD
    yield "code-3", "an answer of the API's with code 3", {"code": 3}, None, BAD
    yield "nulls", "servers that are all null", {"1": None, "2": None}, None, BAD
    yield "array", "an array of servers", [row], None, BAD
    yield "text", "a text", b'"47112"', None, BAD
    yield "null", "null", b"null", None, BAD
    yield "html", "a page with 200", "<html>Sorry</html>", None, BAD
    yield "nothing", "an empty body", b"", None, BAD
    yield "half", "half of its JSON", b'{"47112": {"bids": [', None, BAD
    yield "nan", "NaN for a price", b'{"47112": {"min_bid": NaN, "bids": []}}', SERVERS, BAD
    yield "deep", "100,000 objects in each other", b'{"1":' * 100_000, None, BAD
    yield "escapes", "terminal escapes", b"\x1b]0;owned\x07\x1b[2J", None, BAD


BODIES = [
    snap(f"body-{name}", what, do.says(body), raises=kinds, returns=value, timeout=5.0)
    for name, what, body, value, kinds in _bodies()
]


def _big(name: str, what: str, step: Behaviour) -> Case:
    return snap(name, what, step, raises=(AnswerTooLargeError,), requests=1, timeout=20.0,
                memory=True)  # fmt: skip


MUCH = [
    _big("bomb", "a gzip stream of 1 GB of zeros", do.pieces(GZIP, lambda: zeros(1024))),
    _big("endless", "chunks without end", do.flood(
        head("200 OK", "Transfer-Encoding: chunked"), chunk(b" " * 65536))),
    _big("tokens", '30 MB of "1":{},', do.pieces(
        head("200 OK", "Connection: close"),
        lambda: [b"{", *[b'"1":{},' * (MB // 7)] * 30, b'"2":{}}'])),
    snap("encoding", "br, unasked", do.raw(gzipped(b"{}", encoding="br", packed=bytes)),
         raises=BAD, requests=3),
]  # fmt: skip

SECRETS = [
    snap("echo-page", "a page with 500 that holds the key", echoing("500 Oops", lambda _: KEY),
         raises=(CloreAPIError,)),
    snap("echo-text", "a body that is the key", echoing("200 OK", lambda _: KEY), raises=BAD),
    snap("echo-row", "nothing but the key", echoing("200 OK", lambda _: {KEY: KEY}), raises=BAD),
    snap("echo-redirect", "302 to an address that holds the key",
         do.redirect("302 Found", "{elsewhere}/?auth=" + KEY), raises=BAD, requests=1),
]  # fmt: skip

_SPOILT = spoilt(fixture("get_gigaspot"))

MARKET = [
    Case("gigaspot-fields", "get_gigaspot: each field of every odd type, or missing",
         script={"get_gigaspot": tuple(map(do.says, _SPOILT))},
         call=replace(WITHOUT, times=len(_SPOILT), despite=(CloreAPIError,)),
         timeout=5.0, market=BidMarket, returns=Value(
             "returns what it can read, typed, or an error",
             lambda all_: all(isinstance(one, CloreAPIError) or typed(one) for one in all_))),
]  # fmt: skip

CASES = family(
    "The snapshot of GigaSPOT", [*ADDRESSES, *NETWORK, *BODIES, *MUCH, *SECRETS, *MARKET]
)
