"""What is shown while something takes its time: on a terminal one line, in a log a few."""

from __future__ import annotations

import io
import os
from typing import Any, Tuple

import pytest

from clore_cli import terminal
from clore_cli.app import App
from clore_cli.progress import Progress, bar
from clore_cli.width import clip, measure


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(
    monkeypatch: pytest.MonkeyPatch, stream: io.StringIO, *updates: Tuple[Any, ...], **options: Any
) -> str:
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "30")
    with Progress(**options).showing() as progress:
        for update in updates:
            progress.update(*update)
    return stream.getvalue()


def test_a_terminal_has_one_line_which_is_gone_in_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal(), ("one",), ("two",))
    assert text == "\r\x1b[2Kone\r\x1b[2Ktwo\r\x1b[2K"


def test_the_line_never_wraps(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal(), ("x" * 100,))
    assert text.split("\x1b[2K")[1].rstrip("\r") == "x" * 28 + "…"


def test_a_known_total_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    text = shown(monkeypatch, Terminal(), ("half", 5), total=10)
    assert "██████████░░░░░░░░░░ half" in text


def test_a_log_has_each_text_once(monkeypatch: pytest.MonkeyPatch) -> None:
    updates = [("waiting", 1), ("waiting", 2), ("running", 3)]
    assert shown(monkeypatch, io.StringIO(), *updates, total=10) == "waiting\nrunning\n"


def test_what_changes_all_the_time_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    def show(stream: io.StringIO) -> str:
        monkeypatch.setattr("sys.stderr", stream)
        with Progress().showing() as progress:
            progress.update("waiting", more=", 3s")
            progress.update("waiting", more=", 4s")
        return stream.getvalue()

    monkeypatch.setenv("COLUMNS", "30")
    assert show(io.StringIO()) == "waiting\n"
    assert "waiting, 4s" in show(Terminal())


def test_a_note_takes_the_place_of_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("COLUMNS", "30")
    app = App()
    with app.progress() as progress:
        progress.update("one")
        app.note("said")
        progress.update("two")
    assert stream.getvalue() == "\r\x1b[2Kone\r\x1b[2Ksaid\n\r\x1b[2Ktwo\r\x1b[2K"


def test_quiet_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, Terminal(), ("one",), quiet=True) == ""


def test_a_strangers_text_does_not_drive_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b]0" not in shown(monkeypatch, Terminal(), ("a\x1b]0;b\x07",))


SHARES = [
    (0, "░░░░"), (1e-6, "▏░░░"), (0.125, "▌░░░"), (0.5, "██░░"), (0.99, "████"), (1, "████"),
    (7, "████"), (-1, "░░░░"),
]  # fmt: skip


@pytest.mark.parametrize(("share", "text"), SHARES)
def test_a_bar_is_filled_by_its_share(share: float, text: str) -> None:
    assert bar(share, 4) == text


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("漢字", 4), ("é", 1), ("e\u0301", 1), ("", 0), ("…", 1)]
)
def test_a_text_takes_the_columns_that_a_terminal_gives_it(text: str, columns: int) -> None:
    assert measure(text) == columns


@pytest.mark.parametrize(
    ("text", "limit", "cut"),
    [
        ("abc", 0, ""),
        ("abc", 1, "…"),
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("漢字漢字", 6, "漢字…"),
        ("漢字漢", 4, "漢…"),
    ],
)
def test_a_text_is_cut_between_characters(text: str, limit: int, cut: str) -> None:
    assert clip(text, limit) == cut
    assert measure(cut) <= limit


@pytest.mark.parametrize(("told", "columns"), [(0, 80), (132, 132)])
def test_a_terminal_that_does_not_tell_its_size_has_the_usual_one(
    monkeypatch: pytest.MonkeyPatch, told: int, columns: int
) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr("os.get_terminal_size", lambda _fd: os.terminal_size((told, told)))
    assert terminal.columns() == columns
