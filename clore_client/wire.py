"""What crosses the transport boundary: one request out, one answer in. No I/O of its own."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Dict, Mapping, NamedTuple, Optional, Protocol


@dataclass(frozen=True)
class Request:
    """One HTTP request, relative to the base URL; the transport adds the key and the headers.

    Attributes:
        method: ``"GET"`` or ``"POST"``.
        path: below the base URL.
        query: the query parameters.
        json: the body, as `json.dumps` takes it; None for none.
        url: a whole address somewhere else instead of ``path``; it is asked without the key.
        fresh: on a connection of its own: a kept-alive one may be dead, and would leave it open
            whether an order arrived.
        on_departure: called when the first byte leaves, in the thread that sends.
    """

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    json: Any = field(default=None, repr=False)  # an order's password is in it
    url: str = ""
    fresh: bool = False
    on_departure: Optional[Callable[[], None]] = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Response:
    """One complete HTTP answer.

    Attributes:
        status: the HTTP status.
        body: as it was sent, decompressed.
        headers: by their names in lower case.
    """

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class Transport(Protocol):
    """Sends one request once.

    Raises `clore_client.errors.NetworkError` when no complete answer came back, and says in
    its ``sent`` whether the request may have reached the server.
    """

    def send(self, request: Request) -> Response:
        """Send ``request`` once and return the whole answer, whatever its status."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Overheard(NamedTuple):
    """``transport``, with ``hear`` told of each request and its answer."""

    transport: Transport
    hear: Callable[[Request, Response], None]

    def send(self, request: Request) -> Response:
        """Send ``request`` and tell of the answer."""
        response = self.transport.send(request)
        self.hear(request, response)
        return response

    def close(self) -> None:
        """Close every connection."""
        self.transport.close()


JsonObject = Dict[str, Any]
