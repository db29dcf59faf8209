"""Opens the SQLite file for one recorder or for readers, so that no failure harms it."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import Generator

from clore_cli.plugin import CommandError, alone

from . import schema
from .store import Store

#: Seconds that a statement waits while another process writes, which takes milliseconds.
_PATIENCE = 10.0


@contextmanager
def recording(path: Path, host: str) -> Generator[Store, None, None]:
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
def changing(path: Path) -> Generator[Store, None, None]:
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
def reading(path: Path) -> Generator[Store, None, None]:
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
def _explained(path: Path) -> Generator[None, None, None]:
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
