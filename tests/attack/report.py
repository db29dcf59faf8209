"""Writes the cases and what a run found as Markdown, or checks that a document lists them all.

::

    CLORE_FAULT_REPORT=faults.json pytest tests/attack
    python -m tests.attack.report faults.json docs/reliability.md
    python -m tests.attack.report --check docs/reliability.md

Only what stands between the two marks is replaced; a document without them is made anew. The
check compares the cases, not the figures, which differ from run to run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Tuple

BEGIN, END = "<!-- cases: begin -->", "<!-- cases: end -->"
TITLE = "# Faults, and what the client does about them"

_CELLS = re.compile(r"(?<!\\)\|")

Row = Dict[str, Any]
Listed = Tuple[str, str, str, str]


def main(arguments: List[str]) -> int:
    """Write or check a document; returns the exit status."""
    parser = argparse.ArgumentParser(description="Document the attacks and how they ended.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("files", nargs="+", metavar="FILE", help="[RESULTS] DOCUMENT")
    options = parser.parse_args(arguments)
    document = Path(options.files[-1])
    if options.check:
        return _check(document)
    if len(options.files) != 2:
        parser.error("RESULTS and DOCUMENT are needed")
    rows = json.loads(Path(options.files[0]).read_text(encoding="utf-8"))["cases"]
    rows.sort(key=_place())
    old = document.read_text(encoding="utf-8") if document.exists() else ""
    document.write_text(written(old, rows), encoding="utf-8")
    return 0


def written(old: str, rows: List[Row]) -> str:
    """``old`` with the part between the marks made from ``rows``."""
    if BEGIN not in old or END not in old:
        old = f"{TITLE}\n\n{BEGIN}\n{END}\n"
    start, end = old.index(BEGIN) + len(BEGIN), old.index(END)
    return "\n".join([old[:start], "", *_document(rows), old[end:]])


def _document(rows: List[Row]) -> Iterator[str]:
    yield summary(rows)
    for family, members in itertools.groupby(rows, key=lambda row: row["family"]):
        yield from ("", f"### {family}", "")
        yield "| case | the server or the network | the client | tried with | held |"
        yield "|---|---|---|---|---|"
        for row in members:
            held = "NO" if row["problems"] else "yes"
            yield "| " + " | ".join([*_listed(row), held]) + " |"
    yield ""


def summary(rows: List[Row]) -> str:
    """The figures of a run in a few lines."""
    survived = sum(not row["problems"] for row in rows)
    plays = sum(len(row["clients"]) for row in rows)
    duplicated = sum(max(0, row["orders"] - row["orders_wanted"]) for row in rows)
    secrets = sum(len(row["secrets"]) for row in rows)
    overrun = max((row["overrun_s"] for row in rows), default=0.0)
    peak = max((row["peak_mb"] or 0.0 for row in rows), default=0.0)
    return (
        f"**{len(rows)} behaviours tried** ({plays} plays with the blocking client, the "
        f"asynchronous one and the command line): **{survived} survived**, orders duplicated: "
        f"**{duplicated}**, secrets shown: **{secrets}**, worst overrun of a deadline: "
        f"**{overrun:.2f} s**, largest growth of the peak memory: **{peak:.0f} MB**."
    )


def _listed(row: Row) -> Listed:
    """What is said about a case whatever a run finds."""
    clients = ", ".join(row["clients"])
    return f"`{row['id']}`", _cell(row["what"]), _cell(row["expected"]), clients


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def listed(document: str) -> List[Listed]:
    """The cases that a document lists."""
    lines = [line for line in document.splitlines() if line.startswith("| `")]
    cells = ([cell.strip() for cell in _CELLS.split(line)[1:5]] for line in lines)
    return [(cell[0], cell[1], cell[2], cell[3]) for cell in cells]


def _expected() -> List[Listed]:
    from attack.table import CASES, clients

    return [
        _listed({"id": c.id, "what": c.what, "expected": c.expected, "clients": clients(c)})
        for c in CASES
    ]


def _place() -> Callable[[Row], int]:
    """Where a row stands in the table, whichever client played it first."""
    from attack.table import CASES

    places = {case.id: place for place, case in enumerate(CASES)}
    return lambda row: places[row["id"]]


def _check(document: Path) -> int:
    found = listed(document.read_text(encoding="utf-8")) if document.exists() else []
    wanted = _expected()
    for case in sorted(set(found) ^ set(wanted)):
        what = "missing" if case in wanted else "outdated"
        sys.stderr.write(f"{what}: {' | '.join(case)}\n")
    if found != wanted:
        sys.stderr.write(f"{document} does not list the cases of tests/attack: generate it\n")
    return int(found != wanted)


if __name__ == "__main__":
    # So that the modules are found as pytest finds them, whoever runs this.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    sys.exit(main(sys.argv[1:]))
