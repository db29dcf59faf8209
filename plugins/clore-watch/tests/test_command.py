"""`clore watch` as it is run: a process of its own, on a marketplace that changes under it."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Dict,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
)

import pytest

if TYPE_CHECKING:
    from clore_cli.testbench import Bench
    from clore_client.sandbox.world import LogEntry

QUICK = ["--interval", 5, "--settle", 1]  # seconds of the sandbox, which is 100 times as fast


@pytest.fixture
def mine(clore: Bench) -> Dict[int, Any]:
    """The marketplace's rows that the tests change: the free ones of one GPU, by id."""
    rows = {i: row for i, row in clore.world.state.servers.items() if not row["rented"]}
    found = {i: row for i, row in rows.items() if row.get("gpu_array") == ["RTX 3090"]}
    assert len(found) > 3
    return found


class Running:
    """A watch that runs: its lines as they come."""

    def __init__(self, child: subprocess.Popen[str]) -> None:
        self.child = child

    def event(self) -> Dict[str, Any]:
        assert self.child.stdout
        told: Dict[str, Any] = json.loads(self.child.stdout.readline())
        return told

    def error(self) -> str:
        assert self.child.stderr
        return self.child.stderr.readline()

    def end(self, number: signal.Signals = signal.SIGINT) -> Tuple[int, str, str]:
        """The exit status after a signal, and what was still to read."""
        self.child.send_signal(number)
        out, errors = self.child.communicate(timeout=30)
        return self.child.returncode, out, errors


@pytest.fixture
def start(clore: Bench) -> Iterator[Callable[..., Running]]:
    """A function that starts a watch of JSON lines and returns it running."""
    running = []

    def go(
        *words: object, env: Optional[Dict[str, str]] = None, form: Sequence[str] = ("--json",)
    ) -> Running:
        child = subprocess.Popen(
            clore.command("watch", *words, *form),
            env={**clore.env, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(child)
        return Running(child)

    yield go
    for child in running:
        child.kill()
        child.communicate()


def set_price(row: Dict[str, Any], usd_per_day: float) -> None:
    row["allowed_coins"] = ["USD-Blockchain"]
    row["price"] = {
        "on_demand": {"USD-Blockchain": usd_per_day},
        "usd": {"on_demand_usd": usd_per_day},
    }


def requests(clore: Bench) -> List[LogEntry]:
    return [entry for entry in clore.world.log if entry.endpoint == "marketplace"]


def test_what_changes_is_told_as_it_happens(
    start: Callable[..., Running], mine: Dict[int, Any]
) -> None:
    row = next(iter(mine.values()))
    set_price(row, 4.8)
    watch = start(f"id={row['id']}", *QUICK)
    first = watch.event()
    assert (first["event"], first["id"], first["price_usd_per_hour"]) == ("new", row["id"], 0.2)
    set_price(row, 2.4)
    cheaper = watch.event()
    assert (cheaper["event"], cheaper["old_price_usd_per_day"]) == ("cheaper", 4.8)
    row["rented"] = True
    gone = watch.event()
    assert (gone["event"], gone["reason"], gone["gpu"]) == ("gone", "rented", "RTX 3090")
    row["rented"] = False
    set_price(row, 1.2)
    back = watch.event()
    assert (back["event"], back["reason"]) == ("new", "back")
    assert list(first) == list(gone)
    assert watch.end()[0] == 130


def test_once_tells_what_there_is(clore: Bench) -> None:
    rows = [
        json.loads(line)
        for line in clore("watch", "rtx3090", "--once", "--json").stdout.splitlines()
    ]
    found = clore("search", "rtx3090", "--json").json()
    assert [row["id"] for row in rows] == [row["id"] for row in found]
    assert {row["event"] for row in rows} == {"new"}
    assert len(requests(clore)) == 2


def test_csv_and_lines_for_a_person(clore: Bench) -> None:
    done = clore("watch", "3090", "--once", "--csv")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert (done.status, done.stderr) == (0, "")
    assert float(rows[0]["price_usd_per_hour"]) > 0
    done = clore("watch", "3090", "--looks", 2, "--limit", 2)
    assert len(done.stdout.splitlines()) == 2
    assert "x RTX 3090 " in done.stdout
    assert "offers match now." in done.stderr


def test_a_single_look_is_a_table_with_a_header(clore: Bench) -> None:
    header, *rows = clore("watch", "3090", "--once", "-o", "table").stdout.splitlines()
    assert header.split()[:2] == ["EVENT", "AT"]
    assert rows
    streamed = clore("watch", "3090", "--looks", 1, "-o", "table").stdout.splitlines()
    assert "EVENT" not in streamed[0]


def test_nothing_to_tell(clore: Bench) -> None:
    done = clore("watch", "id=1", "--once")
    assert (done.status, done.stdout, done.stderr) == (0, "", "Nothing to tell.\n")


def test_changes_only_and_chosen_events(
    start: Callable[..., Running], mine: Dict[int, Any]
) -> None:
    row, other = list(mine.values())[:2]
    watch = start("3090", *QUICK, "--changes-only", "--event", "gone")
    assert "offers match now" in watch.error()
    set_price(other, 0.01)
    row["rented"] = True
    assert watch.event()["id"] == row["id"]


@pytest.mark.parametrize("fault", ["html", "reset", "rate-limit", "truncated"])
def test_an_outage_is_told_once_and_outlasted(
    clore: Bench, start: Callable[..., Running], mine: Dict[int, Any], fault: str
) -> None:
    row = next(iter(mine.values()))
    watch = start("3090", *QUICK, "--changes-only", env={"CLORE_RETRIES": "0"})
    assert "match now" in watch.error()
    assert "Watching" in watch.error()
    clore.world.fail(fault, "marketplace", times=4)
    assert "trying again every 5 s." in watch.error()
    assert "It works again, after" in watch.error()
    row["rented"] = True
    assert watch.event()["event"] == "gone"
    assert watch.end()[0] == 130


def test_an_empty_marketplace_is_not_the_end_of_all(
    clore: Bench, start: Callable[..., Running], mine: Dict[int, Any]
) -> None:
    watch = start("3090", *QUICK, "--changes-only")
    assert "match now" in watch.error()
    assert "Watching" in watch.error()
    rows, clore.world.state.servers = clore.world.state.servers, {}
    assert "lists no servers at all" in watch.error()
    clore.world.state.servers = rows
    assert "works again" in watch.error()
    row = next(iter(mine.values()))
    row["rented"] = True
    assert watch.event()["id"] == row["id"]


@pytest.mark.parametrize(
    ("fault", "words", "status"),
    [("bad-key", [], 3), ("reset", ["--once"], 7), ("reset", ["--looks", 1], 7)],
)
def test_what_cannot_heal_ends_it(
    clore: Bench, fault: str, words: List[object], status: int
) -> None:
    clore.world.fail(fault, "marketplace", times=9)
    assert clore("watch", *words, env={"CLORE_RETRIES": "0"}).status == status


@pytest.mark.parametrize(
    "words", [["--interval", 1], ["nosuch=1"], ["--below", "x"], ["--exec", "no-such-command-here"]]
)
def test_wrong_usage_asks_nothing(clore: Bench, words: List[object]) -> None:
    assert clore("watch", *words).status == 2
    assert not clore.world.log


def test_several_processes_share_their_requests(
    clore: Bench, start: Callable[..., Running]
) -> None:
    looks = 3
    env = {"CLORE_SANDBOX_SPEED": "20"}  # half an interval, 1 s, for a busy machine to start all
    words = ["--interval", 40, "--changes-only", "--looks", looks]
    watches = [start("3090", *words, env=env) for _ in range(3)]
    for watch in watches:
        watch.child.communicate(timeout=60)
        assert watch.child.returncode == 0
    assert looks <= len(requests(clore)) <= looks + 2


def test_several_watches_share_one_request(clore: Bench) -> None:
    done = clore("watch", "--watch", "a: 3090", "--watch", "b: gpus=1", "--once", "--json")
    names = {json.loads(line)["watch"] for line in done.stdout.splitlines()}
    assert names == {"a", "b"}
    assert done.stderr == ""
    assert len(requests(clore)) == 1


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signals_end_it_and_lose_nothing(
    start: Callable[..., Running], number: signal.Signals, status: int
) -> None:
    watch = start("3090", "--limit", 10_000, *QUICK)
    assert watch.event()["event"] == "new"
    ended, _, errors = watch.end(number)
    assert ended == status
    assert "Traceback" not in errors


def test_a_reader_who_has_gone_ends_it_quietly(start: Callable[..., Running]) -> None:
    watch = start("3090", "--interval", 1_000_000)
    assert watch.event()
    assert watch.child.stdout
    assert watch.child.stderr
    watch.child.stdout.close()
    assert watch.child.wait(30) == 0
    assert "rror" not in watch.child.stderr.read()


def python(code: str) -> str:
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


def test_a_command_gets_the_event_and_keeps_off_the_data(
    clore: Bench, mine: Dict[int, Any]
) -> None:
    row = next(iter(mine.values()))
    odd = "RTX 3090 $(touch owned); `touch owned`\x1b[2J"
    row["gpu_array"] = [odd]
    show = python(
        "import json, os, sys; e = json.load(sys.stdin); "
        "print(e['id'], os.environ['CLORE_WATCH_ID'], os.environ['CLORE_WATCH_EVENT'], "
        "ascii(e['gpu']), ascii(os.environ['CLORE_WATCH_GPU']), "
        "os.environ['CLORE_WATCH_REASON'] == '')"
    )
    done = clore("watch", f"id={row['id']}", "--once", "--json", "--exec", show)
    (event,) = (json.loads(line) for line in done.stdout.splitlines())
    safe = odd.replace("\x1b", "\ufffd")
    assert event["gpu"] == odd
    assert done.stderr.strip() == f"{row['id']} {row['id']} new {odd!a} {safe!a} True"


def test_the_last_event_of_a_limit_has_its_command(clore: Bench) -> None:
    done = clore("watch", "--limit", 1, "--json", "--exec", python("print('ran')"))
    assert (done.status, done.stderr.splitlines()[-1]) == (0, "ran")


def test_a_command_that_fails_is_told_and_harms_nothing(clore: Bench) -> None:
    done = clore("watch", "3090", "--once", "--json", "--exec", python("raise SystemExit(3)"))
    assert done.status == 0
    lines = done.stdout.splitlines()
    assert done.stderr.count("ended with status 3 (at new ") == len(lines) > 1


def test_a_signal_ends_the_command_too(start: Callable[..., Running], tmp_path: Path) -> None:
    told = tmp_path / "pid"
    code = (
        "import os, time; "
        f"open({str(told)!r} + '.new', 'w').write(str(os.getpid())); "
        f"os.rename({str(told)!r} + '.new', {str(told)!r}); print('up', flush=True); time.sleep(60)"
    )
    watch = start("3090", "--exec", python(code))
    while "up" not in watch.error():
        pass
    assert watch.end(signal.SIGTERM)[0] == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(told.read_text()), 0)


def test_help_imports_nothing_heavy(clore: Bench) -> None:
    code = (
        "import sys; sys.argv = ['clore', 'watch', '--help']\n"
        "import click; of_click = set(sys.modules)\n"  # on 3.10, subprocess among others
        "from clore_cli.main import main\nmain()\n"
        "heavy = {'urllib3', 'keyring', 'tabulate', 'dataclasses_json', 'asyncio', 'ssl',"
        " 'subprocess', 'clore_client.client', 'clore_client.models', 'clore_client.sandbox'}\n"
        "print(sorted(heavy & set(sys.modules) - of_click), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clore.env, capture_output=True, text=True, check=True
    )
    assert "--below PRICE" in done.stdout
    assert done.stderr == "[]\n"


def test_the_schema_is_that_of_the_rows(clore: Bench) -> None:
    properties = clore("schema", "watch").json()["items"]["properties"]
    (line,) = clore("watch", "--limit", 1, "--json").stdout.splitlines()
    assert list(properties) == list(json.loads(line))


def test_its_manual_page_is_up_to_date(clore: Bench) -> None:
    """Run `clore help --roff watch > man/clore-watch.1` after a change."""
    page = Path(__file__).parent.parent / "man" / "clore-watch.1"
    assert clore("help", "--roff", "watch").stdout == page.read_text("utf-8")
