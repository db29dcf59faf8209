"""Our own lint: what the help says of every command and option, and what is made from it."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from clore_cli import docgen
from clore_cli.builtins import BUILTINS
from clore_cli.entrypoints import OURS
from clore_cli.plugins import SECTIONS
from clore_cli.tree import walk

if TYPE_CHECKING:
    from clore_cli.plugin import Context

PROJECT = Path(__file__).resolve().parent.parent.parent
CONTEXTS = list(walk(docgen.tree(list(BUILTINS)), "clore"))
PATHS = [ctx.command_path for ctx in CONTEXTS]
PAGES = {
    path: text for path, text in docgen.documents(PROJECT).items() if path.parent == Path("man")
}


@pytest.mark.parametrize("ctx", CONTEXTS, ids=PATHS)
def test_help_texts(ctx: Context) -> None:
    summary = ctx.command.get_short_help_str(limit=200)
    assert summary.endswith(".")
    assert len(summary) <= 60
    assert ctx.command.help
    assert ctx.command.help.strip().endswith(".")
    for param in ctx.command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert param.help, param.name
            assert param.help.rstrip()[-1] in ".])", param.name


@pytest.mark.parametrize("ctx", CONTEXTS[1:], ids=PATHS[1:])
def test_every_command_takes_the_global_options_too(ctx: Context) -> None:
    hidden = {o for param in ctx.command.params for o in param.opts if getattr(param, "hidden", 0)}
    own = {"--timeout"} if ctx.command.name == "wait" else set()  # how long the wait may take
    assert {"--base-url", "--timeout", "--retries", "-v", "-q", "--no-color"} <= hidden | own


@pytest.mark.parametrize("ctx", CONTEXTS, ids=PATHS)
def test_no_option_takes_the_api_key(ctx: Context) -> None:
    options = (param for param in ctx.command.params if isinstance(param, click.Option))
    flags = {flag for option in options for flag in option.opts}
    assert {flag for flag in flags if "key" in flag} <= {"--ssh-key"}


def test_keys_of_columns_are_stable_names() -> None:
    for ctx in CONTEXTS:
        columns = getattr(ctx.command, "columns", [])
        names = [name for column in columns for name in (column.key, *column.aliases)]
        assert len(names) == len(set(names)), ctx.command_path
        assert all(name.isidentifier() and name == name.lower() for name in names)


def test_builtins_are_the_declared_entry_points() -> None:
    config = configparser.ConfigParser()
    config.read(PROJECT / "setup.cfg")
    lines = config["options.entry_points"][OURS].strip().splitlines()
    assert [tuple(line.split(" = ")) for line in lines] == [(b.name, b.value) for b in BUILTINS]
    assert {builtin.section for builtin in BUILTINS} <= set(SECTIONS)


def test_generated_files_are_what_the_commands_say() -> None:
    """Run `python -m clore_cli.docgen` after a change of a command, an option or a help text."""
    assert "".join(docgen.drift(PROJECT)) == ""


def test_manual_pages_name_both_sides_of_a_switch() -> None:
    page = PAGES[Path("man/clore-server-set.1")]
    assert r"\fB\-\-available\fR, \fB\-\-unavailable\fR" in page


@pytest.mark.skipif(not shutil.which("groff"), reason="groff is not installed")
def test_manual_pages_print_what_was_meant() -> None:
    page = PAGES[Path("man/clore-deploy.1")]
    shown = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-c"], input=page, capture_output=True, text=True,
        timeout=30, check=True,
    ).stdout  # fmt: skip
    text = " ".join(re.sub(".\b", "", shown).split())
    assert "clore-deploy - Rent a server" in text
    assert "--env NAME=VALUE" in text
    assert "Default: cloreai/jupyter:ubuntu24.04-v2." in text
    assert "\\" not in text
