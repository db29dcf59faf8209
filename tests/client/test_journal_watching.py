"""An attempt whose order is looked for is nobody else's to judge, until the look is over."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, List

import pytest
from client.shop import ATTEMPT, journal_at, judged

from clore_client.journal import NoJournal


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "clore" / "attempts"


@pytest.fixture
def kept(home: Path) -> Any:
    return journal_at(home)


def seen(home: Path) -> List[bool]:
    """Whether each attempt on record looks as if somebody worked on it, to another process."""
    return [attempt.held for attempt in journal_at(home).pending()]


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("state", ["sent", "accepted"])
def test_it_is_held_until_the_look_is_over(home: Path, kept: Any, state: str) -> None:
    before = descriptors()
    with kept.watching(ATTEMPT):
        assert seen(home) == []
        kept.open(ATTEMPT)
        assert seen(home) == [True]
        kept.settle(ATTEMPT, state)
        assert seen(home) == [True]
        assert judged(journal_at(home)) == []
    assert seen(home) == [False]
    assert judged(journal_at(home)) == [replace(ATTEMPT, state=state)]
    assert descriptors() == before


def test_one_that_made_nothing_is_gone_at_once(home: Path, kept: Any) -> None:
    before = descriptors()
    with kept.watching(ATTEMPT):
        kept.open(ATTEMPT)
        kept.settle(ATTEMPT, None)
        assert seen(home) == []
        assert descriptors() == before
    assert seen(home) == []


def test_one_that_is_still_being_sent_stays_held_by_who_sends(home: Path, kept: Any) -> None:
    """A task that is cancelled leaves; its request may be under way in a thread."""
    before = descriptors()
    with kept.watching(ATTEMPT):
        kept.open(ATTEMPT)
    assert seen(home) == [True]
    kept.settle(ATTEMPT, "sent")
    assert seen(home) == [False]
    assert descriptors() == before


def test_one_that_is_told_and_taken_back_is_held_once(home: Path, kept: Any) -> None:
    before = descriptors()
    with kept.watching(ATTEMPT):
        kept.open(ATTEMPT)
        kept.settle(ATTEMPT, "accepted")
        kept.close(ATTEMPT)
        assert seen(home) == []
        kept.open(ATTEMPT)
        kept.settle(ATTEMPT, "accepted")
        assert seen(home) == [True]
    assert seen(home) == [False]
    assert descriptors() == before


def test_an_interruption_ends_it_too(home: Path, kept: Any) -> None:
    def work() -> None:
        with kept.watching(ATTEMPT):
            kept.open(ATTEMPT)
            kept.settle(ATTEMPT, "sent")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert seen(home) == [False]


def test_a_forked_child_watches_nothing(home: Path, kept: Any) -> None:
    with kept.watching(ATTEMPT):
        kept.open(ATTEMPT)
        kept.settle(ATTEMPT, "sent")
        kept.renew()
        kept.open(other := replace(ATTEMPT, id="b" * 32))
        kept.settle(other, "sent")
        assert seen(home) == [False, False]


def test_no_journal_watches_nothing() -> None:
    with NoJournal().watching(ATTEMPT):
        assert NoJournal().pending() == []
