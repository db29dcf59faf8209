"""Sets up the servers of a case: the API, the file host, and one that must never hear of it."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Generator, List

from . import tls
from .faultserver import FaultServer

if TYPE_CHECKING:
    from .case import Case


@dataclass
class Stage:
    """What a case is played on.

    Attributes:
        server: the API, or the proxy in front of it.
        elsewhere: a host that must not be contacted.
        files: the host of GigaSPOT's snapshot; its requests are counted with the API's.
        environment: the variables that the case needs.
    """

    case: Case
    server: FaultServer
    elsewhere: FaultServer
    files: FaultServer

    @property
    def url(self) -> str:
        """The base URL for a client; one that goes around the proxy ends up elsewhere."""
        if self.case.proxied:
            return f"https://127.0.0.1:{self.elsewhere.port}/v1"
        return self.server.url

    @property
    def environment(self) -> Dict[str, str]:
        """The variables of the environment that belong to the case."""
        gate, elsewhere = (f"127.0.0.1:{s.port}" for s in (self.server, self.elsewhere))
        own = self.case.environment.items()
        found = {name: value.format(gate=gate, elsewhere=elsewhere) for name, value in own}
        return {"NO_PROXY": "", **found} if found else {}

    @property
    def strays(self) -> List[str]:
        """What reached a host that nobody had configured."""
        if not self.elsewhere.connections:
            return []
        seen = [f"{r.method} {r.target} {r.headers}" for r in self.elsewhere.requests]
        return [f"another host was contacted: {seen}"]


@contextlib.contextmanager
def stage(case: Case) -> Generator[Stage, None, None]:
    """The servers for ``case``, listening or not as its ``port`` says."""
    with contextlib.ExitStack() as stack:
        elsewhere = stack.enter_context(FaultServer())
        server = FaultServer(
            script=case.script,
            market=case.market(),
            greeting=case.greeting,
            tls=tls.context(case.tls) if case.tls else None,
            tunnel=tls.context("good") if case.proxied else None,
            elsewhere=elsewhere.url,
            lifetime=case.lifetime,
            patience=10 * case.timeout,
        )
        files = stack.enter_context(_beside(server))
        server.market.places = {
            "elsewhere": elsewhere.url,
            "files": files.url,
            "port": str(files.port),
        }
        _open(server, case.port, stack)
        yield Stage(case, server, elsewhere, files)


def _beside(server: FaultServer) -> FaultServer:
    """The host of the snapshot, which shares everything with ``server`` but the port."""
    beside = FaultServer(
        script=server.script,
        market=server.market,
        elsewhere=server.elsewhere,
        patience=server.patience,
        requests=server.requests,
    )
    beside.moment, beside.released, beside.over = server.moment, server.released, server.over
    return beside


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
