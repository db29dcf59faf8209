"""The file of a machine's limiter fails for a while, and is made anew at each start."""

from __future__ import annotations

import errno
import logging
import os
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Set

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limiter.simulation import ACTIONS, Action, Actor, Simulation
from scripted import Clock

from clore_client import machine_limiter
from clore_client.endpoint import ANY
from clore_client.machine_limiter import MachineLimiter, machine_file

DAY = 86400
BOOT = "0123abcd-4567-89ef-0123-456789abcdef"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "limits" / "account.json"


@pytest.fixture
def process(path: Path, clock: Clock) -> Callable[..., Any]:
    """Makes the limiter of one more process."""
    return lambda: MachineLimiter(path, clock.monotonic, monotonic=clock.monotonic)


@pytest.fixture
def outage(monkeypatch: pytest.MonkeyPatch) -> Any:
    """`begin` and `end` a time without free descriptors."""
    real = os.open

    class Outage:
        tries = 0

        def begin(self) -> None:
            monkeypatch.setattr(os, "open", self._refuse)

        def end(self) -> None:
            monkeypatch.setattr(os, "open", real)

        def _refuse(self, *_args: object) -> None:
            self.tries += 1
            raise OSError(errno.EMFILE, "Too many open files")

    return Outage()


@pytest.mark.parametrize("what", ["left", "release"])
def test_an_error_in_what_need_not_succeed_is_no_reason_to_leave_the_limit(
    process: Callable[..., Any], outage: Any, what: str
) -> None:
    limiter = process()
    slot = limiter.reserve([ANY])
    assert limiter.confirm(slot) == 0
    outage.begin()
    getattr(limiter, what)(slot)
    outage.end()
    assert outage.tries == 1
    assert limiter.reserve([ANY]).wait == pytest.approx(1.05)
    assert process().reserve([ANY]).wait == pytest.approx(2.1)  # in the file


def test_after_a_minute_the_process_shares_the_limit_again(
    process: Callable[..., Any], outage: Any, clock: Clock
) -> None:
    limiter, other = process(), process()
    outage.begin()
    limiter.reserve([ANY])
    outage.end()
    clock.sleep(59)
    limiter.release(limiter.reserve([ANY]))
    assert other.reserve([ANY]).wait == 0  # nobody has told the file
    clock.sleep(1)
    slots = [limiter.reserve([ANY]), other.reserve([ANY])]
    assert [slot.wait for slot in slots] == pytest.approx([0.05, 1.1])


def test_while_the_file_fails_it_is_tried_once_a_minute_and_reported_once(
    process: Callable[..., Any], outage: Any, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "clore_client")
    limiter = process()
    for lines in (1, 2):
        outage.begin()
        outage.tries = 0
        for _ in range(180):
            limiter.release(limiter.reserve([ANY]))
            clock.sleep(1)
        assert outage.tries == 3
        assert len(caplog.records) == lines
        outage.end()
        limiter.reserve([ANY])
    assert "Too many open files" in caplog.text


def test_others_hear_late_of_what_happened_while_the_file_failed(
    process: Callable[..., Any], outage: Any, clock: Clock
) -> None:
    limiter, other = process(), process()
    outage.begin()
    limiter.reserve([ANY])
    clock.sleep(59.5)
    slot = limiter.reserve([ANY])
    assert limiter.confirm(slot) == 0
    limiter.hold(4.0)
    outage.end()
    clock.sleep(0.5)
    limiter.left(slot)
    assert other.reserve([ANY]).wait == pytest.approx(3.5)
    clock.sleep(3.5)
    assert limiter.reserve([ANY]).wait == pytest.approx(1.05)


def test_a_departure_in_an_outage_keeps_its_distance_afterwards(
    process: Callable[..., Any], outage: Any, clock: Clock
) -> None:
    limiter = process()
    outage.begin()
    limiter.reserve([ANY])
    clock.sleep(59.9)
    slot = limiter.reserve([ANY])
    assert limiter.confirm(slot) == 0
    outage.end()
    clock.sleep(0.1)
    assert limiter.reserve([ANY]).wait == pytest.approx(0.95)


class Unsteady(Simulation):
    """Checks departures only: what was promised in the file is not known without it."""

    def _check_release(self, actor: Actor) -> None:
        pass

    def drain(self) -> None:
        pass


@given(actions=ACTIONS, states=st.lists(st.booleans(), min_size=60, max_size=60))
def test_a_file_that_fails_now_and_then_brings_no_two_departures_together(
    tmp_path_factory: pytest.TempPathFactory, actions: List[Action], states: List[bool]
) -> None:
    clock = Clock()
    clock.now = 1000.0
    file = tmp_path_factory.getbasetemp() / "unsteady.json"
    file.unlink(missing_ok=True)
    limiter = MachineLimiter(file, clock.monotonic, monotonic=clock.monotonic)
    change = limiter._file.change
    simulation = Unsteady([limiter], clock)

    def failing(*_args: Any) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    for action, works in zip(actions, states):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(limiter._file, "change", change if works else failing)
            simulation.run([action])
            if not works:
                simulation.run([Action("pass", seconds=30.0)])


def test_each_start_of_the_machine_has_a_file_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_limiter, "boot_id", lambda: BOOT)
    assert machine_file(tmp_path, "abc") == tmp_path / "limits" / "abc-0123abcd.json"
    monkeypatch.setattr(machine_limiter, "boot_id", lambda: "")
    assert machine_file(tmp_path, "abc") == tmp_path / "limits" / "abc.json"


OLD = {"abc-76543210.json": DAY + 60, "abc-11111111.json": 30 * DAY}
KEPT = {
    "abc-22222222.json": DAY - 60,  # of a machine that shares the home, perhaps
    "abcd-76543210.json": 30 * DAY,
    "abc-76543210.json.bak": 30 * DAY,
    "abc-settings.json": 30 * DAY,
    "abc.json": 30 * DAY,
}


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[Dict[str, int]], Set[str]]:
    """Files of some ages; what is left of them when the limiter has made its own."""
    monkeypatch.setattr(machine_limiter, "boot_id", lambda: BOOT)
    path = machine_file(tmp_path, "abc")

    def made(ages: Dict[str, int]) -> Set[str]:
        path.parent.mkdir()
        now = time.time()
        for name, age in ages.items():
            (path.parent / name).touch()
            os.utime(path.parent / name, (now, now - age))
        limiter = MachineLimiter(path)
        assert [round(limiter.reserve([ANY]).wait) for _ in range(2)] == [0, 1]
        assert not limiter._failed
        return {file.name for file in path.parent.iterdir()} - {path.name}

    return made


def test_a_new_file_removes_those_of_earlier_starts(
    made: Callable[[Dict[str, int]], Set[str]],
) -> None:
    assert made({**OLD, **KEPT}) == set(KEPT)


@pytest.mark.parametrize("step", ["glob", "lstat", "unlink"])
def test_what_cannot_be_removed_is_left(
    made: Callable[[Dict[str, int]], Set[str]], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def refuse(*_args: object, **_options: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(f"pathlib.Path.{step}", refuse)
    assert made(OLD) == set(OLD)


def test_one_that_cannot_be_removed_does_not_keep_the_others(
    made: Callable[[Dict[str, int]], Set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = Path.unlink
    refused: List[str] = []

    def refuse_one(path: Path) -> None:
        if not refused:
            refused.append(path.name)
            raise FileNotFoundError(errno.ENOENT, "No such file or directory")
        unlink(path)

    monkeypatch.setattr(Path, "unlink", refuse_one)
    assert made(OLD) == set(refused)
