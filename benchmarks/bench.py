"""What the cases run in: the environments, the server with the inputs, homes, variables."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Generator, Optional

from .measure import Command, Runner
from .peers import ROOT, Peer

SCRIPTS = ROOT / "benchmarks" / "scripts"


@dataclass(frozen=True)
class Bench:
    """Makes the commands that are measured.

    Attributes:
        runner: runs them.
        ours: the project's environment.
        reference: the reference's, if there is one.
        server: the address of the server.
        inputs: the directory of what it serves.
        work: a directory that is empty at first; each peer has a home in it.
        rounds: how often each command runs.
    """

    runner: Runner
    ours: Peer
    reference: Optional[Peer]
    server: str
    inputs: Path
    work: Path
    rounds: int

    def env(self, peer: Peer, market: str = "wallets", **more: str) -> Dict[str, str]:
        """The whole environment of a process: nobody's settings, and the address of a market.

        The variable of the key is the one that the reference documents. The limiter of this
        process costs no file; a single call never waits for either limiter.
        """
        home = self.work / peer.directory.name
        home.mkdir(exist_ok=True)
        return {
            "PATH": f"{peer.directory / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CLORE_API_KEY": "benchmark",
            "CLORE_BASE_URL": f"{self.server}/{market}/v1",
            "CLORE_LIMITER": "process",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **more,
        }

    def clore(self, *words: str, market: str = "wallets", **more: str) -> Command:
        """Our program."""
        return Command([self.ours.clore, *words], self.env(self.ours, market, **more))

    def python(self, *words: str, market: str = "wallets", **more: str) -> Command:
        """The interpreter of our environment."""
        return Command([self.ours.python, *words], self.env(self.ours, market, **more))

    def script(self, name: str, *words: str, market: str = "wallets") -> Command:
        """One of the programs in scripts/, in our environment."""
        return self.python(str(SCRIPTS / name), *words, market=market)

    def theirs(self, *words: str, market: str = "wallets") -> Dict[str, Command]:
        """A command of the reference, by the name of that contender; none where there is none.

        Args:
            words: the first is a file of its environment's bin, without directory.
            market: as for the others.
        """
        if self.reference is None:
            return {}
        program = str(self.reference.directory / "bin" / words[0])
        env = self.env(self.reference, market)
        return {"reference": Command([program, *words[1:]], env)}


@contextmanager
def serving(inputs: Path) -> Generator[str, None, None]:
    """The address of a server, in a process of its own, of the answers in a directory."""
    words = [sys.executable, str(ROOT / "benchmarks" / "server.py"), str(inputs)]
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise OSError("the server has no pipes")
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait(30)
