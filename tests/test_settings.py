"""The settings of a client: its address, its arguments, and a machine without a home."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from clore_client import CloreAI, addresses, config, credentials
from clore_client.errors import AuthError, ConfigError, InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

KEY = "k" * 28 + "9876"


@pytest.fixture
def file() -> Path:
    path = config.path()
    path.parent.mkdir()
    return path


def test_a_call_without_a_key_says_what_to_do() -> None:
    with CloreAI(base_url="http://127.0.0.1:9") as client, pytest.raises(AuthError) as caught:
        client.wallets()
    assert "CLORE_API_KEY" in str(caught.value)
    assert caught.value.code == 3


def test_the_base_url(monkeypatch: pytest.MonkeyPatch, file: Path) -> None:
    assert config.base_url() == "https://api.clore.ai/v1"
    file.write_text('{"base_url": "http://127.0.0.1:1/v1/"}')
    assert config.base_url() == "http://127.0.0.1:1/v1"
    monkeypatch.setenv("CLORE_BASE_URL", "http://127.0.0.1:2/v1")
    assert config.base_url() == "http://127.0.0.1:2/v1"
    assert config.base_url("http://127.0.0.1:3/v1") == "http://127.0.0.1:3/v1"


@pytest.mark.parametrize(
    "url",
    [
        "api.clore.ai",
        "ftp://x/v1",
        "http://",
        "http://x:99999",
        "http://x?a=1",
        "http://u@x",
        "http://\udc80",
        5,
    ],
)
def test_a_base_url_that_is_none(url: Any) -> None:
    with pytest.raises(ConfigError, match="base_url must look like"):
        config.base_url(url)


@pytest.mark.parametrize("host", ["api.clore.ai", "127.example.com", "10.0.0.1", "localhost.evil"])
def test_the_key_is_not_sent_unencrypted_to_another_machine(host: str) -> None:
    with pytest.raises(ConfigError, match="unencrypted"):
        CloreAI(KEY, base_url=f"http://{host}/v1")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"])
def test_this_machine_needs_no_encryption(host: str) -> None:
    CloreAI(KEY, base_url=f"http://{host}:9/v1").close()


BAD_ARGUMENTS = [
    ("timeout", 0),
    ("timeout", "30"),
    ("max_retries", -1),
    ("max_retries", None),
    ("max_retries", 1.5),
    ("max_retries", 10**400),
    ("timeout", 10**400),
    ("limiter", "on"),
    ("limiter", 5),
]


@pytest.mark.parametrize(("argument", "value"), BAD_ARGUMENTS)
def test_constructor_arguments_are_checked(argument: str, value: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        CloreAI(KEY, base_url="http://127.0.0.1:9", **{argument: value})
    assert caught.value.argument == argument


def test_printing_a_client_shows_no_key() -> None:
    assert KEY not in repr(CloreAI(KEY, base_url="http://127.0.0.1:9"))


def test_no_home_directory_is_no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    """A service may run as a user who has none: `~` then stands for itself."""
    monkeypatch.delenv("CLORE_CONFIG_DIR")
    monkeypatch.setenv("HOME", "~")
    assert config.load() == {}
    assert config.base_url() == addresses.DEFAULT_BASE_URL
    assert credentials.resolve() is None
    with pytest.raises(ConfigError, match="CLORE_CONFIG_DIR"):
        config.update(dict.clear)
    monkeypatch.setenv("CLORE_API_KEY_FILE", "~/key")
    with pytest.raises(ConfigError, match="does not name a file"):
        credentials.resolve()
