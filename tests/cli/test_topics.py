"""`clore help`: topics that say what the program does, and the help of every command."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, List

import click
import pytest

from clore_cli import helping
from clore_cli.builtins import BUILTINS
from clore_cli.command import RowsCommand
from clore_cli.docgen import tree
from clore_cli.manual.command_page import column_text
from clore_cli.manual.surroundings import ENVIRONMENT
from clore_cli.manual.topics import TOPICS
from clore_cli.options import root_options
from clore_cli.output import FORMATS
from clore_cli.status import MEANING

if TYPE_CHECKING:
    from cli_helpers import Clore

    from clore_client.sandbox import World

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def topic(clore: Clore) -> Callable[[str], str]:
    """A function that returns a topic's text on one line, as `clore help` prints it."""

    def read(name: str) -> str:
        done = clore("help", name)
        assert (done.returncode, done.stderr) == (0, "")
        assert max(map(len, done.stdout.splitlines())) <= 80
        return " ".join(done.stdout.split())

    return read


def test_without_a_topic_there_is_the_list(clore: Clore) -> None:
    done = clore("help")
    assert done.returncode == 0
    for name, about in TOPICS.items():
        assert f"{name} " in done.stdout
        assert about.about in done.stdout


def test_exit_codes_are_those_of_the_program(topic: Callable[[str], str]) -> None:
    text = topic("exit-codes")
    for status, meaning in MEANING.items():
        assert f"{status.value} {meaning}" in text


def test_the_environment_is_complete(topic: Callable[[str], str]) -> None:
    text = topic("environment")
    for name, about in ENVIRONMENT.items():
        assert f"{name} {about}" in text
    for option in root_options():
        assert f"{option.envvar} {option.opts[-1]}: " in text
    assert "CLORE_OUTPUT --output: " in text


def test_formats_are_those_that_there_are(topic: Callable[[str], str]) -> None:
    text = topic("formats")
    for name, form in FORMATS.items():
        assert f"{name} {form.__doc__}" in text


def test_query_fields_are_the_columns_of_search(clore: Clore, topic: Callable[[str], str]) -> None:
    text = topic("query")
    group = tree(list(BUILTINS))
    command = group.get_command(click.Context(group), "search")
    assert isinstance(command, RowsCommand)
    for column in command.columns:
        assert f" {column.key} {column_text(column)}" in text
        assert f"; short: {', '.join(column.aliases)}." in text or not column.aliases


def test_the_plugin_of_the_topic_runs(clore: Clore, world: World, tmp_path: Path) -> None:
    text = clore("help", "plugins").stdout
    code = text.partition("is a function:\n")[2].partition("and a name for it")[0]
    source = textwrap.dedent(code)
    (tmp_path / "clore_mine.py").write_text(source)
    info = tmp_path / "mine-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[clore_cli.plugins]\nmine = clore_mine:mine\n")
    del clore.env["CLORE_NO_PLUGINS"]
    done = clore("mine", "--csv", env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert all("4090" in line for line in done.stdout.splitlines()[1:])
    page = clore("help", "mine", env={"PYTHONPATH": str(tmp_path)}).stdout
    assert "clore-mine - List offers of 4090s" in page
    assert "All of them, for a script:\n        clore mine --json" in page
    made = clore("help", "--roff", "mine", env={"PYTHONPATH": str(tmp_path)}).stdout
    assert ' "mine 1" "Clore Manual"' in made


@pytest.mark.parametrize("words", [["search"], ["config", "set"], ["sandbox", "run"], ["clore"]])
def test_a_command_has_its_manual_page(clore: Clore, words: List[str]) -> None:
    shown = clore("help", *words)
    assert (shown.returncode, shown.stderr) == (0, "")
    name = "clore" if words == ["clore"] else "-".join(["clore", *words])
    assert shown.stdout.startswith(f"NAME\n    {name} - ")
    made = clore("help", "--roff", *words)
    assert made.stdout == (ROOT / "man" / f"{name}.1").read_text()


def test_a_topic_comes_before_a_command_of_the_same_name(clore: Clore) -> None:
    assert "entry-point" in clore("help", "plugins").stdout
    assert clore("help", "plugins", "list").stdout.startswith("NAME\n    clore-plugins-list")
    made = clore("help", "--roff", "plugins")
    assert made.stdout == (ROOT / "man" / "clore-plugins.7").read_text()


def test_the_source_needs_a_name(clore: Clore) -> None:
    done = clore("help", "--roff")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--roff needs the name" in done.stderr


def test_the_help_of_a_command_says_where_there_is_more(clore: Clore) -> None:
    assert clore("config", "set", "--help").stdout.endswith(": clore help config set\n")
    assert clore("--help").stdout.endswith(": clore help clore\n")


@pytest.mark.parametrize(
    ("words", "hint"),
    [(["exit-code"], "'exit-codes'"), (["serch"], "'search'"), (["zzz"], "'clore help'")],
)
def test_what_is_neither_gets_a_suggestion(clore: Clore, words: List[str], hint: str) -> None:
    done = clore("help", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert hint in done.stderr


def test_a_command_that_is_called_as_a_topic_is_explained_by_its_full_name(clore: Any) -> None:
    both = {builtin.name for builtin in BUILTINS} & set(TOPICS)
    assert both == {"plugins"}
    topic = clore("help", "plugins").stdout
    page = clore("help", "clore", "plugins").stdout
    assert "clore-plugins - How to add commands of your own" in topic
    assert "clore-plugins - See other people's commands" in page
    assert "More, with examples: clore help clore plugins\n" in clore("plugins", "--help").stdout
    roff = clore("help", "--roff", "clore", "plugins").stdout
    assert roff == (ROOT / "man" / "clore-plugins.1").read_text()


@pytest.mark.parametrize("words", [["deploy"], ["auth", "login"], ["plugins", "list"]])
def test_any_command_has_its_full_name(clore: Any, words: List[str]) -> None:
    assert clore("help", "clore", *words).stdout == clore("help", *words).stdout
    shown = clore(*words, "--help").stdout
    assert f"More, with examples: clore help {' '.join(words)}\n" in shown


def test_the_topics_are_known_where_their_pages_are_not_loaded() -> None:
    assert set(helping.TOPICS) == set(TOPICS)
