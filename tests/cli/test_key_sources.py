"""Which key `clore` uses: of a variable, of a command, of a profile, or the stored one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from auth import login, statuses
from cli_helpers import KEY, OTHER, Clore

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World


def test_a_key_in_the_variable_of_its_file_is_not_shown(clore: Clore, market: World) -> None:
    for arguments in (["wallets"], ["auth", "status"], ["config", "show"]):
        done = clore(*arguments, env={"CLORE_API_KEY_FILE": KEY})
        assert "is it the key itself?" in done.stdout + done.stderr
        assert KEY not in done.stdout + done.stderr


def test_login_tells_what_comes_before_the_stored_key(
    clore: Clore, market: World, file: Path
) -> None:
    clore("config", "set", "key_command", "echo x")
    done = login(clore, env={"CLORE_API_KEY": OTHER})
    assert "CLORE_API_KEY comes first" in done.stderr
    assert "key_command (echo) comes first" in done.stderr
    assert OTHER not in done.stderr


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
