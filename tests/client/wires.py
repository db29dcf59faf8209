"""Loopback servers that serve many connections at once, with TLS, and a proxy for CONNECT."""

from __future__ import annotations

import asyncio
import contextlib
import select
import socket
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, Generator, List, Optional, Tuple, Union

import loopback
import pytest
from scripted import answer

if TYPE_CHECKING:
    from _asyncio import Task
    from ssl import SSLContext

    from clore_client.wire import Request, Response

OK = loopback.http(b'{"code": 0}')


@contextlib.contextmanager
def listening(handle: Any, tls: Optional[SSLContext] = None) -> Generator[int, None, None]:
    """Serve each connection in a thread of its own by ``handle(connection)``; yield the port.

    Leaving the context hangs up on everybody.
    """
    listener = socket.create_server(("127.0.0.1", 0), backlog=64)
    opened: List[socket.socket] = []
    threads: List[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.enter_context(connection)
            if tls is not None:
                connection = stack.enter_context(tls.wrap_socket(connection, server_side=True))
                opened.append(connection)
            handle(connection)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.settimeout(5)
            opened.append(connection)
            threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            threads[-1].start()

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)
        for connection in opened:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join(5)


class Answering:
    """Handles a connection by answering each request; `seen` holds the requests as bytes."""

    def __init__(self, answer: Union[Callable[..., Any], bytes] = OK) -> None:
        self.answer, self.url, self.connections = answer, "", 0
        self.seen: List[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        self.connections += 1
        while True:
            request = read(connection)
            if not request:
                return
            self.seen.append(request)
            if callable(self.answer):
                self.answer(connection)
            else:
                connection.sendall(self.answer)


def read(connection: socket.socket) -> bytes:
    """One request, header and body, or nothing when the peer has hung up."""
    data, length = b"", None
    while length is None or len(data) < length:
        piece = connection.recv(65536)
        if not piece:
            return b""
        data += piece
        head, end, _ = data.partition(b"\r\n\r\n")
        if end and length is None:
            length = len(head) + 4 + announced(head)
    return data


def announced(head: bytes) -> int:
    """The length of the body by its header."""
    lines = head.lower().split(b"\r\n")
    return int(next((li[15:] for li in lines if li.startswith(b"content-length:")), b"0"))


def until_hung_up(connection: socket.socket) -> None:
    """Say nothing until the peer has gone."""
    while connection.recv(65536):
        pass


def drip(connection: socket.socket, data: bytes, gap: float = 0.02) -> None:
    """Send ``data`` byte by byte."""
    for position in range(len(data)):
        connection.sendall(data[position : position + 1])
        threading.Event().wait(gap)


class Proxy:
    """Handles a connection as an HTTP proxy does; knows hosts that nobody else can resolve.

    Args:
        hosts: ports on this machine by the name that clients ask for.
        answer: sent instead of connecting.
    """

    def __init__(
        self,
        hosts: Union[Tuple[Any, ...], Dict[str, int]] = (),
        answer: Optional[Callable[..., Any]] = None,
    ) -> None:
        self.hosts: Dict[str, int] = dict(hosts)
        self.answer = answer
        self.heads: List[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        head = read(connection)
        self.heads.append(head)
        if self.answer is not None:
            self.answer(connection)
            return
        target = head.split()[1].decode()
        name = target.split("//")[-1].split("/")[0].rpartition(":")[0]
        with socket.create_connection(("127.0.0.1", self.hosts[name])) as upstream:
            if head.startswith(b"CONNECT"):
                connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                upstream.sendall(head)
            relay(connection, upstream)


def relay(one: socket.socket, other: socket.socket) -> None:
    """Pass on what either side sends, until both have ended.

    In one thread: a TLS connection must not be read and written at the same time.
    """
    sinks = {one: other, other: one}
    with contextlib.suppress(OSError):
        while sinks:
            for source in _readable(sinks):
                data = source.recv(65536)
                if data:
                    sinks[source].sendall(data)
                else:
                    sinks.pop(source).shutdown(socket.SHUT_WR)


def _readable(sources: Dict[socket.socket, socket.socket]) -> List[socket.socket]:
    """Those that have something to read; a TLS connection may have read it already."""
    read = [one for one in sources if getattr(one, "pending", int)()]
    return read or select.select(list(sources), [], [])[0]


def eventually(condition: Callable[..., Any], seconds: float = 5.0) -> None:
    """Wait until ``condition()`` holds; fail when it never does."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.001)


async def happens(condition: Callable[..., Any], seconds: float = 5.0) -> None:
    """`eventually` for an event loop, which goes on meanwhile."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        await asyncio.sleep(0.001)


async def cancelled(task: Task[Any]) -> float:
    """Cancel ``task``; the seconds until it is over."""
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.monotonic() - started


class Busy:
    """A transport whose requests all wait for the gate."""

    def __init__(self) -> None:
        self.sent: List[str] = []
        self.gate, self.lock = threading.Event(), threading.Lock()

    def send(self, request: Request) -> Response:
        with self.lock:
            self.sent.append(request.path)
        assert self.gate.wait(5)
        return answer({"code": 0, "market": [], "orders": []})

    def close(self) -> None:
        pass
