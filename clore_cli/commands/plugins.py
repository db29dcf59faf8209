"""`clore plugins`: other people's commands, and whether they work."""

from __future__ import annotations

from typing import TYPE_CHECKING, List

from clore_cli.plugin import App, Column, group, installed_plugins

if TYPE_CHECKING:
    from clore_cli.plugin import InstalledPlugin

COLUMNS = [
    Column("name", "COMMAND", kind="string", about="the command"),
    Column("distribution", kind="string", about="what it comes with"),
    Column("version", whole=True, kind="string", about="of the distribution"),
    Column("state", kind="string", about="ok, broken, hidden or off, with the reason"),
    Column("summary", extra=True, kind="string", about="what the distribution says of itself"),
]


@group(
    section="tools",
    examples=[("clore plugins list", "The installed plugins, and whether they work.")],
    exits={},
    environment={"CLORE_NO_PLUGINS": ""},
    see=["plugins(7)"],
)
def plugins() -> None:
    """Show what other people's commands there are."""


@plugins.command(
    "list",
    columns=COLUMNS,
    empty="No plugins are installed.",
    examples=[
        ("clore plugins list", "The installed plugins, and whether they work."),
        (
            "clore plugins list --json | jq '.[] | select(.state != \"ok\")'",
            "Those that do not work, with the reason.",
        ),
        ("clore plugins list --columns name,summary", "What they say of themselves."),
    ],
    exits={},
    environment={"CLORE_NO_PLUGINS": ""},
    see=["plugins(7)"],
)
def list_(app: App) -> List[InstalledPlugin]:  # noqa: ARG001  every command is handed the App
    """List the installed plugins.

    Each one is imported, to see whether it can be loaded. 'clore help plugins' tells how to write
    one.
    """
    return installed_plugins()
