"""The installed `clore` script against sandboxes on loopback sockets, nothing of the user's."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Dict

import pytest
from cli_helpers import KEY as KNOWN
from cli_helpers import OTHER, Unlimited

from clore_client.sandbox import RealClock, World, serve

SPEED = 100.0
KEY = "sandbox-key-0123456789"
SCRIPT = shutil.which("clore", path=str(Path(sys.executable).parent))


def _usual_signals():
    """As in a terminal, also when the tests run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def logs_kept():
    """Whatever a command that runs in this process does to the loggers is undone."""
    loggers = [logging.getLogger(name) for name in ("clore_client", "clore_client.wire")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@dataclass
class Clore:
    """Runs the script in a clean environment."""

    env: Dict[str, str]
    script: str = SCRIPT or ""

    @property
    def home(self):
        """The home directory that it sees."""
        return Path(self.env["HOME"])

    def __call__(self, *args, stdin="", env=None, **options):
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

    def start(self, *args):
        """Start the script and leave it running."""
        return subprocess.Popen(
            [self.script, *map(str, args)],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_usual_signals,  # noqa: PLW1509  no thread of ours is needed in it
        )

    def shell(self, script, **env):
        """The same in bash, with `clore` on PATH."""
        return subprocess.run(
            ["bash", "-c", script],
            env={**self.env, **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def clore(home):
    """`clore` without a key, aimed at a port where nobody listens."""
    assert SCRIPT, "install the project into this environment first"
    home.mkdir()
    return Clore(
        {
            "PATH": f"{Path(SCRIPT).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "CLORE_BASE_URL": "http://127.0.0.1:9/v1",
            "CLORE_NO_PLUGINS": "1",
            "CLORE_SANDBOX_SPEED": str(SPEED),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
    )


@pytest.fixture
def sandboxed(clore):
    """A function that serves a world, as `World` takes it, and aims `clore` at it.

    It has no rate limit, unless ``limited=True`` is given.
    """
    with _Worlds(clore) as worlds:
        yield worlds.open


class _Worlds:
    def __init__(self, clore):
        self.clore, self.servers = clore, []

    def open(self, speed=SPEED, limited=False, **options):
        world = World(clock=(RealClock if limited else Unlimited)(speed), **options)
        self.clore.env["CLORE_SANDBOX_SPEED"] = str(speed)
        server = serve(world)
        self.clore.env.update(CLORE_BASE_URL=server.__enter__(), CLORE_API_KEY=KEY)
        self.servers.append(server)
        return world

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self.servers:
            server.__exit__(None, None, None)


@pytest.fixture
def world(sandboxed):
    """The usual market, served; `clore` finds it and has a key."""
    return sandboxed(servers=60, lag=2.0, deploy=30.0)


@pytest.fixture
def market(clore, sandboxed):
    """A market that knows two keys, none of which `clore` has."""
    world = sandboxed(keys=[KNOWN, OTHER])
    del clore.env["CLORE_API_KEY"]
    return world


@pytest.fixture
def install(clore, tmp_path):
    """Put a plugin on PYTHONPATH the way an installer would leave it."""
    site = tmp_path / "site"
    site.mkdir()
    clore.env["PYTHONPATH"] = str(site)
    del clore.env["CLORE_NO_PLUGINS"]

    def put(name, source, attribute=None, summary="A plugin for the tests."):
        (site / f"plug_{name}.py").write_text(source)
        info = site / f"clore_{name}-1.2.dist-info"
        info.mkdir()
        about = f"Metadata-Version: 2.1\nName: clore-{name}\nVersion: 1.2\nSummary: {summary}\n"
        (info / "METADATA").write_text(about)
        entry = f"[clore_cli.plugins]\n{name} = plug_{name}:{attribute or name}\n"
        (info / "entry_points.txt").write_text(entry)
        return info

    return put
