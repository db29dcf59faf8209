"""Where the API key comes from: the order of the sources, those that fail, and what is told."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, Optional, Tuple

import pytest
from client.keys import KEY, OTHER, Keyring, write
from optional import some

from clore_client import CloreAI, credentials
from clore_client.errors import AuthError, ConfigError, KeySourceError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("usual_directory")


def test_no_key_anywhere() -> None:
    assert credentials.resolve() is None


def test_the_order_of_the_sources(
    monkeypatch: pytest.MonkeyPatch, file: Path, tmp_path: Path, keyring: Keyring
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
    keyring: Keyring, file: Path, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    keyring.trouble = trouble
    write(file, key_store="keyring")
    assert credentials.resolve() is None
    assert (trouble or "it does not have it") in caplog.text
    assert "CLORE_API_KEY" in caplog.text
    write(file, key_store="keyring", api_key=KEY)
    assert credentials.resolve() == credentials.Key(KEY, str(file))


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


def test_nothing_is_logged_about_the_key(
    keyring: Keyring, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    credentials.store(KEY)
    credentials.resolve()
    credentials.remove()
    assert KEY not in caplog.text
