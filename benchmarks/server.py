"""A loopback server of answers that were made before: ``python server.py DIRECTORY``.

It prints the address at which it listens, serves until its stdin ends, and answers
``/NAME/v1/anything`` with the file ``NAME.json`` of the directory. It keeps connections alive.
``/seen`` tells how often each path was asked for, and with which headers the last time.

A thread and a blocking socket for each connection: a small answer takes less of its time than
with asyncio, so that less of what is measured is the server.
"""

from __future__ import annotations

import json
import socket
import sys
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict

_END = b"\r\n\r\n"


class Answers:
    """The answers of a directory, and what was asked for."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._made: Dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._seen: Dict[str, Dict[str, Any]] = defaultdict(lambda: {"count": 0, "headers": {}})

    def to(self, head: str) -> bytes:
        """The whole answer to a request."""
        first, *lines = head.split("\r\n")
        path = first.split(" ")[1].partition("?")[0]
        with self._lock:
            if path == "/seen":
                return _answer("200 OK", json.dumps(self._seen).encode())
            seen = self._seen[path]
            seen["count"] += 1
            seen["headers"] = dict(line.split(": ", 1) for line in lines if ": " in line)
            name = path.split("/")[1]
            if name not in self._made:
                self._made[name] = self._read(name)
            return self._made[name]

    def _read(self, name: str) -> bytes:
        file = self._directory / f"{name}.json"
        if not name.isalnum() or not file.exists():
            return _answer("404 Not Found", b'{"code": 4}')
        return _answer("200 OK", file.read_bytes())


def _answer(status: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + _END + body


def converse(connection: socket.socket, answers: Answers) -> None:
    """Answer the requests of one connection, which have no bodies, until it ends."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    pending = b""
    with connection:
        try:
            while received := connection.recv(65536):
                pending += received
                while _END in pending:
                    head, _, pending = pending.partition(_END)
                    connection.sendall(answers.to(head.decode("latin-1")))
        except OSError:  # the client has what it wanted, or was killed
            return


def listen(listener: socket.socket, answers: Answers) -> None:
    """Take every connection in a thread of its own."""
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=converse, args=(connection, answers), daemon=True).start()


def main() -> None:
    """Serve the directory that the first argument names until stdin ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        answers = Answers(Path(sys.argv[1]))
        threading.Thread(target=listen, args=(listener, answers), daemon=True).start()
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
