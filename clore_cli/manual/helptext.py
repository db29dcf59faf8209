"""What `clore help` prints: the page of a topic or of a command, as text or as roff."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Sequence

import click

from clore_cli.mistyped import unknown
from clore_cli.tree import find

from . import command_page, overview, plaintext, roff, topics
from .pages import Block, Page, Section, items, paragraphs

if TYPE_CHECKING:
    from clore_cli.plugins import PluginGroup

_WIDEST = 100  # columns: longer lines are hard to read
_HOW = """
'clore help TOPIC' explains one, 'clore help COMMAND' a command, with examples; 'clore --help' lists
the commands, and 'clore help clore' is the place to begin. Where they are installed for man, 'man
clore-query' and 'man clore-search' show the same pages.
"""


def help_text(
    words: Sequence[str], *, as_roff: bool = False, width: int = 80, color: bool = False
) -> str:
    """The page of a topic or a command; without ``words`` the list of topics.

    Args:
        words: a topic, or the name of a command such as ``["config", "show"]``.
        as_roff: the source of the page for ``man``, whatever the terminal.
        width: the columns of the terminal; more than 100 are not used.
        color: headings and names are bold.

    Raises:
        click.UsageError: there is neither a topic nor a command of that name; or no name is
            given of what the source is wanted of.
    """
    if as_roff:
        if not words:
            raise click.UsageError("--roff needs the name of a command or a topic.")
        return roff.write(page(words))
    terminal = plaintext.Terminal(min(width, _WIDEST), color)
    return plaintext.write(page(words), terminal) if words else _index(terminal)


def page(words: Sequence[str]) -> Page:
    """The page that ``words`` name: a topic, or a command, whose name may begin with ``clore``.

    Raises:
        click.UsageError: there is none.
    """
    if len(words) == 1 and words[0] in topics.TOPICS:
        return topics.page(words[0])
    if words[0] == "clore":
        words = words[1:]
    if not words:
        return overview.page(find(()))
    _check(words[0])
    return command_page.page(find(words), _source(words[0]))


def _check(name: str) -> None:
    known = [*topics.TOPICS, *_root().list_commands(find(()))]
    if name not in known:
        otherwise = "'clore help' lists the topics."
        raise click.UsageError(unknown("topic or command", name, known, otherwise))


def _root() -> PluginGroup:
    found: PluginGroup = find(()).command  # type: ignore[assignment]  # the root of every run
    return found


def _source(name: str) -> str:
    """The distribution, and its version, that the command ``name`` belongs to."""
    root = _root()
    plugin = None if name in root.builtins else root.plugins.get(name)
    return plugin.distribution if plugin else command_page.SOURCE


def _index(terminal: plaintext.Terminal) -> str:
    rows = [(name, topic.about) for name, topic in topics.TOPICS.items()]
    blocks: List[Block] = [items(rows), *paragraphs(_HOW)]
    return plaintext.sections([Section("TOPICS", blocks)], terminal)
