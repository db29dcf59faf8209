"""The program's side of TAB: answers a completion script, and says nothing else whatever happens.

A script runs ``_CLORE_COMPLETE=argv_complete clore WORD... CURRENT`` with the words before the
cursor and the beginning of the one at it. Each line of the answer is a value, a tab and what it
is; the values ``:file`` and ``:dir`` leave it to the shell to complete names of files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, List, Sequence

from click.shell_completion import (
    CompletionItem,
    ShellComplete,
    _is_incomplete_option,
    _resolve_context,
)

from clore_cli.plugins import PluginGroup
from clore_client.text import clean

from . import plugin_names

if TYPE_CHECKING:
    import click

_STDIN, _STDOUT, _STDERR = 0, 1, 2


def text(group: click.Group, words: Sequence[str]) -> str:
    """The answers to ``words``, the last of which is the one to complete."""
    if isinstance(group, PluginGroup):
        plugin_names.refresh(group)
    *before, current = words or [""]
    items = _Answers(group, {}, "clore", "_CLORE_COMPLETE").get_completions(before, current)
    return "".join(f"{_line(item)}\n" for item in items)


class _Answers(ShellComplete):
    """click's answers, but that a value may begin with a dash, as in ``--sort -price``."""

    def get_completions(self, args: List[str], incomplete: str) -> List[CompletionItem]:
        """What may stand in the place of ``incomplete``, behind ``args``."""
        name, equals, value = incomplete.partition("=")
        if equals and name.startswith("--"):
            words, current = [*args, name], value
        else:
            words, current = args, incomplete
        ctx = _resolve_context(self.cli, {**self.ctx_args}, self.prog_name, [*words])
        for param in ctx.command.get_params(ctx):
            if _is_incomplete_option(ctx, words, param):
                return param.shell_complete(ctx, current)
        return super().get_completions(args, incomplete)


def _line(item: CompletionItem) -> str:
    if item.type in ("file", "dir"):
        return f":{item.type}\t"
    return f"{clean(str(item.value))}\t{clean(item.help or '')}"


def answer(group: click.Group, words: Sequence[str]) -> None:
    """Print the answers and end this process, with status 0.

    It ends at once, without what a plugin may have left to be done at exit.
    """
    try:
        out = _silenced()
        os.write(out, text(group, words).encode("utf-8", "backslashreplace"))
    except BaseException:  # noqa: BLE001, S110  a plugin's SystemExit, a closed pipe, a Ctrl-C
        pass
    finally:
        os._exit(0)


def _silenced() -> int:
    """Where stdout was; nothing reads the terminal or writes to it from now on.

    The descriptors, not sys.stdout: what a plugin starts or loads writes to those.
    """
    out = os.dup(_STDOUT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        os.dup2(nowhere, descriptor)
    return out
