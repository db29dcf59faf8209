"""A port that greets like an SSH server as soon as one of the account's orders runs."""

from __future__ import annotations

import contextlib
import socketserver
from typing import TYPE_CHECKING, Iterator, Tuple

from .accepting import Accepting

if TYPE_CHECKING:
    from .world import World

#: What an SSH server says first (RFC 4253, section 4.2).
BANNER = b"SSH-2.0-clore_sandbox\r\n"


@contextlib.contextmanager
def open_door(world: World) -> Iterator[Tuple[str, int]]:
    """Listen on a free port of 127.0.0.1 and yield its address.

    Nobody can log in: a client is greeted and hung up on. Before an order runs there is no
    greeting, as with a container that has not started its sshd.
    """
    door = _Door(("127.0.0.1", 0), _Greeter)
    door.world = world
    with door.accepting():
        yield "127.0.0.1", int(door.server_address[1])


class _Door(Accepting):
    world: World


class _Greeter(socketserver.BaseRequestHandler):
    server: _Door

    def handle(self) -> None:
        if self.server.world.has_running_order():
            with contextlib.suppress(OSError):  # it has gone already
                self.request.sendall(BANNER)
