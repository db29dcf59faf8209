"""`clore sandbox run` and `start`: the environment they make, what they pass on and clean up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, List

import pytest

if TYPE_CHECKING:
    from cli_helpers import Clore

SHOW = "import json, os; print(json.dumps(dict(os.environ)))"


def run(clore: Clore, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return clore("sandbox", "run", "--speed", "100", "--", *words, env=env)


def test_the_command_finds_the_sandbox_and_nothing_of_the_users(clore: Clore) -> None:
    secrets = {"CLORE_API_KEY": "mine", "CLORE_API_KEY_FILE": "/mine", "HTTPS_PROXY": "http://p:1"}
    done = run(clore, sys.executable, "-c", SHOW, **secrets)
    assert done.returncode == 0, done.stderr
    env = json.loads(done.stdout)
    assert env["CLORE_BASE_URL"].startswith("http://127.0.0.1:")
    assert env["CLORE_API_KEY"] != "mine"
    assert "CLORE_API_KEY_FILE" not in env
    assert env["PYTHON_KEYRING_BACKEND"] == "keyring.backends.null.Keyring"
    assert "127.0.0.1" in env["NO_PROXY"]
    assert env["NO_PROXY"] == env["no_proxy"]
    assert env["PATH"].split(os.pathsep)[0] == str(Path(clore.script).parent)
    assert not Path(env["CLORE_CONFIG_DIR"]).exists()
    assert "sandbox" in done.stderr
    assert "no money is spent" in done.stderr


def test_its_status_stdin_and_options_are_passed_on(clore: Clore) -> None:
    assert run(clore, "sh", "-c", "exit 37").returncode == 37
    assert run(clore, "sh", "-c", "kill -TERM $$").returncode == 128 + signal.SIGTERM
    done = clore("-q", "sandbox", "run", "cat", "-", stdin="hello\n")
    assert (done.stdout, done.stderr, done.returncode) == ("hello\n", "", 0)
    done = clore("sandbox", "run", "--speed", "100", "clore", "wallets", "--json")
    assert json.loads(done.stdout)


def test_a_command_that_cannot_run(clore: Clore) -> None:
    assert run(clore, "no-such-command").returncode == 127
    assert run(clore, "/").returncode == 126
    assert run(clore).returncode == 2


@pytest.mark.parametrize(
    "options", [["--scenario", "nope"], ["--fault", "nope"], ["--speed", "0"], ["--seed", "x"]]
)
def test_options_that_make_no_world(clore: Clore, options: List[str]) -> None:
    done = clore("sandbox", "run", *options, "--", "true")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_seed_scenario_fault_and_frozen_clock(clore: Clore) -> None:
    def search(*options: str) -> subprocess.CompletedProcess[str]:
        words = ["sandbox", "run", "--speed", "100", *options, "--", "clore", "search", "--json"]
        return clore(*words)

    assert search("--seed", "1").stdout == search("--seed", "1", "--frozen").stdout
    assert search("--seed", "1").stdout != search("--seed", "2").stdout
    assert [row["id"] for row in json.loads(search("--scenario", "docs").stdout)]
    assert search("--fault", "html:marketplace:99").returncode == 1


def test_a_frozen_clock_repeats_itself_to_the_byte(clore: Clore) -> None:
    script = "clore deploy $(clore search --csv --no-header --columns id --limit 1) -y --raw"
    runs = [clore("sandbox", "run", "--frozen", "--", "sh", "-c", script) for _ in range(2)]
    assert runs[0].returncode == 0, runs[0].stderr
    assert runs[0].stdout == runs[1].stdout


def test_ctrl_c_is_the_commands_business(clore: Clore) -> None:
    """The terminal signals the whole group: CMD decides how it ends, and we pass that on."""
    script = 'trap "exit 5" INT; echo ready; while :; do sleep 0.05; done'
    child = subprocess.Popen(
        [clore.script, "sandbox", "run", "--", "sh", "-c", script],
        env=clore.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    os.killpg(child.pid, signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert child.returncode == 5
    assert "Traceback" not in err


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_start_prints_what_another_shell_evaluates(
    clore: Clore, sent: signal.Signals, status: int
) -> None:
    child = subprocess.Popen(
        [clore.script, "sandbox", "start", "--speed", "100"],
        env=clore.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout
    exports = "".join(child.stdout.readline() for _ in range(6))
    done = clore.shell(f"{exports}\nclore wallets --json && echo $CLORE_CONFIG_DIR")
    assert done.returncode == 0, done.stderr
    home = Path(done.stdout.splitlines()[-1])
    assert home.is_dir()
    child.send_signal(sent)
    out, err = child.communicate(timeout=20)
    assert (child.returncode, out) == (status, "")
    assert "Traceback" not in err
    assert not home.exists()
