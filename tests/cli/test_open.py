"""`clore open`: prints the address, and opens it on a terminal only."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import TYPE_CHECKING, Callable, Tuple

import pytest
from cli_helpers import Clore, data
from orders_made import make_order

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World
    from clore_client.sandbox.order import Order

URL = "https://abc123.us.clorecloud.net/"


@pytest.fixture
def order(world: World) -> Order:
    return make_order(world, 5, http_port="8888", http_pub="abc123.us.clorecloud.net")


@pytest.fixture
def browser(clore: Clore, tmp_path: Path) -> Callable[[], str]:
    """A function that returns what the browser was given; empty before that."""
    program, opened = tmp_path / "browser", tmp_path / "opened"
    program.write_text(f'#!/bin/sh\necho "$@" >>{opened}\n')
    program.chmod(0o755)
    clore.env["BROWSER"] = str(program)
    return lambda: opened.read_text() if opened.exists() else ""


def on_a_terminal(clore: Clore, *words: object) -> Tuple[int, str]:
    """The status, and what a terminal shows of it."""
    here, there = pty.openpty()
    child = subprocess.Popen(
        [clore.script, *map(str, words)], env=clore.env, stdin=there, stdout=there, stderr=there
    )
    os.close(there)
    shown = b""
    try:
        while piece := os.read(here, 4096):
            shown += piece
    except OSError:  # how a terminal says that its last user has gone
        pass
    os.close(here)
    return child.wait(timeout=30), shown.decode()


def test_off_a_terminal_the_address_is_printed_only(
    clore: Clore, order: Order, browser: Callable[[], str]
) -> None:
    done = clore("open", 5)
    assert (done.stdout, done.stderr, done.returncode) == (f"{URL}\n", "", 0)
    assert browser() == ""


def test_on_a_terminal_the_browser_opens_it(
    clore: Clore, order: Order, browser: Callable[[], str]
) -> None:
    assert on_a_terminal(clore, "open", 5) == (0, f"{URL}\r\n")
    assert browser() == f"{URL}\n"


def test_it_can_be_printed_only(clore: Clore, order: Order, browser: Callable[[], str]) -> None:
    assert on_a_terminal(clore, "open", 5, "--print") == (0, f"{URL}\r\n")
    assert browser() == ""


def test_no_browser(clore: Clore, order: Order, tmp_path: Path) -> None:
    clore.env.update(BROWSER=str(tmp_path / "nothing"), PATH="/nowhere")
    status, shown = on_a_terminal(clore, "open", 5)
    assert status == 0
    assert shown.startswith(f"{URL}\r\n")
    assert "open the address yourself" in shown


@pytest.mark.parametrize("display", ["", ":7"])
def test_a_text_browser_does_not_take_the_terminal(
    clore: Clore, order: Order, tmp_path: Path, display: str
) -> None:
    began = tmp_path / "began"
    for name in ("www-browser", "links", "elinks", "lynx", "w3m"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\necho {name} >>{began}\nexit 1\n")
        program.chmod(0o755)
    clore.env.pop("BROWSER", None)
    clore.env.update(PATH=str(tmp_path / "bin"), TERM="xterm", DISPLAY=display)
    status, shown = on_a_terminal(clore, "open", 5)
    assert not began.exists()
    assert (status, shown.splitlines()[0]) == (0, URL)
    assert "no graphical browser was found; open the address yourself." in shown
    clore.env["BROWSER"] = "lynx"
    on_a_terminal(clore, "open", 5)
    assert began.read_text().startswith("lynx\n")


def test_rows(clore: Clore, order: Order) -> None:
    assert data(clore("open", 5, "--json")) == {"order_id": 5, "http_url": URL}
    assert data(clore("open", 5, "--raw"))["http_pub"] == "abc123.us.clorecloud.net"
    assert clore("open", 5, "--csv").stdout == f"order_id,http_url\n5,{URL}\n"


@pytest.mark.parametrize(("age", "deploy_time"), [(60, 0), (5000, 1e9)])
def test_a_young_order_may_not_answer_yet(
    clore: Clore, order: Order, world: World, age: int, deploy_time: float
) -> None:
    order.created, order.deploy_time = world.clock.time() - age, deploy_time
    done = clore("open", 5)
    assert (done.stdout, done.returncode) == (f"{URL}\n", 0)
    assert "minutes" in done.stderr
    assert "502" in done.stderr


@pytest.mark.parametrize(
    "host", ["a/../b", "user@a.b", "a.b:1", "a b.c", "javascript:x", "127.0.0.1", "-a.b", "a\n.b"]
)
def test_an_address_that_is_none_is_refused(
    clore: Clore, order: Order, browser: Callable[[], str], host: str
) -> None:
    order.http_pub = host
    status, shown = on_a_terminal(clore, "open", 5)
    assert status == 1
    assert "no usable web address" in shown
    assert browser() == ""


def test_what_cannot_be_opened(clore: Clore, order: Order, world: World) -> None:
    make_order(world, 6)
    done = clore("open", 6)
    assert done.returncode == 1
    assert "--port 8888:http" in done.stderr
    order.end(world.clock.time())
    done = clore("open", 5)
    assert done.returncode == 4
    assert "has ended" in done.stderr
    assert clore("open", 99).returncode == 4
    assert clore("open", "x").returncode == 2
