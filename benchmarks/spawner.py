"""Starts the processes that are measured, one at a time: a small program with a small memory.

The largest size of a process that is started counts from that of the one that starts it, which
must be smaller than all that is measured: this one imports next to nothing. A line of JSON on
stdin is a process, a line on stdout says what it took.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from typing import Any, Dict, Tuple

_OUTPUT = os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def taken(asked: Dict[str, Any]) -> Dict[str, Any]:
    """Run a process to its end: wall and processor seconds, bytes at its peak, wait status.

    Args:
        asked: its ``words`` and ``env``, the files ``out`` and ``err`` for what it prints, and
            after how many seconds of ``patience`` it is killed.
    """
    actions: Tuple[Any, ...] = (
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, asked["out"], _OUTPUT, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, asked["err"], _OUTPUT, 0o600),
    )
    words = asked["words"]
    start = time.perf_counter()
    pid = os.posix_spawn(words[0], words, asked["env"], file_actions=actions)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, asked["patience"])
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    signal.setitimer(signal.ITIMER_REAL, 0)
    return {
        "wall": wall,
        "cpu": usage.ru_utime + usage.ru_stime,
        "memory": usage.ru_maxrss * 1024,  # KiB on Linux
        "status": status,
    }


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        try:
            answer = taken(json.loads(line))
        except OSError as error:  # there is no such program
            answer = {"error": str(error)}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
