"""`clore schema`: the JSON Schema of a command's rows."""

from __future__ import annotations

import json
from typing import Tuple

from clore_cli.plugin import App, CommandError, Status, argument, command, completing, row_schema


@command(
    section="tools",
    context_settings={"ignore_unknown_options": True},
    arguments={"COMMAND": "The command, with the options that change its columns."},
    examples=[
        ("clore schema search", "What 'clore search --json' prints."),
        ("clore schema search --group-by gpu", "The same with an option."),
        ("clore schema orders | jq -r '.items.properties | keys[]'", "The keys alone."),
    ],
    exits={2: "There is no such command, or it prints no rows."},
    see=["formats(7)"],
)
@argument(
    "words", metavar="COMMAND...", nargs=-1, required=True, shell_complete=completing.commands
)
def schema(app: App, words: Tuple[str, ...]) -> None:
    """Print the JSON Schema of a command's output.

    It describes what COMMAND prints with -o json, and the columns of every other format. Keys are
    only ever added within a major version, which the schema carries. An option that changes the
    columns belongs to COMMAND: clore schema search --group-by gpu.
    """
    found = row_schema(words)
    if found is None:
        raise CommandError(
            f"'clore {' '.join(words)}' prints no rows.",
            hint="'clore --help' lists the commands; most of them print rows.",
            status=Status.USAGE,
        )
    app.emit(json.dumps(found, indent=2))
