"""`clore plugins`: other people's commands, and whether they work."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, List, Optional

from clore_cli.plugin import (
    App,
    Column,
    CommandError,
    argument,
    group,
    installed_plugins,
    option,
    write_plugin,
)

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
    examples=[
        ("clore plugins list", "The installed plugins, and whether they work."),
        ("clore plugins new demo", "Write a plugin to start from."),
    ],
    exits={},
    environment={"CLORE_NO_PLUGINS": ""},
    see=["plugins(7)"],
)
def plugins() -> None:
    """See other people's commands, and write your own."""


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

    Each one is imported in a process of its own, to see whether it can be loaded. 'clore plugins
    new' writes one to start from.
    """
    return installed_plugins()


@plugins.command(
    "new",
    examples=[
        ("clore plugins new demo", "A plugin with the command 'clore demo', in ./clore-demo."),
        ("pip install ./clore-demo && clore plugins list", "Install it, and see that it works."),
        ("clore plugins new my-gpus --directory src/my-gpus", "Write it elsewhere."),
    ],
    exits={2: "No plugin's command can have this name.", 1: "The directory cannot be written."},
    see=["plugins(7)"],
)
@argument("name")
@option(
    "--directory",
    metavar="DIR",
    help="Where to write it; it must not be there yet.  [default: clore-NAME]",
)
def new(app: App, name: str, directory: Optional[str]) -> None:
    """Write a plugin to start from.

    NAME is what its command will be called. It is a distribution of its own, with a module of ten
    lines, a test and a README, and works as soon as it is installed. Prints its directory.
    """
    place = Path(directory or f"clore-{name}")
    try:
        write_plugin(name, place)
    except OSError as error:
        raise CommandError(
            f"{place} cannot be written: {error.strerror}; nothing was changed.",
            hint="Choose another place with --directory.",
        ) from None
    app.emit(str(place))
    app.note(f"Next: pip install '{place if place.is_absolute() else f'./{place}'}'")
    app.note(f"Then: clore sandbox run -- clore {name}")
