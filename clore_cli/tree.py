"""Finds commands in a tree of them, above all in that of the running program."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Optional, Sequence

import click

from .command import RowsCommand
from .entrypoints import BrokenCommand
from .schema import schema


def walk(
    command: click.Command, name: str, parent: Optional[click.Context] = None
) -> Iterator[click.Context]:
    """A context for every command, parents first."""
    ctx = click.Context(command, info_name=name, parent=parent, **command.context_settings)
    yield ctx
    if isinstance(command, click.Group):
        for child in command.list_commands(ctx):
            found = command.get_command(ctx, child)
            if found is not None:
                yield from walk(found, child, ctx)


def find(words: Sequence[str]) -> click.Context:
    """A context for the command called ``words``, such as ``["config", "show"]``.

    Raises:
        click.UsageError: there is no such command; the text suggests one.
        CommandError: it is a plugin's that cannot be loaded.
    """
    ctx = click.get_current_context().find_root()
    for word in words:
        group = ctx.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{ctx.command_path!r} has no commands of its own.")
        _, found, _ = group.resolve_command(ctx, [word])
        if found is None:
            raise click.UsageError(f"no command {word!r}; see '{ctx.command_path} --help'.")
        if isinstance(found, BrokenCommand):
            found.fail()
        ctx = click.Context(found, info_name=word, parent=ctx)
    return ctx


def row_schema(words: Sequence[str]) -> Optional[Dict[str, Any]]:
    """The JSON Schema of the rows of a command; None when it prints none.

    Args:
        words: the command's name, and what options of it change its columns, with their values.

    Raises:
        click.UsageError: there is no such command, or no such option.
    """
    flags = [word.partition("=")[0] for word in words if word.startswith("-")]
    first = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    ctx = find(words[:first])
    command = ctx.command
    given = {_parameter(ctx, flag) for flag in flags}
    if not isinstance(command, RowsCommand) or not command.columns:
        return None
    title = " ".join(["clore", *words])
    return schema(title, command.columns_with(given), single=command.single)


def _parameter(ctx: click.Context, flag: str) -> str:
    """The name of the parameter that ``flag`` sets."""
    for param in ctx.command.params:
        if flag in (*param.opts, *param.secondary_opts):
            return param.name or ""
    raise click.NoSuchOption(flag, ctx=ctx)
