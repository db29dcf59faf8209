"""A little API with one server to rent, whose answer to create_order the test decides."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from typing import TYPE_CHECKING, Any, Dict, List, Union

import loopback
from client.wires import read

from clore_client import CloreAI
from clore_client.journal import FileJournal
from clore_client.rental import Attempt

if TYPE_CHECKING:
    from pathlib import Path
    from socket import socket

    from scripted import Clock, Script

    from clore_client import AsyncCloreAI

KEY = "k" * 28 + "9876"
ORDER: Dict[str, Any] = {
    "server_id": 123,
    "image": "cloreai/pytorch",
    "type": "on-demand",
    "currency": "bitcoin",
    "ssh_password": "Hunter22Secret",
    "jupyter_token": "jupyterToken123",
    "env": {"HF_TOKEN": "hf_secretOfTheRenter"},
}
SECRETS = [
    KEY,
    *(ORDER[name] for name in ("ssh_password", "jupyter_token")),
    "hf_secretOfTheRenter",
]
ACCEPTED = loopback.http(b'{"code": 0}')
REFUSED = loopback.http(b'{"code": 6, "error": "server-already-rented"}')
CODE_1 = loopback.http(b'{"code": 1}', "500 X")
LOST = b""


class Shop:
    """Handles connections; `posted` is set when an order has come in.

    Args:
        answer: to create_order, sent when the `gate` is open.
        makes: whether it makes an order.
    """

    def __init__(self, answer: bytes = ACCEPTED, *, makes: bool = True) -> None:
        self.answer, self.makes, self.url = answer, makes, ""
        self.orders: List[Dict[str, Any]] = []
        self.paths: List[str] = []
        self.posted, self.gate = threading.Event(), threading.Event()
        self.reading = True  # whether my_orders can be read

    def __call__(self, connection: socket) -> None:
        while True:
            request = read(connection)
            if not request:
                return
            self.paths.append(request.split()[1].decode().rpartition("/")[2])
            if self.paths[-1] != "create_order":
                connection.sendall(self.listing())
                continue
            if self.makes:
                self.orders.append(self.row(40 + len(self.orders)))
            self.posted.set()
            if self.gate.wait(20) and self.answer:
                connection.sendall(self.answer)
            if not self.answer:
                return

    def row(self, number: int, **fields: Any) -> Dict[str, Any]:
        row: Dict[str, Any] = {
            "id": number,
            "si": 123,
            "ct": int(time.time()),
            "spend": 0.1,
            "expired": False,
        }
        return {**row, "image": ORDER["image"], "currency": ORDER["currency"], **fields}

    def listing(self) -> bytes:
        if not self.reading:
            return loopback.http(b"<html>", "502 Bad Gateway")
        return loopback.http(json.dumps({"code": 0, "orders": self.orders}).encode())

    @property
    def posts(self) -> int:
        return self.paths.count("create_order")


def entries(home: Path) -> List[Dict[str, Any]]:
    """What the journal below the test's home directory holds."""
    found = []
    for file in (home / "clore" / "attempts").glob("*.json"):
        with contextlib.suppress(FileNotFoundError):  # a worker has crossed it out meanwhile
            found.append(json.loads(file.read_text()))
    return found


ATTEMPT = Attempt(
    "create_order", (123,), "on-demand", 1.79e9, frozenset([7, 8]), "image", "bitcoin", 0.5
)


def journal_at(home: Path, account: str = "mine") -> FileJournal:
    """A journal as another process has it: nothing in it is held."""
    return FileJournal(lambda: home, account)


def judged(journal: FileJournal) -> List[Attempt]:
    """The attempts whose outcome may be judged: those that nobody is working on."""
    return [attempt for attempt in journal.pending() if not attempt.held]


def left(home: Path, attempt: Attempt = ATTEMPT, account: str = "mine") -> Path:
    """An attempt of a process that has died."""
    one = journal_at(home, account)
    one.open(attempt)
    one.settle(attempt, attempt.state)
    return home / f"{attempt.id}.json"


def journalled(tmp_path: Path, script: Script, clock: Clock) -> CloreAI:
    """A client whose answers are scripted and whose journal is a directory of its own."""
    client = CloreAI(transport=script, clock=clock, limiter="off")
    object.__setattr__(client._run, "journal", FileJournal(lambda: tmp_path / "j", "account"))
    return client


def held(client: Union[CloreAI, AsyncCloreAI]) -> Any:
    """What the client's journal keeps open."""
    journal: Any = client._run.journal
    return journal._held
