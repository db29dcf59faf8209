"""A socket on loopback that plays back what a test tells it, byte by byte, or hangs up."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from typing import Callable, Iterator, List, Tuple, Union

Turn = Union[bytes, Callable[[socket.socket], object]]


@contextlib.contextmanager
def server(*turns: Turn) -> Iterator[Tuple[str, List[bytes]]]:
    """Serve one connection per turn; yield (base URL, requests seen as bytes).

    A turn is the bytes to answer with before closing, or a function of the socket.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    seen: List[bytes] = []

    def serve() -> None:
        for turn in turns:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                seen.append(read_request(connection))
                if callable(turn):
                    turn(connection)
                else:
                    connection.sendall(turn)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", seen
    finally:
        listener.close()
        thread.join(5)


def read_request(connection: socket.socket) -> bytes:
    """One request, header and body."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while length and len(body) < int(length[0].split(b":")[1]):
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """Hang up with a reset after the request has been read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def http(body: bytes, status: str = "200 OK", *headers: str) -> bytes:
    """A whole HTTP/1.1 answer as bytes."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
