"""``python -m benchmarks``: measure everything, print the table, say whether all of it holds."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple

from . import inputs, peers, report
from .bench import Bench, serving
from .goals import GOALS, GOOD, Result, failed, judged
from .machine import machine
from .measure import FailedError, Runner, Spread
from .rows import CASES, Case
from .startup import Cost, costs

_STARTUP, _STARTUP_MARKET = "startup", 5_000


def parser() -> argparse.ArgumentParser:
    """The options."""
    made = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    made.add_argument(
        "--reference",
        action="store_true",
        help="install the reference, where it is not yet; one that is there is always measured",
    )
    made.add_argument("--runs", type=int, default=11, metavar="N", help="rounds, 11 by default")
    made.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="TEXT",
        help="cases with TEXT in their key or title; 'startup' are the costs of imports",
    )
    made.add_argument("--json", action="store_true", help="print JSON, not a table")
    made.add_argument("--write", action="store_true", help="write docs/performance.json and .md")
    return made


def chosen(texts: Sequence[str], cases: Sequence[Case]) -> List[Case]:
    """The cases with one of ``texts`` in their key or title; all of them without texts."""
    wanted = [text.casefold() for text in texts]
    return [
        case
        for case in cases
        if not wanted or any(text in f"{case.key} {case.title}".casefold() for text in wanted)
    ]


def _imports(texts: Sequence[str]) -> bool:
    """Whether the costs of imports are among what is measured."""
    return not texts or any(text.casefold() in _STARTUP for text in texts)


def results(bench: Bench, cases: Sequence[Case]) -> List[Result]:
    """Measure ``cases`` and judge all of their goals."""
    found: List[Result] = []
    for case in cases:
        sys.stderr.write(f"measuring {case.title}\n")
        goals = [goal for goal in GOALS if goal.case == case.key]
        try:
            samples = case.run(bench)
        except FailedError as error:
            found += [failed(goal, case.title, str(error)) for goal in goals]
        else:
            found += [judged(goal, case.title, samples) for goal in goals]
    return found


def document(
    rounds: int, found: Sequence[Result], imports: Optional[Tuple[Spread, Sequence[Cost]]]
) -> Dict[str, Any]:
    """Everything that was measured, as JSON has it."""
    floor, startup = imports or (None, ())
    return {
        "version": version(),
        "runs": rounds,
        "machine": machine(),
        "results": [_plain(result) for result in found],
        "floor": floor and floor._asdict(),
        "startup": [{**asdict(cost), "seconds": cost.seconds._asdict()} for cost in startup],
    }


def _plain(result: Result) -> Dict[str, Any]:
    spreads = {name: getattr(result, name) for name in ("ours", "theirs", "ratio")}
    named = {name: None if one is None else one._asdict() for name, one in spreads.items()}
    return {**asdict(result), **named}


def version() -> str:
    """The project's name and version."""
    text = (peers.ROOT / "clore_client" / "_version.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+?)"', text)
    return f"clore-ai {found[1] if found else '?'}"


def measured(options: argparse.Namespace) -> Dict[str, Any]:
    """Build what is needed, measure what ``options`` choose."""
    ours, reference = peers.ours(), peers.reference(install=options.reference)
    cases = chosen(options.only, CASES)
    imports = _imports(options.only)
    sizes = {size for case in cases for size in case.markets}
    made = inputs.made(ours, sorted(sizes | ({_STARTUP_MARKET} if imports else set())))
    with serving(made) as server, Runner() as runner, tempfile.TemporaryDirectory() as work:
        bench = Bench(runner, ours, reference, server, made, Path(work), options.runs)
        found = results(bench, cases)
        return document(options.runs, found, costs(bench) if imports else None)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Measure and print; 0 when everything holds, 1 when something does not or was not run."""
    made = parser()
    options = made.parse_args(arguments)
    if options.write and options.only:
        made.error("--write goes with all cases, not with --only")
    if options.runs < 1:
        made.error("--runs must be at least 1")
    if not (chosen(options.only, CASES) or _imports(options.only)):
        made.error("nothing is called like that")
    told = measured(options)
    if options.json:
        sys.stdout.write(json.dumps(told, indent=2) + "\n")
    else:
        sys.stdout.write(report.table(told["results"]))
        if told["startup"]:
            sys.stdout.write(f"\n{report.imports(told['startup'])}")
    if options.write:
        report.write(told)
    return 0 if verdict(told["results"]) else 1


def verdict(found: Sequence[Dict[str, Any]]) -> bool:
    """Whether everything that was measured holds."""
    return all(result["verdict"] in GOOD for result in found)


if __name__ == "__main__":
    sys.exit(main())
