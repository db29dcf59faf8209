"""What several tests of the command line ask for."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Match, Optional, Protocol

from typing_extensions import Self

from clore_client.sandbox import RealClock, World, serve

if TYPE_CHECKING:
    import contextlib

#: The keys that the fixture `market` knows.
KEY = "k3y-0123456789abcdef"
OTHER = "0th-er-key-56789wxyz"

#: The key that `clore` has in the tests that are not about keys.
SANDBOX_KEY = "sandbox-key-0123456789"
SPEED = 100.0
SCRIPT = shutil.which("clore", path=str(Path(sys.executable).parent))


class Unlimited(RealClock):
    """No rate limit: at such a speed a busy machine could not keep requests apart."""

    limited = False


def _usual_signals() -> None:
    """As in a terminal, also when the tests run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@dataclass
class Clore:
    """Runs the script in a clean environment."""

    env: Dict[str, str]
    script: str = SCRIPT or ""

    @property
    def home(self) -> Path:
        """The home directory that it sees."""
        return Path(self.env["HOME"])

    def __call__(
        self,
        *args: object,
        stdin: str = "",
        env: Optional[Mapping[str, str]] = None,
        **options: Any,
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.script, *map(str, args)],
            input=stdin,
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            **options,
        )

    def start(self, *args: object) -> subprocess.Popen[str]:
        """Start the script and leave it running."""
        return subprocess.Popen(
            [self.script, *map(str, args)],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_usual_signals,  # noqa: PLW1509  no thread of ours is needed in it
        )

    def shell(self, script: str, **env: str) -> subprocess.CompletedProcess[str]:
        """The same in bash, with `clore` on PATH."""
        return subprocess.run(
            ["bash", "-c", script],
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


class Worlds:
    """Serves worlds until its end, and aims `clore` at the last one."""

    def __init__(self, clore: Clore) -> None:
        self.clore = clore
        self.servers: List[contextlib.AbstractContextManager[str]] = []

    def __call__(self, speed: float = SPEED, limited: bool = False, **options: Any) -> World:
        """Serve a world, as `World` takes it; it has no rate limit, unless ``limited``."""
        world = World(clock=(RealClock if limited else Unlimited)(speed), **options)
        self.clore.env["CLORE_SANDBOX_SPEED"] = str(speed)
        server = serve(world)
        self.clore.env.update(CLORE_BASE_URL=server.__enter__(), CLORE_API_KEY=SANDBOX_KEY)
        self.servers.append(server)
        return world

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.servers:
            server.__exit__(None, None, None)


class Install(Protocol):
    """What the fixture `install` is: it returns the directory that tells of the plugin."""

    def __call__(
        self,
        name: str,
        source: str,
        attribute: Optional[str] = None,
        summary: str = "A plugin for the tests.",
    ) -> Path: ...


#: What TAB offers behind words: each value with its help, or with how it is completed.
Tab = Callable[..., Dict[str, Any]]


def data(done: subprocess.CompletedProcess[str]) -> Any:
    """The JSON that a finished command printed."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def cheapest(clore: Clore) -> Dict[str, Any]:
    """The cheapest offer there is."""
    offer: Dict[str, Any] = data(clore("search", "--json", "--limit", "1"))[0]
    return offer


def matched(pattern: str, text: str) -> Match[str]:
    """Where ``pattern`` is in ``text``, in which it must be."""
    match = re.search(pattern, text)
    assert match, text
    return match


def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait for what another process is about to do."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.005)
