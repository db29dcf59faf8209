"""The survey of the sources: which one has a key, which one is used, and which is not asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

import pytest
from client.keys import KEY, OTHER, Keyring, write

from clore_client.errors import KeySourceError
from clore_client.key_survey import survey

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("usual_directory")


def rows(profile: str = "default") -> Dict[str, Any]:
    return {one.source: (one.has_key, one.key_end, one.used, one.note) for one in survey(profile)}


def test_the_survey_asks_nothing_when_an_earlier_source_answers(
    keyring: Keyring, file: Path, monkeypatch: pytest.MonkeyPatch
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


def test_the_survey_goes_on_behind_a_silent_keyring(keyring: Keyring, file: Path) -> None:
    keyring.trouble = "it did not answer within 3 s"
    write(file, key_store="keyring", api_key=OTHER)
    assert rows()["keyring"] == (None, None, False, "it did not answer within 3 s")
    assert rows()["config"] == (True, "1234", True, "")


def test_the_survey_stops_at_an_unusable_source_like_the_resolver(
    keyring: Keyring, file: Path
) -> None:
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
