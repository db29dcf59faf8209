"""The cases: what is run, by which contenders, and what tells that they did the same work."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Callable, Sequence, Tuple

from . import tab
from .bench import SCRIPTS, Bench
from .measure import Command, FailedError, Samples

_EMPTY, _LARGEST, _MIDDLE, _SMALL = 1, 50_000, 5_000, 1_000
_SHOWN = 20
_CALLS, _AT_ONCE, _ACQUISITIONS = 1000, 200, 500


@dataclass(frozen=True)
class Case:
    """Something that is measured.

    Attributes:
        key: what `benchmarks.goals.GOALS` call it.
        title: what it is in the table.
        run: measures it; may raise `FailedError`.
        markets: the sizes of the markets that it needs.
    """

    key: str
    title: str
    run: Callable[[Bench], Samples]
    markets: Tuple[int, ...] = ()


def _starts(*words: str) -> Callable[[Bench], Samples]:
    """`clore WORDS` beside the same of the reference, and beside a Python that imports click."""

    def measure(bench: Bench) -> Samples:
        contenders = {
            "ours": bench.clore(*words),
            "floor": bench.python("-c", "import click"),
            **bench.theirs("clore", *words),
        }
        return bench.runner.alternate(contenders, bench.rounds)

    return measure


def _import(bench: Bench) -> Samples:
    code = ("-c", "from clore_ai import CloreAI")
    contenders = {"ours": bench.python(*code), **bench.theirs("python", *code)}
    return bench.runner.alternate(contenders, bench.rounds)


def _search(size: int) -> Callable[[Bench], Samples]:
    """A search among ``size`` servers, beside the reference and a script that does no more."""
    words = ("search", "--gpu", "4090", "--limit", str(_SHOWN))

    def measure(bench: Bench) -> Samples:
        launcher = ("python", str(SCRIPTS / "reference_cli.py"))
        contenders = {
            "ours": bench.clore(*words, market=str(size)),
            "bare script": bench.script("search_table.py", *words[1:], market=str(size)),
            **bench.theirs(*launcher, *words, market=str(size)),
        }
        for name, command in contenders.items():
            _must_show(bench, name, command)
        return bench.runner.alternate(contenders, bench.rounds)

    return measure


def _must_show(bench: Bench, name: str, command: Command) -> None:
    """The reference breaks its lines at 80 columns, but says how many servers it shows."""
    text = bench.runner.run(command, keep=True).stdout.decode()
    if text.count("4090") != _SHOWN and f"Showing {_SHOWN} servers" not in text:
        raise FailedError(f"{name} does not show {_SHOWN} servers with a 4090")


def _growth(small: int, large: int) -> Callable[[Bench], Samples]:
    """The same search among three sizes of the market; ``large`` is ten times ``small``."""

    def measure(bench: Bench) -> Samples:
        sizes = {"empty": _EMPTY, "small": small, "ours": large}
        words = ("search", "--gpu", "4090", "--limit", str(_SHOWN))
        return bench.runner.alternate(
            {name: bench.clore(*words, market=str(size)) for name, size in sizes.items()},
            bench.rounds,
        )

    return measure


def _marketplace(mode: str) -> Callable[[Bench], Samples]:
    """`marketplace()` by either SDK, in processes that measure the call only."""

    def measure(bench: Bench) -> Samples:
        words = (str(SCRIPTS / "marketplace.py"), mode)
        contenders = {
            "ours": bench.python(*words, market=str(_MIDDLE)),
            **bench.theirs("python", *words, market=str(_MIDDLE)),
        }
        samples = bench.runner.alternate(contenders, bench.rounds, inner=True)
        found = {(*one["count"], *one["ids"]) for one in samples.values()}
        if len(found) != 1:
            raise FailedError("the two do not find the same servers")
        return samples

    return measure


def _search_json(bench: Bench) -> Samples:
    market = str(_MIDDLE)
    contenders = {
        "ours": bench.clore("search", "--include-rented", "--json", market=market),
        "bare script": bench.script("search_json.py", market=market),
        "compact script": bench.script("search_json.py", "--compact", market=market),
    }
    ours, *others = (_json(bench, command) for command in contenders.values())
    if len(ours) != _MIDDLE or any(ours != other for other in others):
        raise FailedError("the two print different JSON")
    return bench.runner.alternate(contenders, bench.rounds)


def _json(bench: Bench, command: Command) -> Any:
    return json.loads(bench.runner.run(command, keep=True).stdout)


def _table(bench: Bench) -> Samples:
    market = str(bench.inputs / f"{_MIDDLE}.json")
    return bench.runner.within(bench.script("table.py", market, str(bench.rounds)))


def _calls(bench: Bench) -> Samples:
    return bench.runner.within(bench.script("calls.py", str(_CALLS), str(bench.rounds)))


def _async_calls(bench: Bench) -> Samples:
    words = (str(_AT_ONCE), str(bench.rounds))
    return bench.runner.within(bench.script("concurrent_calls.py", *words, market=str(_MIDDLE)))


def _limiter(bench: Bench) -> Samples:
    directory = bench.work / "limits"
    directory.mkdir(mode=0o700, exist_ok=True)
    words = (str(directory), str(_ACQUISITIONS), str(bench.rounds))
    return bench.runner.within(bench.script("free_limiter.py", *words))


CASES: Sequence[Case] = (
    Case("version", "`clore --version`", _starts("--version")),
    Case("orders_help", "`clore orders --help`", _starts("orders", "--help")),
    Case("help", "`clore --help`", _starts("--help")),
    Case("tab_word", "TAB, words of built-ins: Python processes", tab.word, (_MIDDLE,)),
    Case("tab_value", "TAB, a value: the process it starts", tab.value, (_MIDDLE,)),
    Case("import", "`from clore_ai import CloreAI`", _import),
    Case("search_1000", "`clore search`, 1,000 servers", _search(_SMALL), (_SMALL,)),
    Case("search_5000", "`clore search`, 5,000 servers", _search(_MIDDLE), (_MIDDLE,)),
    Case(
        "search_growth",
        "`clore search`, 50,000 servers against 5,000",
        _growth(_MIDDLE, _LARGEST),
        (_EMPTY, _MIDDLE, _LARGEST),
    ),
    Case("marketplace_all", "`marketplace()`, 5,000 rows", _marketplace("all"), (_MIDDLE,)),
    Case(
        "marketplace_filtered",
        "`marketplace()`, 5 % of 5,000 rows",
        _marketplace("filtered"),
        (_MIDDLE,),
    ),
    Case(
        "marketplace_nested",
        "`marketplace()`, 5,000 rows and what is nested in them",
        _marketplace("nested"),
        (_MIDDLE,),
    ),
    Case("search_json", "`clore search --json`, 5,000 rows", _search_json, (_MIDDLE,)),
    Case("table", "a table of 5,000 rows and 12 columns", _table, (_MIDDLE,)),
    Case("calls", "1,000 calls on one connection", _calls),
    Case("async_calls", "200 equal calls at once", _async_calls, (_MIDDLE,)),
    Case("limiter", "the machine's limiter while free, a call", _limiter),
)
