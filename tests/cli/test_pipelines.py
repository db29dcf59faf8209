"""`clore` in the loops and pipelines in which scripts use it, against one sandbox."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any, List

import pytest

if TYPE_CHECKING:
    from cli_helpers import Clore, Worlds

    from clore_client.sandbox import World


def refused(world: World) -> List[Any]:
    return [entry for entry in world.log if entry.code != 0]


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_a_loop_into_jq(clore: Clore, sandboxed: Worlds) -> None:
    world = sandboxed(speed=20.0, limited=True)
    script = "for i in 1 2 3; do clore wallets --json; done | jq -r '.[].currency'"
    done = clore.shell(f"set -o pipefail; {script}")
    assert (done.returncode, done.stderr) == (0, "")
    names = done.stdout.split()
    assert names[: len(names) // 3] * 3 == names
    assert "CLORE-Blockchain" in names
    assert not refused(world)
    assert len(world.log) == 3


def test_eight_at_a_time(clore: Clore, sandboxed: Worlds) -> None:
    # At real speed, for a busy machine: requests keep 5 % more distance than they must.
    world = sandboxed(speed=1.0, limited=True)
    script = "seq 10 | xargs -P8 -I{} sh -c 'clore wallets -o jsonl > $HOME/{} || exit 255'"
    done = clore.shell(script)
    assert (done.returncode, done.stderr) == (0, "")
    for number in range(1, 11):
        lines = (clore.home / str(number)).read_text(encoding="utf-8").splitlines()
        assert "CLORE-Blockchain" in [json.loads(line)["currency"] for line in lines]
    assert not refused(world)
    assert len(world.log) == 10
