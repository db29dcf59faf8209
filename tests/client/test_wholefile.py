"""A file is replaced as a whole, privately, or not at all."""

from __future__ import annotations

import os
import stat
import threading
from typing import TYPE_CHECKING

import pytest

from clore_client import wholefile

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("flush", [True, False])
def test_it_is_replaced_and_for_its_owner_only(tmp_path: Path, flush: bool) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    file.chmod(0o644)
    wholefile.replace(file, b"new", flush=flush)
    assert file.read_bytes() == b"new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_full_disk_leaves_the_old_content_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        wholefile.replace(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_nobody_reads_a_half_whoever_writes(tmp_path: Path) -> None:
    file = tmp_path / "file"
    contents = [bytes([number]) * 100_000 for number in range(4)]
    wholefile.replace(file, contents[0])

    def write(content: bytes) -> None:
        for _ in range(20):
            wholefile.replace(file, content, flush=False)

    writers = [threading.Thread(target=write, args=(content,)) for content in contents]
    for writer in writers:
        writer.start()
    seen = {file.read_bytes() for _ in range(200)}
    for writer in writers:
        writer.join()
    assert seen <= set(contents)
    assert list(tmp_path.iterdir()) == [file]
