"""A world behind a loopback socket, with the network's faults acted out for real."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING, Any, Generator, Optional, Set, Tuple
from urllib.parse import parse_qsl

from clore_client.wire import Request, Response

from .accepting import Accepting
from .faults import BLOCKED_TEXT, Answer
from .inprocess import read_json
from .snapshots import FOLDER
from .ssh_door import open_door

if TYPE_CHECKING:
    from .world import World

_BASE = "/v1"
_PIECES = 20  # in which a slow body drips
#: Close without the usual farewell: linger on, for 0 s.
_RESET = struct.pack("ii", 1, 0)


@contextlib.contextmanager
def serve(
    world: World, port: int = 0, *, ssh: Optional[Tuple[str, int]] = None
) -> Generator[str, None, None]:
    """Serve ``world`` on 127.0.0.1 and yield the base URL, e.g. ``http://127.0.0.1:40123/v1``.

    Leaving the context closes every connection at once.

    Args:
        world: the marketplace; it can be used in process at the same time.
        port: 0 for any free port.
        ssh: the host and port at which orders are reached by SSH; by default a port that greets
            like an SSH server as soon as an order runs.

    Raises:
        OSError: the port is taken.
    """
    with contextlib.ExitStack() as stack:
        server = _Server(world, port)
        stack.enter_context(server.accepting())
        world.state.ssh = ssh or stack.enter_context(open_door(world))
        yield server.origin + _BASE


class _Server(Accepting, HTTPServer):
    def __init__(self, world: World, port: int) -> None:
        self.world = world
        self._open: Set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def server_bind(self) -> None:
        """Bind without HTTPServer's look-up of the host's name, which can wait for DNS."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])
        self.origin = f"http://127.0.0.1:{self.server_port}"

    def wake(self) -> None:
        """Wake the loop, and the threads that read from or drip to somebody."""
        super().wake()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, then serve it in a thread of its own."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close the connection; one that is to be reset gets no farewell first."""
        with self._lock:
            self._open.discard(request)
        if request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, len(_RESET)) == _RESET:
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about clients that went away; report the sandbox's own errors."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet per answer, not one per header
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]

    def _serve(self) -> None:
        request = self._read()
        if (self.headers.get("user-agent") or "").startswith("Python-urllib"):
            blocked = Response(403, BLOCKED_TEXT, {"content-type": "text/plain; charset=UTF-8"})
            self._write(Answer(blocked))
        else:
            key, peer = self.headers.get("auth"), self.client_address[0]
            self._write(self.server.world.answer(request, key, peer, self.server.origin))

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815  http.server's names

    def _read(self) -> Request:
        path, _, query = self.path.partition("?")
        url = self.server.origin + path if path.startswith(FOLDER) else ""
        path = path[len(_BASE) :] if path.startswith(_BASE + "/") else ""
        body = self._read_body()
        document = read_json(body) if body else None
        parameters = dict(parse_qsl(query, keep_blank_values=True))
        return Request(self.command, path, parameters, document, url)

    def _read_body(self) -> bytes:
        length = self.headers.get("content-length") or "0"
        if length.isascii() and length.isdigit() and not self.headers.get("transfer-encoding"):
            return self.rfile.read(int(length))
        # Not announced in a known way: nothing tells where the next request starts.
        self.close_connection = True
        return b"not JSON"

    def _write(self, answer: Answer) -> None:
        if answer.response is None:
            self.close_connection = True
            if answer.reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            return
        response = answer.response
        self.send_response_only(response.status)
        for name, value in {**response.headers, "content-length": str(len(response.body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self._write_body(response.body, answer.drip)

    def _write_body(self, body: bytes, seconds: float) -> None:
        if not seconds:
            self.wfile.write(body)
            return
        step = -(-len(body) // _PIECES) or 1
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            self.wfile.flush()
            if self.server.stopping.wait(seconds / _PIECES):
                self.close_connection = True
                return

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  inherited
        """Stay silent: the world keeps the log."""
