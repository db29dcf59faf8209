"""One request as it arrived on a socket."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, Optional
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    import socket

#: What a client asks a proxy for, and the name under which scripts know it.
CONNECT = "CONNECT"


@dataclass(frozen=True)
class Request:
    """What a client sent.

    Attributes:
        connection: the number of its connection, from 1.
        nth: its number on that connection, from 1.
        headers: by lower-case name.
        secure: whether it came through TLS.
    """

    method: str
    target: str
    headers: Dict[str, str]
    body: bytes
    connection: int
    nth: int
    secure: bool = False

    @property
    def endpoint(self) -> str:
        """The last part of the path, which is the endpoint's name; of a proxy's, CONNECT."""
        if self.method == CONNECT:
            return CONNECT
        return urlsplit(self.target).path.rpartition("/")[2]

    @property
    def query(self) -> Dict[str, str]:
        """The query parameters."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.target).query).items()}

    @property
    def json(self) -> Any:
        """The body; an empty object when there is none."""
        return json.loads(self.body or b"{}")

    @property
    def text(self) -> str:
        """All of it, for behaviours that echo."""
        headers = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        return f"{self.method} {self.target}\r\n{headers}\r\n{self.body.decode()}"


def receive(sock: socket.socket, connection: int, nth: int) -> Optional[Request]:
    """The next request, or None when the client has hung up."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = sock.recv(65536)
        if not piece:
            return None
        data += piece
    top, _, body = data.partition(b"\r\n\r\n")
    first, *lines = top.decode("latin-1").split("\r\n")
    method, target = first.split(" ")[:2]
    pairs = (line.partition(":")[::2] for line in lines)
    headers = {name.strip().lower(): value.strip() for name, value in pairs}
    body = _rest(sock, body, int(headers.get("content-length", 0)))
    secure = isinstance(sock, ssl.SSLSocket)
    return Request(method, target, headers, body, connection, nth, secure)


def _rest(sock: socket.socket, body: bytes, length: int) -> bytes:
    while len(body) < length:
        piece = sock.recv(65536)
        if not piece:
            raise ConnectionAbortedError
        body += piece
    return body
