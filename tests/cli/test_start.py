"""The end of the program: nothing that somebody relies on is left out, and nothing else is done."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, List

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from cli_helpers import Clore, Install

PROGRAM = """
import atexit, sys, threading, time

class Taken:
    def __del__(self):
        print("taken apart")

kept = Taken()
{before}
sys.argv = {argv!r}
from clore_cli.start import main
sys.exit(main())
"""
HOOK = "atexit.register(print, 'at exit', flush=True)"
THREAD = """
def work():
    while threading.main_thread().is_alive():
        time.sleep(0.001)
    print("worked", flush=True)

threading.Thread(target=work, daemon={daemon}).start()
"""
OPEN = """
from clore_cli.plugin import command

kept = open({file!r}, "w")

@command(columns=[])
def leaves(app):
    '''Leave a file open.'''
    kept.write("to the last word")
    return []
"""


def ended(clore: Clore, *argv: str, before: str = "") -> subprocess.CompletedProcess[str]:
    code = PROGRAM.format(before=before, argv=["clore", *argv])
    return subprocess.run(
        [sys.executable, "-c", code], env=clore.env, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("argv", "status"), [(["--version"], 0), (["wallets", "--no-such"], 2), (["nosuch"], 2)]
)
def test_the_end_is_quick_and_what_was_to_be_done_there_is_done(
    clore: Clore, argv: List[str], status: int
) -> None:
    done = ended(clore, *argv, before=HOOK)
    assert done.returncode == status
    assert done.stdout.endswith("at exit\n")
    assert "taken apart" not in done.stdout


def test_a_thread_at_work_is_waited_for(clore: Clore) -> None:
    done = ended(clore, "--version", before=THREAD.format(daemon=False))
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["worked", "taken apart"])


def test_a_thread_that_need_not_end_is_not_waited_for(clore: Clore) -> None:
    done = ended(clore, "--version", before=THREAD.format(daemon=True))
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, [])


def test_what_a_plugin_leaves_open_is_written(
    clore: Clore, install: Install, tmp_path: Path
) -> None:
    file = tmp_path / "left"
    install("leaves", OPEN.format(file=str(file)))
    assert clore("leaves").returncode == 0
    assert file.read_text() == "to the last word"


def test_a_hook_that_fails_harms_neither_the_others_nor_the_status(clore: Clore) -> None:
    done = ended(clore, "--version", before=f"{HOOK}\natexit.register(lambda: 1 / 0)")
    assert (done.returncode, done.stdout.splitlines()[1:]) == (0, ["at exit"])


def test_a_profiler_has_its_say(clore: Clore) -> None:
    before = "import cProfile; profile = cProfile.Profile(); profile.enable()"
    done = ended(clore, "--version", before=before)
    assert done.stdout.splitlines()[1:] == ["taken apart"]
