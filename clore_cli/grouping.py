"""``@group``: a group of commands whose words, help and settings are those of `command`."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

import click

from . import helping, told
from .options import absorb, repeated_options, without_taken

Callback = Callable[..., Any]


class CommandGroup(click.Group):
    """A group of commands, made with its own ``@group.command``."""

    context_class = helping.HelpContext

    def __init__(self, *args: Any, section: str = "", **kwargs: Any) -> None:
        kwargs.update(
            callback=_show_help,
            invoke_without_command=True,
            no_args_is_help=False,
            subcommand_metavar="[COMMAND] [ARGS]...",
        )
        self.told = told.taken(kwargs)
        super().__init__(*args, **kwargs)
        self.section = section
        self.params += without_taken(self.params, repeated_options())

    def invoke(self, ctx: click.Context) -> None:
        """Run the subcommand; without one, show what there is."""
        absorb(ctx)
        super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """End the help with where to read on."""
        super().format_epilog(ctx, formatter)
        helping.more(ctx, formatter)

    def resolve_command(
        self, ctx: click.Context, args: List[str]
    ) -> Tuple[Optional[str], Optional[click.Command], List[str]]:
        """Find the subcommand; a mistyped name gets a suggestion."""
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            from .mistyped import unknown

            names = self.list_commands(ctx)
            listed = f"there are: {', '.join(names)}."
            raise click.UsageError(unknown("command", args[0], names, listed), ctx)
        return super().resolve_command(ctx, args)

    def command(self, *args: Any, **kwargs: Any) -> Callable[[Callback], click.Command]:  # type: ignore[override]
        """Add a command to this group; the arguments are those of `command`."""

        def decorate(func: Callback) -> click.Command:
            from .command import command  # the root has none but those that it finds

            made = command(*args, **kwargs)(func)
            self.add_command(made)
            return made

        return decorate


def _show_help() -> None:
    ctx = click.get_current_context()
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def group(name: Optional[str] = None, **attrs: Any) -> Callable[[Callback], CommandGroup]:
    """Make a group of commands; the function gives its name and help text and is not called.

    Args:
        name: the group's name; the function's by default.
        attrs: ``section`` of the help, what `clore_cli.told.Told` has for the manual page, and
            everything that `click.Group` takes.
    """

    def decorate(func: Callback) -> CommandGroup:
        return CommandGroup(name or func.__name__, help=func.__doc__, **attrs)

    return decorate
