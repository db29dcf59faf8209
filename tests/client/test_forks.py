"""A forked child begins anew: no lock, read, thread or record of its parent's is its own."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Callable

import pytest
from client.shop import ATTEMPT, journal_at

from clore_client.joining import Reads
from clore_client.rental import Claims
from clore_client.transport import Urllib3Transport
from clore_client.workers import Workers

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")


def in_child(check: Callable[..., Any]) -> bool:
    """Whether ``check()`` is true in a forked child; a child that hangs is killed."""
    child = os.fork()
    if child == 0:
        killer = threading.Timer(5, lambda: os._exit(2))
        killer.daemon = True
        killer.start()
        os._exit(0 if check() else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_read_of_the_parents_is_not_waited_for() -> None:
    reads = Reads()
    reads.enter("wallets")
    assert in_child(lambda: reads.enter("wallets")[1])
    assert not reads.enter("wallets")[1]  # in the parent it goes on


def test_locks_that_threads_of_the_parent_hold_are_free() -> None:
    reads, claims = Reads(), Claims()
    with reads._lock, claims._lock:
        assert in_child(lambda: reads.enter("a")[1] and claims.first([], "x") is None)


def test_connections_of_the_parents_are_closed_by_the_parent() -> None:
    """A thread of its may be holding their lock, which is nobody's in the child."""
    transport = Urllib3Transport("http://127.0.0.1:9")
    manager = transport._manager("http://127.0.0.1:9")
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with manager.pools.lock:
            taken.set()
            done.wait(20)

    holder = threading.Thread(target=hold)
    holder.start()
    taken.wait(20)
    try:
        close: Callable[[], object] = transport.close
        assert in_child(lambda: close() is None)
    finally:
        done.set()
        holder.join()
    transport.close()


def test_threads_of_the_parent_are_not_counted() -> None:
    workers = Workers(1)
    workers._busy = 1
    assert in_child(lambda: workers._busy == 0)


def test_what_the_parent_works_on_is_still_in_progress_and_not_the_childs(tmp_path: Path) -> None:
    journal = journal_at(tmp_path)
    journal.open(ATTEMPT)
    assert in_child(lambda: journal._held == {} and journal.pending()[0].held)
    assert journal.pending()[0].held
    journal.settle(ATTEMPT, "sent")
    assert not journal.pending()[0].held


def test_a_handler_that_asks_what_its_own_thread_is_asking_asks_for_itself() -> None:
    reads = Reads(blocking=True)
    ticket, mine = reads.enter("wallets")
    other, mine_too = reads.enter("wallets")  # in the middle of it, by a signal's handler
    assert mine
    assert mine_too
    assert other is not ticket
