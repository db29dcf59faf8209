"""Bodies that are no JSON, JSON that is not the API's, and codes and statuses that disagree."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Dict

from clore_client.errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    DBError,
    FieldError,
    InvalidEndpointError,
    InvalidInputError,
    RateLimitError,
)

from . import behaviours as do
from .build import READ, TEXT, WALLETS_BODY, family, get, once
from .case import MARKETPLACE, Case, Value

if TYPE_CHECKING:
    from .faultserver import Behaviour

BAD = (BadAnswerError,)
ANY = (CloreAPIError,)
#: A bad answer with 200 is asked for again.
ODDLY: Dict[str, Any] = {"raises": BAD, "status": 200, "requests": 3}


def _balance(number: str) -> Behaviour:
    body = TEXT.replace(b"0.00241907", number.encode())
    assert body != TEXT
    return do.says(body)


def _wallets(**changes: Any) -> Any:
    return {**WALLETS_BODY, **changes}


FINITE = Value(
    "returns the wallets without a false balance",
    lambda ws: ws[0].balance is None or (ws[0].balance >= 0 and math.isfinite(ws[0].balance)),
)
SURROGATE = Value("returns the wallets", lambda ws: len(ws) == 1)

NOT_JSON = family(
    "Not JSON",
    [
        get("body-empty", "an empty body", do.says(b""), **ODDLY, cli=True),
        once("body-empty-once", "an empty body", do.says(b"")),
        get("body-blank", "blanks", do.says(b" \r\n\t " * 20), **ODDLY),
        get("body-html", "an HTML page with 200", do.page("200 OK"), **ODDLY),
        get("body-cut", "JSON that is cut, in a proper answer", do.says(TEXT[:60]), **ODDLY),
        get("body-number", "a number", do.says(0), **ODDLY),
        get("body-text", "a text", do.says('"code"'), **ODDLY),
        get("body-null", "null", do.says(b"null"), **ODDLY),
        get("body-true", "true", do.says(True), **ODDLY),
        get("body-array", "an array", do.says([WALLETS_BODY]), **ODDLY),
        get("body-two", "two JSON objects in a row", do.says(TEXT + TEXT), **ODDLY),
        get("body-junk", "junk after the JSON", do.says(TEXT + b"<!-- 12 ms -->"), **ODDLY),
        get("body-jsonp", "JSONP", do.says(b"callback(" + TEXT + b")"), **ODDLY),
        get("body-python", "a Python dictionary", do.says(repr(WALLETS_BODY)), **ODDLY),
        get("body-comma", "a trailing comma", do.says(TEXT[:-1] + b",}"), **ODDLY),
        get("body-nul", "NUL bytes", do.says(b"\0" * 64), **ODDLY),
        get("body-control", "terminal escapes", do.says(b"\x1b]0;owned\x07\x1b[2J\x9b31m" * 5),
            **ODDLY, cli=True),
        get("body-latin1", "bytes that are not UTF-8",
            do.says(TEXT.replace(b"bitcoin", b"b\xefcoin")), **ODDLY),
        get("body-utf16", "UTF-16", do.says(TEXT.decode().encode("utf-16")), raises=BAD,
            returns=READ),
        get("body-utf32", "UTF-32", do.says(TEXT.decode().encode("utf-32")), raises=BAD,
            returns=READ),
        get("body-bom", "a byte order mark", do.says(b"\xef\xbb\xbf" + TEXT), raises=BAD,
            returns=READ),
    ],
)  # fmt: skip

ODD_JSON = family(
    "Odd JSON",
    [
        get("json-nan", "NaN for a balance", _balance("NaN"), raises=BAD, returns=FINITE),
        get("json-infinity", "-Infinity for a balance", _balance("-Infinity"), raises=BAD,
            returns=FINITE),
        get("json-1e999", "a balance of 1e999", _balance("1e999"), raises=BAD, returns=FINITE),
        get("json-digits", "a balance of 200,000 digits", _balance("9" * 200_000), raises=BAD,
            returns=FINITE),
        get("json-digits-code", "a code of 200,000 digits",
            do.says(b'{"code": ' + b"9" * 200_000 + b"}"), raises=ANY),
        get("json-deep", "100,000 arrays in each other", do.says(b"[" * 100_000), **ODDLY),
        get("json-deep-objects", "100,000 objects in each other",
            do.says(b'{"code":' * 100_000 + b"0" + b"}" * 100_000), raises=BAD, status=200),
        get("json-deep-row", "a row 5,000 arrays deep",
            do.says(TEXT.replace(b"2210.5", b"[" * 5000 + b"]" * 5000)), raises=BAD, returns=READ),
        get("json-twice", "the key code twice", do.says(b'{"code":0,' + TEXT[1:-1] + b',"code":3}'),
            raises=ANY, returns=READ),
        get("json-surrogate", "half of a surrogate pair in a name",
            do.says(b'{"wallets":[{"name":"\\ud800","balance":1}],"code":0}'), returns=SURROGATE,
            cli=True),
        get("json-escape-name", "terminal escapes in a name",
            do.says(_wallets(wallets=[{"name": "\x1b[2J\x9b0m\u202e", "balance": 1}])),
            returns=SURROGATE, cli=True),
        get("json-unknown-keys", "10,000 keys that nobody knows",
            do.says(_wallets(**{f"k{n}": n for n in range(10_000)})), returns=READ, requests=1),
    ],
)  # fmt: skip


def _code(value: Any) -> Behaviour:
    return do.says(_wallets(code=value))


CODES = family(
    "Codes",
    [
        get("code-0-text", 'code "0"', _code("0"), returns=READ, requests=1),
        get("code-5-text", 'code "5"', do.says({"code": "5"}), raises=(RateLimitError,),
            requests=3),
        get("code-missing", "no code", do.says({"wallets": []}), **ODDLY),
        get("code-null", "code null", _code(None), **ODDLY),
        get("code-false", "code false, which equals 0 in Python", _code(False), **ODDLY),
        get("code-true", "code true, which equals 1 in Python", _code(True), raises=BAD),
        get("code-list", "code [0]", _code([0]), **ODDLY),
        get("code-object", "code {}", _code({}), **ODDLY),
        get("code-empty", 'code ""', _code(""), **ODDLY),
        get("code-word", 'code "ok"', _code("ok"), **ODDLY),
        get("code-half", "code 0.5", _code(0.5), raises=ANY),
        get("code-1e400", "code 1e400", do.says(b'{"code": 1e400, "wallets": []}'), raises=ANY),
        get("code-negative", "code -1", _code(-1), raises=ANY),
        get("code-unknown", "code 99", do.says({"code": 99}), raises=ANY, status=200),
        get("code-1", "code 1 with 200", do.says({"code": 1}), raises=(DBError,), status=200,
            requests=3, cli=True),
        once("code-1-once", "code 1 with 500", do.says({"code": 1}, "500 Oops")),
        get("code-2", "code 2 with 200", do.says({"code": 2}), raises=(InvalidInputError,),
            requests=1),
        get("code-2-500", "code 2 with 500", do.says({"code": 2}, "500 Oops"),
            raises=(InvalidInputError,), status=500, requests=1),
        get("code-3", "code 3 with 401", do.says({"code": 3}, "401 No"), raises=(AuthError,),
            status=401, requests=1, cli=True),
        get("code-3-200", "code 3 with 200", do.says({"code": 3}), raises=(AuthError,),
            requests=1),
        get("code-4", "code 4 with 200", do.says({"code": 4}), raises=(InvalidEndpointError,),
            requests=1),
        get("code-6-500", "code 6 with 500",
            do.says({"code": 6, "error": "currency-not-allowed"}, "500 Oops"),
            raises=(FieldError,), status=500, requests=1),
        get("code-6-bare", "code 6 without an error", do.says({"code": 6}), raises=(FieldError,),
            requests=1),
        get("code-6-list", "code 6 whose error is a list",
            do.says({"code": 6, "error": ["a", {"b": None}]}), raises=(FieldError,), requests=1),
        get("code-6-number", "code 6 whose error is a number", do.says({"code": 6, "error": 1e300}),
            raises=(FieldError,), requests=1),
        get("code-6-long", "code 6 with an error of 1 MB",
            do.says({"code": 6, "error": "no " * 350_000}), raises=(FieldError,), cli=True),
        get("code-6-lines", "code 6 with terminal escapes and lines in its error",
            do.says({"code": 6, "error": "no\r\n\x1b[31mnever\x07\u202e\u2028"}),
            raises=(FieldError,), cli=True),
        get("code-6-numbers", "code 6 with 5,000 numbers",
            do.says({"code": 6, "error": "no", **{f"n{n}": n for n in range(5000)}}),
            raises=(FieldError,)),
        get("code-6-digits", "code 6 with a number of 5,000 digits",
            do.says(b'{"code": 6, "min_price": ' + b"9" * 5000 + b"}"), raises=(FieldError,)),
        get("code-0-400", "code 0 with 400", do.says(WALLETS_BODY, "400 Bad"), raises=BAD,
            status=400, requests=1),
        get("code-0-404", "code 0 with 404", do.says(WALLETS_BODY, "404 None"), raises=BAD,
            status=404, requests=1),
        get("code-0-500", "code 0 with 500", do.says(WALLETS_BODY, "500 Oops"), raises=BAD,
            status=500, requests=3),
        get("code-0-302", "code 0 with 302", do.says(WALLETS_BODY, "302 Found"), raises=BAD,
            status=302, requests=1),
        get("code-3-302", "code 3 with 302", do.says({"code": 3}, "302 Found"), raises=ANY,
            status=302, requests=1),
    ],
)  # fmt: skip


def _page(status: str, *kinds: Any, requests: int = 1, **more: Any) -> Case:
    number = int(status[:3])
    return get(f"page-{number}", f"a page with {status}", do.page(status), raises=kinds or ANY,
               status=number, requests=requests, **more)  # fmt: skip


PAGES = family(
    "Error pages",
    [
        _page("400 Bad Request"),
        _page("401 Unauthorized", AuthError),
        get("page-403", "403 and error code: 1010, as the edge says it",
            do.page("403 Forbidden", "error code: 1010"), raises=ANY, status=403, requests=1),
        _page("404 Not Found", InvalidEndpointError),
        _page("405 Method Not Allowed"),
        _page("408 Request Timeout"),
        _page("413 Content Too Large"),
        _page("418 I'm a teapot"),
        _page("429 Too Many Requests", RateLimitError, requests=3),
        _page("451 Unavailable For Legal Reasons"),
        _page("500 Internal Server Error", BadAnswerError, requests=3),
        _page("502 Bad Gateway", BadAnswerError, requests=3, cli=True),
        _page("503 Service Unavailable", BadAnswerError, requests=3),
        _page("504 Gateway Timeout", BadAnswerError, requests=3),
        _page("522 Connection Timed Out", BadAnswerError, requests=3),
        _page("530 Origin Error", BadAnswerError, requests=3),
        once("page-502-once", "a page with 502", do.page("502 Bad Gateway")),
        get("page-maintenance", "an empty 503", do.says(b"", "503 Maintenance"), raises=BAD,
            status=503, requests=3),
        get("page-204", "204 without a body", do.raw(b"HTTP/1.1 204 No Content\r\n\r\n"),
            raises=BAD, status=204, requests=3),
        get("page-304", "304 without a body", do.raw(b"HTTP/1.1 304 Not Modified\r\n\r\n"),
            raises=ANY, status=304, requests=1),
        get("page-407", "407, asking for a proxy's password",
            do.page("407 Proxy Authentication Required", "", "Proxy-Authenticate: Basic"),
            raises=ANY, status=407, requests=1),
        Case("page-marketplace", "a page with 502 for the marketplace, which needs no key",
             script={"marketplace": (do.page("502 Bad Gateway"), ...)}, call=MARKETPLACE,
             raises=BAD, status=502, requests=3, cli=True),
    ],
)  # fmt: skip

CASES = [*NOT_JSON, *ODD_JSON, *CODES, *PAGES]
