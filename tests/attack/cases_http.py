"""HTTP that is broken, strange, or right in ways that are easy to get wrong."""

from __future__ import annotations

import gzip
import zlib

from clore_client.errors import AnswerTooLargeError, BadAnswerError, NetworkError

from . import behaviours as do
from .build import GOOD, READ, TEXT, TWICE, family, get, once
from .case import AGAIN, ODD
from .wire import answer, chunk, chunked, gzipped, head

CHUNKED = head("200 OK", "Transfer-Encoding: chunked")
LENGTH = f"Content-Length: {len(TEXT)}"
LOST = (NetworkError,)
#: Over a limit is over a limit: how it is called depends on who notices.
REFUSED = (NetworkError, BadAnswerError, AnswerTooLargeError)


def _line(status_line: bytes) -> bytes:
    return status_line + b"\r\n" + f"{LENGTH}\r\n\r\n".encode() + TEXT


def _with(*headers: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", LENGTH.encode(), *headers, b"", TEXT]
    return b"\r\n".join(lines)


STATUS_LINES = family(
    "Status lines",
    [
        get("line-garbage", "sends random bytes", do.raw(bytes(range(256)) * 4), requests=3),
        get("line-empty", "sends an empty status line", do.raw(b"\r\n\r\n"), requests=3),
        get("line-no-number", "sends a status that is no number", do.raw(_line(b"HTTP/1.1 abc"))),
        get("line-99", "sends the status 99", do.raw(_line(b"HTTP/1.1 99 Odd"))),
        get("line-negative", "sends a negative status", do.raw(_line(b"HTTP/1.1 -200 OK"))),
        get("line-1000", "sends the status 1000", do.raw(_line(b"HTTP/1.1 1000 Odd"))),
        get("line-999", "sends the status 999 with a good body", do.raw(_line(b"HTTP/1.1 999 Odd")),
            raises=ODD, status=999),
        get("line-version", "says HTTP/9.9", do.raw(_line(b"HTTP/9.9 200 OK")),
            raises=ODD, returns=READ),
        get("line-no-reason", "leaves out the reason", do.raw(_line(b"HTTP/1.1 200")),
            returns=READ, requests=1),
        get("line-http10", "answers with HTTP/1.0", do.raw(_line(b"HTTP/1.0 200 OK")),
            returns=READ, requests=1),
        get("line-http09", "sends the body only, as HTTP/0.9 did", do.raw(TEXT), requests=3),
        get("line-http2", "speaks HTTP/2",
            do.raw(b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80" + b"\0" * 12)),
        get("line-preface", "sends the preface of HTTP/2 back",
            do.raw(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")),
        get("line-ssh", "is an SSH server", do.raw(b"SSH-2.0-OpenSSH_9.2p1\r\n")),
        get("line-smtp", "is a mail server", do.raw(b"220 mail.example ESMTP\r\n")),
        get("line-tls", "sends a TLS alert", do.raw(bytes.fromhex("15030300020228"))),
        get("line-huge", "sends a reason of 100 kB",
            do.raw(_line(b"HTTP/1.1 200 " + b"O" * 100_000)), raises=REFUSED),
        get("line-endless", "sends a status line without end",
            do.flood(b"HTTP/1.1 200 ", b"O" * 65536), raises=REFUSED),
    ],
)  # fmt: skip

INTERIM = family(
    "Interim answers",
    [
        get("interim-100", "100 Continue first", do.raw(head("100 Continue") + GOOD),
            returns=READ, requests=1),
        get("interim-102", "102 Processing first", do.raw(head("102 Processing") + GOOD),
            returns=READ, requests=1),
        get("interim-103", "103 Early Hints first",
            do.raw(head("103 Early Hints", "Link: </style>; rel=preload") + GOOD),
            returns=READ, requests=1, cli=True),
        get("interim-several", "several interim answers first",
            do.raw(head("100 Continue") + head("103 Early Hints") * 3 + GOOD),
            returns=READ, requests=1),
        get("interim-only", "103 and then nothing", do.raw(head("103 Early Hints")), raises=LOST,
            sent=True, requests=3),
        get("interim-101", "switches protocols",
            do.raw(head("101 Switching Protocols") + b"\x81\0"), raises=ODD),
        get("interim-flood", "sends 103 without end, as fast as it can",
            do.flood(b"", head("103 Early Hints", "Link: </x>") * 500), raises=REFUSED, hangs=1,
            retries=0, requests=1),
        get("interim-100-flood", "sends 100 without end, as fast as it can",
            do.flood(b"", head("100 Continue") * 500), raises=REFUSED, hangs=1, retries=0,
            requests=1),
    ],
)  # fmt: skip

HEADERS = family(
    "Headers",
    [
        get("header-no-colon", "a header without a colon", do.raw(_with(b"no colon here")),
            raises=ODD, returns=READ),
        get("header-no-name", "a header without a name", do.raw(_with(b": value")),
            raises=ODD, returns=READ),
        get("header-nul", "NUL bytes in a header", do.raw(_with(b"X-Odd: a\0b")),
            raises=ODD, returns=READ),
        get("header-bytes", "a header that is no text", do.raw(_with(b"X-Odd: \xff\xfe\x80")),
            returns=READ, requests=1),
        get("header-folded", "a header on two lines", do.raw(_with(b"X-Odd: a", b" b")),
            returns=READ, requests=1),
        get("header-duplicates", "the same header a hundred times, less two",
            do.raw(_with(*[b"X-Same: x"] * 98)), returns=READ, requests=1),
        get("header-many", "5,000 headers", do.raw(_with(*[b"X-Padding: x"] * 5000)),
            raises=REFUSED),
        get("header-long", "a header of 100 kB", do.raw(_with(b"X-Long: " + b"x" * 100_000)),
            raises=REFUSED),
        get("header-flood", "headers without end, as fast as it can",
            do.flood(b"HTTP/1.1 200 OK\r\n", b"X-Padding: x\r\n" * 1000), raises=REFUSED),
        get("header-endless", "one header without end",
            do.flood(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 65536), raises=REFUSED),
        get("header-lf", "lines that end without a carriage return",
            do.raw(_with(b"X-Odd: x").replace(b"\r\n", b"\n")), raises=ODD, returns=READ),
        get("header-date", "a Date that is none", do.sanely("Date: yesterday"), returns=READ),
        get("header-cookie", "sets a cookie", do.sanely("Set-Cookie: a=b; Path=/"),
            call=AGAIN, returns=TWICE, requests=2),
        get("header-type", "calls the JSON a picture", do.sanely("Content-Type: image/png"),
            returns=READ, requests=1),
        get("header-charset", "names a character set that does not exist",
            do.sanely("Content-Type: application/json; charset=klingon"), returns=READ, requests=1),
    ],
)  # fmt: skip


def _length(value: str) -> bytes:
    return head("200 OK", f"Content-Length: {value}") + TEXT


LENGTHS = family(
    "Lengths",
    [
        get("length-long", "promises more than it sends", do.raw(_length(str(len(TEXT) + 99))),
            raises=LOST, sent=True, requests=3, cli=True),
        once("length-long-once", "promises more than it sends", do.raw(_length("9999"))),
        get("length-short", "promises less than it sends", do.raw(_length("40")),
            raises=(BadAnswerError,), status=200, requests=3),
        get("length-negative", "promises a negative length", do.raw(_length("-5")),
            raises=ODD, returns=READ),
        get("length-junk", "promises no number", do.raw(_length("many")), raises=ODD, returns=READ),
        get("length-huge", "promises 10^40 bytes", do.raw(_length("1" + "0" * 40)),
            raises=REFUSED),
        get("length-two", "two different lengths",
            do.raw(head("200 OK", LENGTH, "Content-Length: 5") + TEXT), raises=ODD),
        get("length-zero", "promises nothing and sends it",
            do.raw(head("200 OK", "Content-Length: 0")), raises=(BadAnswerError,), status=200,
            requests=3),
        get("length-none", "no length at all, and closes", do.raw(head("200 OK") + TEXT),
            returns=READ, requests=1),
        get("length-none-cut", "no length at all, and closes too early",
            do.raw(head("200 OK") + TEXT[:-9]), raises=(BadAnswerError,), status=200, requests=3),
        get("length-and-chunks", "a length and chunks", do.raw(
            head("200 OK", "Content-Length: 7", "Transfer-Encoding: chunked")
            + chunk(TEXT) + b"0\r\n\r\n"), raises=ODD, returns=READ),
        get("cut-by-reset", "resets in the middle of the body",
            do.then_reset(_length("9999")), raises=LOST, sent=True, requests=3),
    ],
)  # fmt: skip

CHUNKS = family(
    "Chunks",
    [
        get("chunks", "a chunked answer", do.raw(chunked([TEXT[:50], TEXT[50:]])), returns=READ,
            requests=1),
        get("chunks-bytes", "chunks of one byte",
            do.raw(chunked(TEXT[at : at + 1] for at in range(len(TEXT)))), returns=READ,
            requests=1),
        get("chunk-extension", "chunks with extensions",
            do.raw(CHUNKED + chunk(TEXT, ";name=value") + b"0\r\n\r\n"), returns=READ, requests=1),
        get("chunk-trailers", "trailers after the chunks",
            do.raw(chunked([TEXT], end=b"0\r\nX-Trailer: x\r\n\r\n")), returns=READ, requests=1),
        get("chunk-no-size", "a chunk size that is no number",
            do.raw(CHUNKED + b"zz\r\n" + TEXT), requests=3),
        get("chunk-negative", "a negative chunk size", do.raw(CHUNKED + b"-5\r\n" + TEXT)),
        get("chunk-enormous", "a chunk of 2^63 bytes",
            do.raw(CHUNKED + b"7fffffffffffffff\r\n" + TEXT), requests=3),
        get("chunk-size-long", "a chunk size of 100 kB", do.raw(CHUNKED + b"0" * 100_000),
            raises=REFUSED),
        get("chunk-size-flood", "a chunk size without end, as fast as it can",
            do.flood(CHUNKED, b"0" * 65536), raises=REFUSED),
        get("chunk-no-end", "no last chunk", do.raw(chunked([TEXT], end=b"")), requests=3),
        get("chunk-cut", "ends in the middle of a chunk",
            do.raw(CHUNKED + b"fff\r\n" + TEXT), requests=3),
        get("chunk-no-newline", "no line end after a chunk",
            do.raw(CHUNKED + chunk(TEXT)[:-2] + b"0\r\n\r\n")),
        get("chunk-not", "says chunked and sends none", do.raw(CHUNKED + TEXT)),
        get("chunk-trailer-flood", "trailers without end, as fast as it can",
            do.flood(CHUNKED + chunk(TEXT) + b"0\r\n", b"X-Trailer: x\r\n" * 1000),
            raises=REFUSED, returns=READ, hangs=1, retries=0),
        get("transfer-unknown", "a transfer encoding that does not exist",
            do.raw(head("200 OK", "Transfer-Encoding: banana") + TEXT), raises=ODD, returns=READ),
    ],
)  # fmt: skip

PACKED = gzip.compress(TEXT)

ENCODINGS = family(
    "Compression",
    [
        get("gzip", "a gzip answer", do.raw(gzipped(TEXT)), returns=READ, requests=1),
        get("gzip-chunked", "a gzip answer in chunks",
            do.raw(chunked([PACKED[:30], PACKED[30:]], "Content-Encoding: gzip")), returns=READ,
            requests=1),
        get("gzip-not", "says gzip and sends plain JSON", do.raw(gzipped(TEXT, packed=bytes)),
            requests=3, cli=True),
        get("gzip-cut", "a gzip stream that ends too early",
            do.raw(gzipped(TEXT, packed=lambda body: gzip.compress(body)[:60])), requests=3),
        # Its JSON is complete, which is proof enough that nothing was cut off.
        get("gzip-no-trailer", "a gzip stream without its checksum",
            do.raw(gzipped(TEXT, packed=lambda body: gzip.compress(body)[:-8])),
            raises=ODD, returns=READ),
        get("gzip-checksum", "a gzip stream with a wrong checksum",
            do.raw(gzipped(TEXT, packed=lambda b: gzip.compress(b)[:-8] + b"\1" * 8)), requests=3),
        get("gzip-empty", "says gzip and sends nothing", do.raw(gzipped(b"", packed=bytes)),
            requests=3),
        get("gzip-junk", "junk after the gzip stream",
            do.raw(gzipped(TEXT, packed=lambda body: gzip.compress(body) + b"junk" * 9)),
            raises=ODD, returns=READ),
        get("gzip-twice", "gzip in gzip, and says so", do.raw(gzipped(
            TEXT, encoding="gzip, gzip", packed=lambda b: gzip.compress(gzip.compress(b)))),
            requests=3),
        get("gzip-two-headers", "gzip in gzip, said in two headers",
            do.raw(answer(gzip.compress(PACKED), "200 OK", *["Content-Encoding: gzip"] * 2)),
            requests=3),
        get("gzip-hidden", "gzip in gzip, said once", do.raw(gzipped(PACKED)), requests=3),
        get("gzip-60", "60 layers named", do.raw(gzipped(TEXT, encoding=", ".join(["gzip"] * 60))),
            requests=3),
        get("deflate", "deflate, unasked",
            do.raw(gzipped(TEXT, encoding="deflate", packed=zlib.compress)), requests=3),
        get("brotli", "br, unasked", do.raw(gzipped(b"\x8b\x03\x80{}\x03", encoding="br",
            packed=bytes)), requests=3),
        get("zstd", "zstd, unasked",
            do.raw(gzipped(b"\x28\xb5\x2f\xfd\x20\0", encoding="zstd", packed=bytes)), requests=3),
        get("encoding-unknown", "an encoding that does not exist",
            do.raw(gzipped(TEXT, encoding="banana", packed=bytes)), requests=3),
        get("encoding-list", "gzip and an unknown one",
            do.raw(gzipped(TEXT, encoding="gzip, banana")), requests=3),
    ],
)  # fmt: skip

CASES = [*STATUS_LINES, *INTERIM, *HEADERS, *LENGTHS, *CHUNKS, *ENCODINGS]
