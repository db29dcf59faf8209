"""`clore help`: explains a topic, or shows a command's help."""

from __future__ import annotations

from typing import Tuple

from clore_cli.plugin import App, argument, command, completing, help_text


@command("help", section="tools")
@argument("words", metavar="[TOPIC|COMMAND...]", nargs=-1, shell_complete=completing.topics)
def help_(app: App, words: Tuple[str, ...]) -> None:
    """Explain a topic or a command.

    Without one, lists the topics.
    """
    app.emit(help_text(words).rstrip("\n"))
