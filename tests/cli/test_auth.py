"""`clore auth` through the installed script, without a keyring: login, status and logout."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, List

import pytest
from auth import login, statuses
from cli_helpers import KEY, OTHER, Clore
from terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World


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
