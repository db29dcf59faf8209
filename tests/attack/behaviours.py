"""What can happen to a request: functions that take an `Exchange`, or make such functions."""

from __future__ import annotations

import itertools
import socket
from typing import TYPE_CHECKING, Any, Callable, Iterable, Union

from .faultserver import ESTABLISHED, Behaviour, Exchange
from .wire import answer

if TYPE_CHECKING:
    from .inbound import Request

#: Seconds between two pieces of a drip: far below any read timeout.
DRIP = 0.03


def raw(*pieces: bytes) -> Behaviour:
    """Send these bytes and close."""

    def behave(exchange: Exchange) -> None:
        exchange.last(b"".join(pieces))

    return behave


def says(body: Any, status: str = "200 OK", *headers: str) -> Behaviour:
    """Answer properly framed; the connection stays open."""

    def behave(exchange: Exchange) -> None:
        exchange.send(answer(body, status, *headers))
        exchange.stays_open = True

    return behave


def page(status: str, body: Any = "<html><h1>Sorry</h1></html>", *headers: str) -> Behaviour:
    """An HTML page, as an edge or proxy sends it."""
    return says(body, status, "Content-Type: text/html", *headers)


def close(exchange: Exchange) -> None:
    """Read the request and hang up."""


def reset(exchange: Exchange) -> None:
    """Read the request and hang up with a reset."""
    exchange.reset()


def hang(exchange: Exchange) -> None:
    """Read the request and say nothing."""
    exchange.wait_for_hangup()


def half_close(exchange: Exchange) -> None:
    """End our side of the connection, keep the other open."""
    exchange.sock.shutdown(socket.SHUT_WR)
    exchange.wait_for_hangup()


def then_hang(*pieces: bytes) -> Behaviour:
    """Send these bytes and then nothing more, without hanging up."""

    def behave(exchange: Exchange) -> None:
        exchange.send(b"".join(pieces))
        exchange.wait_for_hangup()

    return behave


def then_reset(*pieces: bytes) -> Behaviour:
    """Send these bytes, give them time to arrive, and reset the connection."""

    def behave(exchange: Exchange) -> None:
        exchange.send(b"".join(pieces))
        exchange.pause(0.02)
        exchange.reset()

    return behave


def drip(start: bytes, pieces: Union[bytes, Iterable[bytes]], pause: float = DRIP) -> Behaviour:
    """Send ``start`` at once and the rest piece by piece, byte by byte if it is bytes."""

    def behave(exchange: Exchange) -> None:
        exchange.send(start)
        parts = (bytes([byte]) for byte in pieces) if isinstance(pieces, bytes) else pieces
        for part in parts:
            exchange.send(part)
            exchange.pause(pause)

    return behave


def flood(start: bytes, piece: bytes, limit: int = 1 << 40) -> Behaviour:
    """Send ``start`` and then ``piece`` again and again, as fast as it is taken."""

    def behave(exchange: Exchange) -> None:
        exchange.send(start)
        for _ in range(limit // len(piece)):
            exchange.send(piece)

    return behave


def pieces(start: bytes, parts: Callable[[], Iterable[bytes]]) -> Behaviour:
    """Send ``start`` and what ``parts()`` yields."""

    def behave(exchange: Exchange) -> None:
        exchange.send(start)
        for part in parts():
            exchange.send(part)

    return behave


def late(seconds: float) -> Behaviour:
    """The healthy answer, so many seconds too late."""

    def behave(exchange: Exchange) -> None:
        exchange.pause(seconds)
        exchange.send(exchange.sane())

    return behave


def again(piece: bytes) -> Iterable[bytes]:
    """``piece`` without end."""
    return itertools.repeat(piece)


def made(behaviour: Behaviour) -> Behaviour:
    """Make the order, then do ``behaviour``."""

    def behave(exchange: Exchange) -> None:
        exchange.server.market.make(exchange.request.json)
        behaviour(exchange)

    return behave


def made_first(behaviour: Behaviour) -> Behaviour:
    """Make the first of several orders only, then do ``behaviour``."""

    def behave(exchange: Exchange) -> None:
        exchange.server.market.make(exchange.request.json[:1])
        behaviour(exchange)

    return behave


def held(behaviour: Behaviour) -> Behaviour:
    """Have the caller interrupted, and do ``behaviour`` after that."""

    def behave(exchange: Exchange) -> None:
        exchange.server.over.clear()
        exchange.server.moment.set()
        exchange.server.released.wait(exchange.server.patience)
        try:
            behaviour(exchange)
        finally:
            exchange.server.over.set()

    return behave


def interrupted(behaviour: Behaviour) -> Behaviour:
    """Do ``behaviour``, and have the caller interrupted as soon as that has arrived."""

    def behave(exchange: Exchange) -> None:
        behaviour(exchange)
        exchange.server.stopping.wait(0.05)
        exchange.server.moment.set()

    return behave


def then_interrupted(*pieces: bytes) -> Behaviour:
    """Send these bytes, have the caller interrupted, and then nothing more."""
    return interrupted(raw(*pieces))


def tunnelled(behaviour: Behaviour) -> Behaviour:
    """Say that the way is free, as a proxy does, and then do ``behaviour``."""

    def behave(exchange: Exchange) -> None:
        exchange.send(ESTABLISHED)
        behaviour(exchange)

    return behave


def made_late(seconds: float) -> Behaviour:
    """Make the order so many seconds later, when the client has long given up."""

    def behave(exchange: Exchange) -> None:
        exchange.server.stopping.wait(seconds)
        exchange.server.market.make(exchange.request.json)

    return behave


def cancelled(behaviour: Behaviour) -> Behaviour:
    """End the order that was named, then do ``behaviour``."""

    def behave(exchange: Exchange) -> None:
        exchange.server.market.cancel(exchange.request.json["id"])
        behaviour(exchange)

    return behave


def sanely(*headers: str, before: bytes = b"", after: bytes = b"", stay: bool = True) -> Behaviour:
    """The healthy answer with more headers, and bytes before and after it."""

    def behave(exchange: Exchange) -> None:
        send = exchange.send if stay else exchange.last
        send(before + exchange.sane(*headers) + after)
        exchange.stays_open = stay

    return behave


def last_words(exchange: Exchange) -> None:
    """The healthy answer; from then on nobody listens any more."""
    exchange.server.stop_listening()
    exchange.last(exchange.sane("Connection: close"))


def echo(make: Callable[[Request], bytes]) -> Behaviour:
    """Answer with what ``make`` does with the request, secrets included."""

    def behave(exchange: Exchange) -> None:
        exchange.last(make(exchange.request))

    return behave


def redirect(status: str, target: str, *headers: str) -> Behaviour:
    """Redirect to ``target``, in which {here} and {elsewhere} are the servers' base URLs."""

    def behave(exchange: Exchange) -> None:
        here, elsewhere = exchange.server.url, exchange.server.elsewhere
        location = f"Location: {target.format(here=here, elsewhere=elsewhere)}"
        says(b"", status, location, *headers)(exchange)

    return behave
