"""The root group: knows all commands, loads one when it runs. The only home of click-plugins."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple, Union

import click

from .entrypoints import Builtin, Plugin
from .grouping import CommandGroup

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

#: The sections of `clore --help`, in their order.
SECTIONS = ("market", "renting", "money", "hosting", "account", "tools")


class PluginGroup(CommandGroup):
    """A group whose commands are imported when they are needed, and not before."""

    def __init__(self, *args: Any, builtins: Sequence[Builtin] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.builtins = {builtin.name: builtin for builtin in builtins}

    @cached_property
    def plugins(self) -> Dict[str, Plugin]:
        """Other people's commands by name; a built-in keeps its name, and so does the first."""
        found: Dict[str, Plugin] = {}
        if not os.environ.get("CLORE_NO_PLUGINS"):
            from . import plugin_cache  # a built-in looks for no plugin

            for plugin in plugin_cache.installed():
                if plugin.name not in self.builtins:
                    found.setdefault(plugin.name, plugin)
        return found

    def list_commands(self, ctx: click.Context) -> List[str]:  # noqa: ARG002  click's signature
        """Every command's name: the built-ins', then the plugins'."""
        return [*sorted(self.builtins), *sorted(self.plugins)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> Optional[click.Command]:  # noqa: ARG002
        """The command of that name, imported now; None when there is none."""
        if cmd_name not in self.commands:
            found = self.builtins.get(cmd_name) or self.plugins.get(cmd_name)
            if found is not None:
                from click_plugins import with_plugins  # most of it tells tracebacks

                with_plugins([found])(self)
        return self.commands.get(cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an exception that escapes a plugin's says whose it was."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            name = ctx.invoked_subcommand or ""
            if name not in self.builtins and name in self.plugins:  # else none is looked for
                error.__dict__.setdefault("clore_plugin", self.plugins[name].distribution)
            raise

    def resolve_command(
        self, ctx: click.Context, args: List[str]
    ) -> Tuple[Optional[str], Optional[click.Command], List[str]]:
        """Find the command to run; a mistyped name gets a suggestion."""
        if not ctx.resilient_parsing and self.get_command(ctx, args[0]) is None:
            from .mistyped import unknown

            names = self.list_commands(ctx)
            raise click.UsageError(unknown("command", args[0], names, "see 'clore --help'."), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands by section, from the tables alone: nothing is imported for it."""
        for section in SECTIONS:
            rows = [(b.name, b.help) for b in self.builtins.values() if b.section == section]
            _write_section(formatter, section, rows)
        plugins = [(plugin.name, plugin.help) for plugin in self.plugins.values()]
        _write_section(formatter, "plugins", sorted(plugins))

    def shell_complete(self, ctx: click.Context, incomplete: str) -> List[CompletionItem]:
        """Complete command names from the tables: TAB imports no plugin."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        known: Dict[str, Union[Builtin, Plugin]] = {**self.builtins, **self.plugins}
        return [
            CompletionItem(name, help=known[name].help)
            for name in self.list_commands(ctx)
            if name.startswith(incomplete)
        ]


def _write_section(formatter: click.HelpFormatter, title: str, rows: List[Tuple[str, str]]) -> None:
    if rows:
        with formatter.section(title.capitalize()):
            formatter.write_dl(rows)
