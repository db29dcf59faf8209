"""The global options: before the command, after it, and in the environment."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING, Dict, List, Optional

import pytest

if TYPE_CHECKING:
    from cli_helpers import Clore, Worlds

    from clore_client.sandbox import World

BAD = {
    "CLORE_BASE_URL": "ftp://user:hush@host/v1",
    "CLORE_TIMEOUT": "nan",
    "CLORE_RETRIES": "-1",
    "CLORE_VERBOSE": "loud",
    "CLORE_QUIET": "maybe",
    "CLORE_NO_COLOR": "maybe",
    "CLORE_OUTPUT": "xml",
}
NOBODY = "http://127.0.0.1:9/v1"


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_in_the_environment_is_wrong_usage_and_named(
    clore: Clore, world: World, name: str
) -> None:
    done = clore("wallets", env={name: BAD[name]})
    assert (done.returncode, done.stdout) == (2, "")
    assert f"hint: The value is that of {name}: see 'clore help environment'." in done.stderr
    assert "hush" not in done.stderr
    assert not world.log


@pytest.mark.parametrize("name", sorted(set(BAD) - {"CLORE_BASE_URL"}))
def test_an_empty_variable_is_none(clore: Clore, world: World, name: str) -> None:
    assert clore("wallets", env={name: ""}).returncode == 0


def both(option: str, value: Optional[str] = None) -> List[List[str]]:
    words = [option] if value is None else [option, value]
    return [[*words, "wallets"], ["wallets", *words]]


@pytest.mark.parametrize("args", both("--base-url", NOBODY))
def test_the_base_url(clore: Clore, world: World, args: List[str]) -> None:
    done = clore(*args, "--retries", "0")
    assert done.returncode == 7
    assert not world.log


@pytest.mark.parametrize("args", both("--timeout", "0.05"))
def test_the_timeout(clore: Clore, world: World, args: List[str]) -> None:
    world.fail("slow-body", "wallets", seconds=3)
    done = clore(*args, "--retries", "0")
    assert done.returncode == 7
    assert "0.05 s" in done.stderr


def test_the_timeout_of_the_environment(clore: Clore, world: World) -> None:
    world.fail("slow-body", "wallets", seconds=3)
    env = {"CLORE_TIMEOUT": "0.05", "CLORE_RETRIES": "0"}
    assert "0.05 s" in clore("wallets", env=env).stderr


@pytest.mark.parametrize("args", both("--retries", "0"))
def test_the_retries(clore: Clore, world: World, args: List[str]) -> None:
    world.fail("rate-limit", "wallets", 9)
    assert clore(*args).returncode == 5
    assert len(world.log) == 1


@pytest.mark.parametrize("args", both("--quiet") + both("-q"))
def test_quiet(clore: Clore, sandboxed: Worlds, args: List[str]) -> None:
    sandboxed(scenario="empty")
    words = ["orders" if word == "wallets" else word for word in args]
    assert clore(*words).stderr == ""


def test_the_command_line_comes_before_the_environment(clore: Clore, world: World) -> None:
    assert clore("wallets", "--base-url", clore.env["CLORE_BASE_URL"]).returncode == 0
    done = clore("--retries", "0", "wallets", env={"CLORE_RETRIES": "bad"})
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("args", "env", "coloured"),
    [
        ([], {}, True),
        (["--no-color"], {}, False),
        ([], {"CLORE_NO_COLOR": "1"}, False),
        ([], {"CLORE_NO_COLOR": "0"}, True),
        ([], {"NO_COLOR": "1"}, False),
    ],
)
def test_errors_are_coloured_on_a_terminal_unless_somebody_objects(
    clore: Clore, args: List[str], env: Dict[str, str], coloured: bool
) -> None:
    leader, follower = pty.openpty()
    command = [clore.script, *args, "order", "x"]
    subprocess.run(
        command, env={**clore.env, "TERM": "xterm", **env}, stderr=follower, timeout=60, check=False
    )
    os.close(follower)
    shown = os.read(leader, 4096)
    os.close(leader)
    assert b"error:" in shown
    assert (b"\x1b[" in shown) is coloured


@pytest.mark.parametrize("option", ["--json", "-o", "--limit"])
def test_an_option_of_the_commands_in_front_of_them_is_sent_behind(
    clore: Clore, option: str
) -> None:
    done = clore(option, "wallets")
    assert done.returncode == 2
    assert f"hint: {option} goes behind the command, as in 'clore wallets {option}'." in done.stderr


def test_a_wrong_variable_is_not_looked_for_in_the_file(clore: Clore) -> None:
    done = clore("wallets", env={"CLORE_LIMITER": "procces"})
    assert done.returncode == 2
    assert "'clore help environment' lists the variables." in done.stderr


def test_a_bad_value_on_the_command_line_is_not_said_to_be_a_variable(clore: Clore) -> None:
    done = clore("wallets", "--output", "xml", env={"CLORE_OUTPUT": "csv"})
    assert done.returncode == 2
    assert "CLORE_OUTPUT" not in done.stderr
    assert "See 'clore wallets --help'" in done.stderr
