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
    Column("name", "COMMAND", kind="string"),
    Column("distribution", kind="string"),
    Column("version", whole=True, kind="string"),
    Column("state", kind="string", about="ok, broken, hidden or off, with the reason"),
    Column("summary", extra=True, kind="string", about="what the distribution says of itself"),
]


@group(section="tools")
def plugins() -> None:
    """See other people's commands, and write your own."""


@plugins.command("list", columns=COLUMNS, empty="No plugins are installed.")
def list_(app: App) -> List[InstalledPlugin]:  # noqa: ARG001  every command is handed the App
    """List the installed plugins.

    Each one is imported in a process of its own, to see whether it can be loaded. 'clore plugins
    new' writes one to start from.
    """
    return installed_plugins()


@plugins.command("new")
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
