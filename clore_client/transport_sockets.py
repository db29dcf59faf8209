"""urllib3's connections on sockets that keep the bounds of `clore_client.exchange`."""

from __future__ import annotations

import contextlib
import errno
import http.client
import queue
import socket
import ssl
from typing import Any, Deque, Dict, List, Optional, Tuple

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from . import exchange
from .patience import within

#: Interim answers (100, 102, 103) in front of the real one; real servers send one or two.
_INTERIM = 20


class _Bounded:
    """A socket whose every operation ends at the attempt's deadline."""

    def _arm(self) -> None:
        self.settimeout(exchange.current().remaining())  # type: ignore[attr-defined]

    def recv_into(self, *args: Any, **options: Any) -> int:
        self._arm()
        count: int = super().recv_into(*args, **options)  # type: ignore[misc]
        exchange.current().received(count)
        return count

    def recv(self, *args: Any, **options: Any) -> bytes:
        self._arm()
        try:
            data: bytes = super().recv(*args, **options)  # type: ignore[misc]
        except ConnectionResetError:
            # Where a proxy resets before the handshake, `ssl` forgets its new socket unclosed.
            self.close()  # type: ignore[attr-defined]
            raise
        exchange.current().received(len(data))
        return data

    def send(self, *args: Any, **options: Any) -> int:
        self._arm()
        count: int = super().send(*args, **options)  # type: ignore[misc]
        return count

    def sendall(self, *args: Any, **options: Any) -> None:
        self._arm()
        super().sendall(*args, **options)  # type: ignore[misc]


class _Socket(_Bounded, socket.socket):
    pass


def bounded(context: ssl.SSLContext) -> ssl.SSLContext:
    """``context``, its sockets made to keep the bounds.

    Derived from what the context uses, never put in its place: a context that verifies in a
    socket class of its own must go on doing so.
    """
    context.sslsocket_class = type("_TLSSocket", (_Bounded, context.sslsocket_class), {})
    return context


class _Answer(http.client.HTTPResponse):
    """An answer behind interim ones; http.client skips only 100, and that without end."""

    def begin(self) -> None:
        super().begin()
        # urllib3 logs headers that cannot be parsed as a warning, which quotes them: the key,
        # too, where a server echoes it.
        self.msg.defects = []
        self.msg.set_payload("")

    def _read_status(self) -> Tuple[str, int, str]:
        for _ in range(_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]
            if not http.client.CONTINUE <= status < http.client.OK or (
                status == http.client.SWITCHING_PROTOCOLS
            ):
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("interim answers without end")


class _Watched:
    """Notes the moment when the first byte of a request goes out, and connects within bounds."""

    sock: Any
    _connecting = False

    def connect(self) -> None:
        # What goes to a proxy or a TLS handshake is not the request yet.
        self._connecting = True
        try:
            super().connect()  # type: ignore[misc]
        finally:
            self._connecting = False

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        if not self._connecting:
            exchange.current().departs()
        super().send(data)  # type: ignore[misc]

    def _new_conn(self) -> socket.socket:
        host, port = self._dns_host, self.port  # type: ignore[attr-defined]
        try:
            return _connected(host, port, self.socket_options or [])  # type: ignore[attr-defined]
        except socket.gaierror as error:
            raise NameResolutionError(host, self, error) from None  # type: ignore[arg-type]
        except socket.timeout:
            raise ConnectTimeoutError(self, "no connection in time") from None
        except OSError as error:
            raise NewConnectionError(self, str(error.strerror)) from error  # type: ignore[arg-type]


class _Connection(_Watched, HTTPConnection):
    response_class = _Answer


class _TLSConnection(_Watched, HTTPSConnection):
    response_class = _Answer


class _Idle(Deque[Any]):
    """The connections that nobody uses, the latest first, as `queue.LifoQueue` keeps them.

    Without its lock, which a Ctrl-C in the wrong moment leaves locked: whoever closes the pool
    would wait for ever. What a deque does is atomic.
    """

    def __init__(self, maxsize: int) -> None:
        super().__init__()
        self._most = maxsize

    def get(self, block: bool = True, timeout: Optional[float] = None) -> Any:  # noqa: ARG002
        """The latest one.

        Raises:
            queue.Empty: there is none; nobody waits for one, as our pools do not block.
        """
        try:
            return self.pop()
        except IndexError:
            raise queue.Empty from None

    def put(self, connection: Any, block: bool = True) -> None:  # noqa: ARG002  as above
        """Keep one; None stands for one that is still to be made.

        Raises:
            queue.Full: enough are kept.
        """
        if len(self) >= self._most:
            raise queue.Full
        self.append(connection)

    def drain(self) -> None:
        """Close them all."""
        with contextlib.suppress(queue.Empty):
            while True:
                connection = self.get()
                if connection is not None:
                    connection.close()

    def qsize(self) -> int:
        """How many there are."""
        return len(self)


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType]
    QueueCls = _Idle  # type: ignore[assignment]  # it has what a pool calls


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSConnection  # pyright: ignore[reportAssignmentType]
    QueueCls = _Idle  # type: ignore[assignment]  # it has what a pool calls


#: For `PoolManager.pool_classes_by_scheme`.
POOLS: Dict[str, Any] = {"http": _Pool, "https": _TLSPool}


def _connected(host: str, port: int, options: Any) -> socket.socket:
    """A connection to the first address that answers; each gets its share of the time left."""
    addresses = _addresses(host, port)
    failure = OSError("the name has no address")
    for position, place in enumerate(addresses):
        share = exchange.current().remaining() / (len(addresses) - position)
        try:
            return _opened(place, share, options)
        except OSError as error:
            failure = error
    raise failure


def _opened(place: Any, share: float, options: Any) -> socket.socket:
    family, kind, protocol, _, address = place
    connection = _Socket(family, kind, protocol)  # refused where there is no IPv6, say
    try:
        for option in options:
            connection.setsockopt(*option)
        connection.settimeout(share)
        connection.connect(address)
        connection.settimeout(exchange.current().remaining())
    except BaseException:
        connection.close()
        raise
    return connection


def _addresses(host: str, port: int) -> List[Any]:
    """The addresses of ``host``, asked for in a thread: nothing else ends a look-up in time."""
    name = host.strip("[]")
    # As bytes, because of a text Python makes Unicode's names for the net, with tables of 5 ms.
    question = (name.encode() if name.isascii() else name, port, 0, socket.SOCK_STREAM)
    try:
        return socket.getaddrinfo(*question, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):  # a name
        pass

    def look_up() -> List[Any]:
        try:
            return socket.getaddrinfo(*question)
        except UnicodeError:
            raise socket.gaierror(socket.EAI_NONAME, "not a host name") from None

    left = exchange.current().remaining()
    try:
        return within(left, look_up)
    except TimeoutError:
        raise exchange.DeadlineError("the name was not resolved in time") from None
    except RuntimeError as error:  # as many threads as the system allows
        raise OSError(errno.EAGAIN, "no thread can be started") from error
