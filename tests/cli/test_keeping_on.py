"""Commands that go on for hours: how they are ended, and how they outlast an outage."""

from __future__ import annotations

import os
import signal
from types import SimpleNamespace
from typing import Any, Callable, List

import pytest

from clore_cli.plugin import (
    AuthError,
    CloreAPIError,
    NetworkError,
    Outages,
    PassingError,
    stoppable,
)


class Person:
    """Hears what an `App` would say; the API's clock is set by the test."""

    def __init__(self) -> None:
        self.client = SimpleNamespace(server_time=1000.0)
        self.heard: List[str] = []

    def warn(self, text: str) -> None:
        self.heard.append(f"warning: {text}")

    def note(self, text: str) -> None:
        self.heard.append(text)


def failing(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def test_an_outage_is_told_once_and_its_end_too() -> None:
    app: Any = Person()
    outages = Outages(app, every=60)
    assert outages.attempt(lambda: 7) == 7
    for error in (NetworkError("no route to host.", sent=False), PassingError("nothing there")):
        assert outages.attempt(failing(error)) is None
        app.client.server_time += 60
    assert [outages.attempt(lambda: 8), outages.attempt(lambda: 9)] == [8, 9]
    assert app.heard == [
        "warning: no route to host; trying again every 60 s.",
        "It works again, after 2m 0s.",
    ]
    outages.attempt(failing(NetworkError("down", sent=True)))
    assert app.heard[-1] == "warning: down; trying again every 60 s."


@pytest.mark.parametrize("error", [AuthError("no such key"), ValueError("a bug")])
def test_what_time_does_not_heal_ends_it(error: Exception) -> None:
    app: Any = Person()
    with pytest.raises((CloreAPIError, ValueError)) as raised:
        Outages(app, every=60).attempt(failing(error))
    assert raised.value is error
    assert app.heard == []


@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_leaves_the_context_with_its_status(name: str, status: int) -> None:
    number = getattr(signal, name)
    before = signal.getsignal(number)
    with pytest.raises(SystemExit) as end, stoppable():
        os.kill(os.getpid(), number)
    assert end.value.code == status
    assert signal.getsignal(number) is before


def test_an_ignored_signal_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stoppable():
            os.kill(os.getpid(), signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
