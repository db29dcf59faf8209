"""Redirects, servers that send back what they were sent, and keys that cannot be sent."""

from __future__ import annotations

import gzip
import html
import json
from typing import TYPE_CHECKING, Any, Callable, List
from urllib.parse import quote

from clore_client.errors import (
    AuthError,
    BadAnswerError,
    CloreAPIError,
    ConfigError,
    FieldError,
    InvalidInputError,
    OrderUncertainError,
)

from . import behaviours as do
from .build import READ, family, get, rent
from .case import CANCEL, ODD, ORDER, Call, Case, Value
from .leaks import ENV, KEY, PASSWORD, TOKEN, escaped
from .wire import CRLF, answer, chunked, encoded, gzipped, head

if TYPE_CHECKING:
    from attack.faultserver import Behaviour

    from .inbound import Request

ANY = (CloreAPIError,)
STATUSES = ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect",
            "308 Permanent Redirect")  # fmt: skip


def _redirected(name: str, what: str, target: str, status: str = "302 Found", **more: Any) -> Case:
    return get(f"redirect-{name}", what, do.redirect(status, target), raises=(BadAnswerError,),
               status=int(status[:3]), requests=1, **more)  # fmt: skip


REDIRECTS = family(
    "Redirects",
    [
        *(_redirected(s[:3], f"{s[:3]} to another host", "{elsewhere}/wallets", s, cli=s[2] == "7")
          for s in STATUSES),
        _redirected("itself", "302 to itself", "{here}/wallets"),
        _redirected("relative", "302 to another path", "/v1/my_orders"),
        _redirected("scheme", "302 to where https would be", "https://127.0.0.1:9/wallets"),
        _redirected("no-scheme", "302 to an address without a scheme", "//127.0.0.1:9/wallets"),
        _redirected("file", "302 to a file", "file:///etc/passwd"),
        _redirected("junk", "302 to what is no address", "http://[::1/\x80"),
        _redirected("key", "302 to an address that holds the key", "{elsewhere}/?auth=" + KEY,
                    cli=True),
        get("redirect-nowhere", "302 that leads nowhere", do.says(b"", "302 Found"),
            raises=(BadAnswerError,), status=302, requests=1),
        get("redirect-refresh", "a page that refreshes itself elsewhere", do.page(
            "200 OK", b"<meta http-equiv=refresh content='0; url=//127.0.0.1:9'>",
            "Refresh: 0; url=//127.0.0.1:9/"), raises=(BadAnswerError,), status=200, requests=3),
        get("redirect-basic", "401 that asks for a password",
            do.says(b"", "401 No", 'WWW-Authenticate: Basic realm="x"'), raises=(AuthError,),
            requests=1),
        *(
            rent(f"redirect-post-{status[:3]}", f"create_order: {status[:3]} to another host",
                 do.redirect(status, "{elsewhere}/create_order"), raises=(OrderUncertainError,))
            for status in STATUSES
        ),
        rent("redirect-post-made", "create_order: made, then 307 to another host",
             do.made(do.redirect(STATUSES[3], "{elsewhere}/create_order")), orders=1,
             returns=Value("returns the order", lambda order: order.id is not None)),
    ],
)  # fmt: skip


def echoing(status: str, body: Callable[[Request], Any], *headers: str) -> Behaviour:
    return do.echo(lambda request: answer(body(request), status, *headers))


def _code_6(text: Callable[[Request], str]) -> Behaviour:
    return echoing("200 OK", lambda request: {"code": 6, "error": text(request)})


def _sent(request: Request) -> List[str]:
    """The secrets that came with ``request``; a list is one of bids, which have no passwords."""
    if isinstance(request.json, list):
        return [KEY, *ENV.values()]
    return [KEY, PASSWORD, TOKEN, *ENV.values()] if request.body else [KEY]


def _all(request: Request) -> str:
    """The secrets that came with ``request``, as they are."""
    return " ".join(_sent(request))


def _each_escaped(request: Request) -> bytes:
    texts = " ".join(map(escaped, _sent(request)))
    return f'{{"code": 6, "error": "{texts}"}}'.encode()


#: name, how, what makes the answer, and the error that it is.
ECHOES: List[tuple[Any, ...]] = [
    ("error", "in the error of code 6", _code_6(_all), (FieldError,)),
    ("request", "the whole request in the error of code 6", _code_6(lambda r: r.text),
     (FieldError,)),
    ("escaped", "in the error of code 6, every character escaped",
     echoing("200 OK", _each_escaped), (FieldError,)),
    ("slashes", "in the error of code 6, slashes escaped", echoing("200 OK", lambda r: json.dumps(
        {"code": 6, "error": _all(r)}).replace("/", "\\/")), (FieldError,)),
    ("utf8", "in the error of code 6, nothing escaped", echoing("200 OK", lambda r: json.dumps(
        {"code": 6, "error": _all(r)}, ensure_ascii=False)), (FieldError,)),
    ("deep", "deep in an answer with code 6", echoing("200 OK", lambda r: {
        "code": 6, "error": "no", "got": {"list": [{s: [s]} for s in _sent(r)]}}), (FieldError,)),
    ("code-2", "in an answer with code 2", echoing("400 Bad", lambda r: {
        "code": 2, "error": _all(r), "headers": r.headers}), (InvalidInputError,)),
    ("code-99", "in an answer with an unknown code", echoing("200 OK", lambda r: {
        "code": 99, "error": _all(r), "status": KEY}), ANY),
    ("code", "in the code itself", echoing("200 OK", lambda _: {"code": KEY}), ANY),
    ("page", "in a page with 502", echoing("502 Bad", lambda r: f"<pre>{r.text}</pre>"), ANY),
    ("page-html", "in a page with 400, escaped as HTML",
     echoing("400 Bad", lambda r: html.escape(_all(r))), ANY),
    ("page-url", "in a page with 502, escaped as in addresses",
     echoing("502 Bad", lambda r: quote(_all(r), safe="")), ANY),
    ("page-each", "at the start of a page with 200", echoing("200 OK", lambda _: KEY * 2), ANY),
    ("text", "in a body that is no JSON", echoing("200 OK", _all), ANY),
    ("gzip", "in a page in gzip",
     do.echo(lambda r: gzipped(_all(r), packed=gzip.compress)), ANY),
    ("chunks", "in a page, cut by chunks", do.echo(
        lambda r: chunked(bytes([byte]) for byte in encoded(_all(r)))), ANY),
    ("latin1", "in a page that is not UTF-8",
     echoing("502 Bad", lambda r: _all(r).encode("latin-1")), ANY),
    ("reason", "in the status line", do.echo(lambda _: head(f"502 {KEY}") + b"no"), ANY),
    ("line", "instead of a status line", do.echo(lambda r: f"{KEY} {KEY}".encode() + CRLF), ODD),
    ("status", "instead of the status", do.echo(lambda r: f"HTTP/1.1 {KEY} OK\r\n\r\n".encode()),
     ODD),
    ("header", "in headers", do.echo(lambda r: answer(b"no", "500 Oops", *(
        f"X-{n}: {KEY}" for n in range(9)), f"Set-Cookie: auth={KEY}", f"Date: {KEY}",
        f"Content-Type: {KEY}")), ANY),
    ("header-line", "in a header without a colon",
     do.echo(lambda r: head("200 OK", KEY, "Content-Length: 2") + b"{}"), ANY),
    ("retry-after", "in Retry-After",
     do.echo(lambda r: answer({"code": 5}, "429 Slow", f"Retry-After: {KEY}")), ANY),
    ("length", "in Content-Length", do.echo(lambda r: head("200 OK", f"Content-Length: {KEY}")),
     ODD),
    ("lengths", "in one of two Content-Lengths",
     do.echo(lambda r: head("200 OK", "Content-Length: 5", f"Content-Length: {KEY}")), ODD),
    ("encoding", "in Content-Encoding",
     do.echo(lambda r: answer(b"no", "200 OK", f"Content-Encoding: {KEY}")), ODD),
    ("transfer", "in Transfer-Encoding",
     do.echo(lambda r: head("200 OK", f"Transfer-Encoding: {KEY}") + b"no"), ODD),
    ("chunk-size", "in the size of a chunk",
     do.echo(lambda r: chunked([]) [:-5] + f"{KEY}\r\nno".encode()), ODD),
    ("trailer", "in a trailer", do.echo(lambda r: chunked(
        [b"no"], end=f"0\r\nX-Key: {KEY}\r\n\r\n".encode())), ODD),
    ("cut", "in an answer that is cut", do.echo(
        lambda r: head("200 OK", "Content-Length: 99999") + r.text.encode()), ODD),
]  # fmt: skip


def _echoed(name: str, how: str, behaviour: Any, kinds: Any) -> Case:
    return get(f"echo-{name}", f"sends the secrets back {how}", behaviour, raises=kinds,
               cli=name in ("error", "page", "deep"))  # fmt: skip


#: Those that are the API's own refusal, whatever was asked.
REFUSING = ("error", "request", "escaped", "slashes", "utf8", "deep", "code-2", "page-html")


def _echoed_rental(name: str, how: str, behaviour: Any, kinds: Any) -> Case:
    raises = kinds if name in REFUSING else (OrderUncertainError,)
    if name == "retry-after":
        return rent(f"echo-rent-{name}", f"create_order: sends the secrets back {how}",
                    behaviour, raises=kinds, requests=3)  # fmt: skip
    return rent(f"echo-rent-{name}", f"create_order: sends the secrets back {how}", behaviour,
                raises=raises, cli=name in ("request", "page"))  # fmt: skip


_CANCEL_ISSUE = Call(
    "cancel_order", lambda client: client.cancel_order(7, issue=f"password {ORDER['ssh_password']}")
)

ECHOED = family(
    "Secrets sent back",
    [
        *(_echoed(*echo) for echo in ECHOES),
        *(_echoed_rental(*echo) for echo in ECHOES),
        Case("echo-before-rent", "my_orders fails and sends the key back before a rental",
             script={"my_orders": (echoing("502 Bad", lambda r: r.text), ...)},
             call=rent("", "").call, raises=ANY, requests=0, looks=3),
        Case("echo-looks", "made and a reset; the looks fail and send the key back",
             script={"create_order": (do.made(do.reset), ...),
                     "my_orders": (do.sanely(), echoing("502 Bad", lambda r: r.text), ...)},
             call=rent("", "").call, raises=(OrderUncertainError,), requests=1, orders=1),
        Case("echo-cancel", "cancel_order: sends the request back",
             script={"cancel_order": (_code_6(lambda r: r.text), ...)}, call=CANCEL,
             raises=(FieldError,),
             cli=True),
    ],
)  # fmt: skip


def _key(name: str, what: str, key: Any, **expected: Any) -> Case:
    expected = {
        "raises": (ConfigError, InvalidInputError),
        "requests": 0,
        **expected,
    }
    return get(f"key-{name}", f"the key {what}", key=key, **expected)


def _argument(name: str, what: str, **changes: Any) -> Case:
    call = Call("create_order", lambda client: client.create_order(**{**ORDER, **changes}))
    return Case(f"argument-{name}", what, call=call, raises=(InvalidInputError,), requests=0,
                looks=0)  # fmt: skip


_HALF = len(KEY) // 2
INNER = {
    "newline": ("holds a newline", "\n"),
    "return": ("holds a carriage return and a header", "\r\nX-Evil: 1\r\n"),
    "nul": ("holds a NUL", "\0"),
    "tab": ("holds a tab", "\t"),
    "escape": ("holds a terminal escape", "\x1b[2J"),
    "delete": ("holds a DEL", "\x7f"),
    "accent": ("is not ASCII", "\xe9"),
    "emoji": ("holds an emoji", "\U0001f511"),
    "surrogate": ("holds half a surrogate pair", "\ud800"),
    "space": ("holds a space", " "),
}
KEYS = family(
    "Secrets that cannot be sent",
    [
        *(_key(name, what, KEY[:_HALF] + inner + KEY[_HALF:]) for name, (what, inner)
          in INNER.items()),
        _key("empty", "is empty", ""),
        _key("blank", "is blank", " \n"),
        _key("line-end", "ends with a newline, as files do", KEY + "\n", raises=(ConfigError,),
             returns=READ, requests=(0, 1)),
        _argument("password-newline", "ssh_password holds a newline",
                  ssh_password=ORDER["ssh_password"][:20] + "\nx"),
        _argument("password-long", "ssh_password is too long",
                  ssh_password=ORDER["ssh_password"] * 2),
        _argument("token-newline", "jupyter_token holds a newline",
                  jupyter_token=ORDER["jupyter_token"][:20] + "\nx"),
        _argument("env-nul", "a value in env holds a NUL", env={"TOKEN": KEY + "\0"}),
        _argument("env-amp", "a value in env holds the & that the API fails on",
                  env={"TOKEN": KEY + "&"}),
        _argument("env-number", "a value in env is no text", env={"TOKEN": KEY, "N": 7}),
        _argument("env-name", "the name of a variable holds =", env={f"{KEY}=x": "y"}),
        _argument("ports", "a secret is in the wrong place", ports={KEY: ORDER["ssh_password"]}),
        _argument("type", "a secret is in another wrong place", type=KEY),
    ],
)  # fmt: skip

CASES = [*REDIRECTS, *ECHOED, *KEYS]
