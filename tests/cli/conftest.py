"""The installed `clore` script against sandboxes on loopback sockets, nothing of the user's."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional

import pytest
from cli_helpers import KEY, OTHER, SCRIPT, SPEED, Clore, Install, Tab, Worlds
from click.shell_completion import ShellComplete

from clore_cli.builtins import BUILTINS
from clore_cli.main import root

if TYPE_CHECKING:
    from clore_client.sandbox import World


@pytest.fixture
def logs_kept() -> Iterator[None]:
    """Whatever a command that runs in this process does to the loggers is undone."""
    loggers = [logging.getLogger(name) for name in ("clore_client", "clore_client.wire")]
    before = [(logger, logger.level, list(logger.handlers)) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def file(home: Path) -> Path:
    """Where `clore` keeps its settings."""
    return home / ".clore" / "config.json"


@pytest.fixture
def clore(home: Path) -> Clore:
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
def sandboxed(clore: Clore) -> Iterator[Worlds]:
    """A function that serves a world, as `World` takes it, and aims `clore` at it.

    It has no rate limit, unless ``limited=True`` is given.
    """
    with Worlds(clore) as worlds:
        yield worlds


@pytest.fixture
def world(sandboxed: Worlds) -> World:
    """The usual market, served; `clore` finds it and has a key."""
    return sandboxed(servers=60, lag=2.0, deploy=30.0)


@pytest.fixture
def market(clore: Clore, sandboxed: Worlds) -> World:
    """A market that knows two keys, none of which `clore` has."""
    world = sandboxed(keys=[KEY, OTHER])
    del clore.env["CLORE_API_KEY"]
    return world


@pytest.fixture
def install(clore: Clore, tmp_path: Path) -> Install:
    """Put a plugin on PYTHONPATH the way an installer would leave it."""
    site = tmp_path / "site"
    site.mkdir()
    clore.env["PYTHONPATH"] = str(site)
    del clore.env["CLORE_NO_PLUGINS"]

    def put(
        name: str,
        source: str,
        attribute: Optional[str] = None,
        summary: str = "A plugin for the tests.",
    ) -> Path:
        (site / f"plug_{name}.py").write_text(source)
        info = site / f"clore_{name}-1.2.dist-info"
        info.mkdir()
        about = f"Metadata-Version: 2.1\nName: clore-{name}\nVersion: 1.2\nSummary: {summary}\n"
        (info / "METADATA").write_text(about)
        entry = f"[clore_cli.plugins]\n{name} = plug_{name}:{attribute or name}\n"
        (info / "entry_points.txt").write_text(entry)
        return info

    return put


@pytest.fixture
def tab(clore: Clore, monkeypatch: pytest.MonkeyPatch) -> Tab:
    """Presses TAB behind words, the last of which is what is typed of a value."""

    def press(*words: object) -> Dict[str, Any]:
        for name, value in clore.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("CLORE_CONFIG_DIR", raising=False)
        shell = ShellComplete(root(BUILTINS), {}, "clore", "_CLORE_COMPLETE")
        *args, incomplete = map(str, words)
        found = shell.get_completions(args, incomplete)
        assert len({item.value for item in found}) == len(found)
        return {item.value: item.help if item.type == "plain" else item.type for item in found}

    return press
