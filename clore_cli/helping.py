"""What the help of every command of ours has in common."""

from __future__ import annotations

import click
from click import formatting

from . import terminal

#: The names of the topics, whose pages take longer to load: a command that is called as one is
#: explained by its full name.
TOPICS = ("environment", "exit-codes", "formats", "plugins", "query")

_MARGIN, _NARROWEST = 2, 50  # columns, as in click


class HelpContext(click.Context):
    """A context whose help fits the terminal as click's does, which asks `shutil` for its width.

    That loads every compression there is: 3 ms.
    """

    def make_formatter(self) -> click.HelpFormatter:
        """The formatter of this command's help."""
        width = self.terminal_width
        if width is None and formatting.FORCED_WIDTH is None:
            widest = self.max_content_width or 80
            width = max(min(terminal.columns(), widest) - _MARGIN, _NARROWEST)
        return self.formatter_class(width=width, max_width=self.max_content_width)


def more(ctx: click.Context, formatter: click.HelpFormatter) -> None:
    """Write where to read on."""
    name = ctx.command_path.partition(" ")[2]
    words = ctx.command_path if not name or name in TOPICS else name
    formatter.write_paragraph()
    formatter.write_text(f"More, with examples: clore help {words}")
