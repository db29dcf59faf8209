"""Addresses of the API: what may be one, and whether one names this machine. Pure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .errors import ConfigError

DEFAULT_BASE_URL = "https://api.clore.ai/v1"


def checked(url: Any, source: str) -> str:
    """``url`` without slashes at its end.

    Args:
        url: what may be an address.
        source: where it came from, for the error, which does not quote a bad address: it may
            hold a password.

    Raises:
        ConfigError: it is not an http or https address with a host.
    """
    if not _is_base_url(url):
        raise ConfigError(f"{source} must look like {DEFAULT_BASE_URL}")
    return str(url).rstrip("/")


def _is_base_url(url: Any) -> bool:
    try:
        parts = urlsplit(url)
        port_in_range = parts.port != 0  # reading a port that is none raises
    except (AttributeError, TypeError, ValueError):
        return False
    known = parts.scheme in ("http", "https") and bool(parts.hostname)
    known = known and url.isascii() and url.isprintable()
    return known and port_in_range and not (parts.query or parts.fragment or "@" in parts.netloc)


def is_loopback(url: str) -> bool:
    """Whether ``url`` names this machine."""
    from ipaddress import ip_address

    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name: 127.example.com is not this machine
        return host == "localhost"


def is_inside(url: str) -> bool:
    """Whether ``url`` names this machine or another one of a private network, as far as is plain.

    That of a full name is known to the name server alone.
    """
    from ipaddress import ip_address

    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ip_address(host).is_global
    except ValueError:  # 127.1, 2130706433 and 0x7f000001 are this machine to a resolver
        last = host.rpartition(".")[2]
        return last in ("", host, "localhost") or last[0].isdigit()
