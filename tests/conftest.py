"""What every test stands on: the installed package, loopback only, nobody's own settings."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path
from typing import Any, Dict

import pytest
from hypothesis import settings

import clore_client
from clore_client import client, limiters

ROOT = Path(__file__).resolve().parent.parent

# Whether a change may land is not a matter of luck: only "explore" draws other examples each time.
_EVERY: Dict[str, Any] = {"deadline": None, "database": None}
settings.register_profile("quick", max_examples=100, derandomize=True, **_EVERY)
settings.register_profile("ci", max_examples=1000, derandomize=True, **_EVERY)
settings.register_profile("explore", max_examples=20_000, **_EVERY)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


def pytest_configure() -> None:
    """Refuse to test an installation that is older than the sources beside the tests."""
    # In the background of a script SIGINT is ignored, and so it would be by what tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    installed = Path(clore_client.__file__).resolve().parent.parent
    for package in ("clore_ai", "clore_cli", "clore_client"):
        old, new = _sources(installed / package), _sources(ROOT / package)
        if old != new:
            wrong = sorted(
                name for name in old.keys() | new.keys() if old.get(name) != new.get(name)
            )
            pytest.exit(
                f"{installed / package} is not what the sources say ({', '.join(wrong[:3])}): "
                "run `rm -rf build; pip install '.[test]'` again",
                returncode=3,
            )


def _sources(directory: Path) -> Dict[str, bytes]:
    files = directory.rglob("*.py")
    return {str(file.relative_to(directory)): file.read_bytes() for file in files}


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that would reach the network fails instead."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        if host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def nobodys_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable, file or keyring of whoever runs the tests is seen or touched."""
    for name in list(os.environ):
        if name.startswith("CLORE_") and name != "CLORE_RECORDED_MARKETPLACE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "clore"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture(autouse=True)
def nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test has accounts of its own, although a loopback port may be used a second time."""
    monkeypatch.setattr(client, "_claims", {})
    monkeypatch.setattr(limiters, "_shared", {})
