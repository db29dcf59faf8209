"""One limit for several processes: each limiter object is one, on a clock that stands still."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, List

import pytest
from scripted import Clock

from clore_client import machine_limiter, statefile
from clore_client.endpoint import ANY, CREATE
from clore_client.limiter import RateLimiter
from clore_client.machine_limiter import MachineLimiter, boot_id, machine_clock
from clore_client.statefile import SIZE_LIMIT, StateFile


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.now = 5000.0
    return clock


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "clore" / "limits" / "account.json"


@pytest.fixture
def process(path: Path, clock: Clock) -> Callable[..., Any]:
    """Makes the limiter of one more process."""
    return lambda: MachineLimiter(path, clock.monotonic)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shortens the wait for a lock, where a test is not about how long it is."""
    monkeypatch.setattr(machine_limiter, "_PATIENCE", 0.05)


def test_it_is_not_local(process: Callable[..., Any]) -> None:
    assert not process().local


def test_processes_take_turns(process: Callable[..., Any]) -> None:
    limiters = [process() for _ in range(3)]
    waits = [limiter.reserve([ANY]).wait for limiter in limiters * 2]
    assert waits == pytest.approx([0, 1.05, 2.1, 3.15, 4.2, 5.25])


def test_orders_have_their_own_spacing(process: Callable[..., Any]) -> None:
    waits = [process().reserve(b).wait for b in ([ANY, CREATE], [ANY, CREATE], [ANY])]
    assert waits == pytest.approx([0, 5.2, 1.05])


def test_a_late_departure_is_seen_by_the_one_who_waits(
    process: Callable[..., Any], clock: Clock
) -> None:
    one, other = process(), process()
    first, second = one.reserve([ANY]), other.reserve([ANY])
    assert one.confirm(first) == 0
    clock.sleep(0.3)
    one.left(first)
    clock.sleep(0.75)
    assert other.confirm(second) == pytest.approx(0.3)


def test_code_5_seen_by_one_process_holds_the_others_back(
    process: Callable[..., Any], clock: Clock
) -> None:
    one, other = process(), process()
    waiting = other.reserve([ANY])
    one.hold(4.0)
    assert other.confirm(waiting) == pytest.approx(4.0)
    assert process().reserve([ANY]).wait == pytest.approx(5.05)


def test_a_released_slot_is_free_for_another_process(process: Callable[..., Any]) -> None:
    one, other = process(), process()
    one.release(one.reserve([ANY]))
    assert other.reserve([ANY]).wait == 0


def test_what_a_dead_process_booked_is_forgotten(
    process: Callable[..., Any], clock: Clock, path: Path
) -> None:
    for _ in range(5):
        process().reserve([ANY])
    clock.sleep(60)
    slot = process().reserve([ANY])
    assert slot.wait == 0
    line = path.read_text().splitlines()[0]
    assert [row[0] for row in json.loads(line)["waiting"]] == [slot.name]


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


def test_threads_never_get_the_same_moment(process: Callable[..., Any]) -> None:
    limiter = process()
    moments: List[float] = []

    def book() -> None:
        moments.extend(limiter.reserve([ANY]).at for _ in range(20))

    threads = [threading.Thread(target=book) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments.sort()
    assert len(moments) == 160
    assert min(b - a for a, b in zip(moments, moments[1:])) == pytest.approx(1.05)


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


def test_a_free_limiter_costs_a_call_less_than_a_millisecond(path: Path) -> None:
    """About 80 microseconds on two shared cores; the best of some runs, for others use them."""
    limiter = MachineLimiter(path, intervals={ANY: 1e-9})
    taken = []
    for _ in range(200):
        started = time.perf_counter()
        slot = limiter.reserve([ANY])
        assert limiter.confirm(slot) == 0
        limiter.left(slot)
        taken.append(time.perf_counter() - started)
    assert sorted(taken)[20] < 0.001
    assert not limiter._failed


HEAVY = {"redis", "urllib3", "asyncio", "clore_client.client", "clore_client.models", "socket"}


def test_it_imports_nothing_heavy() -> None:
    code = "import sys, clore_client.limiters, clore_client.machine_limiter; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, check=True)
    loaded = set(done.stdout.decode().split())
    assert "clore_client.machine_limiter" in loaded
    assert HEAVY & loaded == set()


def test_another_limiter_may_stand_in(path: Path, clock: Clock) -> None:
    path.parent.parent.mkdir()
    path.parent.write_text("a file")
    shared = RateLimiter(clock.monotonic)
    limiters = [MachineLimiter(path, clock.monotonic, fallback=shared) for _ in range(2)]
    assert [limiter.reserve([ANY]).wait for limiter in limiters] == pytest.approx([0, 1.05])


def test_the_clock_is_the_machines_times_the_speed() -> None:
    slow, fast = machine_clock(), machine_clock(20.0)
    assert fast() / slow() == pytest.approx(20, rel=1e-4)


def test_without_boottime_the_clock_is_the_monotonic_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("time.CLOCK_BOOTTIME", raising=False)
    monkeypatch.setattr("time.monotonic", lambda: 21.0)
    assert machine_clock(2.0)() == 42.0


def test_a_machine_that_does_not_name_its_starts_has_an_empty_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boot_id.cache_clear()
    monkeypatch.setattr(
        "pathlib.Path.read_text", lambda *_args, **_kw: (_ for _ in ()).throw(OSError())
    )
    assert boot_id() == ""
    boot_id.cache_clear()
