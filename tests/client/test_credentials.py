"""Where the API key comes from: the order of the sources, storing, removing, the survey."""

from __future__ import annotations

import json
import logging
import os
import re
import stat
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Tuple

import pytest
from optional import some

from clore_client import CloreAI, config, credentials, keyrings
from clore_client.errors import AuthError, ConfigError, KeySourceError
from clore_client.key_survey import survey
from clore_client.keyrings import KeyringUnusableError

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 28 + "9876"
OTHER = "o" * 28 + "1234"


@pytest.fixture(autouse=True)
def usual_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """``~/.clore``, whose keys the keyring has under the profiles' own names."""
    monkeypatch.delenv("CLORE_CONFIG_DIR")


@pytest.fixture
def file() -> Path:
    path = config.path()
    path.parent.mkdir()
    return path


def write(file: Path, **settings: Any) -> None:
    file.write_text(json.dumps(settings))
    file.chmod(0o600)


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A keyring that works, or fails with a reason; counts how often it is asked."""

    class Keyring:
        asked, trouble = 0, ""

        def __init__(self) -> None:
            self.kept: Dict[str, str] = {}

        def ask(self) -> None:
            self.asked += 1
            if self.trouble:
                raise KeyringUnusableError(self.trouble)

        def get(self, account: str) -> Optional[str]:
            self.ask()
            return self.kept.get(account)

        def put(self, account: str, secret: str, seconds: float, waiting: object) -> None:
            self.ask()
            self.kept[account] = secret

        def forget(self, account: str) -> bool:
            self.ask()
            return self.kept.pop(account, None) is not None

    ring = Keyring()
    for name in ("get", "put", "forget"):
        monkeypatch.setattr(keyrings, name, getattr(ring, name))
    return ring


def test_no_key_anywhere() -> None:
    assert credentials.resolve() is None


def test_the_order_of_the_sources(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path, keyring: Any
) -> None:
    """Each source in turn is taken away; the next one answers."""
    secret = tmp_path / "secret"
    secret.write_text("from-the-file-named\n")
    keyring.kept["default"] = "from-the-keyring"
    command: Dict[str, Any] = {"key_command": "echo from-the-command"}
    store: Dict[str, Any] = {"key_store": "keyring", "api_key": "from-the-configuration"}
    write(file, **command, **store)
    monkeypatch.setenv("CLORE_API_KEY", "from-the-variable")
    monkeypatch.setenv("CLORE_API_KEY_FILE", str(secret))

    def found(*argument: str) -> Tuple[str, str]:
        key = credentials.resolve(*argument)
        return some(key).value, some(key).source

    assert found("from-the-argument") == ("from-the-argument", "the api_key argument")
    assert found() == ("from-the-variable", "CLORE_API_KEY")
    monkeypatch.setenv("CLORE_API_KEY", "")
    assert found() == ("from-the-file-named", f"CLORE_API_KEY_FILE ({secret})")
    monkeypatch.delenv("CLORE_API_KEY_FILE")
    assert found() == ("from-the-command", "key_command (echo)")
    assert keyring.asked == 0
    write(file, **store)
    assert found() == ("from-the-keyring", "the keyring")
    write(file, api_key="from-the-configuration")
    assert found() == ("from-the-configuration", str(file))
    assert keyring.asked == 1


BAD_KEYS = ["", " ", "two words", "new\nline", "nul\0", "schlüssel", "\x1b[2J"]


@pytest.mark.parametrize("bad", BAD_KEYS)
def test_what_cannot_be_a_key_is_refused_and_not_quoted(bad: str) -> None:
    with pytest.raises(KeySourceError) as caught:
        credentials.resolve(bad)
    assert "the api_key argument is not an API key" in str(caught.value)
    assert not bad.strip() or bad not in str(caught.value)


def test_an_unusable_source_is_caught_as_a_setting_and_as_a_key() -> None:
    for kind in (ConfigError, AuthError):
        with pytest.raises(kind) as caught:
            credentials.resolve("two words")
        assert caught.value.code == 3


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"two words"])
def test_an_unusable_key_file_is_an_error(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path, content: Optional[bytes]
) -> None:
    """The key of the configuration, perhaps another account's, is not used instead."""
    write(file, api_key=KEY)
    secret = tmp_path / "secret"
    if content is not None:
        secret.write_bytes(content)
    monkeypatch.setenv("CLORE_API_KEY_FILE", str(secret))
    with pytest.raises(KeySourceError) as caught:
        credentials.resolve()
    assert (str(secret) in str(caught.value)) is (content is not None)
    assert "two words" not in str(caught.value)


@pytest.mark.parametrize("value", [KEY, KEY * 100, "a\0b"])
def test_a_variable_that_holds_the_key_where_its_file_belongs_is_not_quoted(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setattr(os, "environ", {"CLORE_API_KEY_FILE": value})
    with pytest.raises(KeySourceError, match=r"does not name a file \(is it the key") as caught:
        credentials.resolve(None, "default")
    [source] = (s for s in credentials.sources("default") if s.name == "CLORE_API_KEY_FILE")
    assert value not in str(caught.value) + source.where


def test_a_key_file_is_not_read_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLORE_API_KEY_FILE", "/dev/zero")
    with pytest.raises(KeySourceError, match="is not an API key"):
        credentials.resolve()


def test_a_corrupt_file_does_not_matter_when_the_environment_has_the_key(
    monkeypatch: pytest.MonkeyPatch, file: Path
) -> None:
    file.write_text("{")
    monkeypatch.setenv("CLORE_API_KEY", KEY)
    assert some(credentials.resolve()).value == KEY


def test_printing_a_key_shows_its_end_at_most() -> None:
    key = credentials.Key(KEY, "somewhere")
    assert KEY not in repr(key)
    assert (key.hint, key.end) == ("…9876", "9876")
    short = credentials.Key("12345678", "")
    assert (short.hint, short.end) == ("…", None)


def test_a_client_names_the_key_that_was_refused(world_with_another_key: str) -> None:
    with (
        CloreAI(KEY, base_url=world_with_another_key) as client,
        pytest.raises(AuthError) as caught,
    ):
        client.wallets()
    assert caught.value.advice == "The key …9876 came from the api_key argument"
    assert KEY not in str(caught.value)


@pytest.fixture
def world_with_another_key() -> Iterator[str]:
    from clore_client.sandbox import RealClock, World, serve

    with serve(World(clock=RealClock(100.0), keys=["another"])) as url:
        yield url


@pytest.mark.parametrize("trouble", ["it is locked", ""])
def test_a_keyring_that_does_not_give_the_key_is_told_and_the_file_is_asked(
    keyring: Any, file: Path, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    keyring.trouble = trouble
    write(file, key_store="keyring")
    assert credentials.resolve() is None
    assert (trouble or "it does not have it") in caplog.text
    assert "CLORE_API_KEY" in caplog.text
    write(file, key_store="keyring", api_key=KEY)
    assert credentials.resolve() == credentials.Key(KEY, str(file))


def test_profiles_keep_their_keys_apart(
    keyring: Any, file: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
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
    keyring: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
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


def test_a_profile_inherits_no_key(file: Path) -> None:
    write(file, api_key=KEY, profiles={"work": {"base_url": "http://127.0.0.1:1/v1"}})
    assert credentials.resolve(None, "work") is None


def test_a_variable_that_hides_the_key_of_a_profile_is_told(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Renting on the wrong account costs money."""
    write(file, api_key=KEY, profiles={"work": {"api_key": OTHER}})
    monkeypatch.setenv("CLORE_API_KEY", "from-the-variable")
    assert some(credentials.resolve(None, "work")).value == "from-the-variable"
    assert "CLORE_API_KEY is used, not the key of the profile work" in caplog.text
    caplog.clear()
    credentials.resolve()
    assert caplog.text == ""


def test_a_key_is_never_in_both_places(keyring: Any, file: Path) -> None:
    write(file, api_key=OTHER, plugin=1)
    assert credentials.store(KEY).place == "keyring"
    assert json.loads(file.read_text()) == {"plugin": 1, "key_store": "keyring"}
    stored = credentials.store(OTHER, insecure=True)
    assert (stored.place, stored.reason, stored.left) == ("config", "", "")
    assert json.loads(file.read_text()) == {"plugin": 1, "api_key": OTHER}
    assert keyring.kept == {}


def test_an_unusable_keyring_leads_to_the_file_with_a_reason(keyring: Any, file: Path) -> None:
    credentials.store(OTHER)
    keyring.trouble, keyring.asked = "it is locked", 0
    stored = credentials.store(KEY)
    assert (stored.place, stored.where) == ("config", str(file))
    assert (stored.reason, stored.left) == ("it is locked", "it is locked")
    assert keyring.asked == 1
    assert json.loads(file.read_text()) == {"api_key": KEY, "keyring_left": True}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_left_in_the_keyring_is_no_source_and_goes_when_it_can(
    keyring: Any, file: Path
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
    keyring: Any, file: Path
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


def test_a_file_that_cannot_be_used_keeps_the_keyring_as_it_is(keyring: Any, file: Path) -> None:
    keyring.kept["default"] = OTHER
    file.write_text("{")
    with pytest.raises(ConfigError, match="not valid JSON"):
        credentials.store(KEY)
    assert keyring.kept == {"default": OTHER}


def test_removing(keyring: Any, file: Path) -> None:
    credentials.store(KEY)
    assert credentials.remove() == [credentials.Removed("keyring", "the keyring")]
    assert (keyring.kept, json.loads(file.read_text())) == ({}, {})
    credentials.store(KEY, insecure=True)
    assert credentials.remove() == [credentials.Removed("config", str(file))]
    assert credentials.remove() == []
    assert keyring.asked == 2


def test_what_the_keyring_does_not_let_go_of_is_remembered(keyring: Any, file: Path) -> None:
    credentials.store(KEY)
    keyring.trouble = "it is locked"
    assert [one.reason for one in credentials.remove()] == ["it is locked"]
    assert json.loads(file.read_text()) == {"key_store": "keyring"}


def rows(profile: str = "default") -> Dict[str, Any]:
    return {one.source: (one.has_key, one.key_end, one.used, one.note) for one in survey(profile)}


def test_the_survey_asks_nothing_when_an_earlier_source_answers(
    keyring: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.kept["default"] = KEY
    write(file, key_command="false", key_store="keyring", api_key=OTHER)
    monkeypatch.setenv("CLORE_API_KEY", KEY)
    not_asked = (None, None, False, "not asked: an earlier source decides")
    assert list(rows().items()) == [
        ("CLORE_API_KEY", (True, "9876", True, "")),
        ("CLORE_API_KEY_FILE", (False, None, False, "not set")),
        ("key_command", not_asked),
        ("keyring", not_asked),
        ("config", (True, "1234", False, "")),
    ]
    assert keyring.asked == 0


def test_the_survey_goes_on_behind_a_silent_keyring(keyring: Any, file: Path) -> None:
    keyring.trouble = "it did not answer within 3 s"
    write(file, key_store="keyring", api_key=OTHER)
    assert rows()["keyring"] == (None, None, False, "it did not answer within 3 s")
    assert rows()["config"] == (True, "1234", True, "")


def test_the_survey_stops_at_an_unusable_source_like_the_resolver(keyring: Any, file: Path) -> None:
    keyring.kept["default"] = KEY
    write(file, key_command="false", key_store="keyring", api_key=OTHER)
    found = survey("default")
    assert not any(one.used for one in found)
    assert [type(one.error) for one in found if one.error] == [KeySourceError]
    assert keyring.asked == 0


def test_the_survey_tells_about_a_corrupt_file_behind_the_key(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text("{")
    monkeypatch.setenv("CLORE_API_KEY", KEY)
    first, last = survey("default")
    assert (first.source, first.used) == ("CLORE_API_KEY", True)
    assert (last.source, last.where) == ("config", str(file))
    assert "not valid JSON" in last.note


def test_the_survey_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "~")
    assert [one.has_key for one in survey("default")] == [False] * 5


def test_nothing_is_logged_about_the_key(
    keyring: Any, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    credentials.store(KEY)
    credentials.resolve()
    credentials.remove()
    assert KEY not in caplog.text
