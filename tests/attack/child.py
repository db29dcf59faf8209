"""Plays one case in a process of its own and measures how its peak memory grows.

``python -m attack.child`` reads what to play line by line and forks a process for each: a new
interpreter for each case took three times as long. What it forks holds little and starts equal.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import subprocess
import sys
import traceback
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict

from . import memory
from .case import Case
from .outcome import Outcome

_TESTS = Path(__file__).resolve().parent.parent


def play(case: Case, url: str, kind: str) -> Outcome:
    """Play ``case`` in a new process."""
    nursery = _nursery()
    assert nursery.stdin
    assert nursery.stdout
    asked = {"name": case.id, "kind": kind, "url": url, "environment": dict(os.environ)}
    nursery.stdin.write(json.dumps(asked) + "\n")
    nursery.stdin.flush()
    told = json.loads(nursery.stdout.readline())
    assert "failure" not in told, told["failure"]
    return Outcome(**told)


@functools.cache
def _nursery() -> subprocess.Popen[str]:
    """The process that forks."""
    nursery = subprocess.Popen(
        [sys.executable, "-m", "attack.child"],
        env={**os.environ, "PYTHONPATH": str(_TESTS)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_end, nursery)
    return nursery


def _end(nursery: subprocess.Popen[str]) -> None:
    nursery.communicate()  # it ends when nothing more is asked


def main() -> None:
    """Play each case that is asked for on stdin in a process of its own."""
    # Loaded once, for all.
    from . import table  # noqa: F401  # pyright: ignore[reportUnusedImport]

    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            sys.stdout.write(json.dumps(_played(**json.loads(line))) + "\n")
            sys.stdout.flush()
            os._exit(0)
        _, status = os.waitpid(pid, 0)
        if status:
            sys.stdout.write(json.dumps({"failure": f"the process ended with {status}"}) + "\n")
            sys.stdout.flush()


def _played(name: str, kind: str, url: str, environment: Dict[str, str]) -> Any:
    """The outcome of the case called ``name``, played here."""
    from .clients import perform
    from .table import BY_ID

    os.environ.clear()
    os.environ.update(environment)
    try:
        # A first call loads what the SDK loads late; only the attack itself is to be measured.
        perform(Case("", "", retries=0), "http://127.0.0.1:1/v1", kind)
        before = memory.peak_mb()
        outcome = perform(BY_ID[name], url, kind)
    except BaseException:  # noqa: BLE001  whoever asked is to hear of it
        return {"failure": traceback.format_exc()}
    outcome.growth = outcome.peak - before
    return asdict(outcome)


if __name__ == "__main__":
    main()
