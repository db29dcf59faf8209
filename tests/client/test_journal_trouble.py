"""A journal whose files are damaged, are none, or cannot be written: it says so and goes on."""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any, Callable, Dict, NoReturn, Optional

import pytest
from client.shop import ATTEMPT, KEY, ORDER, Shop, journal_at, judged, left
from client.wires import listening
from hypothesis import given
from hypothesis import strategies as st
from optional import some

from clore_client import CloreAI, journal
from clore_client.errors import ConfigError
from clore_client.journal import FileJournal
from clore_client.rental import Attempt


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "clore" / "attempts"


@pytest.fixture
def kept(home: Path) -> FileJournal:
    return journal_at(home)


RECORD = {"version": 1, "account": "mine", **ATTEMPT.record()}


def changed(**fields: Any) -> bytes:
    return json.dumps({**RECORD, **fields}).encode()


DAMAGED = {
    "empty": b"",
    "cut off": changed()[:50],
    "zeros": b"\x00" * 300,
    "no UTF-8": b"\xff\xfe\xfd",
    "a list": b"[]",
    "null": b"null",
    "a number": b"7",
    "deep": b"[" * 50_000,
    "too long": b'{"account": "mine", "x": "' + b"x" * (1 << 17) + b'"}',
    "no account": b"{}",
    "no servers": changed(server_ids=[]),
    "servers of text": changed(server_ids=["1"]),
    "a text for servers": changed(server_ids="123"),
    "null for servers": changed(server_ids=None),
    "lists for orders": changed(known=[[1]]),
    "a number for the operation": changed(operation=7),
    "null for the type": changed(type=None),
    "null for the state": changed(state=None),
    "text for the time": changed(sent_at="now"),
    "no time": changed(sent_at=float("nan")),
    "the end of time": changed(sent_at=float("inf")),
    "after the last date": changed(sent_at=1e300),
    "before time": changed(sent_at=-1),
    "nothing but the account": b'{"account": "mine"}',
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_named_and_kept_and_hides_no_other(
    home: Path, kept: FileJournal, caplog: pytest.LogCaptureFixture, content: bytes
) -> None:
    left(home)
    damaged = home / "damaged.json"
    damaged.write_bytes(content)
    found = kept.pending()
    assert [one for one in found if not one.held] == [ATTEMPT]
    assert [one.id for one in found if one.held] == ["damaged"]
    assert damaged.read_bytes() == content
    (record,) = caplog.records
    assert "damaged.json cannot be read: look at my_orders(), then remove it" in record.getMessage()


def put_symlink(place: Path, tmp_path: Path) -> None:
    target = tmp_path / "elsewhere"
    target.write_bytes(changed())
    place.symlink_to(target)


def put_pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


def put_directory(place: Path, _: Path) -> None:
    place.mkdir()


@pytest.mark.parametrize("put", [put_symlink, put_pipe, put_directory])
def test_what_is_no_file_is_named_and_neither_followed_nor_waited_for(
    home: Path,
    kept: FileJournal,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
    put: Callable[..., Any],
) -> None:
    left(home)
    put(home / "odd.json", tmp_path)
    assert judged(kept) == [ATTEMPT]
    assert "odd.json cannot be read" in caplog.text


def test_a_link_in_the_place_of_a_new_record_is_not_written_through(
    home: Path, kept: FileJournal, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    home.mkdir(parents=True)
    target = tmp_path / "precious"
    target.write_text("precious")
    (home / f"{ATTEMPT.id}.new").symlink_to(target)
    kept.open(ATTEMPT)
    assert target.read_text() == "precious"
    assert "the journal of paid calls cannot be written" in caplog.text


def test_a_file_that_is_gone_in_the_meantime_is_nobodys_worry(
    home: Path, kept: FileJournal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = left(home)
    opening = os.open

    def late(path: Path, *args: int) -> int:
        file.unlink(missing_ok=True)
        return opening(path, *args)

    monkeypatch.setattr(os, "open", late)
    assert kept.pending() == []
    assert caplog.records == []


def test_a_record_is_known_by_its_files_name_whatever_it_says(
    home: Path, kept: FileJournal, tmp_path: Path
) -> None:
    """`close` removes the file that was read and no other, wherever an id would lead."""
    home.mkdir(parents=True)
    precious = home.parent / "config.json"
    precious.write_text("precious")
    (home / "copied.json").write_bytes(changed(id="../config"))
    (found,) = kept.pending()
    kept.close(found)
    assert precious.read_text() == "precious"
    assert list(home.iterdir()) == []


def test_names_that_are_not_known_are_ignored(home: Path, kept: FileJournal) -> None:
    home.mkdir(parents=True)
    kept.open(ATTEMPT)
    kept.settle(ATTEMPT, "sent")
    file = home / f"{ATTEMPT.id}.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "colour": "red"}))
    assert kept.pending() == [ATTEMPT]


def test_a_record_of_another_version_is_not_guessed_at(
    home: Path, kept: FileJournal, caplog: pytest.LogCaptureFixture
) -> None:
    home.mkdir(parents=True)
    (home / f"{ATTEMPT.id}.json").write_bytes(changed(version=2))
    assert judged(kept) == []
    assert "cannot be read" in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda children: (
        st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=3), children, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(sorted(RECORD)), JSON))
def test_any_record_is_an_attempt_that_can_be_used_or_none(fields: Dict[str, Any]) -> None:
    try:
        attempt = Attempt.of_record({**RECORD, **fields})
    except (KeyError, TypeError, ValueError):
        return
    assert isinstance(attempt.server_id, int)
    assert attempt.outlasted(0) is False
    assert attempt.candidates([]) == []
    assert json.loads(json.dumps(attempt.record()))["server_ids"] == list(attempt.server_ids)


def broken(monkeypatch: pytest.MonkeyPatch, name: str, error: OSError) -> None:
    def fail(*_args: object, **_options: Any) -> None:
        raise error

    monkeypatch.setattr(journal, name, fail)


@pytest.mark.parametrize(
    "error",
    [PermissionError(13, "Permission denied"), OSError(28, "No space left on device")],
)
def test_a_journal_that_cannot_be_written_warns_once_and_the_rental_goes_on(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, error: OSError
) -> None:
    broken(monkeypatch, "_write_all", error)
    with listening(shop := Shop()) as port, caplog.at_level(logging.WARNING):
        shop.gate.set()
        with CloreAI(KEY, base_url=f"http://127.0.0.1:{port}/v1", limiter="off") as client:
            ids = [client.create_order(**ORDER).id for _ in range(2)]
    assert ids == [40, 41]
    (record,) = caplog.records
    assert some(error.strerror) in record.getMessage()
    assert "after a crash, look at my_orders() yourself" in record.getMessage()
    assert list(home.iterdir()) == []  # no half of a record is left either


def test_a_directory_that_is_a_file_or_has_no_place_warns_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    places = [tmp_path / "file" / "attempts", tmp_path / "file"]
    for place in places:
        caplog.clear()
        one = journal_at(place)
        for _ in range(2):
            one.open(ATTEMPT)
            one.settle(ATTEMPT, "accepted")
            one.settle(ATTEMPT, None)
            assert one.pending() == []
        assert len(caplog.records) == 1


def test_no_home_directory_warns_once(caplog: pytest.LogCaptureFixture) -> None:
    def nowhere() -> NoReturn:
        raise ConfigError("there is no home directory; set CLORE_CONFIG_DIR")

    one = FileJournal(nowhere, "mine")
    one.open(ATTEMPT)
    one.settle(ATTEMPT, "accepted")
    one.close(ATTEMPT)
    assert one.pending() == []
    (record,) = caplog.records
    assert "there is no home directory" in record.getMessage()


def test_a_disk_that_takes_only_a_part_is_full(
    home: Path, kept: FileJournal, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:10]))
    kept.open(ATTEMPT)
    assert "No space left" in caplog.text
    assert list(home.iterdir()) == []


def test_an_outcome_that_cannot_be_noted_leaves_the_attempt_in_doubt(
    home: Path, kept: FileJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.open(ATTEMPT)
    broken(monkeypatch, "_write_all", OSError(28, "No space left on device"))
    kept.settle(ATTEMPT, "accepted")
    assert journal_at(home).pending() == [ATTEMPT]


@pytest.mark.parametrize("missing", ["fcntl"])
def test_without_file_locks_everything_is_seen(
    home: Path, kept: FileJournal, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    """Windows: an attempt in progress cannot be told from a crashed one."""
    monkeypatch.setitem(sys.modules, missing, None)
    kept.open(ATTEMPT)
    assert kept.pending() == [ATTEMPT]
    kept.settle(ATTEMPT, None)
    assert kept.pending() == []


def test_a_system_that_opens_no_directories_keeps_the_journal_all_the_same(
    home: Path, kept: FileJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = os.open

    def windows(path: Path, *args: int) -> Optional[int]:
        if Path(path).is_dir():
            raise PermissionError(13, "Permission denied")
        return opening(path, *args)

    monkeypatch.setattr(os, "open", windows)
    kept.open(ATTEMPT)
    kept.settle(ATTEMPT, "sent")
    assert kept.pending() == [ATTEMPT]
