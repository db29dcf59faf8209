"""`clore help`: explains a topic or a command, as its manual page does."""

from __future__ import annotations

import sys
from typing import Tuple

from clore_cli.plugin import App, argument, command, completing, help_text, option, terminal_width


@command(
    "help",
    section="tools",
    more="The pages are those of man(1), but no man is needed, plugins have theirs, too, and there"
    " is never a pager: 'clore help deploy | less'.",
    arguments={
        "TOPIC": "environment, exit-codes, formats, plugins or query.",
        "COMMAND": "The name of a command, in full: 'clore help auth login'. 'clore help clore' is"
        " about the program itself, and 'clore help clore plugins' about the command that is called"
        " as a topic is.",
    },
    examples=[
        ("clore help", "List the topics."),
        ("clore help query", "Read how to say which servers you want."),
        ("clore help deploy", "Read all about a command."),
        ("clore help --roff cheapest > clore-cheapest.1", "Make the manual page of a plugin."),
    ],
    exits={2: "There is no such topic or command."},
    see=["completion", "plugins(7)"],
)
@argument("words", metavar="[TOPIC|COMMAND...]", nargs=-1, shell_complete=completing.topics)
@option("--roff", is_flag=True, help="Print the source of the page, for man.")
def help_(app: App, words: Tuple[str, ...], roff: bool) -> None:
    """Explain a topic or a command.

    Without one, lists the topics. What is printed fits the terminal.
    """
    shown = sys.stdout.isatty()
    color = shown and app.color is None
    text = help_text(words, as_roff=roff, width=terminal_width() if shown else 80, color=color)
    app.emit(text.rstrip("\n"))
