"""Rows that are printed one by one, by a command that goes on."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from clore_cli.app import App
from clore_cli.plugin import Column, command


@command(columns=[Column("id"), Column("name")], single=True)
def two(app):
    app.show({"id": 6, "name": "a"})
    app.show({"id": 7, "name": "b"})


@command()
def none(app):
    app.show({})


def printed(*args):
    return CliRunner().invoke(two, args, catch_exceptions=False).stdout.splitlines()


def test_json_is_an_object_on_each_line():
    lines = ['{"id": 6, "name": "a"}', '{"id": 7, "name": "b"}']
    assert printed("--json") == printed("-o", "jsonl") == lines


@pytest.mark.parametrize(("form", "between"), [("csv", ","), ("tsv", "\t"), ("table", "  ")])
def test_a_header_stands_above_the_first_row_only(form, between):
    names = ["ID", "NAME"] if form == "table" else ["id", "name"]
    assert [line.split(between)[-1].strip() for line in printed("-o", form)] == [names[1], "a", "b"]
    assert len(printed("-o", form, "--no-header")) == 2


def test_chosen_columns_and_wrong_options_count_as_ever():
    assert printed("--columns", "name", "--csv") == ["name", "a", "b"]
    assert CliRunner().invoke(two, ["--columns", "nosuch"]).exit_code == 2


def test_a_command_without_columns_has_none():
    with pytest.raises(TypeError, match="no rows to show"):
        CliRunner().invoke(none, [], catch_exceptions=False, obj=App())
