"""The commands as installed, in processes of their own, against a marketplace that changes."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional

import pytest

if TYPE_CHECKING:
    from clore_cli.testbench import Bench

HEAVY = {
    "asyncio", "clore_client.client", "clore_client.models", "dataclasses_json", "keyring",
    "matplotlib", "plotille", "sqlite3", "ssl", "tabulate", "urllib3",
}  # fmt: skip


def set_price(clore: Bench, usd_per_day: float, *, only: Optional[str] = None) -> None:
    """Let each server's GPUs cost so much, and rent out those whose GPU is not ``only``."""
    for row in clore.world.state.servers.values():
        price = usd_per_day * max(len(row["gpu_array"]), 1)
        row["price"] = {"on_demand": {"USD-Blockchain": price}, "usd": {"on_demand_usd": price}}
        row["allowed_coins"] = ["USD-Blockchain"]
        row["rented"] = only is not None and only not in str(row["gpu_array"])


def home(clore: Bench) -> Path:
    return Path(clore.env["HOME"])


def sample(clore: Bench) -> Dict[str, Any]:
    row: Dict[str, Any] = clore("history", "record", "--json").json()
    return row


def test_a_terminal_of_80_columns_shows_the_names_of_gpus(clore: Bench) -> None:
    sample(clore)
    names = [row["gpu"] for row in clore("history", "show", "--json").json()]
    leader, follower = pty.openpty()
    command = clore.command("history", "show", "--quiet")
    env = {**clore.env, "COLUMNS": "80", "LINES": "40"}
    with os.fdopen(leader, encoding="utf-8") as screen:
        shown = subprocess.Popen(command, env=env, stdout=follower, stderr=follower)
        os.close(follower)
        lines = [screen.readline().rstrip() for _ in range(len(names) + 1)]
        assert shown.wait(timeout=60) == 0
    assert "CHEAPER" in lines[0]
    for name, line in zip(names, lines[1:]):
        assert line.startswith(name if len(name) <= 16 else name[:15])
        assert len(line) <= 80


def test_a_history_from_record_to_export(clore: Bench) -> None:
    file = home(clore) / ".clore" / "history.sqlite"
    for price in (2.4, 4.8, 1.2):
        set_price(clore, price)
        first = sample(clore)
    assert first["servers"] == first["free_servers"] > 300
    assert first["file"] == str(file)

    (shown,) = clore("history", "show", "rtx-5090", "--json").json()
    assert shown["gpu"] == "RTX 5090"
    assert shown["median_usd_per_gpu_hour"] == shown["min_usd_per_gpu_hour"] == 0.05
    assert shown["median_usd_per_gpu_day"] == 1.2
    assert shown["free_servers"] > 0
    assert shown["free_above_mean"] == 0
    assert shown["trend"][-1] == "▁"

    rows = clore("history", "export", "--gpu", "5090", "--json").json()
    assert [row["median_usd_per_gpu_hour"] for row in rows] == [0.1, 0.2, 0.05]
    assert [row["at"] for row in rows] == sorted({row["at"] for row in rows})
    assert rows[0]["spot_median_usd_per_gpu_hour"] is None
    lines = clore("history", "export", "--csv").stdout.splitlines()
    assert lines[0].startswith("at,gpu,free_servers,rented_servers,free_gpus,rented_gpus,min_usd_")
    assert len(lines) == 1 + 3 * first["models"]
    since = clore("history", "export", "--gpu", "5090", "--since", rows[1]["at"], "--csv")
    assert len(since.stdout.splitlines()) == 3
    until = clore("history", "export", "--gpu", "5090", "--until", rows[1]["at"], "--csv")
    assert len(until.stdout.splitlines()) == 3


def test_a_model_that_is_rented_out_has_no_price(clore: Bench) -> None:
    set_price(clore, 2.4)
    sample(clore)
    set_price(clore, 2.4, only="RTX 4090")
    sample(clore)
    rows = {row["gpu"]: row for row in clore("history", "show", "--json").json()}
    gone = rows["RTX 3090"]
    assert (gone["free_servers"], gone["median_usd_per_gpu_hour"]) == (0, None)
    assert gone["lowest_median_usd_per_gpu_hour"] == 0.1
    assert gone["free_above_mean"] < 0
    assert rows["RTX 4090"]["median_usd_per_gpu_hour"] == 0.1
    table = clore("history", "show", "3090")
    assert "RTX 3090" in table.stdout
    assert "2 samples in the 30 days before" in table.stderr


def test_charts_of_one_model(clore: Bench) -> None:
    for price in (2.4, 4.8):
        set_price(clore, price)
        sample(clore)
    drawn = clore("history", "plot", "rtx 5090", env={"COLUMNS": "60", "LINES": "16"})
    lines = drawn.stdout.splitlines()
    assert lines[0] == "RTX 5090: median price, USD per GPU and hour"
    assert max(map(len, lines)) <= 60
    assert len(lines) <= 16
    plain = clore("history", "plot", "rtx 5090", env={"PYTHONIOENCODING": "ascii"})
    assert plain.stdout.isascii()
    assert "*" in plain.stdout
    points = clore("history", "plot", "rtx 5090", "--of", "lowest", "--json").json()
    assert [point["value"] for point in points] == [0.1, 0.2]
    assert {point["measure"] for point in points} == {"min_usd_per_gpu_hour"}
    free = clore("history", "plot", "rtx 5090", "--of", "free", "-o", "jsonl").stdout
    assert json.loads(free.splitlines()[0])["value"] == shown_free(clore)
    assert clore("history", "plot", "rtx").status == 1
    assert clore("history", "plot", "no-such-gpu").status == 4


def shown_free(clore: Bench) -> int:
    free: int = clore("history", "show", "rtx 5090", "--json").json()[0]["free_servers"]
    return free


def test_pictures(clore: Bench, tmp_path: Path) -> None:
    sample(clore)
    png, svg = tmp_path / "a.png", tmp_path / "a.svg"
    done = clore("history", "plot", "rtx 4090", "--png", png, "--svg", svg)
    if "matplotlib" in done.stderr:  # it is an extra
        assert done.status == 1
        assert "pip install 'clore-history[plot]'" in done.stderr
    else:
        assert (done.status, done.stdout) == (0, ""), done.stderr
        assert png.read_bytes().startswith(b"\x89PNG")
        assert "<svg" in svg.read_text()
        lost = clore("history", "plot", "rtx 4090", "--png", tmp_path / "none" / "a.png")
        assert lost.status == 1
        assert "cannot write" in lost.stderr


def test_an_empty_market_is_no_sample(clore: Bench) -> None:
    clore.world.state.servers.clear()
    done = clore("history", "record", "--json")
    assert (done.status, done.stdout) == (1, "")
    assert "the marketplace is empty; nothing was recorded" in done.stderr
    assert clore("history", "show", "--json").json() == []
    assert "No sample has such a GPU" in clore("history", "show").stderr


def test_following_survives_an_outage_and_tells_once(clore: Bench) -> None:
    clore.world.fail("reset", "marketplace", times=3)
    done = clore("history", "record", "--every", "10", "--count", "2", "--retries", "0", "--json")
    taken = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(taken) == 2
    assert done.stderr.count("trying again every 10 s.") == 1
    assert done.stderr.count("It works again, after") == 1
    assert len({row["at"] for row in taken}) == 2


def test_a_single_sample_fails_like_any_other_command(clore: Bench) -> None:
    clore.world.fail("reset", "marketplace", times=3)
    done = clore("history", "record", "--retries", "0")
    assert (done.status, done.stdout) == (7, "")


#: What a sample is shown as: its time, models, servers, and how many of those are free.
ROW = r"20[0-9-]{8}T[0-9:]{8}Z +[0-9]+ +[0-9]+ +[0-9]+\s*"


@pytest.fixture
def recorder(clore: Bench) -> Iterator[subprocess.Popen[str]]:
    """A process that records for ever and has taken its first sample."""
    process = subprocess.Popen(
        clore.command("history", "record", "--every", "10"),
        env=clore.env, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with process:
        assert process.stderr
        assert process.stdout
        assert "Recording in" in process.stderr.readline()
        assert re.match(ROW, process.stdout.readline())  # as soon as it is taken
        yield process
        process.kill()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_recording_and_loses_nothing(
    clore: Bench, recorder: subprocess.Popen[str], number: signal.Signals, status: int
) -> None:
    recorder.send_signal(number)
    out, err = recorder.communicate(timeout=30)
    assert recorder.returncode == status
    assert all(re.fullmatch(ROW, line) for line in out.splitlines())
    assert "Traceback" not in err
    assert len(clore("history", "export", "--gpu", "rtx 5090", "--json").json()) >= 1
    assert sorted(path.name for path in (home(clore) / ".clore").glob("history*")) == [
        "history.sqlite", "history.sqlite.lock",
    ]  # fmt: skip


def test_one_recorder_at_a_time_and_any_number_of_readers(
    clore: Bench, recorder: subprocess.Popen[str]
) -> None:
    second = clore("history", "record")
    assert (second.status, second.stdout) == (2, "")
    assert "another process records in" in second.stderr
    assert clore("history", "show", "--json").json()
    assert recorder.poll() is None


def test_old_samples_go_with_prune_and_with_keep(clore: Bench) -> None:
    sample(clore)
    refused = clore("history", "prune", "--keep", "1")
    assert (refused.status, refused.stdout) == (2, "")
    kept = clore("history", "prune", "--keep", "1", "--yes", "--json").json()
    assert (kept["samples_removed"], kept["samples_left"]) == (0, 1)
    assert clore("history", "record", "--keep", "1").status == 0


def test_another_file_can_be_named(clore: Bench, tmp_path: Path) -> None:
    file = tmp_path / "mine.sqlite"
    assert clore("history", "record", "--db", file).status == 0
    assert clore("history", "show", "--json", env={"CLORE_HISTORY_DB": str(file)}).json()
    missing = clore("history", "show")
    assert missing.status == 1
    assert "there is no history yet" in missing.stderr


@pytest.mark.parametrize(
    "args",
    [
        ["record", "--count", "3"],
        ["record", "--every", "1"],
        ["export", "--since", "soon"],
        ["export", "--since", "2026-02-02", "--until", "2026-01-01"],
        ["prune"],
        ["plot"],
    ],
    ids=" ".join,
)
def test_wrong_usage(clore: Bench, args: List[str]) -> None:
    done = clore("history", *args)
    assert (done.status, done.stdout) == (2, "")


def test_rows_are_what_the_schemas_say(clore: Bench) -> None:
    row = sample(clore)
    for command, args in (("record", []), ("show", ["-q"]), ("export", []), ("plot", ["5090"])):
        printed = (
            row if command == "record" else clore("history", command, *args, "--json").json()[0]
        )
        schema = clore("schema", "history", command).json()
        assert list(printed) == list(schema["items"]["properties"])


def test_the_names_of_strangers_cannot_act_on_a_terminal(clore: Bench) -> None:
    for row in clore.world.state.servers.values():
        row["gpu_array"] = ["RTX \x1b[31m 4090"]
    sample(clore)
    for command in (["show"], ["plot", "4090"], ["export", "-o", "tsv"]):
        done = clore("history", *command)
        assert "4090" in done.stdout
        assert "\x1b" not in done.stdout + done.stderr


def test_help_imports_nothing_heavy(clore: Bench) -> None:
    code = (
        "import sys; from clore_cli.main import main\n"
        "for command in ([], ['show'], ['plot'], ['record'], ['export'], ['prune']):\n"
        "    sys.argv = ['clore', 'history', *command, '--help']\n"
        "    assert main() == 0\n"
        f"print('HEAVY', *sorted(set(sys.modules) & {HEAVY!r}), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=clore.env, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("Usage: clore history") == 6
    assert done.stderr.splitlines()[-1] == "HEAVY"


@pytest.mark.parametrize("command", ["", "record", "show", "plot", "export", "prune"])
def test_its_manual_pages_are_up_to_date(clore: Bench, command: str) -> None:
    """Run `clore help --roff history COMMAND > man/clore-history-COMMAND.1` after a change."""
    words = ["history", *command.split()]
    page = Path(__file__).parent.parent / "man" / f"{'-'.join(['clore', *words])}.1"
    assert clore("help", "--roff", *words).stdout == page.read_text("utf-8")


def on_a_terminal(clore: Any, columns: int, *words: str) -> List[str]:
    """The lines that a terminal of so many ``columns`` shows."""
    leader, follower = pty.openpty()
    env = {**clore.env, "COLUMNS": str(columns), "LINES": "40"}
    shown = subprocess.Popen(clore.command(*words), env=env, stdout=follower, stderr=follower)
    os.close(follower)
    assert shown.wait(timeout=60) == 0
    with os.fdopen(leader, encoding="utf-8") as screen:
        lines: List[str] = []
        with contextlib.suppress(OSError):  # how Linux tells that the other side is closed
            lines.extend(line.rstrip() for line in screen)
    return lines


def test_a_terminal_of_80_columns_shows_when_a_sample_was_taken(clore: Any) -> None:
    file = Path(clore.env["HOME"]) / ("a-long-name" * 9)
    told, heading, row = on_a_terminal(clore, 80, "history", "record", "--db", str(file))
    assert told == f"Kept in {file}."
    assert heading.split() == ["AT", "MODELS", "SERVERS", "FREE"]
    assert re.fullmatch(ROW, row)
    assert "FILE" in on_a_terminal(clore, 200, "history", "record", "--columns", "at,file", "-q")[0]


def test_each_sample_is_printed_at_once(clore: Any) -> None:
    """Whoever reads one may have it before the next is due."""
    words = clore.command("history", "record", "--every", "86400", "--json", "-q")
    with subprocess.Popen(words, env=clore.env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        patience = threading.Timer(60, process.kill)
        patience.start()
        assert json.loads(process.stdout.readline())["servers"] > 300
        process.terminate()
        assert process.communicate(timeout=30)[0] == ""
        patience.cancel()


def test_an_export_is_the_same_in_every_order_of_its_models(clore: Any) -> None:
    for price in (2.4, 4.8):
        set_price(clore, price)
        sample(clore)
    rows = clore("history", "export", "--json").json()
    order = [(row["at"], row["gpu"]) for row in rows]
    assert order == sorted(order)
    assert len({at for at, _ in order}) == 2
    lines = clore("history", "export", "-o", "jsonl").stdout.splitlines()
    assert [json.loads(line) for line in lines] == rows
    limited = clore("history", "export", "--json", "--sort", "-at,gpu", "--limit", "3").json()
    assert [row["at"] for row in limited] == [order[-1][0]] * 3
