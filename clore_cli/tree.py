"""Finds commands in the tree of the running program, plugins' included."""

from __future__ import annotations

from typing import Any, Dict, Optional, Sequence

import click

from .command import RowsCommand
from .schema import schema


def find(words: Sequence[str]) -> click.Context:
    """A context for the command called ``words``, such as ``["config", "show"]``.

    Raises:
        click.UsageError: there is no such command; the text suggests one.
    """
    ctx = click.get_current_context().find_root()
    for word in words:
        group = ctx.command
        if not isinstance(group, click.Group):
            raise click.UsageError(f"{ctx.command_path!r} has no commands of its own.")
        _, found, _ = group.resolve_command(ctx, [word])
        if found is None:
            raise click.UsageError(f"no command {word!r}; see '{ctx.command_path} --help'.")
        ctx = click.Context(found, info_name=word, parent=ctx)
    return ctx


def row_schema(words: Sequence[str]) -> Optional[Dict[str, Any]]:
    """The JSON Schema of the rows of a command; None when it prints none.

    Raises:
        click.UsageError: there is no such command.
    """
    command = find(words).command
    if not isinstance(command, RowsCommand) or not command.columns:
        return None
    return schema(" ".join(["clore", *words]), command.columns, single=command.single)
