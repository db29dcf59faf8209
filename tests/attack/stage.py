"""Sets up the servers of a case: the API, and another host that must never hear of anything."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from typing import Iterator, List

from . import tls
from .case import Case
from .faultserver import FaultServer


@dataclass
class Stage:
    """What a case is played on."""

    server: FaultServer
    elsewhere: FaultServer

    @property
    def strays(self) -> List[str]:
        """What reached a host that nobody had configured."""
        if not self.elsewhere.connections:
            return []
        seen = [f"{r.method} {r.target} {r.headers}" for r in self.elsewhere.requests]
        return [f"another host was contacted: {seen}"]


@contextlib.contextmanager
def stage(case: Case) -> Iterator[Stage]:
    """The servers for ``case``, listening or not as its ``port`` says."""
    with contextlib.ExitStack() as stack:
        elsewhere = stack.enter_context(FaultServer())
        server = FaultServer(
            script=case.script,
            market=case.market(),
            greeting=case.greeting,
            tls=tls.context(case.tls) if case.tls else None,
            elsewhere=elsewhere.url,
            lifetime=case.lifetime,
            patience=10 * case.timeout,
        )
        _open(server, case.port, stack)
        yield Stage(server, elsewhere)


def _open(server: FaultServer, port: str, stack: contextlib.ExitStack) -> None:
    stack.callback(server.stop_listening)
    if port == "refused":
        server.stop_listening()
    elif port == "full":
        server.listen(0)
        for _ in range(4):  # Linux queues one more than asked for, and then ignores the rest
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(("127.0.0.1", server.port))
    elif port == "open":
        stack.enter_context(server)
