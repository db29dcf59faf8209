"""Every exit status, through the installed script; never a traceback, always a next step."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, List, Union

import pytest

from clore_cli.status import MEANING, Status

if TYPE_CHECKING:
    from cli_helpers import Clore, Worlds

    from clore_client.sandbox import World


def ends(done: subprocess.CompletedProcess[str], status: int) -> subprocess.CompletedProcess[str]:
    assert done.returncode == status, (done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done


def fails(
    done: subprocess.CompletedProcess[str], status: int, hint: bool = True
) -> subprocess.CompletedProcess[str]:
    ends(done, status)
    assert "error: " in done.stderr
    assert ("hint: " in done.stderr) is hint
    return done


def test_0_for_an_empty_list(clore: Clore, sandboxed: Worlds) -> None:
    sandboxed(scenario="empty")
    done = ends(clore("search"), 0)
    assert done.stdout == ""
    assert "No server matches" in done.stderr
    assert json.loads(ends(clore("search", "--json"), 0).stdout) == []


def test_1_for_a_failing_api(clore: Clore, world: World) -> None:
    world.fail("refused-after", "wallets", 9)
    assert fails(clore("wallets", "--retries", 0), 1).stdout == ""


def test_1_for_an_answer_that_is_not_the_apis(clore: Clore, world: World) -> None:
    world.fail("blocked", "wallets", 9)
    fails(clore("wallets", "--retries", 0), 1)


@pytest.mark.parametrize(
    "args",
    [
        ["serch"],
        ["search", "--nope"],
        ["search", "--columns", "prise"],
        ["search", "--sort", "zzz"],
        ["search", "-o", "xml"],
        ["search", "--json", "--csv"],
        ["search", "--raw", "--csv"],
        ["search", "--raw", "--columns", "id"],
        ["search", "--min-gpu", "x"],
        ["order", "abc"],
        ["order"],
        ["cancel", "7"],
        ["--timeout", "-1", "wallets"],
    ],
)
def test_2_for_wrong_usage_and_nothing_is_sent(clore: Clore, world: World, args: List[str]) -> None:
    done = ends(clore(*args), 2)
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert not world.log


def test_a_mistyped_name_gets_a_suggestion(clore: Clore) -> None:
    assert "did you mean 'search'?" in clore("serch").stderr
    assert (
        "did you mean 'price_usd_per_hour'?" in clore("search", "--sort", "price_usd_hour").stderr
    )


def test_3_without_a_key(clore: Clore, world: World) -> None:
    del clore.env["CLORE_API_KEY"]
    assert "clore auth login" in fails(clore("wallets"), 3).stderr


def test_3_with_a_wrong_key_says_where_it_came_from(clore: Clore, sandboxed: Worlds) -> None:
    sandboxed(keys=["another"])
    error = fails(clore("wallets"), 3).stderr
    assert "CLORE_API_KEY" in error
    assert clore.env["CLORE_API_KEY"][-4:] in error
    assert clore.env["CLORE_API_KEY"] not in error


@pytest.mark.parametrize("args", [["order", 77], ["deploy", 77, "--yes"], ["cancel", 77, "--yes"]])
def test_4_for_what_is_not_there(clore: Clore, world: World, args: List[Union[str, int]]) -> None:
    fails(clore(*args), 4)


def test_5_for_the_rate_limit_after_all_retries(clore: Clore, world: World) -> None:
    world.fail("rate-limit", "wallets", 9)
    fails(clore("wallets", "--retries", 2), 5)
    assert len(world.log) == 3


def test_6_for_a_refusal(clore: Clore, world: World) -> None:
    server = next(i for i, row in world.state.servers.items() if row["rented"])
    error = fails(clore("deploy", server, "--yes"), 6).stderr
    assert "server-already-rented" in error


def test_7_without_a_network(clore: Clore) -> None:
    fails(clore("search", "--retries", 0), 7)


def test_9_for_an_order_that_is_accepted_but_not_listed(clore: Clore, sandboxed: Worlds) -> None:
    world = sandboxed(servers=30, lag=1e6)
    server = next(i for i, row in world.state.servers.items() if not row["rented"])
    done = fails(clore("deploy", server, "--yes", "--json"), 9)
    order = json.loads(done.stdout)
    assert (order["id"], order["status"]) == (None, "pending")
    assert "clore reconcile" in done.stderr


def test_9_for_an_order_that_nobody_knows_of(clore: Clore, sandboxed: Worlds) -> None:
    world = sandboxed(servers=30, lag=1e6)
    world.fail("lost-answer", "create_order")
    server = next(i for i, row in world.state.servers.items() if not row["rented"])
    done = fails(clore("deploy", server, "--yes"), 9)
    assert done.stdout == ""
    assert f"server {server}" in done.stderr
    assert sum(entry.endpoint == "create_order" for entry in world.log) == 1


def test_130_for_ctrl_c_in_the_middle_of_a_request(clore: Clore, world: World) -> None:
    world.fail("slow-body", "wallets", seconds=30)
    child = clore.start("wallets")
    deadline = time.monotonic() + 20
    while not world.log and time.monotonic() < deadline:
        child.poll()
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=20)
    assert (child.returncode, out, err.strip()) == (130, "", "")


def test_every_status_has_a_meaning() -> None:
    assert set(MEANING) == set(Status)


def test_a_closed_pipe_ends_quietly(clore: Clore, world: World) -> None:
    done = clore.shell(
        "set -o pipefail; clore search --include-rented --csv | head -1 >/dev/null;"
        ' echo "${PIPESTATUS[@]}"'
    )
    assert (done.stdout, done.stderr) == ("0 0\n", "")
    done = clore.shell('clore search --json | true; echo "${PIPESTATUS[@]}"')
    assert (done.stdout, done.stderr) == ("0 0\n", "")
    done = clore.shell('clore --help | true; echo "${PIPESTATUS[@]}"')
    assert (done.stdout, done.stderr) == ("0 0\n", "")


def test_a_full_disk_is_an_error(clore: Clore, world: World) -> None:
    done = clore.shell("clore search --json >/dev/full; echo $?")
    assert done.stdout == "1\n"
    assert done.stderr.startswith(
        "error: cannot write the output: No space left on device.\nhint: "
    )
    assert done.stderr.count("\n") == 2


def test_a_closed_stdout_is_an_error(clore: Clore, world: World) -> None:
    done = clore.shell("clore wallets >&-")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_an_ascii_terminal_is_no_reason_to_fail(clore: Clore, world: World) -> None:
    for row in world.state.servers.values():
        row["specs"]["net"]["cc"] = "Österreich"
    ends(clore("search", env={"PYTHONIOENCODING": "ascii", "LC_ALL": "C"}), 0)


def test_colour_is_for_terminals_only(clore: Clore) -> None:
    assert "\x1b" not in clore("serch").stderr
    terminal = "script -qec 'clore {}serch' /dev/null"
    assert "\x1b[" in clore.shell(terminal.format(""), TERM="xterm").stdout
    assert "\x1b[" not in clore.shell(terminal.format("--no-color "), TERM="xterm").stdout
    assert "\x1b[" not in clore.shell(terminal.format(""), TERM="xterm", NO_COLOR="x").stdout


def test_9_while_it_is_too_early_to_tell_what_an_attempt_made(
    clore: Clore, sandboxed: Worlds
) -> None:
    world = sandboxed(servers=30, lag=1e6)
    world.fail("lost-answer", "create_order")
    server = next(i for i, row in world.state.servers.items() if not row["rented"])
    fails(clore("deploy", server, "--yes"), 9)
    done = fails(clore("reconcile", "--json"), 9)
    assert [(row["outcome"], row["server_id"]) for row in json.loads(done.stdout)] == [
        ("unknown", server)
    ]


FINALIZING = """
import gc, signal, sys, time, weakref
import clore_cli.main as program

class Thing: pass

def run(arguments):
    thing = Thing()
    weakref.finalize(thing, {act})
    del thing
    gc.collect()
    time.sleep({seconds})
    return 0

program.run = run
sys.exit(program.main())
"""


def finalizing(
    clore: Clore, act: str, seconds: int = 0, **env: str
) -> subprocess.CompletedProcess[str]:
    """The program, when a finalizer does ``act`` in the middle of it."""
    code = FINALIZING.format(act=act, seconds=seconds)
    return subprocess.run(
        [sys.executable, "-c", code], env={**clore.env, **env}, capture_output=True, text=True,
        timeout=20, check=False,
    )  # fmt: skip


def test_130_for_ctrl_c_in_the_middle_of_a_finalizer(clore: Clore) -> None:
    """Python swallows what is raised there; the program must stop all the same."""
    done = finalizing(clore, "signal.raise_signal, signal.SIGINT", seconds=30)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_a_finalizer_that_fails_shows_no_traceback_but_in_debugging(clore: Clore) -> None:
    done = finalizing(clore, "divmod, 1, 0")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "ZeroDivisionError" in finalizing(clore, "divmod, 1, 0", CLORE_DEBUG="1").stderr
