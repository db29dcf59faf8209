"""Real processes that share a limiter: each runs one of the functions below by its name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Dict, List, Union, cast

from optional import some

from clore_client.endpoint import ANY
from clore_client.limiter import INTERVALS, RateLimiter, Slot
from clore_client.machine_limiter import MachineLimiter, machine_clock
from clore_client.redis_limiter import RedisLimiter

TESTS = Path(__file__).resolve().parent.parent


class Process(subprocess.Popen[bytes]):
    """A process that calls ``function`` of this module; `says` is its next line of JSON."""

    def __init__(self, function: str, *args: object) -> None:
        code = (
            f"import sys; sys.path.insert(0, {str(TESTS)!r})\n"
            f"from limiter import processes\nprocesses.{function}(*{args!r})"
        )
        super().__init__([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)

    def says(self) -> Any:
        line = some(self.stdout).readline()
        assert line, "the process said nothing"
        return json.loads(line)

    def __exit__(self, *error: object) -> None:
        self.kill()
        super().__exit__(*cast("Any", error))


def say(value: Any) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


class Watch:
    """A clock that remembers what it said last: the moment that a limiter decided by."""

    def __init__(self, speed: float) -> None:
        self._clock = machine_clock(speed)

    def __call__(self) -> float:
        self.now = self._clock()
        return self.now


def go(limiter: Union[MachineLimiter, RedisLimiter], speed: float) -> Slot:
    """Book, wait, and leave, as a plan does."""
    slot = limiter.reserve([ANY])
    wait = slot.wait or limiter.confirm(slot)
    while wait:
        time.sleep(wait / speed)
        wait = limiter.confirm(slot)
    return slot


def leave(path: str, calls: int, speed: float) -> None:
    """Leave ``calls`` times, and tell when, in seconds of the machine's clock."""
    clock = Watch(speed)
    # The fallback is told of departures, too, but later: that is not when the file decided.
    fallback = RateLimiter(machine_clock(speed))
    limiter = MachineLimiter(Path(path), clock, fallback=fallback)
    moments = []
    for _ in range(calls):
        go(limiter, speed)
        moments.append(clock.now)
    say({"moments": moments, "failed": limiter._failed})


def leave_by_redis(url: str, account: str, calls: int, speed: float) -> None:
    """`leave` through Redis, whose clock decides: the moments are its own."""
    nothing: Any = None  # what falls back fails
    limiter = RedisLimiter(url, account, fallback=nothing, speed=speed)
    moments = []
    for _ in range(calls):
        slot = limiter.reserve([ANY])
        at, wait = 0.0, 1.0
        while wait:
            time.sleep(wait and slot.wait / speed)
            at, wait = some(limiter._ask("confirm", slot))
            slot.wait = wait
        moments.append(at)
    say({"moments": moments, "failed": False})


def book_and_wait(path: str, intervals: Dict[str, float]) -> None:
    """Book the next moment and wait for it, for ever."""
    slot = MachineLimiter(Path(path), intervals=intervals).reserve([ANY])
    say(slot.at)
    signal.pause()


def hold_the_lock(path: str) -> None:
    """Stay between reading and writing the file."""

    def stay(schedule: object, now: float) -> None:
        say("holding")
        signal.pause()

    MachineLimiter(Path(path))._change(stay)


def killed_in_the_middle(path: str, times: int) -> None:
    """Kill ``times`` children that do nothing but change the file; tell what each one left."""
    file = Path(path)
    MachineLimiter(file).reserve([ANY])
    for number in range(times):
        file.unlink()  # what the dead have booked would make a text of several pages
        MachineLimiter(file).hold(0.0)
        child = os.fork()
        if child == 0:
            limiter = MachineLimiter(file, intervals=dict.fromkeys(INTERVALS, 1e-6))
            slots = [limiter.reserve([ANY]) for _ in range(4)]
            while True:
                slots.append(limiter.reserve([ANY]))
                limiter.release(slots.pop(0))
        time.sleep(0.01 + 0.0003 * number)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        state = json.loads(file.read_bytes().partition(b"\n")[0])
        say({"serial": state["serial"], "end": state["end"]})


def fork_in_mid_use(path: str, forks: int) -> None:
    """Fork while threads use the limiter; each child says what it booked, and the parent."""
    limiter = MachineLimiter(Path(path))
    stop = threading.Event()
    booked: List[Any] = []

    def use() -> None:
        while not stop.is_set() and len(booked) < 300:
            booked.append(limiter.reserve([ANY]).at)
            time.sleep(0.001)

    threads = [threading.Thread(target=use) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(forks):
        read, write = os.pipe()
        if os.fork() == 0:
            mine = [limiter.reserve([ANY]).at, limiter._fallback.reserve([ANY]).wait]
            os.write(write, json.dumps([mine, limiter._failed]).encode())
            os._exit(0)
        os.close(write)
        os.wait()
        say(json.loads(os.read(read, 4096)))
    stop.set()
    for thread in threads:
        thread.join()
    say(booked)


def call(url: str, path: str, calls: int, speed: float) -> None:
    """Make ``calls`` calls of a client."""
    from clore_client import CloreAI

    limiter = MachineLimiter(Path(path), machine_clock(speed))
    with CloreAI("soak-key", base_url=url, limiter=limiter, max_retries=0) as client:
        for _ in range(calls):
            client.wallets()
    say({"failed": limiter._failed})
