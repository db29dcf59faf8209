"""What importing each runtime dependency costs, which runs pay for it, and why."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Dict, List, Sequence, Set, Tuple

from .bench import Bench
from .measure import Command, FailedError, Spread, spread


@dataclass(frozen=True)
class Reason:
    """A package that may be imported, and why whoever imports it pays for it.

    Attributes:
        name: what it is called in the table.
        requires: the names in setup.cfg that bring it; none for the standard library.
        modules: what is imported, all at once.
        why: why it is paid, or not.
    """

    name: str
    requires: Tuple[str, ...]
    modules: Tuple[str, ...]
    why: str


REASONS: Sequence[Reason] = (
    Reason(
        "click",
        ("click",),
        ("click",),
        "Every run of the command line: options, help and errors are its work. The SDK never"
        " imports it.",
    ),
    Reason(
        "click-plugins",
        ("click-plugins",),
        ("click_plugins",),
        "It registers the command of an entry point when that is needed. Its cost is click's, which"
        " it imports.",
    ),
    Reason(
        "urllib3",
        ("urllib3",),
        ("urllib3",),
        "Whoever sends a request. Two thirds of it are what it brings of the standard library:"
        " http.client, importlib.metadata, logging and ssl. Help, --version and TAB send none.",
    ),
    Reason(
        "dataclasses-json",
        ("dataclasses-json",),
        ("dataclasses_json",),
        "Only who calls `to_dict`, `to_json` or `schema` of a model; answers are decoded by the"
        " client itself.",
    ),
    Reason(
        "keyring",
        ("keyring",),
        ("keyring",),
        "Only who stores a key in the system's keyring, or has one there. A key from a variable or"
        " a file never loads it.",
    ),
    Reason(
        "tabulate, wcwidth",
        ("tabulate",),
        ("tabulate", "wcwidth"),
        "Tables only; JSON, CSV, TSV, help and TAB do without. wcwidth is for tables with wide"
        " characters.",
    ),
    Reason(
        "typing_extensions",
        ("typing_extensions",),
        ("typing_extensions",),
        "Ours on Python 3.9 only, for `ParamSpec`; elsewhere dataclasses-json brings it.",
    ),
    Reason("asyncio", (), ("asyncio",), "Only who makes calls with the asynchronous client."),
    Reason("ssl", (), ("ssl",), "Part of urllib3: see there."),
    Reason(
        "importlib.metadata",
        (),
        ("importlib.metadata",),
        "A run that looks for plugins after something was installed; the others know them from a"
        " file. urllib3 brings it, too.",
    ),
    Reason(
        "dataclasses",
        (),
        ("dataclasses",),
        "Whoever makes calls: models are dataclasses, which dataclasses-json needs. Most other"
        " values are named tuples.",
    ),
    Reason(
        "decimal",
        (),
        ("decimal",),
        "Sums, query terms and amounts of many digits: 1.2 / 24 is 0.05 for people, not for floats."
        " What most prices need is done with whole numbers.",
    ),
    Reason(
        "logging",
        (),
        ("logging",),
        "urllib3 brings it. The SDK's own logger is made when there is something to say.",
    ),
    Reason("json", (), ("json",), "Whoever reads an answer, the configuration or a cache."),
)


@dataclass(frozen=True)
class Cost:
    """What one of the `REASONS` takes, in seconds beyond a Python that imports nothing.

    Attributes:
        name: of the reason.
        seconds: the median, and the quartiles.
        loaded_by: the runs that have imported it in the end.
        why: the reason.
    """

    name: str
    seconds: Spread
    loaded_by: Sequence[str]
    why: str


_IMPORTED = re.compile(r"^import time:[^|]*\|[^|]*\| *(\S+)$", re.MULTILINE)


def costs(bench: Bench) -> Tuple[Spread, List[Cost]]:
    """What a Python takes that imports nothing, in seconds, and `REASONS` in turn with it."""
    known = [reason for reason in REASONS if _importable(bench, reason)]
    commands = {reason.name: _importing(bench, reason) for reason in known}
    samples = bench.runner.alternate({"": bench.python("-c", "pass"), **commands}, bench.rounds)
    floor = samples[""]["wall"]
    loaded = {name: modules(bench, command) for name, command in probes(bench).items()}
    return spread(floor), [
        Cost(
            reason.name,
            spread([one - none for one, none in zip(samples[reason.name]["wall"], floor)]),
            [name for name, found in loaded.items() if found.intersection(reason.modules)],
            reason.why,
        )
        for reason in known
    ]


def _importing(bench: Bench, reason: Reason) -> Command:
    return bench.python("-c", f"import {', '.join(reason.modules)}")


def _importable(bench: Bench, reason: Reason) -> bool:
    try:
        bench.runner.run(_importing(bench, reason))
    except FailedError:  # a package for other versions of Python
        return False
    return True


def probes(bench: Bench) -> Dict[str, Command]:
    """Runs of the program and of the SDK, by what they are called in the table."""
    market = "5000"
    sdk = "from clore_ai import CloreAI; made = CloreAI(api_key='x', limiter='off')"
    return {
        "`--version`": bench.clore("--version"),
        "`--help`": bench.clore("--help"),
        "`orders --help`": bench.clore("orders", "--help"),
        "TAB": bench.clore("search", "--gpu", "40", market=market, _CLORE_COMPLETE="argv_complete"),
        "`search`": bench.clore("search", market=market),
        "`search --json`": bench.clore("search", "--json", market=market),
        "`import clore_ai`": bench.python("-c", "import clore_ai"),
        "a client": bench.python("-c", sdk),
        "`wallets()`": bench.python("-c", f"{sdk}; made.wallets()"),
        "`to_dict()`": bench.python("-c", f"{sdk}; made.wallets()[0].to_dict()"),
    }


def modules(bench: Bench, command: Command) -> Set[str]:
    """What a run of ``command`` imports."""
    more = {"PYTHONPROFILEIMPORTTIME": "1"}
    traced = Command(command.words, {**command.env, **more})
    return set(_IMPORTED.findall(bench.runner.run(traced).stderr.decode("utf-8", "replace")))
