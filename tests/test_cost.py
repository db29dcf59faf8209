"""What the SDK may cost: which modules it imports, and how many functions a call runs through.

Counted and not timed, because counts do not depend on the machine. Whoever has to raise a bound
should know what for: a class of models takes 0.5 to 1 ms to make, `logging` 6 ms, and 10 calls of
functions about 1 % of what one exchange with a server on this machine takes.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Dict, List, Set, Tuple

import pytest
from loopback import http, server
from scripted import Clock, Script, answer

from clore_client import CloreAI
from clore_client.limiter import NoLimiter

if TYPE_CHECKING:
    from socket import socket
    from types import FrameType

#: Needed late or never; some are brought along by whoever sends a request, and are paid only then.
LATE = {
    "dataclasses_json", "difflib", "email.utils", "hashlib", "html",
    "logging", "marshmallow", "platform", "secrets", "shlex", "subprocess", "tempfile", "uuid",
    "urllib3", "http.client", "ssl", "socket", "asyncio", "keyring",
}  # fmt: skip

#: What `marketplace` and the like look into.
MODELS: Dict[str, Tuple[Any, Any]] = {
    "marketplace": ({"servers": [{"id": 1}]}, {"base", "market", "money", "specs"}),
    "wallets": ({"wallets": [{"name": "a"}]}, {"base", "money"}),
    "my_orders": ({"orders": [{"id": 1}]}, {"base", "orders", "specs"}),
}

CLIENT = """
from clore_client.wire import Response
class Script:
    def send(self, request):
        return Response(200, {body!r})
client = CloreAI(transport=Script())
client.{name}()
"""


def loaded(program: str) -> Set[str]:
    """The modules that a process has after ``program``, without those that it begins with."""
    code = f"import sys; before = {{*sys.modules}}\n{program}\nprint(*{{*sys.modules}} - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_an_import_of_the_client_makes_no_models_and_opens_no_log() -> None:
    modules = loaded("from clore_ai import CloreAI")
    assert modules & LATE == set()
    assert [name for name in modules if name.startswith("clore_client.models.")] == []


@pytest.mark.parametrize("name", MODELS)
def test_a_call_makes_only_the_models_of_its_answer(name: str) -> None:
    body, wanted = MODELS[name]
    sent = json.dumps({"code": 0, **body}).encode()
    modules = loaded("from clore_ai import CloreAI" + CLIENT.format(body=sent, name=name))
    made = {module for module in modules if module.startswith("clore_client.models.")}
    assert made == {f"clore_client.models.{name}" for name in wanted}
    assert not {"uuid", "html", "subprocess", "urllib3"} & modules


WALLETS = http(
    json.dumps({"code": 0, "wallets": [{"name": "bitcoin", "balance": 1.5}] * 3}).encode()
)


def kept_alive(connection: socket) -> None:
    """Answer each request of a connection."""
    connection.sendall(WALLETS)
    while connection.recv(65536):
        connection.sendall(WALLETS)


def test_a_call_runs_through_few_functions() -> None:
    """One `wallets` ran through 120 functions of ours when it took 1.3 times what urllib3 takes."""
    ours = []

    def note(frame: FrameType, event: str, _arg: object) -> None:
        if event == "call" and "clore_client" in frame.f_code.co_filename:
            ours.append(frame.f_code.co_name)

    with server(kept_alive) as (url, _), CloreAI("k" * 32, url, limiter="off") as client:
        client.wallets()
        former = sys.getprofile()
        sys.setprofile(note)
        try:
            client.wallets()
        finally:
            sys.setprofile(former)
    assert len(ours) <= 130, sorted(ours)


def test_a_read_in_a_thread_of_its_own_does_not_even_sleep_for_0_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    naps: List[Any] = []
    clock = Clock()
    monkeypatch.setattr(clock, "sleep", naps.append)
    script = Script(clock, answer({"code": 0, "wallets": []}))
    assert CloreAI(transport=script, clock=clock, limiter=NoLimiter()).wallets() == []
    assert naps == []
