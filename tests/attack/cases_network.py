"""Connections that are refused, ignored, cut or dead, and answers that never end."""

from __future__ import annotations

from clore_client.errors import NetworkError

from . import behaviours as do
from .build import GOOD, READ, TEXT, TWICE, family, get, once, slow
from .case import AGAIN, Call, Case
from .faultserver import Exchange, healthy
from .wire import CRLF, answer, chunk, head

LOST = (NetworkError,)

#: More than the buffers between two sockets take.
BULKY = Call("notes", lambda c: c.request("POST", "/notes", json={"text": "x" * 24_000_000}))

_PLANTED = answer({"code": 0, "wallets": [{"name": "planted"}]})


def _closed_at_once(exchange: Exchange) -> None:
    """Hang up before anything was read."""


def _reads_a_little(exchange: Exchange) -> None:
    exchange.sock.recv(10)
    exchange.reset()


def _answers_unasked(exchange: Exchange) -> None:
    exchange.send(GOOD)
    exchange.sock.recv(65536)


CONNECTIONS = family(
    "Connections",
    [
        get("refused", "nobody listens", port="refused", raises=LOST, sent=False, cli=True),
        get("closed-at-once", "hangs up before it has read anything", greeting=_closed_at_once,
            raises=LOST, requests=0),
        get("reset-at-once", "resets before it has read anything", greeting=Exchange.reset,
            raises=LOST, requests=0),
        get("reads-a-little", "resets in the middle of the request", greeting=_reads_a_little,
            raises=LOST, requests=0, sent=True),
        get("closed", "reads the request and hangs up", do.close, raises=LOST, sent=True,
            requests=3, cli=True),
        get("reset", "reads the request and resets", do.reset, raises=LOST, sent=True, requests=3,
            cli=True),
        get("half-closed", "ends its side and waits", do.half_close, raises=LOST, requests=3),
        once("closed-once", "reads the request and hangs up", do.close),
        once("reset-once", "reads the request and resets", do.reset),
        get("no-retries", "resets; no retries are wanted", do.reset, raises=LOST, retries=0,
            requests=1),
        get("dies-between", "closes a kept-alive connection after each answer",
            do.sanely(stay=False), call=AGAIN, returns=TWICE, requests=2),
        get("dies-on-use", "resets a kept-alive connection when it is used again",
            call=AGAIN, returns=TWICE, requests=3, lifetime=1),
        get("says-close", "says Connection: close and does so",
            do.sanely("Connection: close", stay=False), call=AGAIN, returns=TWICE, requests=2),
        get("answers-unasked", "answers before it has read the request",
            greeting=_answers_unasked, returns=READ),
        get("extra-answer", "sends an answer more than it was asked for",
            do.sanely(after=_PLANTED), healthy, call=AGAIN, returns=TWICE,
            requests=2),
        get("extra-bytes", "sends junk after the answer", do.sanely(after=b"\0junk\n"),
            healthy, call=AGAIN, returns=TWICE, requests=2),
    ],
)  # fmt: skip


DEADLINES = family(
    "Deadlines",
    [
        slow("unaccepted", "the system accepts, the server never reads", None, port="unaccepted",
             requests=0, sent=True),
        slow("full", "not even the system answers the connection", None, port="full", requests=0,
             sent=False),
        slow("hang", "reads the request and says nothing", do.hang, sent=True, cli=True),
        slow("hang-retried", "says nothing, twice", do.hang, retries=1, hangs=2, requests=2),
        slow("drip-status", "sends the status line byte by byte", do.drip(b"", GOOD)),
        slow("drip-headers", "sends a header byte by byte",
             do.drip(b"HTTP/1.1 200 OK\r\nX-Padding: ", b"x" * 200)),
        slow("endless-headers", "sends header after header, slowly",
             do.drip(b"HTTP/1.1 200 OK\r\n", [b"X-Padding: x\r\n"] * 90)),
        slow("blank-lines", "sends empty lines instead of an answer",
             do.drip(b"", [CRLF] * 90), requests=(1, 1), hangs=1),
        slow("drip-body", "sends the body byte by byte",
             do.drip(head("200 OK", f"Content-Length: {len(TEXT)}"), TEXT), cli=True),
        slow("drip-body-unframed", "sends a body without a length byte by byte",
             do.drip(head("200 OK", "Connection: close"), TEXT)),
        slow("drip-blanks", "sends blanks in front of the JSON, for ever",
             do.drip(head("200 OK"), b" " * 300)),
        slow("drip-chunk-size", "sends the size of a chunk byte by byte",
             do.drip(head("200 OK", "Transfer-Encoding: chunked"), b"0" * 300)),
        slow("drip-chunk-data", "sends the data of a chunk byte by byte",
             do.drip(head("200 OK", "Transfer-Encoding: chunked") + b"12c\r\n", b" " * 300)),
        slow("drip-chunks", "sends chunks of one byte, for ever",
             do.drip(head("200 OK", "Transfer-Encoding: chunked"), [chunk(b" ")] * 300)),
        slow("drip-extension", "sends the extension of a chunk byte by byte",
             do.drip(head("200 OK", "Transfer-Encoding: chunked") + b"5;", b"e" * 300)),
        slow("drip-trailers", "sends trailer after trailer",
             do.drip(head("200 OK", "Transfer-Encoding: chunked") + chunk(TEXT) + b"0\r\n",
                     [b"X-Trailer: x\r\n"] * 300)),
        slow("drip-gzip", "sends a gzip stream byte by byte",
             do.drip(head("200 OK", "Content-Encoding: gzip"), b"\x1f\x8b\x08" + b"\0" * 300)),
        slow("drip-error-page", "sends an error page byte by byte",
             do.drip(head("502 Bad Gateway"), b"<html>" * 60)),
        slow("drip-100", "sends 100 Continue again and again",
             do.drip(b"", [head("100 Continue")] * 300)),
        slow("drip-103", "sends 103 Early Hints again and again",
             do.drip(b"", [head("103 Early Hints", "Link: </x>")] * 300)),
        slow("stalls-in-header", "stops in the middle of a header",
             do.then_hang(b"HTTP/1.1 200 OK\r\nContent-Le")),
        slow("stalls-in-body", "stops in the middle of the body",
             do.then_hang(head("200 OK", "Content-Length: 4000") + TEXT)),
        slow("stalls-in-chunk", "stops before the last chunk",
             do.then_hang(head("200 OK", "Transfer-Encoding: chunked") + chunk(TEXT))),
        slow("never-closes", "sends a whole answer without a length and stays connected",
             do.then_hang(head("200 OK") + TEXT)),
        slow("never-reads", "does not read a large request", None, port="unaccepted", call=BULKY,
             requests=0, sent=True),
        Case("late-answer", "answers correctly, but after the deadline",
             script={"wallets": (do.late(0.7), ...)}, raises=LOST, hangs=1, retries=0, requests=1),
        get("just-in-time", "answers in four slow pieces before the deadline",
            do.drip(GOOD[:30], [GOOD[30:60], GOOD[60:90], GOOD[90:]]), returns=READ, requests=1),
    ],
)  # fmt: skip

CASES = CONNECTIONS + DEADLINES
