"""The format text: what a command whose usual output is no table makes of its rows."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from clore_cli.output import text_lines
from clore_cli.plugin import Column, command

ROWS = [{"id": 2, "name": "b\x1b[2J"}, {"id": 1, "name": "a"}]
COLUMNS = [Column("id", align="right"), Column("name")]


def make(rows=ROWS, **more):
    @command("made", columns=COLUMNS, empty="No rows.", **more)
    def made(app):
        return rows

    return made


def names(rows):
    return "\n".join(row["name"] for row in rows)


def run(*words, rows=ROWS, env=None, **more):
    return CliRunner().invoke(make(rows, **more), words, env=env)


def test_it_is_the_default_and_harmless_to_a_terminal():
    assert run(text=names).stdout == "b\ufffd[2J\na\n"
    assert run("-o", "text", "--sort", "id", "--limit", "1", text=names).stdout == "a\n"


@pytest.mark.parametrize(
    ("words", "env", "first"),
    [
        (["-o", "table"], None, "ID  NAME"),
        (["--csv"], None, "id,name"),
        ([], {"CLORE_OUTPUT": "csv"}, "id,name"),
        (["--columns", "name"], None, "NAME"),
        (["--columns", "name"], {"CLORE_OUTPUT": "csv"}, "name"),
        (["--raw"], None, "["),
    ],
)
def test_other_formats_are_there_as_always(words, env, first):
    assert run(*words, env=env, text=names).stdout.splitlines()[0] == first


def test_a_text_has_no_columns_and_is_no_json():
    assert run("-o", "text", "--columns", "name", text=names).exit_code == 2
    assert run("-o", "text", "--raw", text=names).exit_code == 2


def test_no_rows_are_no_text():
    done = run(rows=[], text=names)
    assert (done.stdout, done.exit_code) == ("", 0)
    assert "No rows." in done.stderr


def test_other_commands_do_not_have_it():
    assert run("-o", "text").exit_code == 2
    assert "table" in run("--help").stdout
    assert "[text|" not in run("--help").stdout
    assert "[text|" in run("--help", text=names).stdout


@pytest.mark.parametrize(
    ("text", "printed"), [("", ""), ("a", "a\n"), ("a\n", "a\n"), ("a\n\nb\r", "a\n\nb \n")]
)
def test_lines_end_and_stay_lines(text, printed):
    assert text_lines(text) == printed
