"""The benchmarks beside the tests, on an environment and answers that are already here."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Iterator

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(ROOT))  # the benchmarks are not installed

from benchmarks.bench import Bench, serving  # noqa: E402
from benchmarks.measure import Runner  # noqa: E402
from benchmarks.peers import Peer  # noqa: E402
from clore_client.sandbox import market  # noqa: E402


@pytest.fixture(scope="session")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A market of 400 in the place of that of 5,000, and what the other calls get."""
    directory = tmp_path_factory.mktemp("answers")
    servers = market.servers(7, 400)
    (directory / "5000.json").write_text(json.dumps({"servers": servers, "code": 0}))
    wallets = (ROOT / "tests/fixtures/wallets.json").read_bytes()
    (directory / "wallets.json").write_bytes(wallets)
    return directory


@pytest.fixture
def bench(answers: Path, tmp_path: Path) -> Iterator[Bench]:
    """One round, in the environment of the tests, without a reference."""
    with Runner() as runner, serving(answers) as server:
        yield Bench(runner, Peer(Path(sys.prefix)), None, server, answers, tmp_path, 1)
