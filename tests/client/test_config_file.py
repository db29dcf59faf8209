"""The configuration file: never damaged, never lost, never believed when others can write to it."""

from __future__ import annotations

import json
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict

import pytest
from optional import some

from clore_client import config, configfile, credentials, statefile
from clore_client.errors import ConfigError, ConfigWriteError

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 28 + "9876"
root = getattr(os, "geteuid", lambda: 1)() == 0


@pytest.fixture
def file() -> Path:
    path = config.path()
    path.parent.mkdir(mode=0o700)
    return path


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configfile, "_told", set())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def unusable(what: str) -> ConfigError:
    """The error with which each use of the file fails."""
    errors = []
    for use in (config.load, credentials.resolve, lambda: config.update(dict.clear)):
        with pytest.raises(ConfigError, match=what) as caught:
            use()
        errors.append(caught.value)
    assert len({str(error) for error in errors}) == 1
    return errors[0]


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


@pytest.mark.parametrize("bits", [0o620, 0o602, 0o622, 0o666])
def test_a_file_that_others_may_write_to_is_refused(file: Path, bits: int) -> None:
    file.write_text("{}")
    file.chmod(bits)
    assert unusable("others may write to").advice.endswith(f"chmod 600 {file}")
    assert mode(file) == bits


@pytest.mark.skipif(not root, reason="only root can give files away")
def test_a_file_of_another_user_is_refused(file: Path) -> None:
    file.write_text("{}")
    os.chown(file, 12345, -1)
    assert "chown" in unusable("belongs to another user").advice


def test_a_file_of_root_is_read_and_not_replaced(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text('{"a": 1}')
    owner = file.stat().st_uid
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    if owner == 0:
        assert config.load() == {"a": 1}
        with pytest.raises(ConfigError, match="is not yours"):
            config.update(dict.clear)
    else:
        unusable("belongs to another user")
    assert file.read_text() == '{"a": 1}'


def test_it_is_the_opened_file_that_is_looked_at(
    file: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One that has its place for that moment only would be believed, looked for by its name."""
    file.write_text("{}")
    trap, aside = tmp_path / "trap", tmp_path / "aside"
    trap.write_text('{"key_command": "evil"}')
    trap.chmod(0o666)
    opening = os.open

    def swapped(path: Path, *arguments: int) -> int:
        if path != file:
            return opening(path, *arguments)
        file.replace(aside)
        trap.replace(file)
        descriptor = opening(path, *arguments)
        aside.replace(file)
        return descriptor

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(ConfigError, match="others may write to"):
        config.load()


@pytest.mark.parametrize("bits", [0o640, 0o604, 0o644])
def test_a_key_that_others_can_read_is_told_once_and_put_right(
    file: Path, caplog: pytest.LogCaptureFixture, bits: int
) -> None:
    file.write_text(json.dumps({"profiles": {"work": {"api_key": KEY}}}))
    file.chmod(bits)
    config.load()
    config.load()
    assert [record.getMessage() for record in caplog.records] == [
        f"other users of this machine can read your key in {file}; run: chmod 600 {file}"
    ]
    config.update(lambda settings: settings.update(a=1))
    assert mode(file) == 0o600


@pytest.mark.parametrize("settings", [{"base_url": "x", "key_store": "keyring"}, {"a": [{}, 1]}])
def test_others_may_read_what_is_no_secret(
    file: Path, caplog: pytest.LogCaptureFixture, settings: Dict[str, Any]
) -> None:
    file.write_text(json.dumps(settings))
    file.chmod(0o644)
    config.load()
    assert caplog.records == []


def test_a_plugins_secret_is_one_too(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    file.write_text('{"plugin": [{"a_token": "s3cret"}]}')
    file.chmod(0o644)
    config.load()
    assert len(caplog.records) == 1
    assert "s3cret" not in caplog.text


def test_a_write_that_puts_the_mode_right_does_not_complain(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text(json.dumps({"api_key": KEY}))
    file.chmod(0o644)
    config.update(lambda settings: settings.update(a=1))
    assert caplog.records == []


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


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_can_read_what_is_made(umask: int) -> None:
    before = os.umask(umask)
    try:
        path = config.update(lambda settings: settings.update(a=1))
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert mode(path.parent / "config.json.lock") == 0o600


def test_an_open_directory_is_told_and_closed_by_the_next_change(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """One that was made by hand, or unpacked from a backup."""
    file.write_text(json.dumps({"api_key": KEY}))
    file.chmod(0o600)
    file.parent.chmod(0o755)
    config.load()
    config.load()
    [record] = caplog.records
    assert f"can look into {file.parent}" in record.getMessage()
    assert record.getMessage().endswith(f"run: chmod 700 {file.parent}")
    config.update(lambda settings: settings.update(a=1))
    assert mode(file.parent) == 0o700
    assert len(caplog.records) == 1


def test_a_directory_that_others_use_is_left_as_it_is_and_told(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (file.parent / "somebody's").mkdir()
    file.parent.chmod(0o755)
    config.update(lambda settings: settings.update(api_key=KEY))
    [record] = caplog.records
    assert "set CLORE_CONFIG_DIR to a directory that is for clore alone" in record.getMessage()
    assert (mode(file.parent), mode(file)) == (0o755, 0o600)


def test_the_usual_directory_is_closed_whatever_plugins_keep_in_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("CLORE_CONFIG_DIR")
    (tmp_path / ".clore" / "plugin").mkdir(parents=True)
    (tmp_path / ".clore").chmod(0o755)
    config.update(lambda settings: settings.update(a=1))
    assert mode(tmp_path / ".clore") == 0o700
    assert caplog.records == []


def test_an_open_directory_without_a_secret_is_not_worth_a_word(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file.write_text('{"a": 1}')
    file.chmod(0o600)
    file.parent.chmod(0o755)
    config.load()
    assert caplog.records == []


def test_directories_above_are_private_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "a" / "b"))
    config.update(lambda settings: settings.update(a=1))
    assert [mode(tmp_path / name) for name in ("a", "a/b")] == [0o700, 0o700]


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
