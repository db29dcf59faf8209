"""Where an order can be reached. Strangers choose the names: odd ones are refused, not mended."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Optional, Tuple

if TYPE_CHECKING:
    from clore_client.models import Order

_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*")
_LAST_PORT = 65535
_GREETING = b"SSH-"  # RFC 4253, section 4.2


def ssh_address(order: Order) -> Optional[Tuple[str, int]]:
    """The host and port behind which the container's port 22 is; None when there is none."""
    host, port = _host(order.pub_cluster), (order.tcp_ports or {}).get("22")
    if host is None or type(port) is not int or not 0 < port <= _LAST_PORT:
        return None
    return host, port


def web_address(order: Order) -> Optional[str]:
    """The ``https`` address of the container's web server; None when there is none."""
    host = _host(order.http_pub)
    return f"https://{host}/" if host and not _is_ip(host) else None


def greets(host: str, port: int, timeout: float) -> bool:
    """Whether an SSH server greets at this address within ``timeout`` seconds."""
    import socket  # only who waits for one asks

    try:
        with socket.create_connection((host, port), timeout) as connection:
            return connection.recv(len(_GREETING), socket.MSG_WAITALL) == _GREETING
    except OSError:
        return False


def _host(text: Any) -> Optional[str]:
    """A host name or IP address that cannot pass for an option or a command."""
    if not isinstance(text, str):
        return None
    return text if _NAME.fullmatch(text) or _is_ip(text) else None


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone is a name of this machine's, not of a stranger's
