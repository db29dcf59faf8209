"""`clore history prune`: forgets what is old."""

from __future__ import annotations

from typing import Any, Dict, Optional

from clore_cli.plugin import App, Column, IntRange, command, option

from .period import DAY
from .shared import ENVIRONMENT, EXITS, FILES, db_option, place

EXAMPLES = [("clore history prune --keep 90 --yes", "Forget what is older than 90 days.")]

COLUMNS = [
    Column("samples_removed", "REMOVED", align="right", kind="integer", about="samples that went"),
    Column("samples_left", "LEFT", align="right", kind="integer", about="samples that are kept"),
    Column("file", whole=True, kind="string", about="the file with the history"),
]


@command(
    "prune",
    columns=COLUMNS,
    single=True,
    examples=EXAMPLES,
    exits=EXITS,
    environment=ENVIRONMENT,
    files=FILES,
    see=["history-record"],
)
@db_option
@option("--keep", metavar="DAYS", type=IntRange(min=1), required=True, help="Days to keep.")
@option("-y", "--yes", is_flag=True, help="Do not ask.")
def prune(app: App, db: Optional[str], keep: int, yes: bool) -> Dict[str, Any]:
    """Forget old samples.

    Those go that are older than DAYS before the latest one. The room that they took is given back
    to the disk.
    """
    from .opening import changing, reading

    path = place(db)
    with reading(path) as store:
        latest = store.latest() or 0
    app.confirm(f"Forget what is older than {keep} days in {path}?", yes=yes)
    with changing(path) as store:
        removed = store.forget_before(latest - keep * DAY)
        left = store.count(0, latest)
    return {"samples_removed": removed, "samples_left": left, "file": str(path)}
