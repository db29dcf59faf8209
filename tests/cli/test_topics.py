"""`clore help`: topics that say what the program does, and the help of every command."""

from __future__ import annotations

import pytest

from clore_cli.builtins import BUILTINS
from clore_cli.docgen import tree, walk
from clore_cli.manual import column_text
from clore_cli.options import root_options
from clore_cli.output import FORMATS
from clore_cli.status import MEANING
from clore_cli.surroundings import ENVIRONMENT
from clore_cli.topics import TOPICS

PATHS = [ctx.command_path.split()[1:] for ctx in walk(tree(BUILTINS), "clore")][1:]


@pytest.fixture
def topic(clore):
    """A function that returns a topic's text on one line, as `clore help` prints it."""

    def read(name):
        done = clore("help", name)
        assert (done.returncode, done.stderr) == (0, "")
        assert max(map(len, done.stdout.splitlines())) <= 80
        return " ".join(done.stdout.split())

    return read


def test_without_a_topic_there_is_the_list(clore):
    done = clore("help")
    assert done.returncode == 0
    for name, about in TOPICS.items():
        assert f"{name} " in done.stdout
        assert about.about in done.stdout


def test_exit_codes_are_those_of_the_program(topic):
    text = topic("exit-codes")
    for status, meaning in MEANING.items():
        assert f"{status.value} {meaning}" in text


def test_the_environment_is_complete(topic):
    text = topic("environment")
    for name, about in ENVIRONMENT.items():
        assert f"{name} {about}" in text
    for option in root_options():
        assert f"{option.envvar} {option.opts[-1]}: " in text
    assert "CLORE_OUTPUT --output: " in text


def test_formats_are_those_that_there_are(topic):
    text = topic("formats")
    for name, form in FORMATS.items():
        assert f"{name} {form.__doc__}" in text


def test_query_fields_are_the_columns_of_search(clore, topic):
    text = topic("query")
    command = tree(BUILTINS).get_command(None, "search")
    for column in command.columns:
        assert f" {column.key} {column_text(column)}" in text
        assert f"; short: {', '.join(column.aliases)}." in text or not column.aliases


def test_the_plugin_of_the_topic_runs(clore, world, tmp_path):
    lines = clore("help", "plugins").stdout.splitlines()
    code = [line[4:] for line in lines if line.startswith("    ") or not line]
    source = "\n".join(code).partition("[options")[0]
    (tmp_path / "my_package.py").write_text(source)
    info = tmp_path / "mine-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[clore_cli.plugins]\nmine = my_package:mine\n")
    del clore.env["CLORE_NO_PLUGINS"]
    done = clore("mine", "--csv", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert all("4090" in line for line in done.stdout.splitlines()[1:])


@pytest.mark.parametrize("words", [["search"], ["config", "set"], ["sandbox", "run"], ["help"]])
def test_help_of_a_command_is_its_help(clore, words):
    assert words in PATHS
    shown = clore("help", *words)
    assert shown.returncode == 0
    assert shown.stdout == clore(*words, "--help").stdout


def test_a_topic_comes_before_a_command_of_the_same_name(clore):
    assert "entry-point" in clore("help", "plugins").stdout
    assert clore("help", "plugins", "list").stdout == clore("plugins", "list", "--help").stdout


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["exit-code"], "'exit-codes'"), (["serch"], "'search'"), (["zzz"], "'clore help'")],
)
def test_what_is_neither_gets_a_suggestion(clore, words, hint):
    done = clore("help", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr
