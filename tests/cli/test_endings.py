"""Signals that end a process, and the exit statuses that come of it."""

from __future__ import annotations

import os
import signal
import threading
from typing import TYPE_CHECKING, Any, Iterator, List, Optional

import pytest

from clore_cli import endings

if TYPE_CHECKING:
    from types import FrameType

Handler = Any  # signal.signal's own


@pytest.fixture
def usual() -> Iterator[None]:
    """SIGTERM as a process starts with it."""
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGTERM, before)


def unwanted(number: int, _frame: Optional[FrameType]) -> None:
    """A handler that nothing should call."""
    pytest.fail(f"called for signal {number}")


def test_a_signal_acts_inside_and_not_afterwards(usual: None) -> None:
    heard: List[int] = []

    def act(number: int, _frame: Optional[FrameType]) -> None:
        heard.append(number)

    with endings.on_signal(act):
        os.kill(os.getpid(), signal.SIGTERM)
    assert heard == [signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_what_is_ignored_stays_so(usual: None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with endings.on_signal(unwanted):
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_who_turns_deaf_inside_stays_deaf(usual: None) -> None:
    with endings.on_signal(unwanted):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_IGN


def test_a_thread_changes_nothing(usual: None) -> None:
    seen: List[Handler] = []

    def work() -> None:
        with endings.on_signal(unwanted):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [signal.SIG_DFL]


@pytest.mark.parametrize(
    ("returned", "status"), [(0, 0), (3, 3), (255, 255), (-signal.SIGTERM, 143), (-2, 130)]
)
def test_a_child_ends_as_in_a_shell(returned: int, status: int) -> None:
    assert endings.status_of_child(returned) == status
