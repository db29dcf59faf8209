"""The installed script and the system's keyring: open, locked, absent, silent, and false ones."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple

import pytest
from cli_helpers import KEY, OTHER, Clore
from secret_service import Session, missing
from terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World

NULL = "keyring.backends.null.Keyring"

needs_a_service = pytest.mark.skipif(
    bool(missing()), reason=f"{missing()} not installed: apt-get install dbus gnome-keyring"
)


@pytest.fixture
def session(clore: Clore, market: World) -> Iterator[Session]:
    """A D-Bus session without a Secret Service, where `clore` looks for one."""
    with Session(clore.home) as session:
        del clore.env["PYTHON_KEYRING_BACKEND"]
        clore.env.update(session.environment)
        yield session


def settings(file: Path) -> Dict[str, Any]:
    stored: Dict[str, Any] = json.loads(file.read_text())
    return stored


def login(clore: Clore, key: str = KEY, *options: str) -> Tuple[Dict[str, Any], str]:
    done = clore(*options, "auth", "login", "--with-token", "--json", stdin=f"{key}\n")
    assert done.returncode == 0, done.stderr
    assert KEY not in done.stdout + done.stderr
    return json.loads(done.stdout), done.stderr


def keyring_row(clore: Clore) -> Dict[str, Any]:
    rows: List[Dict[str, Any]] = json.loads(clore("auth", "status", "--json").stdout)
    return next(row for row in rows if row["source"] == "keyring")


@needs_a_service
def test_an_open_keyring_has_the_key_and_the_file_has_none(
    clore: Clore, session: Session, file: Path
) -> None:
    clore("auth", "login", "--with-token", "--insecure-storage", stdin=OTHER)
    assert settings(file) == {"api_key": OTHER}
    session.unlock()
    row, error = login(clore)
    assert (row["stored"], row["where"]) == ("keyring", "the keyring")
    assert error == ""
    assert settings(file) == {"key_store": "keyring"}
    assert session.secrets() == {"default": KEY}
    assert clore("wallets").returncode == 0
    assert keyring_row(clore) == {
        "source": "keyring", "has_key": True, "key_end": "cdef", "used": True, "accepted": None,
        "where": "the keyring", "note": "the keyring",
    }  # fmt: skip


@needs_a_service
def test_profiles_have_secrets_of_their_own_until_logout(
    clore: Clore, session: Session, file: Path
) -> None:
    session.unlock()
    login(clore)
    login(clore, OTHER, "--profile", "work")
    assert session.secrets() == {"default": KEY, "work": OTHER}
    assert clore("--profile", "work", "config", "get", "api_key").stdout == "…wxyz\n"
    done = clore("auth", "logout", "--json")
    assert json.loads(done.stdout)[0]["removed"] is True
    assert session.secrets() == {"work": OTHER}
    assert settings(file) == {"profiles": {"work": {"key_store": "keyring"}}}
    assert clore("wallets").returncode == 3
    assert clore("wallets", "--profile", "work").returncode == 0


@needs_a_service
def test_config_set_and_unset_use_the_keyring_like_login(
    clore: Clore, session: Session, file: Path
) -> None:
    session.unlock()
    done = clore("config", "set", "api_key", "-", stdin=KEY)
    assert "api_key stored in the keyring" in done.stderr
    assert session.secrets() == {"default": KEY}
    assert "api_key removed from the keyring" in clore("config", "unset", "api_key").stderr
    assert (session.secrets(), settings(file)) == ({}, {})


@needs_a_service
def test_storing_in_the_file_takes_the_key_out_of_the_keyring(
    clore: Clore, session: Session, file: Path
) -> None:
    session.unlock()
    login(clore)
    clore("auth", "login", "--with-token", "--insecure-storage", stdin=OTHER)
    assert (session.secrets(), settings(file)) == ({}, {"api_key": OTHER})


@needs_a_service
def test_a_locked_keyring(clore: Clore, session: Session, file: Path) -> None:
    session.unlock()
    login(clore)
    session.lock()
    done = clore("wallets")
    assert done.returncode == 3
    assert "put into the keyring, but it is locked; unlock it or set CLORE_API_KEY" in done.stderr
    assert "--insecure-storage" in done.stderr
    assert keyring_row(clore)["note"].startswith("it is locked")
    assert keyring_row(clore)["has_key"] is None
    done = clore("auth", "logout", "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)[0]["removed"] is False
    assert "Unlock the keyring" in done.stderr
    assert settings(file) == {"key_store": "keyring"}
    row, error = login(clore, OTHER)
    assert row["stored"] == "config"
    assert "The keyring cannot be used: it is locked" in error
    assert "a former key is still in the keyring" in error
    assert settings(file) == {"api_key": OTHER, "keyring_left": True}
    assert clore("wallets").returncode == 0
    assert "keyring_left" not in clore("config", "show").stdout
    done = clore("auth", "logout", "--json")
    assert done.returncode == 1
    rows = [(row["source"], row["removed"]) for row in json.loads(done.stdout)]
    assert rows == [("keyring", False), ("config", True)]
    assert settings(file) == {"keyring_left": True}


@needs_a_service
def test_a_session_without_a_keyring(clore: Clore, session: Session, file: Path) -> None:
    row, error = login(clore)
    assert row["stored"] == "config"
    assert "there is none on this system" in error
    file.write_text('{"key_store": "keyring"}')
    done = clore("wallets")
    assert done.returncode == 3
    assert "there is none on this system" in done.stderr


@needs_a_service
def test_a_keyring_that_never_answers_is_given_up_after_3_seconds(
    clore: Clore, session: Session, file: Path
) -> None:
    session.be_silent()
    file.parent.mkdir()
    file.write_text(json.dumps({"key_store": "keyring", "api_key": KEY}))
    started = time.monotonic()
    done = clore("wallets")
    took = time.monotonic() - started
    assert done.returncode == 0, done.stderr  # the file has it, too
    assert "it did not answer within 3 s; unlock it or set CLORE_API_KEY" in done.stderr
    assert 3 <= took < 6
    file.write_text(json.dumps({"key_store": "keyring"}))
    started = time.monotonic()
    assert clore("wallets").returncode == 3
    assert 3 <= time.monotonic() - started < 6  # asked once, not a second time for the message


@needs_a_service
def test_login_with_a_keyring_that_never_answers_uses_the_file(
    clore: Clore, session: Session, file: Path
) -> None:
    session.be_silent()
    started = time.monotonic()
    row, error = login(clore)
    assert time.monotonic() - started < 6
    assert row["stored"] == "config"
    assert "it did not answer within 3 s" in error
    assert settings(file) == {"api_key": KEY}


@needs_a_service
def test_on_a_terminal_login_says_for_what_it_waits(
    clore: Clore, session: Session, file: Path
) -> None:
    session.be_silent()
    terminal = Terminal(clore, "auth", "login")
    terminal.until("API key")
    terminal.type(f"{KEY}\n")
    terminal.until("Waiting for your keyring")
    terminal.type("\x03")
    assert terminal.ends() == 130
    assert not file.exists()


@needs_a_service
@pytest.mark.parametrize("source", ["variable", "file", "key_command", "config"])
def test_a_silent_keyring_is_not_asked_when_another_source_has_the_key(
    clore: Clore, session: Session, file: Path, source: str, tmp_path: Path
) -> None:
    """With it being asked, each of these would take 3 s."""
    session.be_silent()
    file.parent.mkdir()
    found = {"key_store": "keyring"}
    if source == "variable":
        clore.env["CLORE_API_KEY"] = KEY
    elif source == "file":
        (tmp_path / "secret").write_text(KEY)
        clore.env["CLORE_API_KEY_FILE"] = str(tmp_path / "secret")
    else:
        found = {"key_command": f"echo {KEY}", **found} if source == "key_command" else {}
        found = found or {"api_key": KEY}
    file.write_text(json.dumps(found))
    for arguments in (["wallets"], ["auth", "status"], ["config", "show"]):
        done = clore(*arguments)
        assert done.returncode == 0
        assert "did not answer" not in done.stdout + done.stderr


PLAIN = '''
from pathlib import Path
from keyring.backend import KeyringBackend

class Keyring(KeyringBackend):
    """A text file that poses as a keyring, like those of keyrings.alt."""

    priority = 0.5
    file = Path.home() / "plain"

    def get_password(self, service, account):
        return self.file.read_text() if self.file.exists() else None

    def set_password(self, service, account, secret):
        self.file.write_text(secret)
'''


@pytest.mark.parametrize(
    ("backend", "reason"),
    [
        (NULL, f"{NULL} does not protect what it is given"),
        ("keyring.backends.fail.Keyring", "there is none on this system"),
        ("plain_backend.Keyring", "plain_backend.Keyring does not protect what it is given"),
        ("keyring.backends.nul.Keyring", "PYTHON_KEYRING_BACKEND names cannot be loaded"),
        ("keyring.backends.null.Keyrin", "PYTHON_KEYRING_BACKEND names cannot be loaded"),
    ],
)
def test_what_is_no_safe_keyring_gets_no_key(
    clore: Clore, market: World, file: Path, tmp_path: Path, backend: str, reason: str
) -> None:
    (tmp_path / "plain_backend.py").write_text(PLAIN)
    clore.env.update(PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=str(tmp_path))
    row, error = login(clore)
    assert row["stored"] == "config"
    assert reason in error
    assert settings(file) == {"api_key": KEY}
    assert not (clore.home / "plain").exists()
    assert clore("wallets").returncode == 0
