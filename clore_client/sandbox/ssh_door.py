"""A port that greets like an SSH server as soon as one of the account's orders runs."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
from typing import TYPE_CHECKING, Generator, Tuple

from .accepting import Accepting

if TYPE_CHECKING:
    from .world import World

#: What an SSH server says first (RFC 4253, section 4.2).
BANNER = b"SSH-2.0-clore_sandbox\r\n"

_FAREWELL = b"this is the sandbox: its machines have nothing to log in to"
_DISCONNECT, _BY_APPLICATION = 1, 11  # RFC 4253, section 11.1
_BLOCK = 8  # bytes, of which a packet is a multiple before keys are exchanged (section 6)
_PATIENCE = 1.0  # seconds for a client that has been told


@contextlib.contextmanager
def open_door(world: World) -> Generator[Tuple[str, int], None, None]:
    """Listen on a free port of 127.0.0.1 and yield its address.

    Nobody can log in: a client is greeted, told so and hung up on. Before an order runs there is no
    greeting, as with a container that has not started its sshd.
    """
    door = _Door(("127.0.0.1", 0), _Greeter)
    door.world = world
    with door.accepting():
        yield "127.0.0.1", int(door.server_address[1])


class _Door(Accepting):
    world: World


class _Greeter(socketserver.BaseRequestHandler):
    server: _Door  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        if self.server.world.has_running_order():
            with contextlib.suppress(OSError):  # it has gone already
                self.request.sendall(BANNER + _farewell())
                self._see_off()

    def _see_off(self) -> None:
        """Let the client read: closed on what it has sent, the connection would be reset."""
        self.request.settimeout(_PATIENCE)
        self.request.shutdown(socket.SHUT_WR)
        while self.request.recv(1 << 12):
            pass


def _farewell() -> bytes:
    """The packet that ends a connection, with a text that ssh shows."""
    payload = struct.pack(">BII", _DISCONNECT, _BY_APPLICATION, len(_FAREWELL)) + _FAREWELL
    payload += struct.pack(">I", 0)  # the language of the text: none
    padding = _BLOCK - (5 + len(payload)) % _BLOCK
    padding += _BLOCK if padding < 4 else 0  # noqa: PLR2004  RFC 4253: at least 4 bytes
    return struct.pack(">IB", 1 + len(payload) + padding, padding) + payload + bytes(padding)
