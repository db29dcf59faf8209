"""A loopback API that a test tells, byte by byte, how to fail; otherwise it answers sanely.

It knows enough HTTP to tell requests apart, and enough of the marketplace to keep the orders that
were really made. What happens to the n-th request of an endpoint is the n-th behaviour of the
endpoint's script: a function of the `Exchange`. After the script the answers are sane, unless it
ends with ``...``: then its last behaviour goes on for ever.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Sequence

import loopback

from .inbound import CONNECT, Request, receive
from .market import Market
from .wire import answer

if TYPE_CHECKING:
    from typing_extensions import Self

_IDLE = 10.0  # seconds until a connection that nobody uses is given up

Behaviour = Callable[["Exchange"], None]
Script = Mapping[str, Sequence[Any]]

#: What a proxy says when the way is free.
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"

#: The calls that make what costs money.
PAID = ("create_order", "create_gigaspot_orders")

#: Before the first one has been read.
NO_REQUEST = Request("", "", {}, b"", 0, 0)


@dataclass
class Exchange:
    """A connection and the latest request on it; a behaviour answers, or does not.

    Attributes:
        stays_open: set by a behaviour that leaves the connection fit for another request.
    """

    server: FaultServer
    sock: socket.socket
    connection: int
    request: Request = NO_REQUEST
    stays_open: bool = False

    def send(self, data: bytes) -> None:
        """Send raw bytes; raises OSError, which ends the behaviour, when the client has gone."""
        self.server.check()
        self.sock.sendall(data)

    def last(self, data: bytes) -> None:
        """Send ``data`` so that it arrives together with the end of the connection."""
        # Otherwise a client may use the connection again before it learns that it is closed.
        if hasattr(socket, "TCP_CORK"):
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
        self.send(data)

    def pause(self, seconds: float) -> None:
        """Wait. When the client has hung up or the test is over, the behaviour ends."""
        self.server.check()
        if self.server.stopping.wait(seconds):
            raise ConnectionAbortedError
        if isinstance(self.sock, ssl.SSLSocket):  # cannot be peeked into; sending will tell
            return
        ready, _, _ = select.select([self.sock], [], [], 0)
        if ready and not self.sock.recv(1, socket.MSG_PEEK):
            raise ConnectionAbortedError

    def reset(self) -> None:
        """Hang up with a reset instead of an orderly end."""
        loopback.reset(self.sock)

    def wait_for_hangup(self) -> None:
        """Say nothing until the client goes away or the test is over."""
        while True:
            self.pause(0.05)

    def sane(self, *headers: str) -> bytes:
        """What a healthy API answers; an order that is asked for is made."""
        market = self.server.market
        body = market.respond(self.request)
        date = [f"Date: {market.date}"] if market.date else []
        return answer(body, "200 OK", *date, *headers)


@dataclass
class FaultServer:
    """Serves on a loopback port for as long as the ``with`` block lasts.

    Attributes:
        script: behaviours by endpoint name, such as ``create_order``.
        market: the orders, and what a healthy API answers.
        greeting: happens to each connection before any request is read; a connection that it
            leaves with ``stays_open`` is then served as usual.
        tls: an SSL context that encrypts every connection.
        tunnel: an SSL context for what comes after a proxy's CONNECT: the API is reached there.
        elsewhere: the base URL of another server, for behaviours that point to it.
        lifetime: requests that a connection survives; the next one on it meets a reset.
        patience: seconds after which behaviours that go on for ever end all the same.
        requests: what arrived, in order.
        connections: how many were accepted.
        moment: set by a behaviour when the caller is to be interrupted.
        released: lets that behaviour go on.
        over: whether it has ended.
    """

    script: Script = field(default_factory=dict)
    market: Market = field(default_factory=Market)
    greeting: Optional[Behaviour] = None
    tls: Any = None
    tunnel: Any = None
    elsewhere: str = ""
    lifetime: int = 1000
    patience: float = 4.0
    requests: List[Request] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self.stopping = threading.Event()
        self.moment, self.released = threading.Event(), threading.Event()
        self.over = threading.Event()
        self.over.set()
        self._end = time.monotonic() + self.patience
        self._lock = threading.Lock()
        self._threads: List[threading.Thread] = []
        self._open: List[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.stopping.set()
        self.released.set()
        self.stop_listening()
        with self._lock:
            for sock in self._open:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(_IDLE)

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/v1"

    @property
    def posts(self) -> List[Request]:
        """The requests that asked for an order or for bids."""
        return [request for request in self.requests if request.endpoint in PAID]

    def count(self, endpoint: str) -> int:
        """How many requests of ``endpoint`` arrived."""
        return sum(request.endpoint == endpoint for request in self.requests)

    def check(self) -> None:
        """End behaviours without end, so that a client without a deadline fails, not hangs."""
        if self.stopping.is_set() or time.monotonic() > self._end:
            raise ConnectionAbortedError

    def listen(self, backlog: int) -> None:
        """Let so many connections wait until they are accepted."""
        self._listener.listen(backlog)

    def stop_listening(self) -> None:
        """Refuse every further connection; those that are open go on."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args, daemon=True, name="fault-server")
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.append(sock)
            self._start(self._serve, sock, self.connections)

    def _serve(self, sock: socket.socket, number: int) -> None:
        sock.settimeout(_IDLE)
        exchange = Exchange(self, sock, number)
        # A client that hangs up, in the middle of a TLS handshake too, ends the connection.
        with contextlib.suppress(OSError):
            if self.greeting:
                self.greeting(exchange)
            if exchange.stays_open or not self.greeting:
                self._converse(exchange)
        with self._lock:
            self._open = [other for other in self._open if other is not exchange.sock]
        exchange.sock.close()

    def _converse(self, exchange: Exchange) -> None:
        if self.tls:
            self.encrypt(exchange, self.tls)
        for nth in range(1, self.lifetime + 2):
            request = receive(exchange.sock, exchange.connection, nth)
            if request is None:
                return
            exchange.request, exchange.stays_open = request, False
            behaviour = self._next(request, stale=nth > self.lifetime)
            behaviour(exchange)
            if not exchange.stays_open:
                return

    def encrypt(self, exchange: Exchange, context: ssl.SSLContext) -> None:
        """Go on in TLS on this connection."""
        with self._lock:
            self._open.remove(exchange.sock)
        exchange.sock = context.wrap_socket(exchange.sock, server_side=True)
        with self._lock:
            self._open.append(exchange.sock)

    def _next(self, request: Request, *, stale: bool) -> Behaviour:
        with self._lock:
            self.requests.append(request)
            steps = list(self.script.get(request.endpoint, ()))
            nth = self.count(request.endpoint) - 1
        if request.endpoint in PAID:
            self.market.asked(request.json)
        if stale:
            return Exchange.reset
        if steps and steps[-1] is ...:
            steps.pop()
            nth = min(nth, len(steps) - 1)
        return steps[nth] if nth < len(steps) else healthy


def healthy(exchange: Exchange) -> None:
    """Answer as a healthy API or proxy does and keep the connection open."""
    if exchange.request.endpoint == CONNECT:
        exchange.send(ESTABLISHED)
        exchange.server.encrypt(exchange, exchange.server.tunnel)
    else:
        exchange.send(exchange.sane())
    exchange.stays_open = True
