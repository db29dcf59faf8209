"""Certificates, good and bad, and what can go wrong on a TLS port."""

from __future__ import annotations

import contextlib
import functools
import os
import ssl
import warnings
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Callable, Dict

import trustme

from .behaviours import DRIP

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from .faultserver import Behaviour, Exchange

HOST = "127.0.0.1"

#: "handshake failure", as a server says it that cannot agree on anything.
ALERT = bytes.fromhex("15030300020228")
#: A record of a kind that does not exist.
GARBAGE = b"\x7f\x03\x03\x00\x10 this is no TLS"


@functools.cache
def authority() -> Any:
    """The certificate authority that the clients of the suite trust."""
    return trustme.CA()


def write_authority(directory: Path) -> Path:
    """The authority's certificate as a file, for SSL_CERT_FILE."""
    path = directory / "authority.pem"
    authority().cert_pem.write_to_path(str(path))
    return path


def _context(authority: Any, name: str = HOST, **validity: Any) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name, **validity).configure_cert(context)
    return context


def _expired() -> ssl.SSLContext:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    return _context(authority(), not_after=yesterday)


def _asks_for_a_certificate() -> ssl.SSLContext:
    context = _context(authority())
    authority().configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def _obsolete() -> ssl.SSLContext:
    context = _context(authority())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


_MAKERS: Dict[str, Callable[[], ssl.SSLContext]] = {
    "good": lambda: _context(authority()),
    "unknown authority": lambda: _context(trustme.CA()),
    "wrong host": lambda: _context(authority(), "api.elsewhere.example"),
    "expired": _expired,
    "client certificate": _asks_for_a_certificate,
    "obsolete": _obsolete,
}


@functools.cache
def context(name: str) -> ssl.SSLContext:
    """The server's side of a kind of TLS."""
    return _MAKERS[name]()


def hello_then(behaviour: Behaviour) -> Behaviour:
    """Read the client's hello, then do ``behaviour`` instead of a handshake."""

    def behave(exchange: Exchange) -> None:
        exchange.sock.recv(65536)
        behaviour(exchange)

    return behave


def dripping_handshake(exchange: Exchange) -> None:
    """Send the server's part of a real handshake byte by byte."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    session = exchange.server.tls.wrap_bio(incoming, outgoing, server_side=True)
    incoming.write(exchange.sock.recv(65536))
    with contextlib.suppress(ssl.SSLWantReadError):
        session.do_handshake()
    for byte in outgoing.read():
        exchange.sock.sendall(bytes([byte]))
        exchange.pause(DRIP)


def breaking(*pieces: bytes) -> Behaviour:
    """Send ``pieces`` properly encrypted and then bytes that are no TLS at all."""

    def behave(exchange: Exchange) -> None:
        for piece in pieces:
            exchange.send(piece)
        os.write(exchange.sock.fileno(), GARBAGE)
        exchange.pause(0.02)

    return behave


def alerting(exchange: Exchange) -> None:
    """Read the request and answer with an alert outside of the encryption."""
    os.write(exchange.sock.fileno(), ALERT)
    exchange.pause(0.02)


def farewell(behaviour: Behaviour) -> Behaviour:
    """Do ``behaviour`` and end TLS properly, as a server that closes should."""

    def behave(exchange: Exchange) -> None:
        behaviour(exchange)
        with contextlib.suppress(OSError):
            exchange.sock.settimeout(0.2)
            plain: socket.socket = exchange.sock.unwrap()  # type: ignore[attr-defined]
            exchange.sock = plain

    return behave
