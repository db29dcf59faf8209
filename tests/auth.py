"""`clore auth` as several tests call it: to store a key, and to ask where keys are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Dict, Tuple

from cli_helpers import KEY

if TYPE_CHECKING:
    import subprocess

    from cli_helpers import Clore


def login(
    clore: Clore, key: str = KEY, *options: object, **more: Any
) -> subprocess.CompletedProcess[str]:
    return clore("auth", "login", "--with-token", *options, stdin=f"{key}\n", **more)


def statuses(
    clore: Clore, *options: str, expected: int = 0, **more: Any
) -> Tuple[Dict[str, Any], str]:
    """The rows of `clore auth status` by their source, and what it said beside them."""
    done = clore(*options, "auth", "status", "--json", **more)
    assert done.returncode == expected, done.stderr
    return {row["source"]: row for row in json.loads(done.stdout)}, done.stderr
