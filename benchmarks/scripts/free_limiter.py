"""The limiter of the machine while it is free: ``python free_limiter.py DIRECTORY CALLS ROUNDS``.

A call books a moment, asks whether it may leave, and says that it has left: three changes of the
file. The clock is ahead by more than the intervals from call to call, so that none has to wait.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Callable, Dict

from pairs import in_turn

from clore_client.endpoint import ANY
from clore_client.machine_limiter import MachineLimiter, machine_clock, machine_file


def main() -> None:
    """Measure seconds per call."""
    directory, (count, rounds) = Path(sys.argv[1]), map(int, sys.argv[2:])
    clock, ahead = machine_clock(), 0.0
    limiter = MachineLimiter(machine_file(directory, "benchmark"), lambda: clock() + ahead)

    def calls() -> None:
        nonlocal ahead
        for _ in range(count):
            ahead += 10.0
            slot = limiter.reserve((ANY,))
            if slot.wait > 0 or limiter.confirm(slot) > 0:
                sys.exit("the limiter was not free")
            limiter.left(slot)

    one: Dict[str, Callable[[], Any]] = {"ours": calls}
    samples = in_turn(one, rounds)
    each = {name: [taken / count for taken in all_] for name, all_ in samples["ours"].items()}
    sys.stdout.write(json.dumps({"ours": each}))


if __name__ == "__main__":
    main()
