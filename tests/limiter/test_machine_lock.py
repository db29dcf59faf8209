"""The lock of the file that processes share: held for long, of Windows, and absent."""

from __future__ import annotations

import logging
import os
import threading
from typing import TYPE_CHECKING, Any, Callable, List

import pytest

from clore_client import machine_limiter, statefile
from clore_client.endpoint import ANY
from clore_client.statefile import SIZE_LIMIT, StateFile

if TYPE_CHECKING:
    from pathlib import Path

    from scripted import Clock


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the wait for a lock, where a test is not about how long it is."""
    monkeypatch.setattr(machine_limiter, "_PATIENCE", 0.05)


class Locked:
    """Holds the file's lock in a thread, as a stopped process would."""

    def __init__(self, path: Path) -> None:
        self._held, self._let_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=StateFile(path).change, args=(self._stay, 1.0))

    def _stay(self, line: bytes) -> bytes:
        self._held.set()
        self._let_go.wait(20)
        return line

    def __enter__(self) -> None:
        self._thread.start()
        assert self._held.wait(20)

    def __exit__(self, *_error: object) -> None:
        self._let_go.set()
        self._thread.join()


def test_who_keeps_the_lock_for_long_is_not_waited_for(
    process: Callable[..., Any], path: Path, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    caplog.set_level(logging.DEBUG, "clore_client")
    limiter = process()
    slot = limiter.reserve([ANY])
    with Locked(path):
        assert limiter.confirm(slot) == 0
        assert limiter.reserve([ANY]).wait == pytest.approx(1.05)
    (record,) = caplog.records
    assert record.message == (
        "limits/account.json cannot be used (another process keeps the lock): "
        "this process keeps the rate limit for itself; trying again every 60 s"
    )


def test_threads_that_give_the_file_up_together_say_so_once(
    process: Callable[..., Any], path: Path, caplog: pytest.LogCaptureFixture, impatient: None
) -> None:
    caplog.set_level(logging.DEBUG, "clore_client")
    limiter = process()
    limiter.reserve([ANY])
    waits = []
    threads = [
        threading.Thread(target=lambda: waits.append(limiter.reserve([ANY]).wait)) for _ in range(4)
    ]
    with Locked(path):
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(waits) == pytest.approx([0, 1.05, 2.1, 3.15])
    assert len(caplog.records) == 1


class Windows:
    """Stands in for ``msvcrt``."""

    LK_NBLCK, LK_UNLCK = "lock", "unlock"

    def __init__(self) -> None:
        self.locked = False
        self.calls: List[Any] = []

    def locking(self, descriptor: int, how: str, count: int) -> None:
        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        assert (count, place > SIZE_LIMIT) == (1, True)
        self.calls.append(how)
        if how == "lock" and self.locked:
            raise PermissionError(13, "Permission denied")
        self.locked = how == "lock"


def test_the_lock_of_windows(
    process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, impatient: None
) -> None:
    windows = Windows()
    monkeypatch.setattr(statefile, "_fcntl", None)
    monkeypatch.setattr(statefile, "_msvcrt", windows)
    monkeypatch.delattr(os, "geteuid")
    limiter = process()
    waits = [limiter.reserve([ANY]).wait for _ in range(2)]
    assert waits == pytest.approx([0, 1.05])
    assert windows.calls == ["lock", "unlock"] * 2
    windows.locked = True
    assert limiter.reserve([ANY]).wait == 0
    assert limiter._failed


def test_a_system_without_locks_leaves_a_limit_of_the_process(
    process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statefile, "_fcntl", None)
    monkeypatch.setattr(statefile, "_msvcrt", statefile._module("there_is_no_such_module"))
    limiter = process()
    assert [limiter.reserve([ANY]).wait for _ in range(2)] == pytest.approx([0, 1.05])
    assert limiter._failed


def test_giving_back_and_leaving_never_wait_for_the_lock(
    process: Callable[..., Any], path: Path, clock: Clock
) -> None:
    limiter = process()
    first, second = limiter.reserve([ANY]), limiter.reserve([ANY])
    assert limiter.confirm(first) == 0
    clock.sleep(0.5)
    with Locked(path):
        limiter.left(first)
        limiter.release(second)
    assert not limiter._failed
    # The first is told late. The second is lost: still booked, behind the first one's departure.
    assert limiter.reserve([ANY]).wait == pytest.approx(2.1)
