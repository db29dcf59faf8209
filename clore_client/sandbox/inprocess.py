"""A transport that hands requests to a world directly; it opens no socket and never waits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn, Optional

from clore_client.wire import Request, Response

if TYPE_CHECKING:
    from .world import World

#: Stands for a body that is not JSON.
MALFORMED = object()


class InProcess:
    """A `clore_client.wire.Transport` into one world, with one key or none."""

    def __init__(self, world: World, api_key: Optional[str]) -> None:
        self._world, self._key = world, api_key

    def send(self, request: Request) -> Response:
        """Answer ``request`` as the world does, faults of the network as `NetworkError`."""
        if request.on_departure is not None:
            request.on_departure()
        # Another host than the API is asked without the key, as over a socket.
        return self._world.handle(_as_sent(request), None if request.url else self._key)

    def close(self) -> None:
        """Do nothing: there is nothing to close."""


def read_json(text: bytes) -> Any:
    """The JSON document in ``text``, or `MALFORMED`; NaN and Infinity are not JSON."""
    try:
        return json.loads(text, parse_constant=_not_json)
    except (ValueError, RecursionError):
        return MALFORMED


def _as_sent(request: Request) -> Request:
    """What a server would read: an integer key, say, becomes a string on the wire."""
    document = None if request.json is None else read_json(json.dumps(request.json).encode())
    return Request(request.method, request.path, dict(request.query), document, request.url)


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
