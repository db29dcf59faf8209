"""Proxies of the environment, on real sockets: who is asked, and who sees what."""

from __future__ import annotations

import base64
import socket
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Tuple

import loopback
import pytest
from client.wires import Answering, Proxy, listening
from optional import some

from clore_client import CloreAI, network
from clore_client.errors import ConfigError, NetworkError
from clore_client.transport import Urllib3Transport
from clore_client.wire import Request

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

KEY = "k" * 28 + "9876"
READ = Request("GET", "/wallets")
PAID = Request("POST", "/create_order", json={}, fresh=True)


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch, bundle: Path) -> None:
    monkeypatch.setenv("CLORE_CA_BUNDLE", str(bundle))


@pytest.fixture
def tunnel(
    monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext, trusted: None
) -> Iterator[Tuple[Answering, Proxy, str]]:
    """(server, proxy, URL): an API behind TLS whose name only the proxy can resolve."""
    server = Answering()
    with listening(server, tls) as port, listening(proxy := Proxy({"api.example": port})) as gate:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{gate}")
        yield server, proxy, "https://api.example/v1"


@pytest.mark.parametrize("request_", [READ, PAID], ids=["read", "paid"])
def test_https_goes_through_the_tunnel_and_the_proxy_never_sees_the_key(
    tunnel: Tuple[Answering, Proxy, str], request_: Request
) -> None:
    server, proxy, url = tunnel
    transport = Urllib3Transport(url, KEY)
    assert transport.send(request_).status == 200
    transport.close()
    assert proxy.heads[0].startswith(b"CONNECT api.example:443 HTTP/1")
    assert KEY.encode() not in b"".join(proxy.heads)
    assert b"auth: " + KEY.encode() in server.seen[0]
    assert b"proxy-authorization" not in server.seen[0].lower()


def test_a_kept_tunnel_serves_the_next_read_and_a_paid_call_gets_its_own(
    tunnel: Tuple[Answering, Proxy, str],
) -> None:
    _, proxy, url = tunnel
    transport = Urllib3Transport(url, KEY)
    for request in (READ, READ, PAID, PAID):
        transport.send(request)
    transport.close()
    assert len(proxy.heads) == 3


@pytest.mark.parametrize(
    ("written", "user"),
    [
        ("me:s3cret", b"me:s3cret"),
        ("me:p%40ss%3A%C3%A9", "me:p@ss:é".encode()),
        ("me:%E2%82%AC", "me:€".encode()),
        ("me", b"me:"),
        ("me:a@b", b"me:a@b"),
    ],
)
def test_the_proxys_credentials_go_to_the_proxy_only(
    tunnel: Tuple[Answering, Proxy, str], monkeypatch: pytest.MonkeyPatch, written: str, user: bytes
) -> None:
    server, proxy, url = tunnel
    gate = some(network.proxy_for(url)).rpartition(":")[2]
    monkeypatch.setenv("HTTPS_PROXY", f"http://{written}@127.0.0.1:{gate}")
    transport = Urllib3Transport(url, KEY)
    transport.send(READ)
    transport.close()
    basic = b"proxy-authorization: basic " + base64.b64encode(user).lower()
    assert basic in proxy.heads[0].lower()
    assert b"proxy-authorization" not in server.seen[0].lower()


def test_a_proxy_behind_tls(
    monkeypatch: pytest.MonkeyPatch, tls: ssl.SSLContext, trusted: None
) -> None:
    server = Answering()
    with listening(server, tls) as port, listening(Proxy({"api.example": port}), tls) as gate:
        monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{gate}")
        transport = Urllib3Transport("https://api.example/v1", KEY)
        assert transport.send(READ).status == 200
        transport.close()


def test_plain_http_to_another_host_asks_the_proxy_for_the_whole_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = Answering()
    with listening(server) as port, listening(proxy := Proxy({"api.example": port})) as gate:
        monkeypatch.setenv("http_proxy", f"http://me:pw@127.0.0.1:{gate}")
        transport = Urllib3Transport("http://api.example:80/v1", KEY)
        assert transport.send(READ).status == 200
        transport.close()
    assert proxy.heads[0].startswith(b"GET http://api.example")


def test_plain_http_to_this_machine_never_goes_through_a_proxy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with loopback.server(loopback.http(b"{}")) as (url, seen):
        Urllib3Transport(url, KEY).send(READ)
    assert seen[0].startswith(b"GET /wallets ")


API = "https://api.clore.ai/v1"


@pytest.mark.parametrize(
    ("variables", "url", "proxy"),
    [
        ({}, API, None),
        ({"HTTPS_PROXY": "http://p:1"}, API, "http://p:1"),
        ({"https_proxy": "http://low:1", "HTTPS_PROXY": "http://up:1"}, API, "http://low:1"),
        ({"https_proxy": "p:1"}, API, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, API, None),
        ({"ALL_PROXY": "http://p:1"}, API, "http://p:1"),
        ({"ALL_PROXY": "http://all:1", "HTTPS_PROXY": "http://p:1"}, API, "http://p:1"),
        ({"HTTPS_PROXY": "", "https_proxy": ""}, API, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, API, None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "clore.ai"}, API, None),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": ".clore.ai"}, API, None),
        (
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.clore.ai,ai"},
            "https://b.example",
            "http://p:1",
        ),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "h.example:81"}, "https://h.example:81", None),
        (
            {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "h.example:81"},
            "https://h.example:82",
            "http://p:1",
        ),
        ({"HTTP_PROXY": "http://p:1"}, "http://h.example", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "REQUEST_METHOD": "GET"}, "http://h.example", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://localhost:8", None),
        ({"HTTP_PROXY": "http://p:1"}, "http://[::1]:8", None),
        ({"HTTPS_PROXY": "http://p:1"}, "https://127.0.0.1:8", "http://p:1"),
    ],
)
def test_which_proxy(
    monkeypatch: pytest.MonkeyPatch, variables: Dict[str, str], url: str, proxy: Optional[str]
) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert network.proxy_for(url) == proxy


@pytest.mark.parametrize(
    "value",
    [
        "http://",
        "http://me:hunter22@",
        "http://me:hunter22@:3128",
        "http://me:hunter22@host:0",
        "http://me:hunter22@host:99999",
        "http://me:hunter22@host:port",
        "http://me:hunter22@[::1",
        "http://me:hunter22@ho st:1",
        "http://me:hunter22@h\u00f6st:1",
        "http://me:hunter22@host:1\x07",
        "socks5://me:hunter22@host:1080",
    ],
)
@pytest.mark.parametrize("name", ["HTTPS_PROXY", "ALL_PROXY"])
def test_a_value_that_is_no_http_proxy_is_refused_and_never_quoted(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    failing = pytest.raises(ConfigError, match=rf"^{name} ")
    with CloreAI(KEY, base_url=API, limiter="off") as client, failing as caught:
        client.wallets()
    assert "hunter22" not in str(caught.value)
    assert "host" not in str(caught.value).replace("3128", "")


def refusing(answer: bytes) -> Callable[..., Any]:
    return lambda connection: connection.sendall(answer)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            b"HTTP/1.1 407 hunter22 wanted\r\nContent-Length: 0\r\n\r\n",
            "did not let it through (HTTP 407);",
        ),
        (
            b"HTTP/1.1 502 " + KEY.encode() + b"\r\nContent-Length: 0\r\n\r\n",
            "did not let it through (HTTP 502);",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:9/\r\n\r\n",
            "did not let it through (HTTP 302);",
        ),
        (b"", "connection failed (ProtocolError);"),
        (b"nonsense\r\n\r\n", "connection failed (ProtocolError);"),
    ],
    ids=["407", "502", "302", "hangs up", "no HTTP"],
)
def test_a_proxy_that_refuses_has_let_nothing_through(
    monkeypatch: pytest.MonkeyPatch, trusted: None, answer: bytes, told: str
) -> None:
    with listening(Proxy(answer=refusing(answer))) as gate:
        monkeypatch.setenv("HTTPS_PROXY", f"http://me:hunter22@127.0.0.1:{gate}")
        with pytest.raises(NetworkError, match="nothing was sent") as caught:
            Urllib3Transport("https://api.example/v1", KEY).send(PAID)
    assert caught.value.sent is False
    assert f"{told} nothing was sent" in str(caught.value)
    for secret in ("hunter22", KEY):
        assert secret not in str(caught.value) + repr(caught.value.__cause__)


def test_a_refused_proxy_is_named_as_what_is_to_be_checked(
    monkeypatch: pytest.MonkeyPatch, trusted: None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    with pytest.raises(NetworkError, match="HTTPS_PROXY") as caught:
        Urllib3Transport("https://api.example/v1", KEY).send(PAID)
    assert caught.value.sent is False


def test_the_name_of_a_proxy_that_cannot_be_resolved_is_not_the_base_url(
    monkeypatch: pytest.MonkeyPatch, trusted: None
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
    with pytest.raises(NetworkError, match="HTTPS_PROXY") as caught:
        Urllib3Transport("https://api.example/v1", KEY, timeout=5).send(PAID)
    assert caught.value.sent is False


def test_a_proxy_that_is_named_later_is_asked_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections are kept, but never past what the environment says now."""
    server = Answering()
    monkeypatch.setattr("clore_client.transport_sockets._addresses", elsewhere := Elsewhere())
    with listening(server) as port, listening(proxy := Proxy({"api.example": port})) as gate:
        elsewhere.port = port
        transport = Urllib3Transport(f"http://api.example:{port}/v1", KEY)
        assert [transport.send(READ).status for _ in range(2)] == [200, 200]
        assert proxy.heads == []
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{gate}")
        elsewhere.port = gate
        assert transport.send(READ).status == 200
        assert proxy.heads[0].startswith(b"GET http://api.example")
        monkeypatch.delenv("http_proxy")
        assert transport.send(READ).status == 200
        transport.close()
    assert len(proxy.heads) == 1


class Elsewhere:
    """The addresses of whatever name is asked for: this machine, at ``port``."""

    port = 0

    def __call__(
        self, *_question: object
    ) -> List[Tuple[socket.AddressFamily, socket.SocketKind, int, str, Tuple[str, int]]]:
        address = ("127.0.0.1", self.port)
        return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", address)]
