"""The format text: what a command whose usual output is no table makes of its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

import click
import pytest

from clore_cli.output import text_lines
from clore_cli.plugin import Column, command

if TYPE_CHECKING:
    from clore_cli.app import App

ROWS: List[Dict[str, Any]] = [{"id": 2, "name": "b\x1b[2J"}, {"id": 1, "name": "a"}]
COLUMNS = [Column("id", align="right"), Column("name")]


#: Returns what was printed, with `out` and `err`.
Runs = Callable[..., Any]


def names(rows: List[Dict[str, Any]]) -> str:
    return "\n".join(row["name"] for row in rows)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runs:
    """A function that runs a command with these rows and returns its stdout and stderr."""

    def go(*words: str, rows: List[Dict[str, Any]] = ROWS, **more: Any) -> Any:
        @command("made", columns=COLUMNS, empty="No rows.", **more)
        def made(app: App) -> List[Dict[str, Any]]:
            return rows

        made.main(list(words), standalone_mode=False)
        return capsys.readouterr()

    return go


def test_it_is_the_default_and_harmless_to_a_terminal(run: Runs) -> None:
    assert run(text=names).out == "b\ufffd[2J\na\n"
    assert run("-o", "text", "--sort", "id", "--limit", "1", text=names).out == "a\n"


@pytest.mark.parametrize(
    ("words", "usual", "first"),
    [
        (["-o", "table"], None, "ID  NAME"),
        (["--csv"], None, "id,name"),
        ([], "csv", "id,name"),
        (["--columns", "name"], None, "NAME"),
        (["--columns", "name"], "csv", "name"),
        (["--raw"], None, "["),
    ],
)
def test_other_formats_are_there_as_always(
    run: Runs, monkeypatch: pytest.MonkeyPatch, words: List[str], usual: Optional[str], first: str
) -> None:
    if usual is not None:
        monkeypatch.setenv("CLORE_OUTPUT", usual)
    assert run(*words, text=names).out.splitlines()[0] == first


@pytest.mark.parametrize("words", [["--columns", "name"], ["--raw"], ["--json"]])
def test_a_text_has_no_columns_and_is_no_json(run: Runs, words: List[str]) -> None:
    with pytest.raises(click.UsageError):
        run("-o", "text", *words, text=names)


def test_no_rows_are_no_text(run: Runs) -> None:
    assert run(rows=[], text=names) == ("", "No rows.\n")


def test_other_commands_do_not_have_it(run: Runs) -> None:
    with pytest.raises(click.UsageError):
        run("-o", "text")
    assert "[table|" in run("--help").out
    assert "[text|table|" in run("--help", text=names).out


@pytest.mark.parametrize(
    ("text", "printed"), [("", ""), ("a", "a\n"), ("a\n", "a\n"), ("a\n\nb\r", "a\n\nb \n")]
)
def test_lines_end_and_stay_lines(text: str, printed: str) -> None:
    assert text_lines(text) == printed
