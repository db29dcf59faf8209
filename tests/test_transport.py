"""HTTP as urllib3 really does it: canned answers for the headers, sockets for the trouble."""

from __future__ import annotations

import gzip
import json
import queue
import socket
import threading
from typing import Any, Iterator, Optional

import loopback
import pytest
import responses
from urllib3_mock import answering

from clore_client import transport, transport_sockets
from clore_client.errors import BadAnswerError, InvalidInputError, NetworkError
from clore_client.transport import Urllib3Transport
from clore_client.wire import Request

API = "https://api.clore.ai/v1"
KEY = "k" * 28 + "9876"


@pytest.fixture
def api() -> Iterator[responses.RequestsMock]:
    with answering() as mocked:
        yield mocked


@pytest.fixture
def client() -> Iterator[Urllib3Transport]:
    client = Urllib3Transport(API, KEY)
    yield client
    client.close()


def test_the_key_goes_into_the_auth_header(
    api: responses.RequestsMock, client: Urllib3Transport
) -> None:
    api.get(f"{API}/wallets", json={"code": 0})
    client.send(Request("GET", "/wallets"))
    headers: Any = api.calls[0].request.headers
    assert headers["auth"] == KEY
    assert "authorization" not in headers
    assert headers["user-agent"].startswith("clore-ai/")


def test_without_a_key_there_is_no_auth_header(api: responses.RequestsMock) -> None:
    api.get(f"{API}/marketplace", json={"code": 0})
    Urllib3Transport(API).send(Request("GET", "/marketplace"))
    assert "auth" not in api.calls[0].request.headers


def test_query_and_body(api: responses.RequestsMock, client: Urllib3Transport) -> None:
    query = responses.matchers.query_param_matcher({"market": "6"})
    api.get(f"{API}/spot_marketplace", json={"code": 0}, match=[query])
    body = responses.matchers.json_params_matcher({"id": 38})
    api.post(f"{API}/cancel_order", json={"code": 0}, match=[body])
    client.send(Request("GET", "/spot_marketplace", {"market": "6"}))
    client.send(Request("POST", "/cancel_order", json={"id": 38}))
    assert api.calls[1].request.headers["content-type"] == "application/json"


def test_a_get_can_carry_a_body(api: responses.RequestsMock, client: Urllib3Transport) -> None:
    api.get(f"{API}/server_config", json={"code": 0})
    client.send(Request("GET", "/server_config", json={"server_name": "MyGPU"}))
    sent: Any = api.calls[0].request.body
    assert json.loads(sent) == {"server_name": "MyGPU"}


@pytest.mark.parametrize("status", [200, 302, 429, 500, 502])
def test_any_status_is_an_answer(
    api: responses.RequestsMock, client: Urllib3Transport, status: int
) -> None:
    api.get(f"{API}/wallets", body=b"x", status=status, headers={"Retry-After": "7"})
    response = client.send(Request("GET", "/wallets"))
    assert (response.status, response.body) == (status, b"x")
    assert response.headers["retry-after"] == "7"


def test_a_redirect_is_not_followed() -> None:
    with loopback.server(loopback.http(b"", "302 Found", "Location: http://127.0.0.1:9/x")) as (
        url,
        seen,
    ):
        assert Urllib3Transport(url, KEY).send(Request("GET", "/wallets")).status == 302
    assert len(seen) == 1


def test_gzip_is_unpacked() -> None:
    body = gzip.compress(b'{"code": 0}')
    with loopback.server(loopback.http(body, "200 OK", "Content-Encoding: gzip")) as (url, seen):
        response = Urllib3Transport(url).send(Request("GET", "/wallets"))
    assert response.body == b'{"code": 0}'
    assert b"accept-encoding: gzip\r\n" in seen[0].lower()


def test_a_body_over_the_limit_is_cut_off_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "BODY_LIMIT", 1 << 20)
    bomb = gzip.compress(b"0" * (64 << 20))
    answer = loopback.http(bomb, "200 OK", "Content-Encoding: gzip")
    with loopback.server(answer) as (url, _), pytest.raises(BadAnswerError, match="over 1 MB"):
        Urllib3Transport(url).send(Request("GET", "/marketplace"))


def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found: int = listener.getsockname()[1]
        return found


def test_a_refused_connection_has_sent_nothing() -> None:
    client = Urllib3Transport(f"http://127.0.0.1:{unused_port()}", KEY)
    with pytest.raises(NetworkError, match=r"create_order: .*refused.*nothing was sent") as caught:
        client.send(Request("POST", "/create_order", json={}))
    assert caught.value.sent is False


def test_a_read_does_not_say_that_it_may_have_arrived() -> None:
    """It would have done nothing; an order would have."""
    with loopback.server(b"") as (url, _), pytest.raises(NetworkError) as caught:
        Urllib3Transport(url, KEY).send(Request("GET", "/wallets"))
    assert "arrived" not in str(caught.value)
    assert caught.value.sent is True


@pytest.mark.parametrize(
    "turn",
    [
        loopback.reset,
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"nonsense\r\n\r\n",
        loopback.http(b"not gzip", "200 OK", "Content-Encoding: gzip"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n",
    ],
    ids=["reset", "closed", "cut off", "no HTTP", "bad gzip", "bad chunk"],
)
def test_trouble_after_the_request_left_may_have_arrived(turn: Any) -> None:
    with loopback.server(turn) as (url, seen), pytest.raises(NetworkError) as caught:
        Urllib3Transport(url, KEY).send(Request("POST", "/create_order", json={}))
    assert "it may have arrived" in str(caught.value)
    assert caught.value.sent is True
    assert len(seen) == 1  # urllib3 has not sent it again


def test_a_silent_server_is_given_up() -> None:
    gate = threading.Event()
    with loopback.server(lambda _: gate.wait(5)) as (url, _):
        with pytest.raises(NetworkError, match=r"no complete answer within 0\.\d+ s") as caught:
            Urllib3Transport(url, timeout=0.1).send(Request("GET", "/wallets"))
        gate.set()
    assert caught.value.sent is True


def test_an_answer_that_echoes_the_key_is_masked() -> None:
    with loopback.server(loopback.http(b'{"error": "bad key %s"}' % KEY.encode())) as (url, _):
        response = Urllib3Transport(url, KEY).send(Request("GET", "/wallets"))
    assert response.body == b'{"error": "bad key ********"}'


def test_printing_a_request_shows_no_body() -> None:
    assert "hunter" not in repr(Request("POST", "/create_order", json={"ssh_password": "hunter"}))


def test_no_error_drags_the_key_along() -> None:
    client = Urllib3Transport(f"http://127.0.0.1:{unused_port()}", KEY)
    with pytest.raises(NetworkError) as caught:
        client.send(Request("GET", "/wallets"))
    error: Optional[BaseException] = caught.value
    while error is not None:
        assert KEY not in repr(error)
        assert type(error).__module__.startswith("clore_client")
        error = error.__cause__ or error.__context__


def test_a_body_that_is_no_json_is_refused_before_sending(client: Urllib3Transport) -> None:
    with pytest.raises(InvalidInputError, match="json"):
        client.send(Request("POST", "/x", json={"price": float("nan")}))


@pytest.mark.parametrize("kind", transport_sockets.POOLS.values())
def test_a_pool_that_was_interrupted_can_still_be_closed(kind: Any) -> None:
    """A queue with a lock keeps it when Ctrl-C comes while it is taken; closing then hangs."""
    idle = kind("127.0.0.1", maxsize=2).pool
    assert [value for value in vars(idle).values() if hasattr(value, "acquire")] == []


@pytest.mark.parametrize("kind", transport_sockets.POOLS.values())
def test_a_pool_keeps_the_latest_connections_and_no_more_than_it_may(kind: Any) -> None:
    pool = kind("127.0.0.1", maxsize=2)
    idle = pool.pool
    assert [idle.get(), idle.get(block=False)] == [None, None]
    with pytest.raises(queue.Empty):
        idle.get(timeout=1)
    for number in (1, 2):
        idle.put(number)
    with pytest.raises(queue.Full):
        idle.put(3, block=False)
    assert (idle.qsize(), idle.get(), idle.get()) == (2, 2, 1)
    pool.close()
