"""The configuration file: what cannot be read is left alone, and no write damages or loses it."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable

import pytest
from client.configured import mode, unusable
from client.keys import KEY
from optional import some

from clore_client import config, configfile, statefile
from clore_client.errors import ConfigError, ConfigWriteError

if TYPE_CHECKING:
    from pathlib import Path


CORRUPT = [
    (b"{", r"not valid JSON \(line 1, column 2: Expecting property name"),
    (b'{"api_key": "s3cret"\n "b": 2}', r"not valid JSON \(line 2, column 2: Expecting ','"),
    (b'{"api_key": "s3cret\xff"}', r"not valid JSON \(byte 20 is not UTF-8"),
    (b'{"api_key": "s3cret", "a": NaN}', "a number that JSON does not know"),
    (b'{"api_key": "s3cret", "a": -1e999}', "a number that JSON does not know"),
    (b'{"api_key": "s3cret", "a": -Infinity}', "a number that JSON does not know"),
    (b"[" * 100_000, "nested too deeply"),
    (b'["s3cret"]', "must hold a JSON object"),
    (b'"s3cret"', "must hold a JSON object"),
    (b" " * (1 << 20) + b"{}", "is larger than 1 MB"),
]


@pytest.mark.parametrize(("content", "what"), CORRUPT, ids=lambda case: str(case)[:20])
def test_a_corrupt_file_is_named_and_left_alone(file: Path, content: bytes, what: str) -> None:
    file.write_bytes(content)
    error = unusable(what)
    assert str(file) in error.message
    assert "s3cret" not in str(error)
    # json's own error, which quotes the whole file, is not dragged along.
    assert error.__context__ is None
    assert file.read_bytes() == content


@pytest.mark.parametrize("content", [b"", b" \n", b"\xef\xbb\xbf{}"])
def test_an_empty_file_is_no_configuration(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert config.load() == {}


def test_the_largest_file_is_read(file: Path) -> None:
    file.write_bytes(b" " * ((1 << 20) - 2) + b"{}")
    assert config.load() == {}


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_what_is_no_file_is_refused_at_once(file: Path, make: Callable[..., Any]) -> None:
    make(file)
    with pytest.raises(ConfigError, match=r"is not a file|Is a directory"):
        config.load()
    with pytest.raises(ConfigError):
        config.update(dict.clear)


@pytest.mark.parametrize("home", ["", "~"])
def test_without_a_home_there_is_no_directory_and_no_setting(
    monkeypatch: pytest.MonkeyPatch, home: str
) -> None:
    """With an empty HOME, Python would take the root of the file system for it."""
    monkeypatch.delenv("CLORE_CONFIG_DIR")
    monkeypatch.setenv("HOME", home)
    with pytest.raises(ConfigError, match="no home directory; set CLORE_CONFIG_DIR"):
        config.directory()
    assert config.load() == {}


def test_update_keeps_unknown_settings_and_a_link(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "dotfiles.json"
    target.write_text('{"plugin": {"a": 1}}')
    file.symlink_to(target)
    config.update(lambda settings: settings.update(base_url="http://127.0.0.1:1/v1"))
    assert file.is_symlink()
    assert json.loads(target.read_text()) == {
        "plugin": {"a": 1},
        "base_url": "http://127.0.0.1:1/v1",
    }
    assert mode(target) == 0o600


def test_a_failed_update_changes_nothing(file: Path) -> None:
    file.write_text('{"a": 1}')
    with pytest.raises(ValueError, match="not JSON"):
        config.update(lambda settings: settings.update(a=float("nan")))
    assert json.loads(file.read_text()) == {"a": 1}


def test_a_full_disk_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text('{"a": 1}')

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigWriteError, match="cannot be written: No space left"):
        config.update(dict.clear)
    assert json.loads(file.read_text()) == {"a": 1}


def test_what_a_killed_writer_left_is_replaced(file: Path, tmp_path: Path) -> None:
    """Even when somebody has put a link there, which would lead the key elsewhere."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    file.with_name("config.json.abc.new").symlink_to(elsewhere)
    config.update(lambda settings: settings.update(api_key=KEY))
    assert elsewhere.read_text() == "untouched"
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "config.json", "config.json.lock",
    ]  # fmt: skip


def test_a_lock_that_somebody_keeps_is_waited_for_and_then_told(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configfile, "_PATIENCE", 0.05)
    holder = os.open(f"{file}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    statefile.lock(holder, 1)
    with pytest.raises(ConfigWriteError, match="another process has had the lock"):
        config.update(dict.clear)
    statefile.unlock(holder)
    os.close(holder)
    config.update(lambda settings: settings.update(a=1))
    assert config.load() == {"a": 1}


def test_threads_at_once_lose_nothing() -> None:
    def add(number: int) -> None:
        config.update(lambda settings: settings.update({str(number): number}))

    threads = [threading.Thread(target=add, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(config.load()) == 16


WRITER = """
import sys
from clore_client import config
name, times = sys.argv[1], int(sys.argv[2])
for number in range(times):
    config.update(lambda settings: settings.update({f"{name}-{number}": number}))
    print(number, flush=True)
"""


def writer(name: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(times)], stdout=subprocess.PIPE, text=True
    )


def test_processes_at_once_lose_nothing(file: Path) -> None:
    writers = [writer(f"w{number}", 20) for number in range(8)]
    assert [(one.wait(60), some(one.stdout).close())[0] for one in writers] == [0] * 8
    expected = {f"w{name}-{number}" for name in range(8) for number in range(20)}
    assert set(config.load()) == expected


def test_kills_at_any_moment_damage_and_lose_nothing(file: Path) -> None:
    """What was told as written is there; what is left over only its owner can read."""
    config.update(lambda settings: settings.update(api_key=KEY))
    chance, told = random.Random(4), set()
    for number in range(12):
        with writer(f"w{number}", 10_000) as one:
            told.add(f"w{number}-{some(one.stdout).readline().strip()}")
            time.sleep(chance.uniform(0, 0.02))
            one.send_signal(signal.SIGKILL)
            told.update(f"w{number}-{line.strip()}" for line in some(one.stdout))
        found = config.load()
        assert told <= set(found)
        assert found["api_key"] == KEY
        assert all(mode(path) == 0o600 for path in file.parent.iterdir())
    config.update(lambda settings: settings.update(last=1))
    assert sorted(path.name for path in file.parent.iterdir()) == [
        "config.json", "config.json.lock",
    ]  # fmt: skip
