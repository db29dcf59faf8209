"""The SQLite file: opened for one recorder or for readers, and never harmed by a failure."""

from __future__ import annotations

import contextlib
import heapq
import os
import sqlite3
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from clore_cli.plugin import CommandError, PassingError, alone

from . import schema
from .period import HOUR
from .record import Record

#: Seconds that a statement waits while another process writes, which takes milliseconds.
_PATIENCE = 10.0

_PRICE = f"INSERT INTO price VALUES ({', '.join('?' * len(Record._fields))})"  # noqa: S608
_HOUR = """
    INSERT INTO hour VALUES (?, ?, ?, ?, ?) ON CONFLICT (gpu, hour) DO UPDATE SET
    free_servers = free_servers + excluded.free_servers,
    priced = priced + excluded.priced, medians = medians + excluded.medians
"""
_SAMPLES = f"""
    SELECT at, ?, {", ".join(Record._fields[2:])} FROM price
    WHERE gpu = ? AND at BETWEEN ? AND ? ORDER BY at
"""  # noqa: S608  the names of our own fields
_PARTS = """
    SELECT (hour - :first) / :width AS part, SUM(free_servers), SUM(priced), SUM(medians),
        MIN(1.0 * medians / priced), MAX(1.0 * medians / priced),
        SUM(priced > 0), SUM(medians > :median * priced)
    FROM hour WHERE gpu = :gpu AND hour BETWEEN :first AND :last GROUP BY part
"""


class Part(NamedTuple):
    """One GPU model in some hours next to each other; prices as in `Record`.

    Attributes:
        number: which part of the period it is, from 0.
        free_servers: the free servers of all its samples together.
        priced: its samples with a median.
        medians: the medians of those samples together.
        lowest: the lowest median of an hour.
        highest: the highest.
        hours: its hours with a median.
        dearer: those of them whose median is above the one that was asked about.
    """

    number: int
    free_servers: int
    priced: int
    medians: int
    lowest: Optional[float]
    highest: Optional[float]
    hours: int
    dearer: Optional[int]


class Store:
    """What one open file is asked and told; see `recording` and `reading`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def latest(self) -> Optional[int]:
        """The unix time of the latest sample; None where there is none."""
        return self._number("SELECT MAX(at) FROM sample")

    def count(self, since: int, until: int) -> int:
        """How many samples there are from ``since`` to ``until``, unix times, both included."""
        found = self._number("SELECT COUNT(*) FROM sample WHERE at BETWEEN ? AND ?", since, until)
        return found or 0

    def models(self) -> Dict[str, int]:
        """The numbers of all GPU models in the file, by their names."""
        return dict(self._connection.execute("SELECT name, id FROM gpu ORDER BY name"))

    def samples(self, gpu: str, since: int, until: int) -> List[Record]:
        """A model's records from ``since`` to ``until``, unix times, both included."""
        return list(self.all_samples([gpu], since, until))

    def all_samples(self, gpus: Sequence[str], since: int, until: int) -> Iterator[Record]:
        """The records of several models, oldest first, and in the order of ``gpus`` at one time.

        They are read as they are asked for: 90 days of all models are a million.
        """
        numbers = self.models()
        found = [
            map(
                Record._make,
                self._connection.execute(_SAMPLES, (gpu, numbers.get(gpu), since, until)),
            )
            for gpu in gpus
        ]
        return heapq.merge(*found, key=attrgetter("at"))

    def parts(
        self, number: int, first: int, last: int, width: int, median: Optional[int]
    ) -> List[Part]:
        """A model's unix hours ``first`` to ``last`` in parts of ``width`` hours each.

        Parts without a sample of the model are left out.

        Args:
            number: of the model.
            median: the price that the medians of the hours are compared with.
        """
        asked = {"gpu": number, "first": first, "last": last, "width": width, "median": median}
        return list(map(Part._make, self._connection.execute(_PARTS, asked)))

    def add(self, at: int, servers: int, found: Sequence[Record]) -> bool:
        """Keep one sample, as a whole or not at all.

        Args:
            at: its unix time.
            servers: how many servers the marketplace had.
            found: its records.

        Returns:
            False when there is a sample of this second already; nothing is changed then.
        """
        with self._changing():
            if self._number("SELECT 1 FROM sample WHERE at = ?", at):
                return False
            names = [(record.gpu,) for record in found]
            self._connection.executemany("INSERT OR IGNORE INTO gpu (name) VALUES (?)", names)
            numbers = self.models()
            self._connection.execute("INSERT INTO sample VALUES (?, ?)", (at, servers))
            for record in found:
                number = numbers[record.gpu]
                self._connection.execute(_PRICE, (number, at, *record[2:]))
                self._connection.execute(_HOUR, (number, at // HOUR, *_of_hour(record)))
        return True

    def forget_before(self, at: int) -> int:
        """Remove the samples of the hours before the one of ``at``; return how many they were."""
        hour = at // HOUR
        with self._changing():
            gone = self._connection.execute("DELETE FROM sample WHERE at < ?", (hour * HOUR,))
            if gone.rowcount:
                for number in self.models().values():
                    old = (number, hour * HOUR)
                    self._connection.execute("DELETE FROM price WHERE gpu = ? AND at < ?", old)
                    old = (number, hour)
                    self._connection.execute("DELETE FROM hour WHERE gpu = ? AND hour < ?", old)
        if gone.rowcount:
            # Gives the room back to the disk; a single execute() would do so with one page.
            self._connection.executescript("PRAGMA incremental_vacuum")
        return gone.rowcount

    def belongs_to(self, host: str) -> str:
        """The host that the file is about, which is ``host`` from now on if there was none."""
        with self._changing():
            known = self._connection.execute("SELECT host FROM source").fetchone()
            if known is None:
                self._connection.execute("INSERT INTO source VALUES (?)", (host,))
        return host if known is None else str(known[0])

    def prepare(self) -> None:
        """Make the tables of a new file, or bring those of an older one up to date."""
        version = self.version()
        if version == len(schema.STEPS):
            return
        if version == 0:  # both can be chosen for a new file only
            self._connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            self._connection.execute("PRAGMA journal_mode = WAL")
        with self._changing():
            for statements in schema.STEPS[self.version() :]:  # another one may have been faster
                for statement in statements:
                    self._connection.execute(statement)
            self._connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version = {len(schema.STEPS)}")

    def version(self) -> int:
        """The version of the file's tables; 0 for a file that has none yet."""
        return self._number("PRAGMA user_version") or 0

    def is_ours(self) -> bool:
        """Whether this is a history, or a file that nothing has been put into yet."""
        if self._number("PRAGMA application_id") == schema.APPLICATION_ID:
            return True
        return self._number("SELECT COUNT(*) FROM sqlite_master") == 0

    def _number(self, query: str, *values: int) -> Optional[int]:
        row = self._connection.execute(query, values).fetchone()
        return None if row is None else row[0]

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Everything inside takes place, or nothing."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            text = "another process keeps the history busy; nothing was changed."
            raise PassingError(text, hint="Try again.") from None
        try:
            yield
        except BaseException:
            # A full disk has rolled back already.
            with contextlib.suppress(sqlite3.Error):
                self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _of_hour(record: Record) -> Tuple[int, int, int]:
    """What a record adds to its hour: free servers, samples with a median, and the median."""
    return record.free_servers, int(record.median is not None), record.median or 0


@contextmanager
def recording(path: Path, host: str) -> Iterator[Store]:
    """The file for the one process that may record in it; it is made if need be.

    Args:
        path: of the file; missing directories are made.
        host: the API's, which must be the one that the file is about.

    Raises:
        CommandError: another process records in it, it is about another host, or it cannot be
            used; nothing was changed.
    """
    _make_directory(path.parent)
    lock = alone(f"{path.name}.lock", f"records in {path}", directory=path.parent)
    with _explained(path), lock, changing(path) as store:
        known = store.belongs_to(host)
        if known != host:
            raise CommandError(
                f"{path} is the history of {known}, and this is {host}; nothing was recorded.",
                hint="Name another file with --db.",
            )
        yield store


@contextmanager
def changing(path: Path) -> Iterator[Store]:
    """The file for changes beside those of the one who records in it.

    Raises:
        CommandError: it cannot be used; nothing was changed.
    """
    with _explained(path), contextlib.closing(_connect(path, "rwc")) as connection:
        connection.execute("PRAGMA synchronous = FULL")  # a sample outlives a power cut
        store = Store(connection)
        _check(path, store)
        store.prepare()
        yield store


@contextmanager
def reading(path: Path) -> Iterator[Store]:
    """The file as it is now, whoever writes to it meanwhile; nothing is ever changed in it.

    Raises:
        CommandError: there is no file, or it cannot be used.
    """
    if not path.exists():
        raise CommandError(
            f"there is no history yet: {path} does not exist.",
            hint="'clore history record' takes a first sample; --db names another file.",
        )
    with _explained(path), contextlib.closing(_connect(path, _mode(path))) as connection:
        connection.execute("PRAGMA query_only = ON")
        store = Store(connection)
        _check(path, store)
        connection.execute("BEGIN")  # one moment for all questions
        if store.version() == 0:
            raise CommandError(f"{path} is empty.", hint="'clore history record' takes a sample.")
        yield store


def _mode(path: Path) -> str:
    """How SQLite is to open the file for reading.

    Even readers keep two small files beside it, and only who may write removes them in the end.
    Where none can be made, and nobody writes, SQLite must be told that the file does not change.
    """
    if os.access(path, os.W_OK) and os.access(path.parent, os.W_OK):
        return "rw"
    return "ro" if Path(f"{path}-wal").exists() else "ro&immutable=1"


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=_PATIENCE, isolation_level=None)


def _check(path: Path, store: Store) -> None:
    if not store.is_ours():
        raise CommandError(
            f"{path} is the database of another program; it was not touched.",
            hint="Name another file with --db.",
        )
    if store.version() > len(schema.STEPS):
        raise CommandError(
            f"{path} was written by a newer clore-history; it was not touched.",
            hint="Update it: pip install -U clore-history",
        )


#: What SQLite says, and what to do about it.
_ADVICE = (
    ("full", "Make room; what was recorded before is safe."),
    ("readonly", "See that you may write to the file and its directory."),
    ("unable to open", "See that the file and its directory are there and yours."),
    ("not a database", "It is no history and was not touched; name another file with --db."),
    ("locked", "Another process keeps it busy; try again."),
    ("malformed", "The file is damaged; keep a copy, and name another file with --db."),
)


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Failures of the file in words."""
    try:
        yield
    except sqlite3.Error as error:
        text = str(error)
        hint = next((advice for word, advice in _ADVICE if word in text), "")
        raise CommandError(f"{path}: {text}.", hint=hint) from None


def _make_directory(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"cannot make the directory {path}: {error.strerror}.") from None
