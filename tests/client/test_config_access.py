"""Who else may get at the configuration: not believed who can write, and told who can read."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Dict

import pytest
from client.configured import mode, unusable
from client.keys import KEY

from clore_client import config, configfile
from clore_client.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

root = getattr(os, "geteuid", lambda: 1)() == 0


@pytest.fixture(autouse=True)
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configfile, "_told", set())


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
