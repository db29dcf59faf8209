"""`clore history record`: takes samples of the marketplace."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Dict, Iterable, Iterator, Optional
from urllib.parse import urlsplit

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    FloatRange,
    IntRange,
    Outages,
    PassingError,
    Status,
    StreamCommand,
    UsageError,
    cells,
    command,
    iso_utc,
    offers,
    option,
    stoppable,
)

from .follow import due_times
from .period import DAY
from .record import records
from .shared import ENVIRONMENT, FILES, db_option, place

if TYPE_CHECKING:
    from pathlib import Path

    from .store import Store

Row = Dict[str, Any]

EXAMPLES = [
    ("clore history record", "Add one sample, for example from cron."),
    (
        "clore history record --every 600 --keep 90",
        "One every 10 minutes until Ctrl-C, and keep those of 90 days.",
    ),
]
EXITS = {
    **API_EXITS,
    Status.ERROR: "The marketplace is empty, the file cannot be used, or any other error.",
    Status.USAGE: "Wrong usage, or another process records in the file already.",
    Status.AUTH: "There is a key, but it cannot be read, or the API does not accept it.",
    143: "SIGTERM has ended it; what was recorded is safe.",
}


COLUMNS = [
    Column("at", whole=True, kind="string", about="when the sample was taken, UTC"),
    Column("models", align="right", kind="integer", about="GPU models on the marketplace"),
    Column("servers", align="right", kind="integer", about="servers on the marketplace"),
    Column("free_servers", "FREE", align="right", kind="integer", about="those that are free"),
    Column("file", extra=True, kind="string", about="where it is kept"),
]


@command(
    "record",
    cls=StreamCommand,
    columns=COLUMNS,
    empty="No sample was taken.",
    examples=EXAMPLES,
    exits=EXITS,
    environment=ENVIRONMENT,
    files={
        **FILES,
        "~/.local/share/clore/history.sqlite.lock": "Keeps a second process from recording.",
    },
    see=["history-show", "history-export", "history-prune"],
)
@db_option
@option(
    "--every",
    metavar="SECONDS",
    type=FloatRange(min=10),
    help="Go on, with a sample every so many seconds; 600 is a good choice.",
)
@option("--count", metavar="N", type=IntRange(min=1), help="With --every: end after N samples.")
@option("--keep", metavar="DAYS", type=IntRange(min=1), help="Forget what is older.")
def record(
    app: App,
    db: Optional[str],
    every: Optional[float],
    count: Optional[int],
    keep: Optional[int],
) -> Iterable[Row]:
    """Record prices and availability, per GPU model.

    Takes one sample of the marketplace and prints what it was; with --every, takes one every so
    many seconds until Ctrl-C or SIGTERM, and prints each at once (as JSON, an object on a line of
    its own). When the API cannot be reached meanwhile, samples are missing and recording goes on.

    Needs no API key. One process at a time records in a file; anybody may read it meanwhile. A
    year of samples every 10 minutes takes about 250 MB; --keep bounds it.
    """
    if count is not None and every is None:
        raise UsageError("--count goes with --every.")
    path = place(db)
    if every is None:
        with _recorder(app, path, keep) as recorder:
            sample = recorder.take()
        app.note(f"Kept in {path}.")
        return [sample]
    return _following(app, path, keep, every, count)


def _following(
    app: App, path: Path, keep: Optional[int], every: float, count: Optional[int]
) -> Iterator[Row]:
    with _recorder(app, path, keep) as recorder:
        app.note(f"Recording in {path} every {cells.age(every)}; Ctrl-C ends it.")
        yield from islice(recorder.follow(every), count)


@contextmanager
def _recorder(app: App, path: Path, keep: Optional[int]) -> Iterator[_Recorder]:
    from .store import recording

    host = urlsplit(app.client.base_url).hostname or ""
    with recording(path, host) as store, stoppable():
        yield _Recorder(app, store, path, keep)


class _Recorder:
    """Takes samples and puts them into ``store``; what is older than ``keep`` days goes."""

    def __init__(self, app: App, store: Store, path: Path, keep: Optional[int]) -> None:
        self._app, self._store, self._path, self._keep = app, store, path, keep

    def take(self) -> Row:
        """Take one sample and return what it is, as a row of `COLUMNS`.

        Raises:
            CloreAPIError: there was no answer, or none of use.
            CommandError: the marketplace is empty, or the file cannot be used.
        """
        servers = offers.servers(self._app)
        at = int(self._app.client.server_time)
        found = records(at, servers)
        if not found:
            raise PassingError("the marketplace is empty; nothing was recorded.")
        if not self._store.add(at, len(servers), found):
            raise PassingError("there is a sample of this second already.")
        if self._keep is not None:
            self._store.forget_before(at - self._keep * DAY)
        return {
            "at": iso_utc(at),
            "models": len(found),
            "servers": len(servers),
            "free_servers": sum(one.free_servers for one in found),
            "file": str(self._path),
        }

    def follow(self, every: float) -> Iterator[Row]:
        """Take samples for ever, and yield each once it is kept."""
        client = self._app.client
        outages = Outages(self._app, every)
        # Nobody need read what is recorded: only a row that cannot be printed ends it.
        sleep = partial(self._app.sleep, reader=False)
        for _ in due_times(every, lambda: client.server_time, sleep):
            row = outages.attempt(self.take)
            if row is not None:
                yield row
