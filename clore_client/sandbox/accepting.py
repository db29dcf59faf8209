"""Accepts connections in a thread, and stops at once: the servers' common part."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from typing import Generator


class Accepting(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A server on 127.0.0.1 with a thread for each connection."""

    request_queue_size = 128
    daemon_threads = True

    @contextlib.contextmanager
    def accepting(self) -> Generator[None, None, None]:
        """Accept connections for as long as the context lasts."""
        self.stopping: threading.Event = threading.Event()
        loop = threading.Thread(target=self._loop, name="clore-sandbox", daemon=True)
        loop.start()
        try:
            yield
        finally:
            self.stopping.set()
            self.wake()
            loop.join()
            self.server_close()

    def _loop(self) -> None:
        """Without serve_forever's poll every 0.5 s."""
        while not self.stopping.is_set():
            self.handle_request()

    def wake(self) -> None:
        """Let the loop see that it is to stop."""
        socket.create_connection(("127.0.0.1", int(self.server_address[1]))).close()
