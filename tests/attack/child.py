"""Plays one case in a process of its own and measures how its peak memory grows.

``python -m attack.child CASE CLIENT URL`` prints the outcome as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

from . import memory
from .case import Case
from .outcome import Outcome

_TESTS = Path(__file__).resolve().parent.parent


def play(case: Case, url: str, kind: str) -> Outcome:
    """Play ``case`` in a new process."""
    done = subprocess.run(
        [sys.executable, "-m", "attack.child", case.id, kind, url],
        env={**os.environ, "PYTHONPATH": str(_TESTS)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Outcome(**json.loads(done.stdout))


def main(name: str, kind: str, url: str) -> None:
    """Play the case called ``name`` here."""
    from .clients import perform
    from .table import BY_ID

    # A first call loads what the SDK loads late; only the attack itself is to be measured.
    perform(Case("", "", retries=0), "http://127.0.0.1:1/v1", kind)
    before = memory.peak_mb()
    outcome = perform(BY_ID[name], url, kind)
    outcome.growth = outcome.peak - before
    sys.stdout.write(json.dumps(asdict(outcome)))


if __name__ == "__main__":
    main(*sys.argv[1:])
