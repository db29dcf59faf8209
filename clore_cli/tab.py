"""The program's side of TAB: answers a completion script, and says nothing else whatever happens.

A script runs ``_CLORE_COMPLETE=argv_complete clore WORD... CURRENT`` with the words before the
cursor and the beginning of the one at it. Each line of the answer is a value, a tab and what it
is; the values ``:file`` and ``:dir`` leave it to the shell to complete names of files.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Iterator, List, Sequence

from click.shell_completion import CompletionItem, ShellComplete

from clore_client.text import clean

if TYPE_CHECKING:
    import click

VARIABLE, PROTOCOL = "_CLORE_COMPLETE", "argv_complete"
_STDIN, _STDOUT, _STDERR = 0, 1, 2


def asked() -> bool:
    """Whether it is a completion script that runs this process."""
    return os.environ.get(VARIABLE) == PROTOCOL


def lines(group: click.Group, words: Sequence[str]) -> Iterator[str]:
    """The answers to ``words``, the last of which is the one to complete."""
    *before, current = words or [""]
    completion = ShellComplete(group, {}, "clore", VARIABLE)
    for item in completion.get_completions(before, current):
        yield _line(item)


def _line(item: CompletionItem) -> str:
    if item.type in ("file", "dir"):
        return f":{item.type}\t"
    return f"{clean(str(item.value))}\t{clean(item.help or '')}"


def answer(group: click.Group, words: Sequence[str]) -> None:
    """Print the answers and end this process, with status 0.

    It ends at once, without what a plugin may have left to be done at exit.
    """
    out = _silenced()
    try:
        text = "".join(f"{line}\n" for line in _known(group, words))
        os.write(out, text.encode("utf-8", "backslashreplace"))
    except BaseException:  # noqa: BLE001, S110  a plugin's SystemExit, a closed pipe, a Ctrl-C
        pass
    finally:
        os._exit(0)


def _known(group: click.Group, words: Sequence[str]) -> List[str]:
    from . import plugin_names
    from .plugins import PluginGroup

    if isinstance(group, PluginGroup):
        plugin_names.refresh(group)
    return list(lines(group, words))


def _silenced() -> int:
    """Where stdout was; nothing reads the terminal or writes to it from now on.

    The descriptors, not sys.stdout: what a plugin starts or loads writes to those.
    """
    out = os.dup(_STDOUT)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (_STDIN, _STDOUT, _STDERR):
        os.dup2(nowhere, descriptor)
    return out
