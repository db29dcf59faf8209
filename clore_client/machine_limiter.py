"""One rate limit for all processes of a machine: the schedule in a small file under a lock."""

from __future__ import annotations

import functools
import glob
import json
import time
from pathlib import Path
from typing import Callable, Iterable, Mapping, Optional, Tuple

from . import logs
from .limiter import INTERVALS, Limiter, RateLimiter, Slot
from .schedule import Schedule
from .statefile import StateFile

#: Real seconds. The lock is held for 50 microseconds; 8 processes that did nothing else waited
#: 28 ms at worst. Whoever keeps it for longer than this has been stopped.
_PATIENCE = 1.0
#: The same for what must not wait, for an event loop may be in the calling thread: some ten tries.
_MOMENT = 0.002
#: Real seconds until a file that failed is tried again, as `RedisLimiter` does with its server.
_RETRY_AFTER = 60.0
#: Digits of the boot id in a file's name. The file has the whole id, for names that are equal.
_SHORT = 8


def machine_clock(speed: float = 1.0) -> Callable[[], float]:
    """Seconds since the machine started, ``speed`` times as fast: the same in every process.

    On Linux they count while the machine sleeps. Elsewhere it is `time.monotonic`, of which
    Python promises differences only; a start that gives other values is noticed as garbage.
    """
    boottime: Optional[int] = getattr(time, "CLOCK_BOOTTIME", None)
    if boottime is None:
        return lambda: time.monotonic() * speed
    return lambda: time.clock_gettime(boottime) * speed


@functools.cache
def boot_id() -> str:
    """What tells this start of the machine from the others, for its clock began anew; or ``""``."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def machine_file(directory: Path, account: str) -> Path:
    """Where the schedule of ``account`` belongs: a file for each start of each machine.

    A home directory may be shared: in one file, either machine would take the other's schedule
    for one of an earlier start, and begin anew with each call.
    """
    boot = boot_id()[:_SHORT]
    return directory / "limits" / (f"{account}-{boot}.json" if boot else f"{account}.json")


def _former(path: Path) -> str:
    """What `machine_file` called ``path`` at other starts, for `Path.glob`."""
    account, _, boot = path.stem.rpartition("-")
    if not boot or boot != boot_id()[:_SHORT]:
        return ""
    return f"{glob.escape(account)}-{'[0-9a-f]' * _SHORT}.json"


class MachineLimiter:
    """Spaces the requests of everybody who names the same file. Safe for threads and forks.

    A caller books a moment under the file's lock and sleeps after letting go of it. A process
    that dies leaves its booked moments unused, nothing else. Where the file cannot be used, or
    somebody stopped while holding its lock, this process goes on with a limit of its own and
    tries the file again every minute.

    Args:
        path: the file, as `machine_file` names it; its directory is made when it is missing.
        clock: seconds, the same for all processes; `machine_clock` by default.
        intervals: seconds between two requests, for each bucket.
        fallback: the limiter of this process, on the same clock, for when the file fails; one
            of its own by default.
        monotonic: real seconds, for when to try the file again.
    """

    local = False

    def __init__(
        self,
        path: Path,
        clock: Optional[Callable[[], float]] = None,
        intervals: Mapping[str, float] = INTERVALS,
        *,
        fallback: Optional[Limiter] = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file, self._intervals = StateFile(path, _former(path)), intervals
        self._clock = clock or machine_clock()
        self._fallback = fallback or RateLimiter(self._clock, intervals)
        self._monotonic, self._down_until, self._failed = monotonic, 0.0, False
        #: Departures and pauses that the file was not told of; with each change it is.
        self._untold = Schedule(intervals)

    def reserve(self, buckets: Iterable[str]) -> Slot:
        """Book the first moment that is far enough from all that the machine's processes booked."""
        slot = Slot(0.0, 0.0, tuple(buckets), self)

        def book(schedule: Schedule, now: float) -> None:
            slot.at = schedule.book(now, slot.name, slot.buckets)
            slot.wait = slot.at - now

        return slot if self._change(book) else self._fallback.reserve(slot.buckets)

    def confirm(self, slot: Slot) -> float:
        """0 to send now, else the seconds that must still be waited."""
        wait = 0.0

        def ask(schedule: Schedule, now: float) -> None:
            nonlocal wait
            wait = schedule.confirm(now, slot.name, slot.at, slot.buckets)

        if not self._change(ask):
            # A slot of the file keeps its moment in the fallback, whose clock is the same.
            wait = self._fallback.confirm(slot)
            if not wait:
                self._untold.depart(self._clock(), slot.buckets)
        elif not wait:
            self._fallback.left(slot)  # it may be needed before the request has left
        return wait

    def hold(self, seconds: float) -> None:
        """Keep all processes back for ``seconds``, those included that are waiting already."""
        if not self._change(lambda schedule, now: schedule.hold(now, seconds)):
            self._untold.hold(self._clock(), seconds)
        self._fallback.hold(seconds)  # it may be needed before they have passed

    def left(self, slot: Slot) -> None:
        """Count the interval from when the request left, not from when it wanted to.

        It never waits for the lock; without it, the file hears of the departure with the next
        change. `confirm` has counted it already: until then, others do not know how much later
        the request left than it was allowed to.
        """
        self._fallback.left(slot)  # it may be needed for the next one
        if not self._change(lambda plan, now: plan.depart(now, slot.buckets), wait=False):
            self._untold.depart(self._clock(), slot.buckets)

    def release(self, slot: Slot) -> None:
        """Give back ``slot`` to whoever books next.

        It never waits for the lock, and may be lost for it. The moment then passes unused, as
        that of a process that died.
        """
        self._fallback.release(slot)
        self._change(lambda plan, _now: plan.drop(slot.name), wait=False)

    def _change(self, act: Callable[[Schedule, float], None], *, wait: bool = True) -> bool:
        """Let ``act`` change the schedule in the file; False when it could not.

        Unless it may ``wait``, nothing is a reason to give the file up: the next one will see.
        """
        if self._monotonic() < self._down_until:
            return False
        try:
            self._file.change(functools.partial(self._edit, act), _PATIENCE if wait else _MOMENT)
        except OSError as error:
            if wait:
                self._give_up(error)
            return False
        self._failed = False
        return True

    def _edit(self, act: Callable[[Schedule, float], None], line: bytes) -> bytes:
        now = self._clock()
        serial, schedule = self._parse(line, now)
        schedule.learn(self._untold)
        act(schedule, now)
        # The ends tell a line that was torn by a kill between two of its pages.
        state = {
            "serial": serial + 1,
            "boot": boot_id(),
            **schedule.document(),
            "end": serial + 1,
        }
        return json.dumps(state, separators=(",", ":")).encode()

    def _parse(self, line: bytes, now: float) -> Tuple[int, Schedule]:
        """The state in ``line``; a new one when the machine has started anew since."""
        fresh = Schedule(self._intervals)
        if not line:
            return 0, fresh
        try:
            state = json.loads(line)
            serial, whole = int(state["serial"]), state["serial"] == state["end"]
            if whole and state["boot"] != boot_id():
                return serial, fresh
            if whole:
                return serial, Schedule.read(state, self._intervals, now)
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            pass
        # Whatever it was, somebody may have left a moment ago.
        fresh.depart(now, tuple(self._intervals))
        return 0, fresh

    def _give_up(self, error: OSError) -> None:
        """For a while only: it may have been a moment without a free descriptor."""
        self._down_until = self._monotonic() + _RETRY_AFTER
        if not self._failed:  # once for each outage
            self._failed = True
            logs.logger().debug(
                "limits/%s cannot be used (%s): this process keeps the rate limit for itself; "
                "trying again every %.0f s",
                self._file.path.name,
                error.strerror or type(error).__name__,
                _RETRY_AFTER,
            )
