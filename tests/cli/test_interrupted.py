"""Ctrl-C, SIGTERM and a lost terminal in the middle of renting: what is said, and once."""

from __future__ import annotations

import json
import logging
import signal
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterator, List, Optional, Tuple

import pytest
from cli_helpers import Clore, Worlds, until
from renting import KEY, before, creations, free, rented, says

from clore_cli.commands import stopping
from clore_cli.plugin import CommandError

if TYPE_CHECKING:
    import subprocess

    from clore_client.sandbox import World

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]


def told(child: subprocess.Popen[str], number: signal.Signals) -> Tuple[str, str]:
    child.send_signal(number)
    out, errors = child.communicate(timeout=30)
    assert "Traceback" not in errors
    assert "ERROR:" not in errors
    assert errors.count("error: ") == 1
    assert errors.count("hint: ") == 1
    return out, errors


@pytest.mark.parametrize(("number", "status"), SIGNALS)
@pytest.mark.parametrize("command", ["deploy", "rent"])
def test_in_the_middle_of_the_paid_call(
    clore: Clore, sandboxed: Worlds, command: str, number: signal.Signals, status: int
) -> None:
    world = sandboxed(servers=30, lag=1.0)
    world.fail("slow-body", "create_order", seconds=30)
    server = free(world)[0]
    gpu = world.state.servers[server]["gpu_array"][0].strip()
    child = clore.start(command, server if command == "deploy" else gpu, *KEY, "--yes")
    until(lambda: creations(world))
    out, errors = told(child, number)
    assert (child.returncode, out) == (status, "")
    server = creations(world)[0]["renting_server"]
    assert f"error: interrupted; server {server} may be rented all the same." in errors
    assert "hint: Run 'clore reconcile'" in errors


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_while_the_order_is_looked_for(
    clore: Clore, sandboxed: Worlds, number: signal.Signals, status: int
) -> None:
    world = sandboxed(servers=60, lag=10_000.0)
    clore.env["CLORE_SANDBOX_SPEED"] = "4"  # it looks for 5 s: time enough on a busy machine
    server = free(world)[0]
    child = clore.start("deploy", server, *KEY, "--yes")
    until(lambda: "create_order" in [entry.endpoint for entry in world.log[:-1]])
    out, errors = told(child, number)
    assert (child.returncode, out) == (status, "")
    assert f"server {server} may be rented all the same" in errors


def test_before_the_order_is_sent(
    clore: Clore, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second listing is create_order's own, before it sends."""
    looks = []
    before(monkeypatch, "my_orders", lambda *_: looks.append(1))
    world.fail("slow-body", "my_orders", seconds=0.001)
    world.fail("slow-body", "my_orders", seconds=30)
    child = clore.start("deploy", free(world)[0], *KEY, "--yes")
    until(lambda: len(looks) == 2)
    out, errors = told(child, signal.SIGINT)
    assert (child.returncode, out) == (130, "")
    assert "no attempt to rent server" in errors
    assert creations(world) == []


@pytest.mark.parametrize(("number", "status"), SIGNALS)
def test_while_waiting_for_an_order_that_is_known(
    clore: Clore, sandboxed: Worlds, number: signal.Signals, status: int
) -> None:
    """It is printed all the same: a script must know what it pays for."""
    world = sandboxed(servers=30, lag=0.5, deploy=1e6)
    child = clore.start("deploy", free(world)[0], *KEY, "--yes", "--json", "--wait")
    says(child, "waiting until it runs")
    out, errors = told(child, number)
    assert child.returncode == status
    assert json.loads(out)["id"] == rented(world).id
    assert f"interrupted; order {rented(world).id} is there and costs money" in errors
    assert f"'clore cancel {rented(world).id}' ends it" in errors


def test_under_nohup_a_lost_terminal_is_no_end(clore: Clore, world: World) -> None:
    world.fail("slow-body", "create_order", seconds=0.5)
    server = free(world)[0]
    done = clore.shell(
        f"trap '' HUP; clore deploy {server} --ssh-password a --yes --json & sleep 0.1;"
        " for i in 1 2 3 4 5 6 7 8; do kill -HUP $!; sleep 0.1; done; wait $!"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == rented(world).id


# ------------------------------------------------------------------------ the guard by itself
class Record:
    def __init__(self, number: str, server: int) -> None:
        self.id, self.server_ids = number, [server]


class App:
    """An app whose client has these records of paid calls, one list for each time it is asked."""

    def __init__(self, *records: List[Record]) -> None:
        self._records = iter(records)
        self.failure: Optional[CommandError] = None
        self.client = self

    def reconcile(self, *, forget: bool, ask: bool) -> List[Record]:
        assert not forget
        assert not ask
        return next(self._records)

    def fail_later(self, error: CommandError) -> None:
        self.failure = error


@pytest.fixture
def handlers() -> Iterator[Dict[signal.Signals, Any]]:
    numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    kept = {number: signal.getsignal(number) for number in numbers}
    yield kept
    for number, handler in kept.items():
        signal.signal(number, handler)


def interrupted(app: Any, act: Callable[[], object] = lambda: None) -> CommandError:
    """What is said when somebody presses Ctrl-C after ``act``."""

    def rent() -> None:
        with stopping.Guard(app, 7):
            act()
            raise KeyboardInterrupt

    with pytest.raises(CommandError) as caught:
        rent()
    return caught.value


def test_between_the_guards_of_the_sdk_the_record_tells(
    handlers: Dict[signal.Signals, Any],
) -> None:
    old, new = Record("a", 7), Record("b", 7)
    assert "may be rented" in interrupted(App([old], [old, new])).message
    other = interrupted(App([old], [old, Record("c", 8)]))
    assert "no attempt to rent server 7 is in doubt" in other.message
    assert (other.exit_code, signal.getsignal(signal.SIGINT)) == (130, signal.SIG_IGN)


def test_without_a_record_the_word_of_the_sdk_counts(
    handlers: Dict[signal.Signals, Any], caplog: pytest.LogCaptureFixture
) -> None:
    """The journal may not be writable."""
    logger = logging.getLogger("clore_client")
    said = interrupted(App([], []), lambda: logger.error("interrupted"))
    assert "may be rented" in said.message
    assert caplog.text == ""
    logger.error("later")
    assert "later" in caplog.text


def test_an_order_that_is_accepted_but_has_no_number_yet_is_in_doubt(
    handlers: Dict[signal.Signals, Any],
) -> None:
    app: Any = App([], [])
    with stopping.Guard(app, 7) as guard:
        guard.order = type("Pending", (), {"id": None})()
        raise KeyboardInterrupt
    assert app.failure
    assert "may be rented" in app.failure.message


def test_the_guard_leaves_everything_as_it_was(handlers: Dict[signal.Signals, Any]) -> None:
    first: Any = App([])
    with stopping.Guard(first, 7):
        assert signal.getsignal(signal.SIGTERM) != handlers[signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) == handlers[signal.SIGTERM]
    second: Any = App([])
    with pytest.raises(ValueError, match="another"), stopping.Guard(second, 7):
        raise ValueError("another")
    assert signal.getsignal(signal.SIGTERM) == handlers[signal.SIGTERM]
    assert logging.getLogger("clore_client").filters == []
