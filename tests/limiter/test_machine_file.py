"""The file that processes share: whose it is, what in it is believed, and doing without it."""

from __future__ import annotations

import json
import logging
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List

import pytest

from clore_client.endpoint import ANY
from clore_client.limiter import RateLimiter
from clore_client.machine_limiter import MachineLimiter, boot_id
from clore_client.statefile import SIZE_LIMIT

if TYPE_CHECKING:
    from scripted import Clock


def test_the_file_is_for_its_owner_only(process: Callable[..., Any], path: Path) -> None:
    old = os.umask(0)
    try:
        process().reserve([ANY])
    finally:
        os.umask(old)
    modes = [stat.S_IMODE(p.stat().st_mode) for p in (path, path.parent, path.parent.parent)]
    assert modes == [0o600, 0o700, 0o700]
    path.chmod(0o644)
    process().reserve([ANY])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def descriptors() -> List[Path]:
    return sorted(Path("/proc/self/fd").iterdir())


def test_no_descriptor_stays_open(process: Callable[..., Any]) -> None:
    before = descriptors()
    limiter = process()
    limiter.left(limiter.reserve([ANY]))
    assert descriptors() == before


def edited(**changes: Any) -> bytes:
    """The state of somebody who waits a minute, with ``changes``."""
    waiting = [["x", 5000.0, 5060.0, [ANY]]]
    state = {"serial": 3, "boot": boot_id(), "held": 5060.0, "left": {}, "waiting": waiting}
    return json.dumps({**state, "end": 3, **changes}).encode() + b"\n"


NOTHING_KNOWN = {
    "nothing": b"",
    "an empty line": b"\n",
    "another start of the machine": edited(boot="another"),
    "eleven days ahead": edited(held=5000.0 + 11 * 86400, waiting=[]),
}


GARBAGE = {
    "garbage": b"\xff\xfe\x00 what is this\n",
    "torn: the ends do not match": edited(end=2),
    "cut off": edited()[:-20],
    "too deep": b"[" * 100_000 + b"\n",
    "too long": b" " * SIZE_LIMIT + edited(),
    "no number": edited(held=float("nan")),
    "infinite": edited(held=float("inf")),
    "a huge pause": edited(held=10**400),
    "another shape": b"[1, 2]\n",
    "a number that is too long for Python": b"9" * 5000 + b"\n",
}


@pytest.mark.parametrize("what", [*NOTHING_KNOWN, *GARBAGE])
def test_a_state_that_says_nothing_is_started_afresh(
    path: Path, process: Callable[..., Any], what: str
) -> None:
    """In place of garbage somebody may have left just now: that much is waited for."""
    path.parent.mkdir(parents=True)
    path.write_bytes({**NOTHING_KNOWN, **GARBAGE}[what])
    first = 1.05 if what in GARBAGE else 0
    limiter = process()
    waits = [limiter.reserve([ANY]).wait for _ in range(2)]
    assert waits == pytest.approx([first, first + 1.05])
    assert process().reserve([ANY]).wait == pytest.approx(first + 2.1)  # and is shared again
    assert not limiter._failed


def test_a_good_state_is_believed_and_what_follows_its_line_is_not(
    path: Path, process: Callable[..., Any]
) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(edited() + b'{"held": 9999')
    assert process().reserve([ANY]).wait == pytest.approx(61.05)


def _unusable(path: Path, how: str) -> Path:
    path.parent.mkdir(parents=True)
    if how == "a pipe":
        os.mkfifo(path)
    elif how == "a directory":
        path.mkdir()
    elif how == "a link":
        path.symlink_to(path.parent / "elsewhere")
    elif how == "no directory":
        path.parent.rmdir()
        path.parent.write_text("a file")
    elif how == "somebody else's":
        path.touch()
        if os.geteuid() == 0:
            os.chown(path, 12345, 12345)
    return path


@pytest.mark.parametrize(
    "how", ["a pipe", "a directory", "a link", "no directory", "somebody else's", "/proc"]
)
def test_a_file_that_cannot_be_used_leaves_a_limit_of_the_process(
    path: Path,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    caplog.set_level(logging.DEBUG, "clore_client")
    if how == "somebody else's" and os.geteuid() != 0:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    place = _unusable(path, how) if how != "/proc" else Path("/proc/clore/limits/x.json")
    limiter = MachineLimiter(place, clock.monotonic)
    slots = [limiter.reserve([ANY]) for _ in range(2)]
    assert [slot.wait for slot in slots] == pytest.approx([0, 1.05])
    assert limiter.confirm(slots[0]) == 0
    clock.sleep(0.5)
    limiter.left(slots[0])
    limiter.release(slots[1])
    slots.append(limiter.reserve([ANY]))
    assert slots[2].wait == pytest.approx(1.05)
    limiter.release(slots[2])
    limiter.hold(7.0)
    assert limiter.reserve([ANY]).wait == 7.0
    assert [record.levelname for record in caplog.records] == ["DEBUG"]
    assert not (path.parent / "elsewhere").exists()


@pytest.mark.parametrize("failing", ["write", "full"])
def test_no_space_leaves_a_limit_of_the_process(
    process: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    def write(descriptor: int, text: bytes) -> int:
        if failing == "full":
            raise OSError(28, "No space left on device")
        return 5

    limiter = process()
    monkeypatch.setattr(os, "write", write)
    assert [limiter.reserve([ANY]).wait for _ in range(2)] == pytest.approx([0, 1.05])
    assert limiter._failed


def test_a_queue_that_is_too_long_for_the_file_goes_on_without_it(
    process: Callable[..., Any], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clore_client.statefile.SIZE_LIMIT", 600)
    limiter = process()
    slots = [limiter.reserve([ANY]) for _ in range(9)]
    assert limiter._failed
    moments = []
    while slots and clock.now < 5020:
        gone = [slot for slot in slots if limiter.confirm(slot) == 0]
        moments += [clock.now] * len(gone)
        slots = [slot for slot in slots if slot not in gone]
        clock.sleep(0.15)
    assert len(moments) == 9
    assert min(b - a for a, b in zip(moments, moments[1:])) >= 1.049


def test_a_slot_of_the_file_keeps_its_moment_when_the_file_fails(
    process: Callable[..., Any], path: Path, clock: Clock
) -> None:
    limiter = process()
    slots = [limiter.reserve([ANY]) for _ in range(3)]
    path.unlink()
    path.mkdir()
    assert limiter.confirm(slots[2]) == pytest.approx(2.1)
    assert limiter.reserve([ANY]).wait == 0  # nobody else is known to this process
    clock.sleep(1.05)
    assert limiter.confirm(slots[1]) == 0


def test_the_limit_of_the_process_knows_what_was_before(
    process: Callable[..., Any], path: Path, clock: Clock
) -> None:
    limiter = process()
    slot = limiter.reserve([ANY])
    assert limiter.confirm(slot) == 0  # and before it has left
    path.unlink()
    path.mkdir()
    assert limiter.reserve([ANY]).wait == pytest.approx(1.05)


def test_a_pause_outlasts_the_file(process: Callable[..., Any], path: Path) -> None:
    limiter = process()
    limiter.hold(5.0)
    path.unlink()
    path.mkdir()
    assert limiter.reserve([ANY]).wait == 5.0


def test_another_limiter_may_stand_in(path: Path, clock: Clock) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("a file")
    shared = RateLimiter(clock.monotonic)
    limiters = [MachineLimiter(path, clock.monotonic, fallback=shared) for _ in range(2)]
    assert [limiter.reserve([ANY]).wait for limiter in limiters] == pytest.approx([0, 1.05])
