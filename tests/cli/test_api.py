"""`clore api`: any endpoint, data on stdout only when it is an answer without error."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from typing import TYPE_CHECKING, Any, List

import pytest
from cli_helpers import Clore, data
from loopback import http, server

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World
    from clore_client.sandbox.world import LogEntry

ODD = b'{ "code":0, "price": 1.50, "more": 2e3,\n "name": "\xc3\xa9\xc2\x9b" }'


def last(world: World) -> LogEntry:
    return next(entry for entry in reversed(world.log) if entry.executed)


def test_a_get_asks_with_a_query(clore: Clore, world: World) -> None:
    for args in (["/spot_marketplace", "-f", "market=997"], ["spot_marketplace?market=997"]):
        assert data(clore("api", "get", *args))["market"]["server"]["online"] is True
        assert last(world).query == {"market": "997"}


def test_a_post_sends_json_whose_values_are_texts_or_typed(clore: Clore, world: World) -> None:
    fields = ["-f", "name=MyGPU", "-F", "mrl=72", "-F", "availability=true", "-F", "x=NaN"]
    done = clore("api", "POST", "/set_server_settings", *fields, "-F", 'l=[1,"2"]', "--yes")
    assert data(done) == {"code": 0}
    sent = {"name": "MyGPU", "mrl": 72, "availability": True, "x": "NaN", "l": [1, "2"]}
    assert last(world).json == sent


def test_the_body_comes_from_stdin_or_a_file(clore: Clore, world: World, tmp_path: Path) -> None:
    text = json.dumps({"server_name": "MyGPU"})
    (tmp_path / "body.json").write_text(text)
    for source in ("-", tmp_path / "body.json"):
        done = clore("api", "GET", "/server_config", "--input", source, stdin=text)
        assert data(done)["config"]["name"] == "MyGPU"


def test_what_is_no_json_is_wrong_usage_and_not_quoted(clore: Clore, world: World) -> None:
    done = clore("api", "GET", "/server_config", "--input", "-", stdin='{"ssh_password": "hush')
    assert (done.returncode, done.stdout) == (2, "")
    assert "hush" not in done.stderr
    assert clore("api", "GET", "/wallets", "-f", "hush").returncode == 2
    assert not world.log


def call(clore: Clore, url: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [clore.script, "api", "GET", "/odd", "--retries", "0", "--base-url", url],
        env={**clore.env, "CLORE_API_KEY": "k" * 32, "LC_ALL": "C", "PYTHONUTF8": "0"},
        timeout=60, check=False, text=False, **options,
    )  # fmt: skip


def test_in_a_pipe_the_answer_is_what_was_sent_byte_for_byte(clore: Clore) -> None:
    with server(http(ODD)) as (url, _):
        assert call(clore, url, capture_output=True).stdout == ODD + b"\n"


def test_on_a_terminal_it_is_readable_and_safe(clore: Clore) -> None:
    leader, follower = pty.openpty()
    with server(http(ODD)) as (url, _):
        call(clore, url, stdout=follower, stderr=subprocess.PIPE)
    os.close(follower)
    shown = os.read(leader, 4096).decode()
    os.close(leader)
    assert shown.isascii()
    assert json.loads(shown) == json.loads(ODD)
    assert len(shown.splitlines()) == 6


@pytest.mark.parametrize(
    ("fault", "status"), [("rate-limit", 5), ("html", 1), ("refused-after", 1), ("reset", 7)]
)
def test_a_failure_leaves_stdout_empty(clore: Clore, world: World, fault: str, status: int) -> None:
    world.fail(fault, "wallets", 9)
    done = clore("api", "GET", "/wallets", "--retries", "0", "-q")
    assert (done.returncode, done.stdout) == (status, "")
    body, _, rest = done.stderr.partition("error: ")
    if fault in ("rate-limit", "refused-after"):
        assert json.loads(body) == {"code": status}
    else:
        assert body == ""
    if fault == "html":
        assert "not the API's JSON" in rest


def test_a_refusal_shows_the_apis_own_answer(clore: Clore, world: World) -> None:
    done = clore("api", "POST", "/cancel_order", "-F", "id=1", "--yes")
    assert (done.returncode, done.stdout) == (4, "")
    assert json.loads(done.stderr.splitlines()[0]) == {"error": "order_dont_exist", "code": 6}


@pytest.mark.parametrize("args", [["GET", "/nope"], ["POST", "/nope", "--yes"]])
def test_an_endpoint_that_is_none(clore: Clore, world: World, args: List[str]) -> None:
    assert clore("api", *args).returncode == 4


@pytest.mark.parametrize("args", [["GE T", "/wallets"], ["GET", "//x/../y"], ["GET", ""]])
def test_what_is_no_request_at_all(clore: Clore, world: World, args: List[str]) -> None:
    assert clore("api", *args).returncode == 2
    assert not world.log


def test_everything_but_get_asks_first(clore: Clore, world: World) -> None:
    done = clore("api", "POST", "/create_order", "-F", "renting_server=1")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--yes" in done.stderr
    assert not world.log


def test_a_paid_call_without_an_answer_is_of_unknown_outcome(clore: Clore, world: World) -> None:
    world.fail("lost-answer", "create_order", 9)
    server = next(s for s in data(clore("search", "--json")) if "USD-Blockchain" in s["coins"])
    order = {
        "renting_server": server["id"], "type": "on-demand", "currency": "USD-Blockchain",
        "image": "x",
    }  # fmt: skip
    args = ["api", "POST", "/create_order", "--input", "-", "--yes"]
    done = clore(*args, stdin=json.dumps(order))
    assert (done.returncode, done.stdout) == (9, "")
    assert "'clore orders'" in done.stderr
    assert len([e for e in world.log if e.endpoint == "create_order" and e.executed]) == 1


@pytest.mark.parametrize(("code", "status"), [(0, 0), (6, 6)])
def test_the_key_is_not_in_the_answer_or_the_error(clore: Clore, code: int, status: int) -> None:
    key = "k" * 28 + "9876"
    body = json.dumps({"code": code, "error": f"key {key}", "echo": key}).encode()
    with server(http(body)) as (url, seen):
        env = {"CLORE_API_KEY": key, "CLORE_BASE_URL": url}
        done = clore("api", "GET", "/odd", "-vv", "--retries", "0", env=env)
    assert key.encode() in seen[0]
    assert done.returncode == status, done.stderr
    assert "********" in (done.stderr if code else done.stdout)
    assert key not in done.stdout + done.stderr


SENT = {
    "password": "s3cret-a", "registry_token": "s3cret-b", "job": {"jupyter_token": "s3cret-c"},
    "env": ["HF=s3cret-d"],
}  # fmt: skip


def test_what_sounds_secret_in_a_request_is_not_shown_in_its_refusal(clore: Clore) -> None:
    """Whatever the endpoint is, and however its answer quotes the request."""
    said = "s3cret-a s3cret-b s3cret-c s3cret-d s3cret-e"
    body = json.dumps({"code": 6, "error": said, "echo": SENT}).encode()
    args = ["api", "POST", "/odd?token=s3cret-e", "--input", "-", "--yes", "-vv", "--retries", "0"]
    with server(http(body)) as (url, seen):
        env = {"CLORE_API_KEY": "k" * 32, "CLORE_BASE_URL": url}
        done = clore(*args, stdin=json.dumps(SENT), env=env)
    assert done.returncode == 6, done.stderr
    assert b"s3cret-d" in seen[0]
    assert "s3cret" not in done.stderr


def test_the_key_in_the_path_is_not_shown(clore: Clore) -> None:
    key = "k" * 32
    with server(http(b'{"code": 4}', "404 Not Found")) as (url, _):
        env = {"CLORE_API_KEY": key, "CLORE_BASE_URL": url}
        done = clore("api", "GET", f"/{key}", "-vv", env=env)
    assert done.returncode == 4
    assert key not in done.stderr
