"""What the fixture ``clore`` of `clore_cli.testing` is: a sandbox, and ``clore`` aimed at it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Generator, List, Mapping, Optional

from clore_client.sandbox import RealClock, World, serve

if TYPE_CHECKING:
    from clore_client import CloreAI

#: How much faster than the real one the sandbox's clock runs.
SPEED = 100.0
_KEY = "sandbox-key-of-a-test"
_KEPT = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "SYSTEMROOT", "TMPDIR", "VIRTUAL_ENV")


class _Unlimited(RealClock):
    """No rate limit: at such a speed a busy machine could not keep requests apart."""

    limited = False


@dataclass(frozen=True)
class Result:
    """How a run of ``clore`` ended.

    Attributes:
        status: the exit status.
        stdout: the data.
        stderr: notes, warnings and errors.
    """

    status: int
    stdout: str
    stderr: str

    def json(self) -> Any:
        """The JSON on stdout of a run that ended well."""
        assert self.status == 0, self.stderr  # noqa: S101  it speaks to a test
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Bench:
    """Runs ``clore`` in a clean environment, against a marketplace of its own.

    Attributes:
        world: the marketplace; it can be changed between two runs, and given faults.
        env: the environment of the runs, to which a test may add.
    """

    world: World
    env: Dict[str, str]

    def __call__(
        self, *arguments: object, stdin: str = "", env: Optional[Mapping[str, str]] = None
    ) -> Result:
        """Run ``clore`` with ``arguments`` to its end, which must come within a minute."""
        done = subprocess.run(  # noqa: S603  our own program
            self.command(*arguments),
            input=stdin,
            env={**self.env, **(env or {})},
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    def command(self, *arguments: object) -> List[str]:
        """The words that run ``clore`` with ``arguments``, for a test that starts it itself."""
        return [sys.executable, "-m", "clore_cli", *map(str, arguments)]

    def client(self) -> CloreAI:
        """A client of the same marketplace, as fast as its clock, which the caller closes."""
        from clore_client import CloreAI
        from clore_client.clock import Pace

        clock = Pace(float(self.env["CLORE_SANDBOX_SPEED"]))
        return CloreAI(api_key=_KEY, base_url=self.env["CLORE_BASE_URL"], clock=clock)


@contextlib.contextmanager
def bench(directory: Path) -> Generator[Bench, None, None]:
    """Serve a marketplace and yield what runs ``clore`` on it; ``directory`` is its home."""
    home = directory / "clore-home"
    home.mkdir()
    world = World(clock=_Unlimited(SPEED))
    with serve(world) as url:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        yield Bench(world, {**kept, **_aimed(url, home)})


def _aimed(url: str, home: Path) -> Dict[str, str]:
    return {
        "HOME": str(home),
        "CLORE_CONFIG_DIR": str(home / ".clore"),
        "CLORE_BASE_URL": url,
        "CLORE_API_KEY": _KEY,
        "CLORE_SANDBOX_SPEED": f"{SPEED:g}",
        "NO_PROXY": "127.0.0.1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONIOENCODING": "utf-8",
    }
