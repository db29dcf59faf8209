"""Where an order can be reached. Strangers choose the names: odd ones are refused, not mended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Optional, Tuple

from clore_cli.plugin import CommandError

if TYPE_CHECKING:
    from clore_client.models import Order

_LABEL = r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)"
# To a browser, 2130706433 and a.0x1 are addresses, and a lone name is one of the user's network; to
# ssh, it may be a machine in the user's configuration, to which their own keys would be shown.
_NAME = rf"(?=.{{1,253}}\Z)({_LABEL}\.)+(?=[A-Za-z]){_LABEL}"
_LAST_PORT = 65535
_GREETING = b"SSH-"  # RFC 4253, section 4.2


def reachable(order: Order) -> Tuple[str, int]:
    """The host and port behind which the container's port 22 is.

    Raises:
        CommandError: there is none, or one that no program may be handed.
    """
    address = ssh_address(order)
    if address is not None:
        return address
    if ssh_port(order) is None:
        raise CommandError(
            f"order {order.id} has no public port for its port 22, so there is no way to log in.",
            hint="Ports are chosen when you rent: 'clore deploy SERVER_ID --port 22:tcp'.",
        )
    raise CommandError(
        f"order {order.id} has no usable address: the API sent {order.pub_cluster!r} as its host.",
        hint="A host is an IP address or a full name, such as n1.clorecloud.net."
        f" 'clore order {order.id}' shows what there is.",
    )


def ssh_address(order: Order) -> Optional[Tuple[str, int]]:
    """The host and port behind which the container's port 22 is; None when there is none."""
    host, port = _host(order.pub_cluster), ssh_port(order)
    return None if host is None or port is None else (host, port)


def ssh_port(order: Order) -> Optional[int]:
    """The public port of the container's port 22; None when there is none."""
    port = (order.tcp_ports or {}).get("22")
    return port if type(port) is int and 0 < port <= _LAST_PORT else None


def web_address(order: Order) -> Optional[str]:
    """The ``https`` address of the container's web server; None when there is none."""
    host = order.http_pub
    return f"https://{host}/" if isinstance(host, str) and re.fullmatch(_NAME, host) else None


def greets(host: str, port: int, timeout: float) -> bool:
    """Whether an SSH server greets at this address within ``timeout`` seconds."""
    import socket  # only who waits for one asks

    try:
        with socket.create_connection((host, port), timeout) as connection:
            return connection.recv(len(_GREETING), socket.MSG_WAITALL) == _GREETING
    except OSError:
        return False


def _host(text: Any) -> Optional[str]:
    """A full host name or an IP address, which no program takes for anything else."""
    if not isinstance(text, str):
        return None
    return text if re.fullmatch(_NAME, text) or _is_ip(text) else None


def _is_ip(text: str) -> bool:
    from ipaddress import ip_address  # --help reads no address

    try:
        ip_address(text)
    except ValueError:
        return False
    return "%" not in text  # a zone is a name of this machine's, not of a stranger's
