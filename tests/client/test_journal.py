"""The journal's files: what is on the disk, when, for whom to see, and what else lies there."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, List

import pytest
from client.shop import (
    ACCEPTED,
    ATTEMPT,
    KEY,
    LOST,
    ORDER,
    SECRETS,
    Shop,
    entries,
    journal_at,
    judged,
    left,
)
from client.wires import listening
from optional import some

from clore_client import CloreAI
from clore_client.errors import OrderUncertainError
from clore_client.journal import FileJournal, NoJournal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "clore" / "attempts"


@pytest.fixture
def kept(home: Path) -> FileJournal:
    return journal_at(home)


def test_what_is_written_is_read_back_as_it_was(home: Path, kept: FileJournal) -> None:
    left(home)
    assert kept.pending() == [ATTEMPT]


def test_an_attempt_in_progress_is_nobodys_to_judge(home: Path, kept: FileJournal) -> None:
    kept.open(ATTEMPT)
    assert (home / f"{ATTEMPT.id}.json").exists()
    assert judged(kept) == judged(journal_at(home)) == []
    assert kept.pending() == [ATTEMPT]  # whoever asks is told that there is one
    kept.settle(ATTEMPT, "sent")
    assert judged(kept) == judged(journal_at(home)) == [ATTEMPT]


def test_what_was_accepted_is_noted(home: Path, kept: FileJournal) -> None:
    kept.open(ATTEMPT)
    kept.settle(ATTEMPT, "accepted")
    assert journal_at(home).pending() == [replace(ATTEMPT, state="accepted")]
    assert [file.suffix for file in home.iterdir()] == [".json"]


def test_what_made_nothing_is_forgotten(home: Path, kept: FileJournal) -> None:
    kept.open(ATTEMPT)
    kept.settle(ATTEMPT, None)
    assert list(home.iterdir()) == []
    kept.close(ATTEMPT)  # a second time does nothing
    kept.settle(ATTEMPT, None)


def test_an_attempt_can_be_opened_again(home: Path, kept: FileJournal) -> None:
    """As one is that was told to come back later."""
    for _ in range(3):
        kept.open(ATTEMPT)
        kept.settle(ATTEMPT, None)
    kept.open(ATTEMPT)
    assert len(list(home.iterdir())) == 1


def test_each_account_sees_its_own(home: Path) -> None:
    left(home, account="one")
    left(home, other := replace(ATTEMPT, id="b" * 32), account="two")
    assert journal_at(home, "one").pending() == [ATTEMPT]
    assert journal_at(home, "two").pending() == [other]
    assert journal_at(home, "three").pending() == []


def test_the_oldest_comes_first(home: Path, kept: FileJournal) -> None:
    attempts = [replace(ATTEMPT, id=f"{9 - n}" * 32, sent_at=1e9 + n) for n in range(5)]
    for attempt in attempts:
        left(home, attempt)
    assert kept.pending() == attempts


def test_only_their_owner_may_read_files_and_directories(home: Path, kept: FileJournal) -> None:
    previous = os.umask(0)
    try:
        kept.open(ATTEMPT)
        kept.settle(ATTEMPT, "accepted")
    finally:
        os.umask(previous)
    (file,) = home.iterdir()
    assert [stat.S_IMODE(p.stat().st_mode) for p in (file, home, home.parent)] == [
        0o600,
        0o700,
        0o700,
    ]


def test_the_record_is_on_the_disk_before_the_order_leaves(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its bytes, its name, then the request, in this order."""
    seen = []
    replace_, fsync, sendall = Path.replace, os.fsync, socket.socket.sendall

    def noted(name: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            seen.append(name(*args))
            return function(*args)

        return call

    kind = {True: "directory", False: "file"}
    monkeypatch.setattr(
        os, "fsync", noted(lambda fd: f"fsync {kind[stat.S_ISDIR(os.fstat(fd).st_mode)]}", fsync)
    )
    monkeypatch.setattr(Path, "replace", noted(lambda *_: "rename", replace_))
    monkeypatch.setattr(
        socket.socket, "sendall", noted(lambda _, data, *__: bytes(data[:18]), sendall)
    )
    with listening(shop := Shop()) as port:
        shop.gate.set()
        with CloreAI(KEY, base_url=f"http://127.0.0.1:{port}/v1", limiter="off") as client:
            client.create_order(**ORDER)
    post = seen.index(b"POST /v1/create_or")
    assert seen[post - 3 : post] == ["fsync file", "rename", "fsync directory"]


@pytest.mark.parametrize("answer", [ACCEPTED, LOST], ids=["accepted", "lost"])
def test_no_secret_is_in_any_file_at_any_time(
    home: Path, answer: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: List[bytes] = []
    write = os.write

    def noted(fd: int, data: bytes) -> int:
        written.append(data)
        return write(fd, data)

    monkeypatch.setattr(os, "write", noted)
    monkeypatch.setattr("clore_client.rental.LOOK_GAPS", (0.0,))
    shop = Shop(answer, makes=False)
    with listening(shop) as port:
        shop.gate.set()
        client = CloreAI(KEY, base_url=f"http://127.0.0.1:{port}/v1", limiter="off")
        try:
            client.create_order(**ORDER)
        except OrderUncertainError:
            assert not answer
        client.close()
    (record,) = entries(home.parent.parent)
    assert (record["server_ids"], record["image"]) == ([123], ORDER["image"])
    text = b"".join(written).decode() + "".join(f.name + f.read_text() for f in home.iterdir())
    assert "123" in text
    assert not [secret for secret in SECRETS if secret in text]


HOLDING = """
import sys
from pathlib import Path
from clore_client.journal import FileJournal
from clore_client.rental import Attempt
journal = FileJournal(lambda: Path(sys.argv[1]), "mine")
journal.open(Attempt("create_order", (int(sys.argv[2]),), "spot", 1e9, frozenset()))
print("open", flush=True)
sys.stdin.read()
"""


def test_several_processes_and_the_kernel_lets_go_for_one_that_was_killed(
    home: Path, kept: FileJournal
) -> None:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", HOLDING, str(home), str(server)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for server in (1, 2, 3)
    ]
    try:
        for child in children:
            assert some(child.stdout).readline() == "open\n"
        assert len(list(home.glob("*.json"))) == 3
        assert judged(kept) == []
        children[1].kill()
        children[1].wait(10)
        assert [attempt.server_id for attempt in judged(kept)] == [2]
    finally:
        for child in children:
            child.kill()
            child.communicate(timeout=10)


def test_those_who_look_at_the_same_time_all_see_it(home: Path) -> None:
    """Somebody who only reads must not look like somebody who works on it."""
    left(home)
    reading, go_on = threading.Barrier(2), threading.Event()
    read = os.read

    def slowly(descriptor: int, count: int) -> bytes:
        reading.wait(5)
        go_on.wait(5)
        return read(descriptor, count)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as pool:
        patch.setattr(os, "read", slowly)
        first = pool.submit(journal_at(home).pending)
        reading.wait(5)
        patch.setattr(os, "read", read)
        assert journal_at(home).pending() == [ATTEMPT]
        go_on.set()
        assert first.result(5) == [ATTEMPT]


def test_no_journal_keeps_nothing() -> None:
    none = NoJournal()
    none.open(ATTEMPT)
    none.settle(ATTEMPT, "sent")
    none.close(ATTEMPT)
    assert none.pending() == []
