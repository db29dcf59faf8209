"""One deadline for an attempt as a whole, however slowly and wherever the other side drips."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Tuple, Union

import loopback
import pytest
from client.wires import OK, Answering, Proxy, drip, listening, read, until_hung_up

from clore_client import exchange, transport_sockets
from clore_client.errors import AnswerTooLargeError, NetworkError
from clore_client.transport import Urllib3Transport
from clore_client.wire import Request

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 28 + "9876"
PAID = Request("POST", "/create_order", json={}, fresh=True)
TIMEOUT = 0.3
SLACK = 0.5  # a busy machine's; every drip below would last for ten seconds


def fails(
    url: str, request: Request = PAID, timeout: float = TIMEOUT
) -> Tuple[NetworkError, float]:
    """(the error, seconds it took)."""
    transport = Urllib3Transport(url, KEY, timeout)
    started = time.monotonic()
    try:
        with pytest.raises(NetworkError) as caught:
            transport.send(request)
    finally:
        transport.close()
    return caught.value, time.monotonic() - started


def in_time(url: str, sent: bool, **options: Any) -> NetworkError:
    error, seconds = fails(url, **options)
    assert error.sent is sent
    assert TIMEOUT * 0.8 < seconds < TIMEOUT + SLACK
    return error


LONG = 500  # bytes, of which each takes 20 ms
DRIPS = {
    "silence": b"",
    "status": b"HTTP/1.1 " + b"2" * LONG,
    "header": b"HTTP/1.1 200 OK\r\nX: " + b"x" * LONG,
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + b"x" * LONG,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * LONG,
    "chunk size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"0" * LONG,
    "trailer": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + b"x" * LONG,
    "interim": b"HTTP/1.1 103 Early Hints\r\n" + b"Link: x\r\n" * LONG,
}


@pytest.mark.parametrize("where", DRIPS)
@pytest.mark.parametrize("secure", [False, True], ids=["http", "https"])
def test_a_drip_ends_at_the_deadline(
    where: str, secure: bool, tls: ssl.SSLContext, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLORE_CA_BUNDLE", str(bundle))

    def dripping(connection: socket.socket) -> None:
        read(connection)
        drip(connection, DRIPS[where])
        until_hung_up(connection)

    with listening(dripping, tls if secure else None) as port:
        scheme = "https" if secure else "http"
        error = in_time(f"{scheme}://127.0.0.1:{port}", sent=True)
    assert "no complete answer within 0.3 s" in str(error)


def test_a_handshake_that_drips_has_sent_nothing() -> None:
    record = b"\x16\x03\x03\x40\x00" + b"\x02" * LONG

    def dripping(connection: socket.socket) -> None:
        connection.recv(65536)
        drip(connection, record)

    with listening(dripping) as port:
        in_time(f"https://127.0.0.1:{port}", sent=False)


def test_a_handshake_without_an_answer_has_sent_nothing() -> None:
    with listening(until_hung_up) as port:
        in_time(f"https://127.0.0.1:{port}", sent=False)


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nX: " + b"x" * LONG, b"2" * LONG])
def test_a_proxys_answer_that_drips_has_sent_nothing(
    answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dripping(connection: socket.socket) -> None:
        drip(connection, answer)
        until_hung_up(connection)

    with listening(Proxy(answer=dripping)) as gate:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{gate}")
        in_time("https://api.example", sent=False)


def test_a_handshake_behind_a_proxy_that_took_its_time_is_in_the_same_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def late(connection: socket.socket) -> None:
        drip(connection, b"HTTP/1.1 200 OK\r\n\r\n", gap=0.01)
        until_hung_up(connection)

    with listening(Proxy(answer=late)) as gate:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{gate}")
        in_time("https://api.example", sent=False)


def test_a_request_that_nobody_reads_is_given_up() -> None:
    """The kernel's buffers take the first part of it: it may have arrived."""
    gate = threading.Event()
    body: Dict[str, Any] = {"command": "x" * (16 << 20)}
    with listening(lambda _: gate.wait(5)) as port:
        request = Request("POST", "/x", json=body)
        error, seconds = fails(f"http://127.0.0.1:{port}", request, timeout=1.0)
        gate.set()
    assert error.sent is True
    assert seconds < 1.0 + SLACK


def test_interim_answers_without_end_end() -> None:
    endless = b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 1000

    def hinting(connection: socket.socket) -> None:
        read(connection)
        while True:
            connection.sendall(endless)

    with listening(hinting) as port:
        error, seconds = fails(f"http://127.0.0.1:{port}", timeout=5)
    assert error.sent is True
    assert seconds < 2


@pytest.mark.parametrize("interim", ["100 Continue", "102 Processing", "103 Early Hints"])
def test_some_interim_answers_are_passed_over(interim: str) -> None:
    hint = f"HTTP/1.1 {interim}\r\nLink: x\r\n\r\n".encode()
    with loopback.server(hint * 3 + OK) as (url, _):
        response = Urllib3Transport(url).send(PAID)
    assert (response.status, response.body) == (200, b'{"code": 0}')


def test_switching_protocols_is_an_answer_and_no_interim_one() -> None:
    switch = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
    with loopback.server(switch + OK) as (url, _):
        assert Urllib3Transport(url).send(PAID).status == 101


def test_headers_without_end_end() -> None:
    def endless(connection: socket.socket) -> None:
        read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X: y\r\n" * 1000)

    with listening(endless) as port:
        error, seconds = fails(f"http://127.0.0.1:{port}", timeout=5)
    assert error.sent is True
    assert seconds < 2


def test_more_bytes_than_any_answer_has_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trailer of a chunked body is no body: only the count of bytes bounds it."""
    monkeypatch.setattr("clore_client.transport.BODY_LIMIT", 1 << 20)

    def endless(connection: socket.socket) -> None:
        read(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
        while True:
            connection.sendall(b"X: yyyyyyyyyy\r\n" * 1000)

    with listening(endless) as port, pytest.raises(AnswerTooLargeError, match="over 1 MB"):
        Urllib3Transport(f"http://127.0.0.1:{port}", KEY, 5).send(PAID)


def blocking(gate: threading.Event) -> Callable[..., List[Any]]:
    def getaddrinfo(
        host: bytes, *args: object, flags: Union[socket.AddressInfo, int] = 0, **options: Any
    ) -> List[Any]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "a name")
        gate.wait(5)
        return []

    return getaddrinfo


def test_a_name_that_is_not_resolved_in_time_has_sent_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", blocking(gate))
    in_time("https://api.example", sent=False)
    gate.set()


@pytest.mark.parametrize("name", ["api.invalid", "a..b", "x" * 64 + ".example"])
def test_a_name_that_nobody_knows_has_sent_nothing(name: str) -> None:
    error, _ = fails(f"https://{name}", timeout=5)
    assert error.sent is False
    assert "cannot be resolved" in str(error) or "the connection failed" in str(error)


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: Tuple[Any, Any]) -> None:
    """Every name has these addresses: families and pairs of host and port."""
    rows = [(family, socket.SOCK_STREAM, 6, "", place) for family, place in addresses]
    monkeypatch.setattr(transport_sockets, "_addresses", lambda *_: rows)


@pytest.fixture
def deaf() -> Iterator[Tuple[str, int]]:
    """The address of somebody who accepts nothing: the queue for it is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        place = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(place)
        yield place
        for one in waiting:
            one.close()


def test_a_first_address_that_is_silent_leaves_time_for_the_second(
    monkeypatch: pytest.MonkeyPatch, deaf: Tuple[str, int]
) -> None:
    with listening(Answering()) as port:
        resolving(monkeypatch, (socket.AF_INET, deaf), (socket.AF_INET, ("127.0.0.1", port)))
        started = time.monotonic()
        assert Urllib3Transport("http://localhost", KEY, 1.0).send(PAID).status == 200
    assert 0.4 < time.monotonic() - started < 1.0


def test_addresses_that_are_all_silent_end_at_the_deadline(
    monkeypatch: pytest.MonkeyPatch, deaf: Tuple[str, int]
) -> None:
    resolving(monkeypatch, *[(socket.AF_INET, deaf)] * 3)
    error = in_time("http://localhost", sent=False)
    assert "no connection within 0.3 s" in str(error)


def test_a_machine_without_ipv6_takes_the_next_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """There, the socket itself is refused, before anything is connected."""
    refused = 12345  # no address family of any system
    with listening(Answering()) as port:
        resolving(monkeypatch, (refused, ("::1", port)), (socket.AF_INET, ("127.0.0.1", port)))
        transport = Urllib3Transport(f"http://localhost:{port}", KEY)
        assert transport.send(PAID).status == 200


def test_a_name_without_any_address_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    resolving(monkeypatch)
    error, _ = fails("http://localhost")
    assert error.sent is False


def test_as_many_threads_as_the_system_allows_is_an_error_of_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    error, _ = fails("https://api.example")
    assert error.sent is False


@pytest.mark.parametrize("timeout", [1e9, 1e300, 10**15])
def test_a_huge_timeout_is_cut_to_what_sockets_take(timeout: float) -> None:
    with loopback.server(OK) as (url, _):
        assert Urllib3Transport(url, KEY, timeout).send(PAID).status == 200


def test_a_call_inside_another_one_leaves_its_bounds_in_place() -> None:
    """As a signal's handler makes it, in the same thread and in the middle."""
    told = []
    with exchange.begin(5, 100, lambda: told.append("outer")) as outer:
        with exchange.begin(5, 100, lambda: told.append("inner")) as inner:
            exchange.current().departs()
        assert (inner.left, outer.left) == (True, False)
        exchange.current().departs()
        exchange.current().departs()
    assert (outer.left, told) == (True, ["inner", "outer"])


def test_what_is_over_is_over() -> None:
    with exchange.begin(1e-9, 100) as state, pytest.raises(exchange.DeadlineError):
        state.remaining()


def test_outside_of_a_call_a_socket_waits_a_second_at_most() -> None:
    assert 0 < exchange.current().remaining() <= 1.0


def test_what_is_counted_is_what_came_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "_OVERHEAD", 10)
    with exchange.begin(5, 100) as state:
        state.received(110)
        with pytest.raises(exchange.TooMuchError):
            state.received(1)


def test_a_context_that_verifies_in_its_own_sockets_goes_on_doing_so() -> None:
    class Own(ssl.SSLSocket):
        pass

    context = ssl.create_default_context()
    context.sslsocket_class = Own
    assert issubclass(transport_sockets.bounded(context).sslsocket_class, Own)
