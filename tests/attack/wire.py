"""HTTP/1.1 as bytes: whole answers, right and wrong, for behaviours to send."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import Any, Iterable, Union

CRLF = b"\r\n"


def answer(body: Union[bytes, str, Any] = b"", status: str = "200 OK", *headers: str) -> bytes:
    """A whole answer; a body that is neither bytes nor a text is sent as JSON."""
    raw = encoded(body)
    return head(status, f"Content-Length: {len(raw)}", *headers) + raw


def head(status: str = "200 OK", *headers: str) -> bytes:
    """A status line and headers, with the empty line after them."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode("latin-1")


def encoded(body: Any) -> bytes:
    """``body`` as bytes; what is neither bytes nor a text becomes JSON."""
    if isinstance(body, (bytes, bytearray)):
        return bytes(body)
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def chunk(data: bytes, extension: str = "") -> bytes:
    """One chunk."""
    return f"{len(data):x}{extension}\r\n".encode() + data + CRLF


def chunked(parts: Iterable[bytes], *headers: str, end: bytes = b"0\r\n\r\n") -> bytes:
    """A chunked answer, its last chunk and trailers being ``end``."""
    start = head("200 OK", "Transfer-Encoding: chunked", *headers)
    return start + b"".join(chunk(part) for part in parts) + end


def gzipped(body: Any, *headers: str, encoding: str = "gzip", packed: Any = gzip.compress) -> bytes:
    """An answer whose Content-Encoding says ``encoding`` and whose body went through ``packed``."""
    return answer(packed(encoded(body)), "200 OK", f"Content-Encoding: {encoding}", *headers)


def zeros(megabytes: int) -> Iterable[bytes]:
    """``megabytes`` MB of zero bytes as one gzip stream, in pieces of about 1 kB, at no cost.

    After a full flush, deflate starts anew: one compressed megabyte can be sent again and again.
    """
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    yield packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    for _ in range(megabytes):
        yield block
