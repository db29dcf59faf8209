"""The SQLite file: what it keeps, for whom, and what it survives."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import closing
from pathlib import Path
from typing import Any, ContextManager, List, Tuple

import pytest
from clore_history import schema
from clore_history.store import Store, changing, reading, recording
from history_samples import START, record

from clore_cli.plugin import CommandError, PassingError

HOUR = START // 3600
HOST = "api.clore.ai"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "history.sqlite"


@pytest.fixture
def filled(path: Path) -> Path:
    """A file with 4 samples in 2 hours, the last one without a price."""
    with recording(path, HOST) as store:
        for number, median in enumerate((100, 200, 400, None)):
            at = START + number * 1800
            assert store.add(at, 7, [record(at, median=median), record(at, "RTX 3090")])
    return path


def refused(opened: ContextManager[Any], why: str) -> CommandError:
    """The error with which opening a file fails."""
    with pytest.raises(CommandError, match=why) as caught, opened:
        pytest.fail("opened")
    return caught.value


def raw(path: Path, query: str) -> List[Tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def test_what_was_recorded_is_read_as_it_was(filled: Path) -> None:
    with reading(filled) as store:
        assert store.latest() == START + 5400
        assert store.count(START, START + 1800) == 2
        assert list(store.models()) == ["RTX 3090", "RTX 4090"]
        assert store.samples("RTX 4090", START, START + 1800) == [
            record(START, median=100), record(START + 1800, median=200),
        ]  # fmt: skip
        assert store.samples("RTX 4090", START + 5400, START + 9999)[0].median is None
        assert store.samples("H100", 0, START * 2) == []


def test_hours_are_summed_up_as_samples_come(filled: Path) -> None:
    with reading(filled) as store:
        number = store.models()["RTX 4090"]
        first, second = store.parts(number, HOUR, HOUR + 1, 1, 150)
        assert first == (0, 4, 2, 300, 150.0, 150.0, 1, 0)
        assert second == (1, 4, 1, 400, 400.0, 400.0, 1, 1)
        (both,) = store.parts(number, HOUR, HOUR + 1, 2, None)
        assert both == (0, 8, 3, 700, 150.0, 400.0, 2, None)
        assert store.parts(number, HOUR + 2, HOUR + 9, 1, 150) == []


def test_two_samples_of_one_second_are_one(filled: Path) -> None:
    with recording(filled, HOST) as store:
        assert not store.add(START, 7, [record(START, median=999)])
        assert store.samples("RTX 4090", START, START) == [record(START, median=100)]


def test_forgetting_takes_whole_hours_and_gives_the_room_back(path: Path) -> None:
    with recording(path, HOST) as store:
        for number in range(400):
            at = START + number * 3600
            store.add(at, 7, [record(at, f"GPU {gpu}") for gpu in range(20)])
    before = path.stat().st_size
    assert sorted(one.name for one in path.parent.iterdir()) == [path.name, f"{path.name}.lock"]
    with changing(path) as store:
        assert store.forget_before(START + 390 * 3600 + 1799) == 390
        assert store.forget_before(START + 390 * 3600) == 0
        assert store.count(0, START * 2) == 10
        assert len(store.samples("GPU 3", 0, START * 2)) == 10
        assert len(store.parts(store.models()["GPU 3"], HOUR, HOUR + 400, 1, 0)) == 10
    assert path.stat().st_size < before / 4


def test_one_process_records_at_a_time(path: Path) -> None:
    with recording(path, HOST):
        refused(recording(path, HOST), r"another process records in .* already")
    with recording(path, HOST) as store:
        assert store.latest() is None


def test_a_reader_sees_one_moment_while_somebody_writes(filled: Path) -> None:
    with reading(filled) as reader, recording(filled, HOST) as writer:
        assert reader.latest() == START + 5400
        assert writer.add(START + 9000, 7, [record(START + 9000)])
        assert reader.latest() == START + 5400
        assert len(reader.samples("RTX 4090", 0, START * 2)) == 4
    with reading(filled) as reader:
        assert reader.latest() == START + 9000
    assert len(list(filled.parent.iterdir())) == 2


def test_a_market_does_not_get_into_the_history_of_another(filled: Path) -> None:
    refused(recording(filled, "127.0.0.1"), r"is the history of api.clore.ai, and this is 127")


def test_a_newer_file_is_left_alone(filled: Path) -> None:
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute(f"PRAGMA user_version = {len(schema.STEPS) + 1}")
    before = filled.read_bytes()
    for opened in (reading(filled), changing(filled), recording(filled, HOST)):
        refused(opened, "written by a newer clore-history")
    assert filled.read_bytes() == before


def test_an_older_file_is_brought_up_to_date_and_keeps_what_it_has(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ("ALTER TABLE sample ADD COLUMN note TEXT",)
    monkeypatch.setattr(schema, "STEPS", [*schema.STEPS, step])
    with reading(filled) as store:
        assert store.latest() == START + 5400
        assert store.version() == 1
    with changing(filled) as store:
        assert store.version() == 2
        assert store.latest() == START + 5400
    assert raw(filled, "SELECT note FROM sample LIMIT 1") == [(None,)]


def test_a_step_that_fails_changes_nothing(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    steps = [*schema.STEPS, ("CREATE TABLE more (x)", "CREATE TABLE sample (x)")]
    monkeypatch.setattr(schema, "STEPS", steps)
    refused(changing(filled), "already exists")
    assert raw(filled, "PRAGMA user_version") == [(1,)]
    assert raw(filled, "SELECT name FROM sqlite_master WHERE name = 'more'") == []


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    before = path.read_bytes()
    for opened in (reading(path), recording(path, HOST)):
        refused(opened, "database of another program")
    assert path.read_bytes() == before


def test_what_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("my notes\n" * 200)
    for opened in (reading(path), recording(path, HOST)):
        assert "not touched" in refused(opened, "not a database").hint
    assert path.read_text() == "my notes\n" * 200


def test_a_damaged_file_is_told_and_kept(filled: Path) -> None:
    content = filled.read_bytes()
    filled.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(CommandError, match="malformed"), reading(filled) as store:
        store.models()
    assert filled.stat().st_size == len(content)


def test_no_file_and_an_empty_file_are_told(tmp_path: Path) -> None:
    refused(reading(tmp_path / "none.sqlite"), "there is no history yet")
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "empty.sqlite").touch()
    refused(reading(tmp_path / "empty.sqlite"), r"empty.sqlite is empty")


def test_a_directory_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused(recording(tmp_path / "file" / "history.sqlite", HOST), "cannot make the directory")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_file_that_may_only_be_read(filled: Path) -> None:
    filled.chmod(0o400)
    filled.parent.chmod(0o500)
    with reading(filled) as store:
        assert store.latest() == START + 5400
    refused(recording(filled, HOST), r"readonly|unable to open")
    filled.parent.chmod(0o700)


def test_a_full_disk_costs_the_new_sample_only(filled: Path) -> None:
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        store = Store(connection)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.add(START + 9000, 7, [record(START + 9000, f"GPU {n}") for n in range(500)])
        assert store.latest() == START + 5400
    assert raw(filled, "PRAGMA integrity_check") == [("ok",)]
    assert raw(filled, "SELECT COUNT(*) FROM gpu") == [(2,)]


_WRITER = """
    import itertools, sys
    from pathlib import Path
    from clore_history.store import recording
    from history_samples import START, record
    with recording(Path(sys.argv[1]), "api.clore.ai") as store:
        begin = (store.latest() or START) + 600
        for at in itertools.count(begin, 600):
            print(at, flush=True)
            store.add(at, 40, [record(at, f"GPU {number}") for number in range(40)])
"""


def test_a_killed_recorder_leaves_whole_samples(path: Path) -> None:
    told = []
    for lines in range(1, 11):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(_WRITER), str(path)],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent,
        )  # fmt: skip
        with process:
            assert process.stdout
            told.append([int(process.stdout.readline()) for _ in range(lines * 3)][-1])
            os.kill(process.pid, signal.SIGKILL)
        assert raw(path, "PRAGMA integrity_check") == [("ok",)]
        with reading(path) as store:
            # Each sample but the last one told of was there when it was killed.
            assert (store.latest() or 0) >= told[-1] - 600
    samples = raw(path, "SELECT COUNT(*) FROM sample")[0][0]
    assert samples >= sum(3 * lines - 1 for lines in range(1, 11))
    assert raw(path, "SELECT DISTINCT n FROM (SELECT COUNT(*) n FROM price GROUP BY at)") == [(40,)]
    assert raw(path, "SELECT COUNT(*), SUM(median) FROM price") == raw(
        path, "SELECT SUM(priced), SUM(medians) FROM hour"
    )
    assert raw(path, "SELECT COUNT(*) FROM price") == [(samples * 40,)]


def test_a_file_that_another_process_keeps_busy_is_tried_again_later(
    filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clore_history.store._PATIENCE", 0.05)
    with recording(filled, HOST) as store, closing(sqlite3.connect(filled)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(PassingError, match="keeps the history busy"):
            store.add(START + 9000, 1, [record(START + 9000, "RTX 4090")])
        other.rollback()
        assert store.add(START + 9000, 1, [record(START + 9000, "RTX 4090")])
