"""The suite's surroundings: 400 times as fast, its own certificates, its own record."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from attack import tls
from attack.cases_repeats import SPEED
from attack.results import VARIABLE, Results

if TYPE_CHECKING:
    from pathlib import Path

_RESULTS = pytest.StashKey[Results]()
_FILE = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Read the variable before the tests' own surroundings hide it."""
    config.stash[_RESULTS] = Results()
    config.stash[_FILE] = os.environ.get(VARIABLE, "")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the report where one is wanted."""
    if session.config.stash[_FILE]:
        session.config.stash[_RESULTS].write(session.config.stash[_FILE])


@pytest.fixture
def results(request: pytest.FixtureRequest) -> Results:
    """The record of the run."""
    return request.config.stash[_RESULTS]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the certificate that the clients trust."""
    return tls.write_authority(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch, authority: Path) -> None:
    """Nothing is waited for that need not be; only loopback may be this fast."""
    monkeypatch.setenv("CLORE_SANDBOX_SPEED", str(SPEED))
    monkeypatch.setenv("CLORE_LIMITER", "process")
    monkeypatch.setenv("CLORE_NO_PLUGINS", "1")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
