"""Storing a key and removing it: in the keyring or the file, and each profile's apart."""

from __future__ import annotations

import json
import re
import stat
from typing import TYPE_CHECKING

import pytest
from client.keys import KEY, OTHER, Keyring, write
from optional import some

from clore_client import credentials
from clore_client.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("usual_directory")


def test_profiles_keep_their_keys_apart(
    keyring: Keyring, file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials.store(KEY)
    credentials.store(OTHER, "work")
    assert keyring.kept == {"default": KEY, "work": OTHER}
    assert json.loads(file.read_text()) == {
        "key_store": "keyring", "profiles": {"work": {"key_store": "keyring"}},
    }  # fmt: skip
    assert some(credentials.resolve()).value == KEY
    assert credentials.resolve(None, "work") == credentials.Key(OTHER, "the keyring (profile work)")
    monkeypatch.setenv("CLORE_PROFILE", "work")
    assert some(credentials.resolve()).value == OTHER
    assert some(credentials.resolve(None, "default")).value == KEY
    assert caplog.text == ""
    with pytest.raises(ConfigError, match=r"no profile 'wrok'.*Did you mean 'work'"):
        credentials.resolve(None, "wrok")


def test_configurations_that_share_a_keyring_keep_their_keys_apart(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One account would pay for what another one rents."""
    credentials.store(KEY)
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "other"))
    credentials.store(OTHER)
    assert some(credentials.resolve()).value == OTHER
    (tmp_path / "link").symlink_to("other")
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "link"))
    assert some(credentials.resolve()).value == OTHER
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / ".clore"))
    assert some(credentials.resolve()).value == KEY
    assert next(iter(keyring.kept)) == "default"
    assert re.fullmatch("default@[0-9a-f]{16}", list(keyring.kept)[1])
    monkeypatch.setenv("CLORE_CONFIG_DIR", str(tmp_path / "other"))
    credentials.remove()
    assert keyring.kept == {"default": KEY}


def test_a_key_is_never_in_both_places(keyring: Keyring, file: Path) -> None:
    write(file, api_key=OTHER, plugin=1)
    assert credentials.store(KEY).place == "keyring"
    assert json.loads(file.read_text()) == {"plugin": 1, "key_store": "keyring"}
    stored = credentials.store(OTHER, insecure=True)
    assert (stored.place, stored.reason, stored.left) == ("config", "", "")
    assert json.loads(file.read_text()) == {"plugin": 1, "api_key": OTHER}
    assert keyring.kept == {}


def test_an_unusable_keyring_leads_to_the_file_with_a_reason(keyring: Keyring, file: Path) -> None:
    credentials.store(OTHER)
    keyring.trouble, keyring.asked = "it is locked", 0
    stored = credentials.store(KEY)
    assert (stored.place, stored.where) == ("config", str(file))
    assert (stored.reason, stored.left) == ("it is locked", "it is locked")
    assert keyring.asked == 1
    assert json.loads(file.read_text()) == {"api_key": KEY, "keyring_left": True}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_left_in_the_keyring_is_no_source_and_goes_when_it_can(
    keyring: Keyring, file: Path
) -> None:
    credentials.store(OTHER)
    keyring.trouble = "it is locked"
    credentials.store(KEY)
    assert some(credentials.resolve()).value == KEY
    assert [one.place for one in credentials.remove() if one.reason] == ["keyring"]
    assert json.loads(file.read_text()) == {"keyring_left": True}
    assert credentials.resolve() is None
    keyring.trouble = ""
    assert credentials.resolve() is None
    assert credentials.remove() == [credentials.Removed("keyring", "the keyring")]
    assert (keyring.kept, json.loads(file.read_text())) == ({}, {})


def test_a_key_left_in_the_keyring_goes_with_the_next_one_that_is_stored(
    keyring: Keyring, file: Path
) -> None:
    for insecure in (True, False):
        credentials.store(OTHER)
        keyring.trouble = "it is locked"
        credentials.store(KEY)
        keyring.trouble = ""
        stored = credentials.store(KEY, insecure=insecure)
        assert stored.left == ""
        assert "keyring_left" not in json.loads(file.read_text())
        assert keyring.kept == ({} if insecure else {"default": KEY})


def test_a_file_that_cannot_be_used_keeps_the_keyring_as_it_is(
    keyring: Keyring, file: Path
) -> None:
    keyring.kept["default"] = OTHER
    file.write_text("{")
    with pytest.raises(ConfigError, match="not valid JSON"):
        credentials.store(KEY)
    assert keyring.kept == {"default": OTHER}


def test_removing(keyring: Keyring, file: Path) -> None:
    credentials.store(KEY)
    assert credentials.remove() == [credentials.Removed("keyring", "the keyring")]
    assert (keyring.kept, json.loads(file.read_text())) == ({}, {})
    credentials.store(KEY, insecure=True)
    assert credentials.remove() == [credentials.Removed("config", str(file))]
    assert credentials.remove() == []
    assert keyring.asked == 2


def test_what_the_keyring_does_not_let_go_of_is_remembered(keyring: Keyring, file: Path) -> None:
    credentials.store(KEY)
    keyring.trouble = "it is locked"
    assert [one.reason for one in credentials.remove()] == ["it is locked"]
    assert json.loads(file.read_text()) == {"key_store": "keyring"}
