"""Which words of `clore ssh` are its own, which are for ssh; and how it waits for ssh."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, List

import click
import pytest

from clore_cli.commands import ssh_words
from clore_cli.commands.ssh import waited_for

if TYPE_CHECKING:
    from cli_helpers import Clore

    from clore_client.sandbox import World


OWN = {"--user": True, "--quiet": False, "-q": False, "-v": False, "-h": False, "--help": False}


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("5", "5 --"),
        ("5 ls -l", "5 -- ls -l"),
        ("5 -- -x", "5 -- -x"),
        ("5 -v ls -v -- x", "5 -v -- ls -v -- x"),
        ("-v 5", "-v 5 --"),
        ("-qv 5 -q", "-qv 5 -q --"),
        ("-L 1:a:2 5", "5 -L1:a:2 --"),
        ("-NL 1:a:2 5 -D8 -i k", "5 -NL1:a:2 -D8 -ik --"),
        ("--user a 5", "--user a 5 --"),
        ("5 --user a -4 --user=b", "--user a --user=b 5 -4 --"),
        ("5 --nosuch", "--nosuch 5 --"),
        ("5 --help", "--help 5 --"),
        ("-h", "-h"),
        ("-N", ""),
        ("-- 5", ""),
        ("5 --user", "--user 5 --"),
    ],
)
def test_words_are_told_apart(typed: str, read: str) -> None:
    assert ssh_words.arranged(typed.split(), OWN) == read.split()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["5", "-Z", "a"], "no option -Z"),
        (["5", "-NZ"], "no option -Z"),
        (["5", "-L"], "-L needs a value"),
        (["5", "-L", ""], "-L needs a value"),
        (["5", "-p", "22"], "takes the port from the order"),
        (["5", "-vlroot"], "--user"),
        (["5", "-"], "no option of ssh"),
    ],
)
def test_words_that_ssh_would_misread_are_refused(words: List[str], message: str) -> None:
    with pytest.raises(click.UsageError, match=message):
        ssh_words.arranged(words, OWN)


def test_usage_errors_through_the_program(clore: Clore, world: World) -> None:
    assert clore("ssh").returncode == 2
    assert clore("ssh", "x").returncode == 2
    assert "See 'clore ssh --help'" in clore("ssh", 5, "-p", "22").stderr
    assert "--nosuch" in clore("ssh", 5, "--nosuch").stderr
    assert "Usage:" in clore("ssh", 5, "-N", "--help").stdout
    assert not world.log


@pytest.mark.parametrize(
    ("script", "status"), [("exit 42", 42), ("kill -TERM $$", 143), ("kill -INT $$", 130)]
)
def test_where_a_process_cannot_become_another_it_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, script: str, status: int
) -> None:
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert waited_for("/bin/sh", ["ssh", "-c", script]) == status
