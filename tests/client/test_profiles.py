"""Profiles: their names, where they are in the configuration, and how they come and go."""

from __future__ import annotations

from typing import Any, Dict

import pytest

from clore_client import CloreAI, addresses, config, profiles
from clore_client.errors import ConfigError

SETTINGS = {"base_url": "top", "profiles": {"work": {"base_url": "w"}, "home": {}}}


def test_the_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert profiles.chosen() == "default"
    monkeypatch.setenv("CLORE_PROFILE", "work")
    assert profiles.chosen() == "work"
    assert profiles.chosen("home") == "home"
    monkeypatch.setenv("CLORE_PROFILE", "")
    assert profiles.chosen() == "default"


@pytest.mark.parametrize("name", ["", "a b", "x" * 65, "naïve", "a\n", "a/b", 5])
def test_what_is_no_name(name: Any) -> None:
    """An empty one is a mistake in a script, which must not mean the usual account."""
    with pytest.raises(ConfigError, match="the profile is not a name"):
        profiles.chosen(name)


def test_a_variable_that_is_no_name_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLORE_PROFILE", "a b")
    with pytest.raises(ConfigError, match="CLORE_PROFILE is not a name"):
        profiles.chosen()


@pytest.mark.parametrize("name", ["A-z_0.9", "x" * 64])
def test_what_is_a_name(name: str) -> None:
    assert profiles.chosen(name) == name


def test_sections() -> None:
    assert profiles.section(SETTINGS, "default") is SETTINGS
    assert profiles.section(SETTINGS, "work") == {"base_url": "w"}
    assert profiles.section(SETTINGS, "new", new=True) == {}
    assert profiles.names(SETTINGS) == ["default", "home", "work"]


@pytest.mark.parametrize(
    ("name", "advice"), [("wrk", "Did you mean 'work'"), ("zzz", "--profile zzz auth login")]
)
def test_a_missing_profile_is_told_with_a_suggestion(name: str, advice: str) -> None:
    with pytest.raises(ConfigError, match=f"no profile '{name}'") as caught:
        profiles.section(SETTINGS, name)
    assert advice in caught.value.advice


@pytest.mark.parametrize("settings", [{"profiles": []}, {"profiles": {"work": 1}}])
def test_what_is_no_object_is_an_error_and_stays(settings: Dict[str, Any]) -> None:
    before = repr(settings)
    with pytest.raises(ConfigError, match="must be a JSON object"):
        profiles.change(settings, "work", lambda found: found.update(a=1))
    assert repr(settings) == before


def test_a_profile_is_made_by_a_change_and_goes_with_its_last_setting() -> None:
    settings: Dict[str, Any] = {"base_url": "top"}
    profiles.change(settings, "work", lambda found: found.update(a=1))
    assert settings == {"base_url": "top", "profiles": {"work": {"a": 1}}}
    profiles.change(settings, "work", dict.clear)
    assert settings == {"base_url": "top"}


def test_the_address_is_the_profiles_own() -> None:
    config.update(lambda found: found.update(base_url="http://127.0.0.1:1/v1"))
    config.update(lambda found: found.update(base_url="http://127.0.0.1:2/v1"), "work")
    config.update(lambda found: found.update(other=1), "plain")
    assert config.base_url() == "http://127.0.0.1:1/v1"
    assert config.base_url(profile="work") == "http://127.0.0.1:2/v1"
    assert config.base_url(profile="plain") == addresses.DEFAULT_BASE_URL
    with CloreAI("some-key", profile="work") as client:
        assert client.base_url == "http://127.0.0.1:2/v1"


def test_a_client_of_a_profile_that_does_not_exist() -> None:
    with pytest.raises(ConfigError, match="no profile 'work'"):
        CloreAI("some-key", profile="work")


def test_a_wrong_address_names_the_profile() -> None:
    config.update(lambda found: found.update(base_url="ftp://x"), "work")
    with pytest.raises(ConfigError, match=r"config.json \(profile work\) must look like"):
        config.base_url(profile="work")
