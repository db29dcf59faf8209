"""What TAB costs: the processes that bash starts for a word, and what the program takes for one.

Every start of any Python is recorded: its ``sitecustomize`` is ours and writes a line.
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import List, Tuple

from .bench import Bench
from .measure import Command, FailedError, Samples
from .peers import ROOT

#: What is typed, and a word that must be offered.
_WORDS = (("clore sea", "search"), ("clore orders --ou", "--output"), ("clore orders -o j", "json"))
#: What only the program knows.
_VALUE = ("search", "--gpu", "40")
_VARIABLE = "BENCHMARK_STARTS"
_RECORDER = f"""
import os
with open(os.environ["{_VARIABLE}"], "a", encoding="utf-8") as file:
    file.write("started\\n")
"""
_MARKET = "5000"


def word(bench: Bench) -> Samples:
    """How many Pythons start for words of built-in commands.

    Raises:
        FailedError: the script does not offer them, or starts are not recorded.
    """
    known = bench.clore("search", market=_MARKET)
    bench.runner.run(known)  # so that the values are known, too
    _pressed(bench, "clore ")  # once after an install it asks for plugins
    offers, started = _pressed(bench, f"clore {' '.join(_VALUE)}")
    if started != 1 or not offers:
        raise FailedError(f"a value made {started} starts, which shows that they are not counted")
    count = 0
    for line, expected in _WORDS:
        offers, started = _pressed(bench, line)
        if expected not in offers:
            raise FailedError(f"bash offers {offers} after {line!r}, not {expected!r}")
        count += started
    return {"ours": {"count": [count]}}


def _pressed(bench: Bench, line: str) -> Tuple[List[str], int]:
    """What bash offers after ``line``, and how many Pythons it started for it."""
    starts = bench.work / "starts"
    starts.write_text("", encoding="utf-8")
    site = bench.work / "site"
    site.mkdir(exist_ok=True)
    recorder = site / "sitecustomize.py"
    if not recorder.exists():  # a newer directory is an install, after which the script asks anew
        recorder.write_text(_RECORDER, encoding="utf-8")
    more = {"PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1", _VARIABLE: str(starts)}
    command = Command(
        ["/bin/bash", "--norc", "--noprofile", "-c", _question(line)],
        bench.env(bench.ours, _MARKET, **more),
    )
    offers = bench.runner.run(command, keep=True).stdout.decode().splitlines()
    return offers, len(starts.read_text(encoding="utf-8").splitlines())


def _question(line: str) -> str:
    """What makes bash call the completion as it does for TAB at the end of ``line``."""
    words = line.split(" ")
    typed = " ".join(map(shlex.quote, words))
    return "\n".join(
        [
            f"source {shlex.quote(str(Path(ROOT, 'completions', 'clore')))}",
            "compopt() { :; }",  # bash has it only while readline completes
            f"COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)} COMP_CWORD={len(words) - 1}",
            f"COMP_WORDS=({typed})",
            "_clore",
            'printf "%s\\n" "${COMPREPLY[@]}"',
        ]
    )


def value(bench: Bench) -> Samples:
    """What the process takes that the script starts for a value, beside the reference's start.

    Raises:
        FailedError: it finds none.
    """
    bench.runner.run(bench.clore("search", market=_MARKET))  # which keeps what TAB is answered from
    asked = bench.clore(*_VALUE, market=_MARKET, _CLORE_COMPLETE="argv_complete")
    if b"4090" not in bench.runner.run(asked, keep=True).stdout:
        raise FailedError("TAB finds no 4090 in the market that was just searched")
    contenders = {"ours": asked, **bench.theirs("clore", "--version")}
    return bench.runner.alternate(contenders, bench.rounds)
