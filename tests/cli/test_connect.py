"""Addresses that strangers chose, and what may be done with them."""

from __future__ import annotations

import socket
import threading
from typing import Any, Callable, Iterator, Tuple

import pytest

from clore_cli.commands.connect import greets, reachable, ssh_address, web_address
from clore_cli.plugin import CommandError
from clore_client.models import Order


def order(host: Any = "n1.us.clorecloud.net", port: Any = 1972, http: Any = None) -> Order:
    return Order(id=1, pub_cluster=host, tcp_ports={"22": port}, http_pub=http)


@pytest.mark.parametrize(
    "host", ["n1.us.clorecloud.net", "127.0.0.1", "::1", "a.b-c", f"{'x' * 63}.y"]
)
def test_plain_names_and_addresses_are_taken_as_they_are(host: str) -> None:
    assert ssh_address(order(host)) == (host, 1972)


@pytest.mark.parametrize(
    "host",
    [
        "-oProxyCommand=id", "a b", "a;id", "a\n", "a\x1b", "$(id)", "`id`", "%h", "a..b", ".a",
        "root@a", "a:1", "a/b", "x" * 64, "a." * 130, "-a", "a-", "ä", "fe80::1%eth0", "", None, 5,
    ],
)  # fmt: skip
def test_what_could_be_an_option_or_a_command_is_refused(host: object) -> None:
    assert ssh_address(order(host)) is None
    assert web_address(order(http=host)) is None


@pytest.mark.parametrize("port", [0, -1, 65536, "22", "-oA", None, True, 22.0])
def test_a_port_is_a_number_of_a_port(port: object) -> None:
    assert ssh_address(order(port=port)) is None


def test_an_order_without_port_22_has_no_ssh_address() -> None:
    assert ssh_address(Order(id=1, pub_cluster="a", tcp_ports={"80": 5})) is None
    assert ssh_address(Order(id=1, pub_cluster="a", tcp_ports=None)) is None


def test_the_web_server_has_an_https_address() -> None:
    assert web_address(order(http="abc.us.clorecloud.net")) == "https://abc.us.clorecloud.net/"


@pytest.mark.parametrize("host", ["prod", "a-b", "localhost", "x" * 63, "2130706433", "a.0x1"])
def test_what_may_be_a_name_of_the_users_own_is_no_host_for_ssh(host: str) -> None:
    """With ``Host prod`` in ~/.ssh/config, its HostName, ProxyJump and IdentityFile would apply."""
    assert ssh_address(order(host)) is None
    with pytest.raises(CommandError, match="no usable address"):
        reachable(order(host))


@pytest.mark.parametrize("host", ["2130706433", "a.0x1", "127.1", "localhost", "127.0.0.1"])
def test_what_a_browser_takes_for_an_address_of_this_computer_is_no_web_address(host: str) -> None:
    assert web_address(order(http=host)) is None


@pytest.fixture
def saying() -> Iterator[Callable[[bytes], Tuple[str, int]]]:
    """A function that starts a server which says something to whoever comes first."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def start(text: bytes) -> Tuple[str, int]:
            def serve() -> None:
                connection, _ = server.accept()
                with connection:
                    connection.sendall(text)

            threading.Thread(target=serve, daemon=True).start()
            address: Tuple[str, int] = server.getsockname()
            return address

        yield start


@pytest.mark.parametrize(
    ("text", "ssh"),
    [(b"SSH-2.0-x\r\n", True), (b"HTTP/1.1 400\r\n", False), (b"", False), (b"SS", False)],
)
def test_an_ssh_server_is_known_by_its_greeting(
    saying: Callable[[bytes], Tuple[str, int]], text: bytes, ssh: bool
) -> None:
    host, port = saying(text)
    assert greets(host, port, timeout=5) is ssh


def test_where_nobody_listens_nobody_greets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        assert not greets(host, port, timeout=0.05)  # silence
    assert not greets(host, port, timeout=5)  # a refused connection
