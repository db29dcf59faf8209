"""The inputs: markets of so many servers as the API answers them, the same from run to run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Sequence

from .peers import ROOT, Peer, cache, digest, forget

SEED = 7
#: The small answers of the calls that are not about the market.
_WALLETS = ROOT / "tests" / "fixtures" / "wallets.json"
_MAKER = ROOT / "benchmarks" / "scripts" / "market.py"


def made(peer: Peer, sizes: Sequence[int]) -> Path:
    """A directory with a file ``N.json`` for each of ``sizes``, and ``wallets.json``.

    Args:
        peer: the project's own environment, whose sandbox makes the markets.
        sizes: numbers of servers.
    """
    key = digest([ROOT / "clore_client" / "sandbox", _WALLETS, _MAKER])
    directory = cache() / f"inputs-{SEED}-{key}"
    directory.mkdir(parents=True, exist_ok=True)
    os.utime(directory)
    forget("inputs-*")
    _put(directory / "wallets.json", _WALLETS.read_bytes())
    for size in sizes:
        file = directory / f"{size}.json"
        if not file.exists():
            words = [peer.python, str(_MAKER), str(SEED), str(size)]
            _put(file, subprocess.run(words, check=True, stdout=subprocess.PIPE).stdout)
    return directory


def _put(file: Path, content: bytes) -> None:
    """Write ``file`` at once, for others may make it at the same time."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(file)
