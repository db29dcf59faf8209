"""`clore config` through the installed script: keeps settings, shows no secret."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any, Dict

import pytest
from cli_helpers import KEY

if TYPE_CHECKING:
    from pathlib import Path

    from cli_helpers import Clore

    from clore_client.sandbox import World


def write(file: Path, settings: Dict[str, Any], mode: int = 0o600) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(settings))
    file.chmod(mode)


def test_the_key_makes_a_round_trip_and_keeps_to_itself(clore: Clore, file: Path) -> None:
    done = clore("config", "set", "api_key", "-", stdin=f"{KEY}\n")
    assert done.returncode == 0, done.stderr
    assert f"api_key stored in {file}" in done.stderr
    assert "clore auth login" in done.stderr
    shown = [clore("config", *a) for a in (["get", "api_key"], ["show"], ["show", "--json"])]
    assert all("cdef" in done.stdout for done in shown)
    assert all(KEY not in d.stdout + d.stderr for d in [done, *shown])
    assert clore("config", "path").stdout == f"{file}\n"
    assert json.loads(file.read_text())["api_key"] == KEY
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_key_as_an_argument_works_and_is_told(clore: Clore, file: Path) -> None:
    done = clore("config", "set", "api_key", KEY)
    assert done.returncode == 0
    assert KEY not in done.stdout + done.stderr
    assert "Your shell may remember it" in done.stderr
    assert json.loads(file.read_text())["api_key"] == KEY


def test_what_cannot_be_a_key_is_wrong_usage(clore: Clore, file: Path) -> None:
    done = clore("config", "set", "api_key", "k e y")
    assert done.returncode == 2
    assert "k e y" not in done.stderr
    assert not file.exists()


def test_other_settings(clore: Clore) -> None:
    del clore.env["CLORE_BASE_URL"]
    assert clore("config", "set", "base_url", "ftp://x").returncode == 2
    assert clore("config", "set", "base_url", "http://127.0.0.1:7/v1").returncode == 0
    assert clore("config", "get", "base_url").stdout == "http://127.0.0.1:7/v1\n"
    note = clore("config", "set", "base_ulr", "x").stderr
    assert "did you mean base_url?" in note
    assert clore("config", "get", "base_ulr").stdout == "x\n"
    done = clore("config", "set", "my_token", "hush")
    assert "my_token -" in done.stderr
    assert "hush" not in done.stdout + done.stderr
    assert "hush" not in clore("config", "show").stdout


@pytest.mark.parametrize("name", ["get", "unset"])
def test_what_is_not_set_is_not_found_and_may_get_a_suggestion(
    clore: Clore, file: Path, name: str
) -> None:
    write(file, {"plugin_color": "red"})
    done = clore("config", name, "plugin_colour")
    assert done.returncode == 4
    assert "Did you mean 'plugin_color'?" in done.stderr
    done = clore("config", name, "api_key")
    assert done.returncode == 4
    assert "'clore auth login' stores one" in done.stderr
    assert "Did you mean" not in done.stderr + clore("config", name, "key_command").stderr


def test_unset(clore: Clore, file: Path) -> None:
    write(file, {"plugin": {"a": 1}, "base_url": "http://127.0.0.1:7/v1", "api_key": KEY})
    done = clore("config", "unset", "base_url")
    assert (done.returncode, done.stderr) == (0, f"base_url removed from {file}.\n")
    assert clore("config", "unset", "api_key").returncode == 0
    assert json.loads(file.read_text()) == {"plugin": {"a": 1}}


@pytest.mark.parametrize("key", ["key_store", "profiles"])
def test_what_clore_keeps_itself_is_not_set_by_hand(clore: Clore, file: Path, key: str) -> None:
    write(file, {"key_store": "keyring", "profiles": {"work": {"a": 1}}})
    before = file.read_text()
    for arguments in (["set", key, "x"], ["unset", key]):
        done = clore("config", *arguments)
        assert done.returncode == 2
        assert "is not set by hand" in done.stderr
    assert file.read_text() == before


@pytest.mark.parametrize("command", ["'unclosed", "A=b x", "''", KEY, f"{KEY} x"])
def test_a_key_command_that_cannot_run_is_refused(clore: Clore, file: Path, command: str) -> None:
    done = clore("config", "set", "key_command", command if command != "''" else "")
    assert done.returncode == 2
    assert KEY not in done.stderr
    assert not file.exists()


def test_a_key_in_the_place_of_its_command_is_not_shown(clore: Clore, file: Path) -> None:
    """The file may have been written by hand."""
    write(file, {"key_command": KEY})
    for arguments in (["wallets"], ["auth", "status"], ["config", "show"]):
        done = clore(*arguments)
        assert "?" in done.stdout + done.stderr
        assert KEY not in done.stdout + done.stderr


def test_what_is_empty_is_refused(clore: Clore, file: Path) -> None:
    for arguments in (["", "x"], ["base_url", ""], ["base_url"], ["api_key", ""], ["api_key"]):
        assert clore("config", "set", *arguments).returncode == 2
    assert clore.shell("clore config set api_key - <&-").returncode == 2
    assert not file.exists()


def test_show_hides_what_may_be_secret(clore: Clore, file: Path) -> None:
    write(
        file,
        {
            "x": {"token": "SEKRET"}, "proxy": "http://u:SEKRET@host", "a_token": "SEKRET",
            "key_command": "echo SEKRET", "profiles": {"work": {"api_key": "SEKRET"}},
        },
    )  # fmt: skip
    rows = {row["key"]: row for row in json.loads(clore("config", "show", "--json").stdout)}
    assert "SEKRET" not in json.dumps({**rows, "api_key": None})
    assert rows["proxy"]["value"] == "http://********@host"
    assert rows["key_command"]["value"] == "echo …"
    assert rows["profiles"]["value"] == "work"
    assert rows["base_url"]["source"] == "CLORE_BASE_URL"
    assert clore("config", "get", "key_command").stdout == "echo …\n"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://h/?sig=SEKRET", "https://h/?********"),
        ("https://h/#SEKRET", "https://h/#********"),
        ("redis://u:p@SEK/RET@h:6379/0", "redis://********@h:6379/0"),
        ("redis://:SE KRET@h", "redis://********@h"),
        ("u:SEKRET@proxy:3128", "********@proxy:3128"),
        ("me@example.com", "me@example.com"),
        ("https://h:8080/v1", "https://h:8080/v1"),
        ("-----BEGIN PRIVATE KEY----- SEKRET", "********"),
    ],
)
def test_the_secret_part_of_a_value_is_hidden(
    clore: Clore, file: Path, value: str, shown: str
) -> None:
    write(file, {"x": value})
    assert clore("config", "get", "x").stdout == f"{shown}\n"


def test_settings_whose_names_sound_secret_are_hidden(clore: Clore, file: Path) -> None:
    names = ["dockerhub_auth", "auto_login", "hf_auth", "passwd", "passphrase", "credentials"]
    write(file, dict.fromkeys(names, "SEKRET"))
    done = clore("config", "show", "--json")
    assert "SEKRET" not in done.stdout
    rows = {row["key"]: row["value"] for row in json.loads(done.stdout)}
    assert all(rows[name] == "********" for name in names)


def test_show_of_a_profile(clore: Clore, file: Path) -> None:
    write(file, {"a": "top", "profiles": {"work": {"api_key": KEY, "b": "x"}}})
    done = clore("--profile", "work", "config", "show", "--json")
    rows = {row["key"]: row for row in json.loads(done.stdout)}
    assert set(rows) == {"api_key", "base_url", "b"}
    assert rows["api_key"] == {
        "key": "api_key", "value": "…cdef", "source": f"{file} (profile work)",
    }  # fmt: skip


def test_show_works_when_the_key_does_not(clore: Clore, file: Path) -> None:
    """It is what one looks at when something is wrong."""
    write(file, {"key_command": "false", "api_key": KEY})
    done = clore("config", "show", "--json")
    assert done.returncode == 0
    row = json.loads(done.stdout)[0]
    assert row["value"] is None
    assert "key_command: false ended with status 1" in row["source"]


def test_a_readable_key_is_told_with_the_command_that_helps(
    clore: Clore, world: World, file: Path
) -> None:
    write(file, {"api_key": KEY}, 0o644)
    del clore.env["CLORE_API_KEY"]
    done = clore("wallets")
    assert done.returncode == 0
    assert done.stderr.count(f"chmod 600 {file}") == 1
    assert clore("wallets", env={"CLORE_API_KEY": "x" * 20, "CLORE_QUIET": "1"}).stderr == ""
    clore("config", "set", "other", "x")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert clore("wallets").stderr == ""


def test_a_directory_that_others_use_is_told(clore: Clore, tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir(mode=0o755)
    (tmp_path / "shared" / "other").touch()
    done = clore("config", "set", "a", "b", env={"CLORE_CONFIG_DIR": str(tmp_path / "shared")})
    assert done.returncode == 0
    assert "warning: other users of this machine can look into" in done.stderr


def test_a_file_that_others_may_write_to_is_refused(clore: Clore, world: World, file: Path) -> None:
    write(file, {"api_key": KEY}, 0o666)
    del clore.env["CLORE_API_KEY"]
    for arguments in (["wallets"], ["config", "show"], ["config", "set", "a", "b"]):
        done = clore(*arguments)
        assert done.returncode == 2
        assert f"hint: Look at it, then run: chmod 600 {file}" in done.stderr
    assert not world.log


def test_a_corrupt_file_is_wrong_input(clore: Clore, world: World, file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"api_key": "x"\n "b": 2}')
    del clore.env["CLORE_API_KEY"]
    for arguments in (["wallets"], ["config", "set", "a", "b"], ["auth", "logout"]):
        done = clore(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"error: {file} is not valid JSON (line 2, column 2")
    assert file.read_text() == '{"api_key": "x"\n "b": 2}'
