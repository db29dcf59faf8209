"""Connections: kept for reads, fresh for what costs money, and nobody else's business."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Optional

import loopback
import pytest
from client.wires import OK, Answering, listening, read

from clore_client import CloreAI, transport_sockets
from clore_client.errors import BadAnswerError, CloreAPIError, NetworkError
from clore_client.transport import Urllib3Transport
from clore_client.wire import Request

if TYPE_CHECKING:
    from socket import socket

    from clore_client.transport_sockets import _Pool

KEY = "Kk" * 14 + "9876"
READ = Request("GET", "/wallets")
PAID = Request("POST", "/create_order", json={"ssh_password": "Hunter22Secret"}, fresh=True)


@pytest.fixture
def server() -> Iterator[Answering]:
    handler = Answering()
    with listening(handler) as port:
        handler.url = f"http://127.0.0.1:{port}"
        yield handler


@pytest.fixture
def transport(server: Answering) -> Iterator[Urllib3Transport]:
    one = Urllib3Transport(server.url, KEY, timeout=5)
    yield one
    one.close()


def test_reads_share_a_connection_and_a_paid_call_has_its_own(
    server: Answering, transport: Urllib3Transport
) -> None:
    for _ in range(3):
        transport.send(READ)
    assert server.connections == 1
    transport.send(PAID)
    transport.send(PAID)
    assert server.connections == 3
    transport.send(READ)
    assert server.connections == 3


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> List[Any]:
    """Every pool that is made; kept here, none of them is finalized."""
    made: List[Any] = []
    begin: Callable[..., None] = transport_sockets._Pool.__init__

    def note(pool: _Pool, *args: object, **options: Any) -> None:
        begin(pool, *args, **options)
        made.append((pool, pool.pool))

    monkeypatch.setattr(transport_sockets._Pool, "__init__", note)
    return made


def test_what_is_closed_is_closed_at_once_and_not_in_a_finalizer(
    transport: Urllib3Transport, pools: List[Any]
) -> None:
    """There a Ctrl-C would be swallowed."""
    transport.send(PAID)
    assert [idle.qsize() for _, idle in pools] == [0]
    transport.send(READ)
    connection = pools[1][1][-1]
    assert connection.sock is not None
    transport.close()
    assert connection.sock is None
    assert [idle.qsize() for _, idle in pools] == [0, 0]


def test_a_thread_that_is_about_to_send_is_not_harmed_by_a_close(
    server: Answering, transport: Urllib3Transport, pools: List[Any]
) -> None:
    transport.send(READ)
    transport.close()
    pool, _ = pools[0]  # as a thread has it that was stopped before it took a connection
    answer = pool.request("GET", "/wallets", headers={"host": "x"}, retries=False)
    assert answer.status == 200
    pool.close()


def test_a_paid_call_does_not_leave_on_a_connection_that_has_died(server: Answering) -> None:
    """The server closes what was kept; a read may try that again, an order must not."""
    hang_up = threading.Event()

    def once(connection: socket) -> None:
        read(connection)
        connection.sendall(OK)
        hang_up.wait(5)

    with listening(once) as port:
        transport = Urllib3Transport(f"http://127.0.0.1:{port}", KEY, timeout=5)
        transport.send(READ)
        hang_up.set()
        assert transport.send(PAID).status == 200
        transport.close()


def test_closing_twice_and_going_on_afterwards(
    server: Answering, transport: Urllib3Transport
) -> None:
    transport.send(READ)
    transport.close()
    transport.close()
    transport.send(READ)
    assert server.connections == 2


def test_closing_while_others_send_breaks_nobody(
    server: Answering, transport: Urllib3Transport
) -> None:
    failures = []

    def work() -> None:
        try:
            for _ in range(50):
                with contextlib.suppress(CloreAPIError):  # its connection was closed
                    transport.send(READ)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        transport.close()
    assert failures == []


@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
def test_a_forked_child_has_connections_of_its_own(
    server: Answering, transport: Urllib3Transport
) -> None:
    transport.send(READ)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.alarm(5)
            status = 0 if transport.send(READ).status == 200 else 2
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    assert server.connections == 2
    transport.send(READ)
    assert server.connections == 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("request_", [READ, PAID], ids=["read", "paid"])
def test_no_redirect_is_followed_by_anybody(
    server: Answering, status: int, request_: Request
) -> None:
    location = f"Location: {server.url}/elsewhere"
    answer = loopback.http(b"", f"{status} Moved", location)
    with listening(first := Answering(answer)) as port:
        transport = Urllib3Transport(f"http://127.0.0.1:{port}", KEY)
        assert transport.send(request_).status == status
        transport.close()
    assert (len(first.seen), server.seen) == (1, [])


def test_an_address_elsewhere_is_asked_without_the_key(server: Answering) -> None:
    with listening(api := Answering()) as port:
        transport = Urllib3Transport(f"http://127.0.0.1:{port}/v1", KEY)
        transport.send(Request("GET", "/get_gigaspot", url=server.url + "/snapshot_1.json"))
        transport.close()
    assert api.seen == []
    assert server.seen[0].startswith(b"GET /snapshot_1.json ")
    assert KEY.encode() not in server.seen[0]
    assert b"auth" not in server.seen[0].lower()


def test_departure_is_told_once_and_before_the_first_byte(
    transport: Urllib3Transport, server: Answering
) -> None:
    told = []
    departing = Request("GET", "/a", on_departure=lambda: told.append(len(server.seen)))
    transport.send(departing)
    assert told == [0]


def test_a_connection_that_is_refused_never_departed() -> None:
    told = []
    request = Request("GET", "/a", on_departure=lambda: told.append(1))
    with pytest.raises(NetworkError) as caught:
        Urllib3Transport("http://127.0.0.1:9", KEY).send(request)
    assert (told, caught.value.sent) == ([], False)


ECHOES = {
    "malformed header": f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nno colon {KEY}\r\n\r\n{{}}",
    "odd header": f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n : {KEY}\r\nA b: {KEY}\r\n\r\n{{}}",
    "folded header": f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nA: b\r\n {KEY}\r\n\r\n{{}}",
    "multipart": (
        f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
        f"Content-Type: multipart/x; boundary={KEY}\r\n\r\n{{}}"
    ),
    "reason": f"HTTP/1.1 500 {KEY}\r\nContent-Length: 0\r\n\r\n",
    "status line": f"HTTP/1.1 {KEY}\r\n\r\n",
    "version": f"{KEY}\r\n\r\n",
    "encoding": f"HTTP/1.1 200 OK\r\nContent-Encoding: {KEY}\r\nContent-Length: 2\r\n\r\n{{}}",
    "length": f"HTTP/1.1 200 OK\r\nContent-Length: {KEY}\r\n\r\n{{}}",
    "two lengths": f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: {KEY}\r\n\r\n{{}}",
    "chunk": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{KEY}\r\n",
    "transfer": f"HTTP/1.1 200 OK\r\nTransfer-Encoding: {KEY}\r\n\r\n{{}}",
    "location": f"HTTP/1.1 302 Found\r\nLocation: http://{KEY}/\r\nContent-Length: 0\r\n\r\n",
    "page": f"HTTP/1.1 502 X\r\nContent-Length: 32\r\n\r\n{KEY}",
}


@pytest.mark.parametrize("where", ECHOES)
def test_nothing_that_quotes_the_key_is_logged_or_raised(
    where: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    with loopback.server(ECHOES[where].encode()) as (url, _):
        error = raised(CloreAI(KEY, base_url=url, limiter="off", max_retries=0))
    shown = caplog.text + "".join(
        f"{one!r} {vars(one)}" for one in (error, error and error.__cause__) if one
    )
    assert any(record.name.startswith("urllib3") for record in caplog.records)
    assert KEY.lower() not in shown.lower()


def raised(client: CloreAI) -> Optional[CloreAPIError]:
    try:
        with client:
            client.request("GET", "/a")
    except CloreAPIError as error:
        return error
    return None


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate"])
def test_a_compression_that_was_not_asked_for_is_named(coding: str) -> None:
    answer = loopback.http(b"{}", "200 OK", f"Content-Encoding: {coding}")
    with loopback.server(answer) as (url, _), pytest.raises(BadAnswerError, match=f"as {coding}"):
        Urllib3Transport(url, KEY).send(READ)


def test_a_short_key_of_a_sandbox_is_masked_nowhere() -> None:
    with loopback.server(loopback.http(b'{"code": 0, "k": "kkkk"}')) as (url, _):
        assert Urllib3Transport(url, "kkkk").send(READ).body == b'{"code": 0, "k": "kkkk"}'


def test_an_answer_is_left_as_it_is_whatever_an_orders_variables_hold(
    server: Answering, transport: Urllib3Transport
) -> None:
    """The names in it are the API's: errors are cleaned, answers are not."""
    server.answer = loopback.http(b'{"code": 6, "error": "bad Hunter22Secret"}')
    assert transport.send(PAID).body == transport.send(READ).body
