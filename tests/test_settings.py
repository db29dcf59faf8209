"""Where the key and the base URL come from, and that the configuration file is never damaged."""

from __future__ import annotations

import json
import os
import stat
import threading

import pytest

from clore_client import CloreAI, config, credentials
from clore_client.errors import AuthError, ConfigError, InvalidInputError

KEY = "k" * 28 + "9876"
OTHER = "o" * 28 + "1234"


@pytest.fixture
def file():
    path = config.path()
    path.parent.mkdir()
    return path


def test_no_key_anywhere():
    assert credentials.resolve() is None


def test_the_argument_comes_first(monkeypatch):
    monkeypatch.setenv("CLORE_API_KEY", OTHER)
    assert credentials.resolve(KEY) == credentials.Key(KEY, "the api_key argument")


def test_then_the_environment(monkeypatch, file):
    file.write_text(json.dumps({"api_key": OTHER}))
    monkeypatch.setenv("CLORE_API_KEY", KEY)
    assert credentials.resolve() == credentials.Key(KEY, "CLORE_API_KEY")


def test_then_a_file_that_the_environment_names(monkeypatch, file, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(KEY + "\n")
    file.write_text(json.dumps({"api_key": OTHER}))
    monkeypatch.setenv("CLORE_API_KEY_FILE", str(secret))
    key = credentials.resolve()
    assert key.value == KEY
    assert str(secret) in key.source


def test_then_the_configuration_file(file):
    file.write_text(json.dumps({"api_key": KEY}))
    assert credentials.resolve() == credentials.Key(KEY, str(file))


def test_an_empty_variable_is_no_key(monkeypatch):
    monkeypatch.setenv("CLORE_API_KEY", "")
    assert credentials.resolve() is None


BAD_KEYS = ["", " ", "two words", "new\nline", "nul\0", "schlüssel", "\x1b[2J"]


@pytest.mark.parametrize("bad", BAD_KEYS)
def test_what_cannot_be_a_key_is_refused_and_not_quoted(bad):
    with pytest.raises(ConfigError) as caught:
        credentials.resolve(bad)
    assert "the api_key argument is not an API key" in str(caught.value)
    assert not bad.strip() or bad not in str(caught.value)


def test_a_key_file_that_is_missing_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv("CLORE_API_KEY_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ConfigError, match="nowhere cannot be read"):
        credentials.resolve()


def test_printing_a_key_shows_its_end_at_most():
    key = credentials.Key(KEY, "somewhere")
    assert KEY not in repr(key)
    assert key.hint == "…9876"
    assert credentials.Key("short", "").hint == "…"


def test_storing_without_a_keyring_uses_a_file_for_the_owner_only():
    where = credentials.store(KEY)
    assert str(config.path()) in where
    assert credentials.resolve().value == KEY
    assert stat.S_IMODE(config.path().stat().st_mode) == 0o600
    assert stat.S_IMODE(config.directory().stat().st_mode) == 0o700


class Keyring:
    """A keyring backend that works, forgets, or hangs."""

    def __init__(self, priority=5, keeps=True):
        self.priority, self.keeps, self.kept, self.asked = priority, keeps, {}, 0

    def get_password(self, service, account):
        self.asked += 1
        return self.kept.get((service, account))

    def set_password(self, service, account, value):
        if self.keeps:
            self.kept[service, account] = value


@pytest.fixture
def keyring(monkeypatch):
    import keyring

    def use(backend):
        monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
        monkeypatch.setattr(keyring, "get_password", backend.get_password)
        monkeypatch.setattr(keyring, "set_password", backend.set_password)
        return backend

    return use


def test_a_keyring_is_preferred_and_the_file_then_holds_no_key(keyring, file):
    file.write_text(json.dumps({"api_key": OTHER, "plugin": 1}))
    keyring(Keyring())
    assert credentials.store(KEY) == "the keyring"
    assert json.loads(file.read_text()) == {"plugin": 1, "key_store": "keyring"}
    assert credentials.resolve() == credentials.Key(KEY, "the keyring")


@pytest.mark.parametrize("backend", [Keyring(keeps=False), Keyring(priority=0.5)])
def test_a_keyring_that_forgets_or_is_plain_text_is_not_trusted(keyring, backend):
    keyring(backend)
    assert "config.json" in credentials.store(KEY)
    assert credentials.resolve().value == KEY


def test_the_keyring_is_not_asked_when_the_key_is_not_there(keyring, file, monkeypatch):
    backend = keyring(Keyring())
    file.write_text(json.dumps({"api_key": KEY}))
    credentials.resolve()
    monkeypatch.setenv("CLORE_API_KEY", OTHER)
    file.write_text(json.dumps({"key_store": "keyring"}))
    credentials.resolve()
    assert backend.asked == 0


def test_a_keyring_that_hangs_is_given_up(keyring, file, monkeypatch):
    gate = threading.Event()
    backend = keyring(Keyring())
    monkeypatch.setattr("keyring.get_password", lambda *_: gate.wait(10))
    monkeypatch.setattr(credentials, "KEYRING_SECONDS", 0.05)
    file.write_text(json.dumps({"key_store": "keyring"}))
    assert credentials.resolve() is None
    assert backend.asked == 0
    gate.set()


def test_a_call_without_a_key_says_what_to_do():
    with CloreAI(base_url="http://127.0.0.1:9") as client, pytest.raises(AuthError) as caught:
        client.wallets()
    assert "CLORE_API_KEY" in str(caught.value)
    assert caught.value.code == 3


@pytest.mark.parametrize(
    ("content", "what"),
    [("{", "not valid JSON"), ("[]", "JSON object"), ("[" * 100_000, "not valid JSON")],
)
def test_a_corrupt_file_is_named_and_left_alone(file, content, what):
    file.write_text(content)
    for use in (config.load, credentials.resolve, lambda: config.update(dict.clear)):
        with pytest.raises(ConfigError, match=what) as caught:
            use()
        assert str(file) in str(caught.value)
    assert file.read_text() == content


@pytest.mark.parametrize("use", [config.load, lambda: config.update(dict.clear)])
def test_a_pipe_in_the_place_of_the_file_does_not_hang(file, use):
    os.mkfifo(file)
    with pytest.raises(ConfigError, match="is not a file"):
        use()


def test_a_number_that_json_does_not_know_is_corrupt(file):
    file.write_text('{"a": NaN}')
    with pytest.raises(ConfigError, match="not valid JSON"):
        config.load()


def test_a_key_file_is_not_read_without_end(monkeypatch):
    monkeypatch.setenv("CLORE_API_KEY_FILE", "/dev/zero")
    with pytest.raises(ConfigError, match="is not an API key"):
        credentials.resolve()


def test_no_home_directory_is_no_configuration(monkeypatch):
    """A service may run as a user who has none: `~` then stands for itself."""
    monkeypatch.delenv("CLORE_CONFIG_DIR")
    monkeypatch.setenv("HOME", "~")
    assert config.load() == {}
    assert config.base_url() == config.DEFAULT_BASE_URL
    assert credentials.resolve() is None
    with pytest.raises(ConfigError, match="CLORE_CONFIG_DIR"):
        config.update(dict.clear)
    monkeypatch.setenv("CLORE_API_KEY_FILE", "~/key")
    with pytest.raises(ConfigError, match="cannot be read"):
        credentials.resolve()


def test_an_empty_file_is_no_configuration(file):
    file.write_text("")
    assert config.load() == {}


def test_update_keeps_unknown_settings_and_a_link(file, tmp_path):
    target = tmp_path / "dotfiles.json"
    target.write_text('{"plugin": {"a": 1}}')
    file.symlink_to(target)
    config.update(lambda settings: settings.update(base_url="http://127.0.0.1:1/v1"))
    assert file.is_symlink()
    assert json.loads(target.read_text()) == {
        "plugin": {"a": 1},
        "base_url": "http://127.0.0.1:1/v1",
    }


def test_a_failed_update_changes_nothing(file):
    file.write_text('{"a": 1}')
    with pytest.raises(ValueError, match="not JSON"):
        config.update(lambda settings: settings.update(a=float("nan")))
    assert json.loads(file.read_text()) == {"a": 1}


def test_writers_at_once_lose_nothing():
    def add(number):
        config.update(lambda settings: settings.update({str(number): number}))

    threads = [threading.Thread(target=add, args=[number]) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(config.load()) == 16
    left = sorted(file.name for file in config.directory().iterdir())
    assert left == ["config.json", "config.json.lock"]


def test_the_base_url(monkeypatch, file):
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
def test_a_base_url_that_is_none(url):
    with pytest.raises(ConfigError, match="base_url must look like"):
        config.base_url(url)


@pytest.mark.parametrize("host", ["api.clore.ai", "127.example.com", "10.0.0.1", "localhost.evil"])
def test_the_key_is_not_sent_unencrypted_to_another_machine(host):
    with pytest.raises(ConfigError, match="unencrypted"):
        CloreAI(KEY, base_url=f"http://{host}/v1")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "localhost", "[::1]"])
def test_this_machine_needs_no_encryption(host):
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
def test_constructor_arguments_are_checked(argument, value):
    with pytest.raises(InvalidInputError) as caught:
        CloreAI(KEY, base_url="http://127.0.0.1:9", **{argument: value})
    assert caught.value.argument == argument


def test_printing_a_client_shows_no_key():
    assert KEY not in repr(CloreAI(KEY, base_url="http://127.0.0.1:9"))
