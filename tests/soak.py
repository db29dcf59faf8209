"""The soak: 8 shells x 5 `clore wallets` with one key against one sandbox, at real speed.

Run: ``python tests/soak.py``; takes 43 s. Prints its figures, and fails when the API answered
code 5 or two requests arrived less than 1 s apart.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from clore_client.endpoint import ANY
from clore_client.limiters import choose
from clore_client.sandbox import World, serve

SHELLS, CALLS = 8, 5
_LOOP = "for i in $(seq {calls}); do clore wallets --json >/dev/null || exit 1; done"
_ROUNDS = 500


def main() -> int:
    """Run the soak and the measurement of a free limiter."""
    clore = shutil.which("clore", path=str(Path(sys.executable).parent))
    if clore is None:
        sys.exit("install the project into this environment first")
    with tempfile.TemporaryDirectory() as home:
        world = World()
        with serve(world) as url:
            statuses = _soak(url, home, Path(clore).parent)
        arrivals = sorted(entry.at for entry in world.log)
        gaps = [later - sooner for sooner, later in zip(arrivals, arrivals[1:])]
        refused = sum(entry.code != 0 for entry in world.log)
        print(
            f"{len(arrivals)} calls by {SHELLS} processes at a time in {arrivals[-1]:.1f} s:"
            f" {refused} answered code 5, spacing {min(gaps):.3f} to {max(gaps):.3f} s"
        )
        print(f"a free limiter costs {_free(home) * 1e6:.0f} microseconds a call")
    whole = statuses == [0] * SHELLS and len(arrivals) == SHELLS * CALLS
    return 0 if whole and not refused and min(gaps) >= 1.0 else 1


def _soak(url: str, home: str, scripts: Path) -> list[int]:
    environment = {
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "HOME": home,
        "CLORE_BASE_URL": url,
        "CLORE_API_KEY": "soak-key-0123456789",
    }
    loop = ["sh", "-c", _LOOP.format(calls=CALLS)]
    shells = [subprocess.Popen(loop, env=environment) for _ in range(SHELLS)]
    return [shell.wait() for shell in shells]


def _free(home: str) -> float:
    """Seconds that a free limiter costs a call, on average: its clock runs a million times."""
    limiter = choose("machine", account="free", directory=lambda: Path(home), speed=1e6)
    start = time.perf_counter()
    for _ in range(_ROUNDS):
        slot = limiter.reserve([ANY])
        limiter.confirm(slot)
        limiter.left(slot)
    return (time.perf_counter() - start) / _ROUNDS


if __name__ == "__main__":
    sys.exit(main())
