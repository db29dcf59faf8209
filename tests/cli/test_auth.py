"""`clore auth` through the installed script, without a keyring; on a terminal, too."""

from __future__ import annotations

import json
import stat
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple

import pytest
from cli_helpers import KEY, OTHER, Clore
from terminal import Terminal

from clore_cli.commands.keeping import keep_key
from clore_client import keyrings

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from clore_client.sandbox import World


def login(
    clore: Clore, key: str = KEY, *options: object, **more: Any
) -> subprocess.CompletedProcess[str]:
    return clore("auth", "login", "--with-token", *options, stdin=f"{key}\n", **more)


def statuses(
    clore: Clore, *options: str, expected: int = 0, **more: Any
) -> Tuple[Dict[str, Any], str]:
    done = clore(*options, "auth", "status", "--json", **more)
    assert done.returncode == expected, done.stderr
    return {row["source"]: row for row in json.loads(done.stdout)}, done.stderr


def test_login_checks_the_key_and_stores_it(clore: Clore, market: World, file: Path) -> None:
    done = login(clore, KEY, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "profile": "default", "stored": "config", "key_end": "cdef", "verified": True,
        "where": str(file),
    }  # fmt: skip
    assert [entry.endpoint for entry in market.log] == ["wallets"]
    assert f"warning: the key is in {file} as plain text" in done.stderr
    assert "keyring.backends.null.Keyring does not protect" in done.stderr
    assert KEY not in done.stdout + done.stderr
    assert json.loads(file.read_text()) == {"api_key": KEY}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert clore("wallets").returncode == 0


def test_a_refused_key_replaces_nothing(clore: Clore, market: World, file: Path) -> None:
    login(clore)
    done = login(clore, "wrong-key-0123456789")
    assert done.returncode == 3
    assert "the API does not accept this key (…6789); nothing was stored" in done.stderr
    assert json.loads(file.read_text()) == {"api_key": KEY}
    assert login(clore, "wrong-key-0123456789", "--no-verify").returncode == 0
    assert clore("wallets").returncode == 3


def test_a_key_that_cannot_be_checked_replaces_nothing(clore: Clore, file: Path) -> None:
    done = login(clore, KEY, "--retries", 0)
    assert done.returncode == 7
    assert "nothing was stored; --no-verify" in done.stderr
    assert not file.exists()
    done = login(clore, KEY, "--no-verify", "--json")
    assert json.loads(done.stdout)["verified"] is False


@pytest.mark.parametrize(("stdin", "status"), [("", 2), ("\n", 2), ("two words\n", 2)])
def test_login_without_a_usable_key_stores_nothing(
    clore: Clore, market: World, file: Path, stdin: str, status: int
) -> None:
    done = clore("auth", "login", "--with-token", stdin=stdin)
    assert done.returncode == status, done.stderr
    assert "two words" not in done.stderr
    assert "nothing was stored" in done.stderr
    assert "auth status" not in done.stderr
    assert not file.exists()
    assert not market.log


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["login", KEY], "1 word more than the command takes"),
        (["login", "--with-token", KEY], "typed or piped in"),
        (["login", f"--with-token={KEY}"], "does not take a value"),
        (["login", f"--token={KEY}"], "No such option"),
        (["status", KEY, KEY], "2 words more than"),
        ([KEY], "no such command; there are: login, logout, status."),
        (["logni"], "no command 'logni'; did you mean 'login'?"),
    ],
)
def test_a_key_typed_in_the_wrong_place_is_not_shown(
    clore: Clore, market: World, file: Path, arguments: List[str], text: str
) -> None:
    done = clore("auth", *arguments, stdin=f"{KEY}\n")
    assert (done.returncode, done.stdout) == (2, "")
    assert text in done.stderr
    assert KEY not in done.stderr
    assert not file.exists()


def test_a_key_in_the_variable_of_its_file_is_not_shown(clore: Clore, market: World) -> None:
    for arguments in (["wallets"], ["auth", "status"], ["config", "show"]):
        done = clore(*arguments, env={"CLORE_API_KEY_FILE": KEY})
        assert "is it the key itself?" in done.stdout + done.stderr
        assert KEY not in done.stdout + done.stderr


def test_login_reads_the_first_line_only(clore: Clore, market: World, file: Path) -> None:
    assert login(clore, f"{KEY}\n{OTHER}").returncode == 0
    assert json.loads(file.read_text()) == {"api_key": KEY}


def test_login_off_a_terminal_says_how(clore: Clore, market: World) -> None:
    done = clore("auth", "login")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--with-token" in done.stderr


def test_a_corrupt_file_is_told_before_anything_is_sent(
    clore: Clore, market: World, file: Path
) -> None:
    file.parent.mkdir()
    file.write_text("{")
    done = login(clore)
    assert done.returncode == 2
    assert f"{file} is not valid JSON (line 1, column 2" in done.stderr
    assert not market.log
    assert file.read_text() == "{"


def test_on_a_terminal_login_asks_without_echo(clore: Clore, market: World, file: Path) -> None:
    terminal = Terminal(clore, "auth", "login")
    terminal.until("API key")
    terminal.type(f"{KEY}\n")
    assert terminal.ends() == 0
    assert KEY not in terminal.shown
    assert "VERIFIED  yes" in terminal.shown
    assert json.loads(file.read_text()) == {"api_key": KEY}


@pytest.mark.parametrize(("typed", "status"), [("\n", 2), ("\x04", 2), ("\x03", 130)])
def test_on_a_terminal_login_can_be_given_up(
    clore: Clore, market: World, file: Path, typed: str, status: int
) -> None:
    terminal = Terminal(clore, "auth", "login")
    terminal.until("API key")
    terminal.type(typed)
    assert terminal.ends() == status
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["auth", "login", "--with-token", "--no-verify"], "API key"),
        (["config", "set", "api_key", "-"], "API key"),
        (["config", "set", "plugin_token", "-"], "plugin_token"),
        (["deploy", "1", "--ssh-password-file", "-"], "SSH password"),
    ],
)
def test_a_secret_that_is_read_from_a_terminal_is_asked_for_and_not_shown(
    clore: Clore, market: World, arguments: List[str], asked: str
) -> None:
    terminal = Terminal(clore, *arguments)
    terminal.until(f"{asked} (what you type is not shown): ")
    terminal.type(f"{KEY}\n")
    terminal.ends()
    assert KEY not in terminal.shown


def test_on_a_terminal_config_set_asks_too(clore: Clore, file: Path) -> None:
    terminal = Terminal(clore, "config", "set", "api_key")
    terminal.until("API key")
    terminal.type(f"{KEY}\n")
    assert terminal.ends() == 0
    assert KEY not in terminal.shown
    assert json.loads(file.read_text()) == {"api_key": KEY}


def test_login_tells_what_comes_before_the_stored_key(
    clore: Clore, market: World, file: Path
) -> None:
    clore("config", "set", "key_command", "echo x")
    done = login(clore, env={"CLORE_API_KEY": OTHER})
    assert "CLORE_API_KEY comes first" in done.stderr
    assert "key_command (echo) comes first" in done.stderr
    assert OTHER not in done.stderr


def test_status_without_a_key(clore: Clore, market: World) -> None:
    rows, error = statuses(clore, expected=3)
    assert list(rows) == ["CLORE_API_KEY", "CLORE_API_KEY_FILE", "key_command", "keyring", "config"]
    assert not any(row["has_key"] or row["used"] for row in rows.values())
    assert "clore auth login" in error


def test_status_names_the_key_that_is_used_and_sends_nothing(
    clore: Clore, market: World, file: Path, tmp_path: Path
) -> None:
    login(clore, KEY, "--no-verify")
    rows, _ = statuses(clore)
    assert rows["config"] == {
        "source": "config", "has_key": True, "key_end": "cdef", "used": True, "accepted": None,
        "where": str(file), "note": str(file),
    }  # fmt: skip
    secret = tmp_path / "secret"
    secret.write_text(OTHER)
    rows, _ = statuses(clore, env={"CLORE_API_KEY_FILE": str(secret)})
    assert [row["used"] for row in rows.values()] == [False, True, False, False, False]
    assert rows["CLORE_API_KEY_FILE"]["key_end"] == "wxyz"
    assert rows["config"]["has_key"] is True
    assert not market.log


def test_status_fits_a_narrow_terminal(clore: Clore, market: World, home: Path) -> None:
    login(clore)
    terminal = Terminal(clore, "auth", "status", "--check")
    assert terminal.ends() == 0
    lines = terminal.shown.replace("\r", "").splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert [line.split()[0] for line in lines[1:4]] == [
        "CLORE_API_KEY", "CLORE_API_KEY_FILE", "key_command",
    ]  # fmt: skip


def test_status_asks_the_api_when_told_to(clore: Clore, market: World) -> None:
    login(clore)
    done = clore("auth", "status", "--check", "--json")
    assert [row["accepted"] for row in json.loads(done.stdout)] == [None] * 4 + [True]
    assert "ACCEPTED" in clore("auth", "status", "--check").stdout
    assert "ACCEPTED" not in clore("auth", "status").stdout
    done = clore("auth", "status", "--check", "--json", env={"CLORE_API_KEY": "wrong-key-6789"})
    assert done.returncode == 3
    assert json.loads(done.stdout)[0]["accepted"] is False
    assert "The key …6789 came from CLORE_API_KEY. Is it the right one?" in done.stderr


def test_a_key_command_is_used_and_its_failure_is_told(clore: Clore, market: World) -> None:
    login(clore, OTHER)
    clore("config", "set", "key_command", f"sh -c 'echo {KEY}; echo from-stderr >&2'")
    done = clore("wallets")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "from-stderr\n"
    clore("config", "set", "key_command", f"sh -c 'echo {KEY}; exit 4'")
    done = clore("wallets")
    assert done.returncode == 3
    assert "key_command: sh ended with status 4" in done.stderr
    assert KEY not in done.stderr
    rows, _ = statuses(clore, expected=3)
    assert rows["config"]["has_key"] is True
    assert not any(row["used"] for row in rows.values())


def test_a_key_command_may_ask_on_the_terminal_and_be_given_up(clore: Clore, market: World) -> None:
    """Like a password manager does, whatever stdin and stdout are."""
    ask = "sh -c 'printf PIN: >/dev/tty; read pin </dev/tty; echo $pin'"
    clore("config", "set", "key_command", ask)
    terminal = Terminal(clore, "wallets")
    terminal.until("PIN:")
    terminal.type(f"{KEY}\n")
    assert terminal.ends() == 0, terminal.shown
    terminal = Terminal(clore, "wallets")
    terminal.until("PIN:")
    terminal.type("\x03")
    assert terminal.ends() == 130, terminal.shown


def test_a_key_command_may_ask_clore_but_not_for_ever(clore: Clore, market: World) -> None:
    clore("config", "set", "key_command", f"{clore.script} wallets --json")
    done = clore("wallets")
    assert done.returncode == 3
    assert "key_command runs clore" in done.stderr


def test_a_malformed_key_names_its_source(clore: Clore, market: World) -> None:
    done = clore("wallets", env={"CLORE_API_KEY": "two words"})
    assert done.returncode == 3
    assert "CLORE_API_KEY is not an API key" in done.stderr
    assert "clore auth status" in done.stderr
    assert "two words" not in done.stderr


def test_logout_removes_the_key_and_tells_what_remains(
    clore: Clore, market: World, file: Path
) -> None:
    login(clore)
    done = clore("auth", "logout", "--json", env={"CLORE_API_KEY": OTHER})
    assert json.loads(done.stdout) == [
        {"source": "config", "removed": True, "where": str(file), "note": None}
    ]
    assert "CLORE_API_KEY still gives a key" in done.stderr
    assert json.loads(file.read_text()) == {}
    done = clore("auth", "logout", "--json")
    assert (done.returncode, done.stdout) == (0, "[]\n")
    assert clore("auth", "logout").stderr == "No key was stored.\n"


def test_profiles_are_accounts_of_their_own(clore: Clore, market: World, file: Path) -> None:
    login(clore)
    assert clore("--profile", "work", "auth", "login", "--with-token", stdin=OTHER).returncode == 0
    assert json.loads(file.read_text()) == {
        "api_key": KEY, "profiles": {"work": {"api_key": OTHER}},
    }  # fmt: skip
    rows, _ = statuses(clore, "--profile", "work")
    assert rows["config"]["key_end"] == "wxyz"
    assert rows["config"]["where"] == f"{file} (profile work)"
    rows, _ = statuses(clore, env={"CLORE_PROFILE": "work"})
    assert rows["config"]["key_end"] == "wxyz"
    rows, _ = statuses(clore, "--profile", "default", env={"CLORE_PROFILE": "work"})
    assert rows["config"]["key_end"] == "cdef"
    assert clore("wallets", "--profile", "work").returncode == 0
    done = clore("wallets", "--profile", "wrok")
    assert done.returncode == 2
    assert "no profile 'wrok'" in done.stderr
    assert "Did you mean 'work'?" in done.stderr
    assert "the profile is not a name" in clore("wallets", "--profile", "a b").stderr
    done = clore("wallets", env={"CLORE_PROFILE": "x;y"})
    assert (done.returncode, "CLORE_PROFILE is not a name" in done.stderr) == (2, True)
    clore("--profile", "work", "auth", "logout")
    assert json.loads(file.read_text()) == {"api_key": KEY}


def test_a_variable_that_hides_a_profiles_key_is_told(clore: Clore, market: World) -> None:
    clore("--profile", "work", "auth", "login", "--with-token", stdin=OTHER)
    done = clore("--profile", "work", "wallets", env={"CLORE_API_KEY": KEY})
    assert done.returncode == 0
    assert "CLORE_API_KEY is used, not the key of the profile work" in done.stderr
    assert KEY not in done.stderr


def test_the_sandbox_knows_no_profile_of_the_users(clore: Clore) -> None:
    done = clore("sandbox", "run", "--", "clore", "wallets", env={"CLORE_PROFILE": "work"})
    assert done.returncode == 0, done.stderr
    assert "profile" not in done.stderr


def test_a_profile_chooses_its_own_address(clore: Clore, market: World) -> None:
    url = clore.env.pop("CLORE_BASE_URL")
    env = {"CLORE_API_KEY": KEY}
    clore("--profile", "work", "config", "set", "base_url", url)
    assert clore("--profile", "work", "wallets", env=env).returncode == 0
    done = login(clore, KEY, "--profile", "new", "--base-url", url)
    assert done.returncode == 0, done.stderr
    rows, _ = statuses(clore, "--profile", "new")
    assert rows["config"]["used"]


@pytest.mark.parametrize(("terminal", "seconds"), [(True, 60.0), (False, 3.0)])
def test_somebody_who_sits_there_has_a_minute_to_unlock_the_keyring(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, seconds: float
) -> None:
    given: List[float] = []

    def put(_account: str, _secret: str, limit: float, _waiting: Callable[[], None]) -> None:
        given.append(limit)
        raise keyrings.KeyringUnusableError("it is locked")

    monkeypatch.setattr(keyrings, "put", put)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: terminal))
    settings = SimpleNamespace(profile=None)
    app: Any = SimpleNamespace(settings=settings, show_log=bool, note=str, warn=str)
    assert keep_key(app, KEY).place == "config"
    assert given == [seconds]
