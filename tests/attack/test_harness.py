"""Who guards the guards: the suite notices what it is there to notice."""

from __future__ import annotations

import json
import logging
import socket
import subprocess
import sys
import time
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List, Optional

import pytest
from attack import behaviours as do
from attack import leaks, memory
from attack.build import get, rent
from attack.case import Case
from attack.clients import perform
from attack.faultserver import FaultServer
from attack.judge import problems
from attack.market import SERVER, Market
from attack.outcome import Outcome
from attack.wire import zeros
from optional import some

from clore_client.errors import CloreAPIError, FieldError, NetworkError

ORDER: Dict[str, Any] = {
    "renting_server": SERVER,
    "image": "x",
    "currency": "bitcoin",
    "type": "on-demand",
}


def connected(server: Optional[FaultServer]) -> socket.socket:
    """A connection to ``server``."""
    return socket.create_connection(("127.0.0.1", some(server).port), timeout=5)


def ask(server: Optional[FaultServer], raw: bytes, reads: int = 1) -> bytes:
    """Send ``raw`` on one connection and return everything that comes back."""
    with connected(server) as client:
        got = b""
        for _ in range(reads):
            client.sendall(raw)
            got += client.recv(65536)
        return got


REQUEST = b"GET /v1/wallets HTTP/1.1\r\nauth: x\r\n\r\n"


def test_the_server_follows_its_script_and_counts() -> None:
    script = {"wallets": (do.says({"code": 1}), do.says({"code": 2}))}
    with FaultServer(script) as server:
        got = ask(server, REQUEST, reads=3)
        assert (server.count("wallets"), server.connections) == (3, 1)
        assert [request.nth for request in server.requests] == [1, 2, 3]
    assert got.index(b'"code": 1') < got.index(b'"code": 2') < got.index(b'"code": 0')


def test_the_last_behaviour_goes_on_where_the_script_says_so() -> None:
    with FaultServer({"wallets": (do.says("first"), do.says("ever"), ...)}) as server:
        got = ask(server, REQUEST, reads=4)
    assert got.count(b"first") == 1
    assert got.count(b"ever") == 3


def test_a_connection_dies_of_old_age() -> None:
    with FaultServer(lifetime=1) as server, pytest.raises(ConnectionResetError):
        ask(server, REQUEST, reads=2)


def test_behaviours_without_end_end_with_the_patience_of_the_server() -> None:
    start = time.monotonic()
    endless = {"wallets": (do.flood(b"", b"x" * 100),)}
    with FaultServer(endless, patience=0.2) as server, connected(server) as client:
        client.sendall(REQUEST)
        while client.recv(1 << 20):
            pass
    assert 0.1 < time.monotonic() - start < 3


def test_orders_become_visible_after_their_lag() -> None:
    market = Market(lag=2)
    made = market.make(ORDER)
    assert [market.listing() for _ in range(3)] == [[], [], [made]]
    assert made["si"] == SERVER


def test_the_bomb_is_a_gzip_stream() -> None:
    unpack = zlib.decompressobj(31)
    assert unpack.decompress(b"".join(zeros(3))) == bytes(3 << 20)


@pytest.mark.parametrize("secret", leaks.NAMES)
def test_secrets_are_found_however_they_are_written(secret: str) -> None:
    for text in (*leaks.spellings(secret), leaks.escaped(secret), secret[3:14]):
        assert leaks.NAMES[secret] in leaks.shown(f"so: {text}, it says"), text
    assert leaks.shown(secret[:6]) == []


def test_secrets_are_found_in_every_corner_of_an_error() -> None:
    error = CloreAPIError("no", response={"got": [leaks.TOKEN]})
    error.__context__ = ValueError(leaks.PASSWORD)
    error.__suppress_context__ = True
    found = " ".join(leaks.in_error(error))
    assert "text of ValueError: ssh_password" in found
    assert "attributes of CloreAPIError: jupyter_token" in found


def test_secrets_are_found_in_local_variables_of_the_sdk() -> None:
    code = "def fail(error, hidden):\n    raise error\n"
    scope: Dict[str, Any] = {}
    exec(compile(code, "/somewhere/clore_client/plan.py", "exec"), scope)
    with pytest.raises(CloreAPIError) as caught:
        scope["fail"](CloreAPIError("no"), {"password": leaks.PASSWORD})
    assert any("local 'hidden' in plan.py:fail" in leak for leak in leaks.in_error(caught.value))


def test_secrets_are_found_in_logs_and_files(tmp_path: Path) -> None:
    with leaks.Log() as log:
        logging.getLogger("clore_client").debug("the key is %s", leaks.KEY)
        logging.getLogger("urllib3.connectionpool").debug("nothing")
    assert log.leaks() == ["log: the API key"]
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "journal").write_text(leaks.KEY, encoding="utf-8")
    assert leaks.in_files(tmp_path) == ["file journal: the API key"]


def judged(case: Case, outcome: Outcome, server: Optional[FaultServer] = None) -> List[str]:
    with FaultServer() as unused:
        return problems(case, outcome, server or unused)


def outcome(error: Exception, **more: Any) -> Outcome:
    """The outcome of a call that raised ``error``."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return Outcome("sync", kinds=kinds, text=str(error), **more)


def lost(text: str = "wallets", **more: Any) -> Outcome:
    """The outcome of a call whose answer was lost."""
    return outcome(NetworkError(text, sent=True), **more)


LOST = Case("x", "x", raises=(NetworkError,))


@pytest.mark.parametrize(
    ("what", "case", "found"),
    [
        ("not the SDK's own", LOST, outcome(ValueError("wallets"))),
        ("raised FieldError", LOST, outcome(FieldError("wallets: no"))),
        ("returned", LOST, Outcome("sync", value="[]", right=True)),
        ("wrong value", replace(LOST, raises=()), Outcome("sync", right=False)),
        ("status is None, not 502", replace(LOST, status=502), lost()),
        ("sent is True", replace(LOST, sent=False), lost(sent=True)),
        ("has 500 characters", LOST, lost("wallets" + "x" * 493)),
        ("not one clean line", LOST, lost("wallets\n")),
        ("does not name the endpoint", LOST, lost("no")),
        ("does not name HTTP 502", LOST, lost(status=502)),
        ("drags along urllib3", LOST, lost(chain=["urllib3.x.E"])),
        ("0 requests, not 3", replace(LOST, requests=3), lost()),
        ("took 9.00 s", LOST, lost(seconds=9.0)),
        ("at least", replace(LOST, least=1.0), lost()),
        ("grew by 300 MB", LOST, lost(growth=300.0)),
        ("shows a secret", LOST, lost(leaks=["log: x"])),
        ("exit status 1", LOST, Outcome("cli", exit=1)),
        ("a traceback", LOST, Outcome("cli", exit=7, text="Traceback (most")),
    ],
)  # fmt: skip
def test_the_judge_sees(what: str, case: Case, found: Outcome) -> None:
    wrong = judged(case, found)
    assert len(wrong) >= 1
    assert any(what in problem for problem in wrong), wrong


def test_the_judge_is_content_with_what_is_right() -> None:
    assert judged(LOST, lost("wallets: lost")) == []
    assert judged(replace(LOST, raises=()), Outcome("sync", right=True)) == []


def test_two_orders_for_one_call_are_seen() -> None:
    case = rent("x", "x", do.sanely(), returns=None, orders=1)
    with FaultServer(case.script) as server:
        for _ in range(2):
            body = json.dumps(ORDER).encode()
            head = f"POST /v1/create_order HTTP/1.1\r\nContent-Length: {len(body)}\r\n\r\n"
            ask(server, head.encode() + body)
    wrong = judged(case, Outcome("sync", right=True), server)
    assert "2 requests, not 1" in wrong
    assert "2 orders, not 1" in wrong


def test_memory_is_measured() -> None:
    code = (
        "from attack.memory import peak_mb\nbefore = peak_mb()\nheld = bytearray(100 << 20)\n"
        "print(peak_mb() - before)"
    )
    tests = str(Path(__file__).resolve().parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": tests}, capture_output=True, check=True
    )
    assert 90 < float(done.stdout) < 130
    assert memory.peak_mb() > 10


def test_a_wrong_key_and_strangers_are_seen() -> None:
    with FaultServer() as server:
        ask(server, REQUEST)
        wrong = judged(replace(LOST, raises=()), Outcome("sync", right=True), server)
    assert "wallets came without the key" in wrong


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_clients_perform_what_the_case_says(kind: str) -> None:
    case = get("x", "x", do.says({"code": 6, "error": "no"}), raises=(FieldError,))
    with FaultServer(case.script) as server:
        found = perform(case, server.url, kind)
    assert found.kinds[0] == "FieldError"
    assert found.status == 200
    assert found.seconds > 0
    assert "clore_client.errors.FieldError" in found.chain
