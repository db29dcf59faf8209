"""-v and -vv: what was asked and what came back, on stderr, without secrets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, List

import pytest
from cli_helpers import Clore, cheapest

from clore_cli import trace
from clore_cli.options import Settings
from clore_client import tracing

if TYPE_CHECKING:
    import subprocess

    from clore_client.sandbox import World

SECRETS = {"--ssh-password": "pw1234PW", "--jupyter-token": "jt1234JT", "--env": "HF_TOKEN=hf1234"}


def traced(done: subprocess.CompletedProcess[str]) -> List[str]:
    return [line for line in done.stderr.splitlines() if line.startswith("trace: ")]


def test_v_names_requests_retries_and_times_and_nothing_else(clore: Clore, world: World) -> None:
    world.fail("rate-limit", "wallets")
    done = clore("wallets", "-v", "--json")
    assert json.loads(done.stdout)
    first, retry, last = traced(done)
    assert re.fullmatch(r"trace: GET /wallets: HTTP 429, \d+ bytes, \d+\.\d{3} s", first)
    assert "attempt 1 failed, next in 1.0 s" in retry
    assert re.fullmatch(r"trace: GET /wallets: HTTP 200, \d+ bytes, \d+\.\d{3} s, attempt 2", last)


@pytest.mark.parametrize(
    "args", [["-vv", "wallets"], ["wallets", "-vv"], ["-v", "wallets", "-v"], ["wallets", "-v"]]
)
def test_vv_adds_bodies_wherever_it_stands(clore: Clore, world: World, args: List[str]) -> None:
    bodies = [line for line in traced(clore(*args)) if line.startswith("trace: < ")]
    assert [json.loads(line[9:])["code"] for line in bodies] == [0] * ("-v" not in args[1:2])


@pytest.mark.parametrize(("value", "lines"), [("0", 0), ("1", 1), ("2", 2)])
def test_the_environment_traces_too(clore: Clore, world: World, value: str, lines: int) -> None:
    assert len(traced(clore("wallets", env={"CLORE_VERBOSE": value}))) == lines


def test_no_secret_of_an_order_is_traced(clore: Clore, world: World) -> None:
    options = [word for pair in SECRETS.items() for word in pair]
    done = clore("deploy", cheapest(clore)["id"], *options, "--yes", "-vv")
    assert done.returncode == 0, done.stderr
    (sent,) = [line for line in traced(done) if line.startswith("trace: > ")]
    body = json.loads(sent[9:])
    assert body["env"] == {"HF_TOKEN": "********"}
    assert (body["ssh_password"], body["jupyter_token"]) == ("********", "********")
    for secret in ("pw1234PW", "jt1234JT", "hf1234", clore.env["CLORE_API_KEY"]):
        assert secret not in done.stderr


def test_a_traced_body_is_one_bounded_line(clore: Clore, world: World) -> None:
    done = clore("search", "-vv", "--limit", "1")
    (body,) = [line for line in traced(done) if line.startswith("trace: < ")]
    assert 1900 < len(body) < 2100
    assert body.endswith("…")


def test_a_page_of_a_stranger_cannot_act_on_the_terminal(clore: Clore, world: World) -> None:
    world.fail("html", "wallets", 9)
    done = clore("wallets", "-vv", "--retries", "0")
    assert done.returncode == 1
    assert any("502 Bad Gateway" in line for line in traced(done))
    assert "\x1b" not in done.stderr


def test_a_warning_is_told_once_in_a_run(
    capsys: pytest.CaptureFixture[str], logs_kept: None
) -> None:
    trace.show(Settings())
    for text in ("1 of 9 servers could not be read", "2 of 9 servers could not be read") * 3:
        tracing.logger.warning(text)
    assert capsys.readouterr().err.splitlines() == [
        "warning: 1 of 9 servers could not be read", "warning: 2 of 9 servers could not be read",
    ]  # fmt: skip
