"""Waiting: by the API's clock, and no longer than somebody reads."""

from __future__ import annotations

import os
import sys
import time

import pytest

from clore_cli.app import App
from clore_cli.options import Settings


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    monkeypatch.setenv("CLORE_SANDBOX_SPEED", "100000")
    return App(Settings(base_url="http://127.0.0.1:9/v1"))


def test_a_sandbox_has_its_own_speed(app: App) -> None:
    began = time.monotonic()
    app.sleep(3000)
    assert 0.03 <= time.monotonic() - began < 10


def test_a_stdout_without_a_file_is_waited_on_all_the_same(
    app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    began = time.monotonic()
    app.sleep(3000)
    assert 0.03 <= time.monotonic() - began < 10


def test_a_reader_who_has_gone_ends_it(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as writer:
        monkeypatch.setattr(sys, "stdout", writer)  # here: pytest has its own before each test
        with pytest.raises(BrokenPipeError):
            app.sleep(3_000_000)  # half a minute


def test_a_command_that_prints_nothing_needs_no_reader(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as writer:
        monkeypatch.setattr(sys, "stdout", writer)
        app.sleep(3000, reader=False)
