"""Commands that hang or cannot be run."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any, List

import pytest
from clore_watch.events import Event
from clore_watch.hook import Hook, environment
from clore_watch.policy import Offer

from clore_cli.plugin import App, Shown, UsageError, stoppable

if TYPE_CHECKING:
    from pathlib import Path

EVENT = Event("new", 1_700_000_000.9, "all", Offer(7, 2.4, "RTX 3090", 1, None))


def test_a_command_that_hangs_is_ended(capfd: pytest.CaptureFixture[str]) -> None:
    words = f"{shlex.quote(sys.executable)} -c 'import time; time.sleep(60)'"
    Hook(App(), words, limit=0.05)(Shown([EVENT], []))
    assert "took more than 0.05 s and was ended (at new 7)." in capfd.readouterr().err


def test_a_command_that_went_away_is_told(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script"
    script.write_text("#!/nonexistent\n")
    script.chmod(0o700)
    Hook(App(), str(script))(Shown([EVENT], []))
    assert "cannot be run: No such file or directory" in capfd.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_while_a_command_is_being_started_ends_it(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    started: List[subprocess.Popen[bytes]] = []

    class Interrupted(subprocess.Popen):  # type: ignore[type-arg]  # 3.9 has no arguments for it
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            started.append(self)
            signal.raise_signal(number)  # it runs, and nobody has it in a variable

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    hook = Hook(App(), f"{shlex.quote(sys.executable)} -c 'import time; time.sleep(60)'")
    with stoppable(), pytest.raises((SystemExit, KeyboardInterrupt)):
        hook(Shown([EVENT], []))
    (child,) = started
    assert child.returncode is not None


@pytest.mark.parametrize("words", ["", "no-such-command-here", "'open"])
def test_what_is_no_command_is_refused(words: str) -> None:
    with pytest.raises(UsageError, match="--exec: "):
        Hook(App(), words)


def test_values_are_variables() -> None:
    values = {"id": 7, "price_usd_per_hour": 0.1, "country": None, "gpu": "a\0b\nc\ud800"}
    assert environment(values) == {
        "CLORE_WATCH_ID": "7",
        "CLORE_WATCH_PRICE_USD_PER_HOUR": "0.1",
        "CLORE_WATCH_COUNTRY": "",
        "CLORE_WATCH_GPU": "a\ufffdb c\ufffd",
    }


def test_values_fit_the_encoding_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "latin-1")
    assert environment({"gpu": "RTX é 卡"}) == {"CLORE_WATCH_GPU": "RTX é ?"}
