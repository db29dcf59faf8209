"""What the table of `clore search` shows where there is more or less room."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING, List

import pytest

from clore_cli.width import measure

if TYPE_CHECKING:
    from cli_helpers import Clore

    from clore_client.sandbox import World


def on_terminal(clore: Clore, columns: int, *args: str) -> List[str]:
    """What the script prints on a terminal of so many columns; it must be little."""
    ours, theirs = pty.openpty()
    try:
        done = subprocess.run(
            [clore.script, *args], env={**clore.env, "COLUMNS": str(columns)}, stdout=theirs,
            stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, timeout=60, check=True,
        )  # fmt: skip
        assert done.returncode == 0
        return os.read(ours, 1 << 16).decode().splitlines()
    finally:
        os.close(ours)
        os.close(theirs)


@pytest.mark.parametrize(
    ("columns", "more", "fewer"),
    [(80, ["LEASE"], ["DOWN", "UP"]), (100, ["DOWN"], ["UP"]), (200, ["UP", "DISK", "COINS"], [])],
)
def test_the_table_uses_the_room_there_is(
    clore: Clore, world: World, columns: int, more: List[str], fewer: List[str]
) -> None:
    for args in ([], ["--spot"]):
        lines = on_terminal(clore, columns, "search", "--limit", "4", *args)
        assert len(lines) == 5
        assert max(map(measure, lines)) <= columns
        heads = lines[0].split()
        assert set(more) <= set(heads)
        assert not set(fewer) & set(heads)


def test_chosen_columns_do_not_depend_on_the_room(clore: Clore, world: World) -> None:
    head, *_ = on_terminal(clore, 40, "search", "--limit", "1", "--columns", "id,down,up")
    assert head.split() == ["ID", "DOWN", "UP"]
