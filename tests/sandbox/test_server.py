"""The world behind a real loopback socket, its faults acted out on the wire."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, Iterator, Optional, Tuple, Union

import pytest
from sandbox.api import USD

from clore_client.sandbox import FrozenClock, World, serve

RENT = {"currency": USD, "image": "x", "renting_server": 201, "type": "on-demand"}


@pytest.fixture
def world() -> World:
    return World(clock=FrozenClock(), scenario="docs", lag=0)


@pytest.fixture
def url(world: World) -> Iterator[str]:
    with serve(world) as base:
        yield base


@pytest.fixture
def connection(url: str) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(url.split("/")[2], timeout=5)
    yield connection
    connection.close()


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: Optional[Union[Dict[str, Any], bytes]] = None,
    key: Optional[str] = "a-key",
    **headers: Any,
) -> Tuple[http.client.HTTPResponse, bytes]:
    if key is not None:
        headers["auth"] = key
    text = body if isinstance(body, (bytes, type(None))) else json.dumps(body)
    connection.request(method, path, text, headers)
    answer = connection.getresponse()
    return answer, answer.read()


def test_the_base_url_is_like_the_apis(url: str) -> None:
    assert url.startswith("http://127.0.0.1:")
    assert url.endswith("/v1")


def test_an_order_over_the_wire(connection: http.client.HTTPConnection) -> None:
    _, body = _ask(connection, "POST", "/v1/create_order", RENT)
    assert json.loads(body) == {"code": 0}
    _, body = _ask(connection, "GET", "/v1/my_orders?return_completed=false")
    order_id = max(row["id"] for row in json.loads(body)["orders"])
    _, body = _ask(connection, "POST", "/v1/cancel_order", {"id": order_id})
    assert json.loads(body) == {"code": 0}
    _, body = _ask(connection, "GET", "/v1/my_orders?return_completed=true")
    assert order_id in [row["id"] for row in json.loads(body)["orders"] if row.get("expired")]


def test_a_get_may_have_a_json_body(connection: http.client.HTTPConnection) -> None:
    _, body = _ask(connection, "GET", "/v1/server_config", {"server_name": "MyGPU"})
    assert json.loads(body)["config"]["name"] == "MyGPU"


def test_the_connection_is_kept(connection: http.client.HTTPConnection) -> None:
    _ask(connection, "GET", "/v1/wallets")
    first = connection.sock
    _ask(connection, "GET", "/v1/wallets")
    assert connection.sock is first


def test_headers_are_the_apis(connection: http.client.HTTPConnection) -> None:
    answer, body = _ask(connection, "GET", "/v1/wallets")
    assert answer.version == 11
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["date"].endswith("Jul 2026 17:18:11 GMT")
    assert int(answer.headers["content-length"]) == len(body)


@pytest.mark.parametrize("path", ["/wallets", "/v2/wallets", "/v1", "/v1/nope", "/", "//["])
def test_what_is_not_below_v1_is_not_the_api(
    connection: http.client.HTTPConnection, path: str
) -> None:
    answer, body = _ask(connection, "GET", path)
    assert (answer.status, json.loads(body)) == (404, {"code": 4})


def test_no_key_is_401(connection: http.client.HTTPConnection) -> None:
    answer, body = _ask(connection, "GET", "/v1/wallets", key=None)
    assert (answer.status, json.loads(body)) == (401, {"code": 3})
    assert _ask(connection, "GET", "/v1/marketplace", key=None)[0].status == 200


@pytest.mark.parametrize("text", [b"{", b"\xff", b'{"id": NaN}', b"[" * 100_000])
def test_malformed_json_is_code_2(
    connection: http.client.HTTPConnection, world: World, text: bytes
) -> None:
    answer, body = _ask(connection, "POST", "/v1/cancel_order", text)
    assert (answer.status, json.loads(body)) == (400, {"code": 2})
    assert _ask(connection, "GET", "/v1/wallets")[0].status == 200


@pytest.mark.parametrize(
    "header",
    [{"content-length": "-1"}, {"content-length": "\xb2"}, {"transfer-encoding": "chunked"}],
)
def test_a_body_of_unknown_length_ends_the_connection(url: str, header: Dict[str, str]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in header.items())
    with socket.create_connection(("127.0.0.1", int(url.split(":")[2][:-3])), timeout=5) as raw:
        raw.sendall(f"POST /v1/cancel_order HTTP/1.1\r\nauth: k\r\n{lines}\r\n".encode("latin-1"))
        answer = b"".join(iter(lambda: raw.recv(4096), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b'{"code": 2}')


def test_the_edge_blocks_pythons_own_user_agent(url: str, world: World) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{url}/marketplace", timeout=5)
    with caught.value as error:
        assert (error.code, error.read()) == (403, b"error code: 1010")
    assert world.log == []


def test_keys_are_limited_by_arrival_at_the_socket() -> None:
    with serve(World(scenario="empty")) as url:
        connections = [http.client.HTTPConnection(url.split("/")[2], timeout=5) for _ in range(3)]
        keys = ["one", "one", "two"]
        statuses = [
            _ask(connection, "GET", "/v1/wallets", key=key)[0].status
            for connection, key in zip(connections, keys)
        ]
        for connection in connections:
            connection.close()
    assert statuses == [200, 429, 200]


def test_many_clients_at_once(url: str, world: World) -> None:
    def ask(_: int) -> int:
        connection = http.client.HTTPConnection(url.split("/")[2], timeout=10)
        status = _ask(connection, "GET", "/v1/marketplace")[0].status
        connection.close()
        return status

    with ThreadPoolExecutor(20) as pool:
        assert list(pool.map(ask, range(60))) == [200] * 60
    assert len(world.log) == 60


# --- the network's faults -------------------------------------------------------------------


def test_reset_is_a_real_reset(connection: http.client.HTTPConnection, world: World) -> None:
    world.fail("reset", "create_order")
    with pytest.raises(ConnectionResetError):
        _ask(connection, "POST", "/v1/create_order", RENT)
    assert world.log[-1].executed is False


def test_reset_strikes_a_kept_connection_too(
    connection: http.client.HTTPConnection, world: World
) -> None:
    _ask(connection, "GET", "/v1/wallets")
    world.fail("reset", "wallets")
    with pytest.raises(ConnectionResetError):
        _ask(connection, "GET", "/v1/wallets")


def test_lost_answer_closes_the_connection_after_acting(
    connection: http.client.HTTPConnection, world: World
) -> None:
    world.fail("lost-answer", "create_order")
    with pytest.raises(http.client.RemoteDisconnected):
        _ask(connection, "POST", "/v1/create_order", RENT)
    assert world.log[-1].executed is True
    connection.close()
    _, body = _ask(connection, "GET", "/v1/my_orders")
    assert 201 in [row["si"] for row in json.loads(body)["orders"]]


def test_truncated_json_has_a_matching_length(
    connection: http.client.HTTPConnection, world: World
) -> None:
    world.fail("truncated", "wallets")
    answer, body = _ask(connection, "GET", "/v1/wallets")
    assert int(answer.headers["content-length"]) == len(body)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(body)


@pytest.mark.parametrize(
    ("kind", "status"),
    [("html", 502), ("blocked", 403), ("rate-limit", 429), ("refused-after", 500)],
)
def test_error_answers_leave_the_connection_usable(
    connection: http.client.HTTPConnection, world: World, kind: str, status: int
) -> None:
    world.fail(kind)
    assert _ask(connection, "GET", "/v1/wallets")[0].status == status
    assert _ask(connection, "GET", "/v1/wallets")[0].status == 200


def test_a_slow_body_drips(connection: http.client.HTTPConnection, world: World) -> None:
    world.fail("slow-body", "wallets", seconds=0.4)
    connection.request("GET", "/v1/wallets", headers={"auth": "k"})
    begin = time.monotonic()
    answer = connection.getresponse()
    pieces = list(iter(lambda: answer.read1(65536), b""))
    assert time.monotonic() - begin > 0.3
    assert len(pieces) > 2
    assert json.loads(b"".join(pieces))["code"] == 0


def test_the_server_stops_at_once_whatever_its_clients_do(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.fail("slow-body", "wallets", seconds=60)
    before = threading.active_count()
    with serve(world) as url:
        idle = socket.create_connection(("127.0.0.1", int(url.split(":")[2][:-3])), timeout=5)
        slow = http.client.HTTPConnection(url.split("/")[2], timeout=5)
        slow.request("GET", "/v1/wallets", headers={"auth": "k"})
        answer = slow.getresponse()
        begin = time.monotonic()
    assert time.monotonic() - begin < 0.45  # serve_forever would need up to 0.5
    with answer, pytest.raises((http.client.IncompleteRead, ConnectionError)):
        answer.read()
    idle.close()
    slow.close()
    _wait_until(lambda: threading.active_count() <= before)
    assert capfd.readouterr().err == ""


def test_clients_that_go_away_make_no_noise(
    world: World, capfd: pytest.CaptureFixture[str]
) -> None:
    world.fail("slow-body", "marketplace", seconds=0.2)
    with serve(world) as url:
        before = threading.active_count()
        connection = http.client.HTTPConnection(url.split("/")[2], timeout=5)
        connection.request("GET", "/v1/marketplace")
        connection.close()
        _wait_until(lambda: len(world.log) == 1)
        _wait_until(lambda: threading.active_count() == before)
    assert capfd.readouterr().err == ""


def test_the_sandboxs_own_errors_are_reported(
    world: World, connection: http.client.HTTPConnection, capfd: pytest.CaptureFixture[str]
) -> None:
    broken: Any = world.state.orders[38]
    broken.server = None
    with pytest.raises(http.client.RemoteDisconnected):
        _ask(connection, "GET", "/v1/my_orders")
    assert "TypeError" in capfd.readouterr().err


def test_a_taken_port_is_an_error(url: str, world: World) -> None:
    port = int(url.split(":")[2][:-3])
    with pytest.raises(OSError, match="in use"), serve(world, port=port):
        pass


def _wait_until(condition: Callable[..., Any], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.005)
