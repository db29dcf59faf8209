"""Answers that would fill the memory; each is received by a process of its own."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any, Dict, Iterator

from clore_client.errors import AnswerTooLargeError, BadAnswerError, CloreAPIError, FieldError

from . import behaviours as do
from .build import family, get, rent
from .case import MARKETPLACE, ODD, Case, Value
from .cases_money import UNSURE
from .market import fixture
from .wire import answer, chunk, head, zeros

if TYPE_CHECKING:
    from attack.faultserver import Behaviour

MB = 1 << 20
TOO_LARGE = (AnswerTooLargeError,)
#: Broken, too large, or both: it depends on what is noticed first.
EITHER = (*ODD, AnswerTooLargeError)

GZIP = head("200 OK", "Content-Encoding: gzip")


def _big(id: str, what: str, step: Behaviour, **expected: Any) -> Case:  # noqa: A002
    """A case of too much, which is not asked for again."""
    expected = {"raises": TOO_LARGE, "requests": 1, **expected}
    return get(id, what, step, memory=True, timeout=20.0, **expected)


def _bomb() -> Iterator[bytes]:
    return iter(zeros(1024))


def _nested_bomb() -> bytes:
    return gzip.compress(b"".join(zeros(1024)))


def _made(start: bytes, unit: bytes, megabytes: int, end: bytes = b"") -> Behaviour:
    """An answer whose body is ``start``, so many MB of ``unit``, and ``end``."""
    count = megabytes * MB // len(unit)
    length = len(start) + count * len(unit) + len(end)

    def behave(exchange: Any) -> None:
        exchange.send(head("200 OK", f"Content-Length: {length}") + start)
        per = MB // len(unit)
        for _ in range(count // per):
            exchange.send(unit * per)
        exchange.send(unit * (count % per) + end)

    return behave


def _page(status: str, megabytes: int) -> Behaviour:
    def behave(exchange: Any) -> None:
        exchange.send(answer(b"<p>sorry</p>" * (megabytes * MB // 12), status))

    return behave


def _servers(count: int) -> Behaviour:
    """A real marketplace, several times as large as ever seen."""

    def behave(exchange: Any) -> None:
        rows = fixture("marketplace")["servers"]
        body: Dict[str, Any] = {"servers": [rows[at % len(rows)] for at in range(count)], "code": 0}
        exchange.send(answer(body))

    return behave


def _many_servers(servers: Any) -> bool:
    return len(servers) > 2000


CASES = family(
    "Too much",
    [
        _big("bomb", "a gzip stream of 1 GB of zeros", do.pieces(GZIP, _bomb), cli=True),
        _big("bomb-chunked", "the same in chunks", do.pieces(
            head("200 OK", "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
            lambda: map(chunk, zeros(1024)))),
        _big("bomb-error", "the same with 500", do.pieces(
            head("500 Oops", "Content-Encoding: gzip"), _bomb)),
        _big("bomb-nested", "a gzip stream in a gzip stream, and says so",
             lambda e: e.send(answer(_nested_bomb(), "200 OK", "Content-Encoding: gzip, gzip")),
             raises=EITHER, requests=(1, 3)),
        _big("bomb-hidden", "a gzip stream in a gzip stream, said once",
             lambda e: e.send(answer(_nested_bomb(), "200 OK", "Content-Encoding: gzip")),
             raises=EITHER, requests=(1, 3)),
        _big("endless", "a body without end", do.flood(head("200 OK"), b" " * 65536)),
        _big("endless-chunks", "chunks without end", do.flood(
            head("200 OK", "Transfer-Encoding: chunked"), chunk(b"0" * 65536))),
        _big("endless-error", "an error page without end",
             do.flood(head("502 Bad Gateway"), b"<html>" * 10_000)),
        _big("length-100-gb", "promises 100 GB and sends it",
             do.flood(head("200 OK", "Content-Length: 100000000000"), b" " * 65536)),
        _big("text-65", "a text of 65 MB", _made(b'{"code":0,"x":"', b"x", 65, b'"}')),
        _big("text-60", "a text of 60 MB in an answer with code 6", _made(
            b'{"code":6,"error":"', b"x", 60, b'"}'), raises=(FieldError, AnswerTooLargeError)),
        _big("text-emoji", "a text of 40 MB with one emoji, which makes each character 4 bytes",
             _made(b'{"code":6,"error":"\xf0\x9f\x98\x80', b"x", 40, b'"}'),
             raises=(FieldError, AnswerTooLargeError)),
        _big("text-keys", "40 keys of 1 MB, each with an emoji", _made(
            b'{"code":6', b',"\xf0\x9f\x98\x80' + b"k" * (MB - 20) + b'":"v"', 40, b"}"),
            raises=(FieldError, BadAnswerError)),
        _big("text-escapes", "a text of 40 MB of escapes", _made(
            b'{"code":6,"error":"', b"\\ud83d\\ude00", 40, b'"}'),
            raises=(FieldError, AnswerTooLargeError)),
        _big("tokens-arrays", "30 MB of [],", _made(b'{"code":0,"wallets":[', b"[],", 30, b"0]}")),
        _big("tokens-objects", "30 MB of {},", _made(b'{"code":0,"wallets":[', b"{},", 30, b"0]}")),
        _big("tokens-numbers", "30 MB of 0,", _made(b'{"code":0,"wallets":[', b"0,", 30, b"0]}")),
        _big("tokens-texts", '30 MB of "",', _made(b'{"code":0,"wallets":[', b'"",', 30, b"0]}")),
        _big("tokens-keys", '30 MB of "a":{', _made(b'{"code":0,"wallets":', b'{"a":', 30),
             raises=(AnswerTooLargeError, BadAnswerError), requests=(1, 3)),
        _big("tokens-error", "30 MB of [], with 500", _made(b'{"code":1,"x":[', b"[],", 30, b"0]}"),
             raises=TOO_LARGE),
        _big("tokens-cut", "30 MB of [], and no end", _made(b"[", b"[],", 30)),
        _big("digits-40", "a number of 40 MB", _made(b'{"code":0,"x":', b"9", 40, b"}"),
             raises=(CloreAPIError,), requests=(1, 3)),
        _big("page-20", "a page of 20 MB with 502", _page("502 Bad Gateway", 20),
             raises=(BadAnswerError,), requests=3),
        _big("page-20-200", "a page of 20 MB with 200", _page("200 OK", 20),
             raises=(BadAnswerError,), requests=3, cli=True),
        Case("real-8000", "a marketplace of 8,000 servers, which is a good answer",
             script={"marketplace": (_servers(8000), ...)}, call=MARKETPLACE, memory=True,
             timeout=20.0, requests=1, returns=Value("returns the servers", _many_servers)),
        rent("rent-bomb", "create_order: a gzip stream of 1 GB; no order was made",
             do.pieces(GZIP, _bomb), **UNSURE, memory=True, timeout=20.0),
        rent("rent-tokens", "create_order: 30 MB of [],; no order was made",
             _made(b'{"code":0,"x":[', b"[],", 30, b"0]}"), **UNSURE, memory=True, timeout=20.0),
    ],
)  # fmt: skip
