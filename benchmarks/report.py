"""Renders docs/performance.md from docs/performance.json: ``python -m benchmarks.report``.

With ``--check`` it writes nothing and ends with status 1 when the page is not what it would write.
"""

from __future__ import annotations

import json
import sys
from typing import Any, Dict, List, Mapping, Optional, Sequence

from .peers import REFERENCE, ROOT

DATA, PAGE = ROOT / "docs" / "performance.json", ROOT / "docs" / "performance.md"

Document = Mapping[str, Any]

_HEAD = f"""# Performance

Generated from [performance.json](performance.json) by `python -m benchmarks.report`. Do not edit.

`python -m benchmarks --reference --write` measures again. The *reference* is `{REFERENCE}` of the
package index (pydantic, httpx, rich); the *floor* is `python -c "import click"`. Both and the
project itself, which is installed from a wheel, use the same interpreter, each in an environment of
its own, and the same answers of a server on the loopback interface. The contenders take turns (A B
A B), after a round that does not count. A ratio is that of a round, and what is shown is the
median of {{runs}} rounds with the quartiles: whatever else the machine does meets both sides.
*CPU* is the same ratio in processor time; *growth* is the ratio after what an almost empty market
costs was taken off both.

Processes are measured from outside: wall time from their start to their end, memory at its peak.
Calls of the SDK are measured inside a process, without its start, `json.loads` included; all of
the command line runs with `CLORE_LIMITER=process` and the SDK with `limiter="off"`. The reference
has no option for the address of the API, so that a program of two lines sets it and starts its
command line. What two contenders print or find is compared before they are measured.
"""

_HOW = """## How it is done

- A start imports what its command names: `tests/cli/test_startup.py` lists the modules that each
  kind of start may load, `tests/test_cost.py` those of the SDK and the function calls of a request.
- TAB answers the words of built-ins in the shell, and values from small files that hold what
  `clore` last saw. Installed plugins are known from a file as long as no directory of `sys.path`
  changes.
- The marketplace is read in parts of 64 kB, and a row that no filter wants is gone before the
  next part: hence the memory. Nested models, and lists, are read when they are first asked for;
  a program that looks at all of every row pays what the line "and what is nested in them" shows.
- Equal calls at once share the request and what is made of its answer.
- Tables, JSON and CSV are made a column at a time; prices are computed once for a server, with
  whole numbers where `Decimal` would give the same.
- A run looks for garbage after 500,000 objects, and ends without taking each object apart
  (`clore_cli/start.py`), unless a plugin or a thread may be at work.
"""

_IMPORTS = """## What imports cost

Each dependency, and what is heavy in the standard library: milliseconds that a process takes which
imports it, beyond one that imports nothing ({floor}), all of them in turn. What one of them brings
along counts for it, so that they do not add up.
"""


def table(results: Sequence[Mapping[str, Any]]) -> str:
    """The results as a Markdown table."""
    heads = ["what", "measured", "ours", "beside", "ratio", "CPU", "target", "verdict"]
    rows = [_row(result) for result in results]
    lines = [heads, ["---", "---", "---:", "---:", "---:", "---:", "---:", "---"], *rows]
    text = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    told = [f"- {one['title']}: {one['note']}\n" for one in results if one["note"]]
    notes = "".join(dict.fromkeys(told))  # a case that failed has failed for all of its goals
    return f"{text}\n{notes}" if notes else text


def _row(result: Mapping[str, Any]) -> List[str]:
    goal, ours, theirs = result["goal"], result["ours"], result["theirs"]
    quantity, ratio = goal["quantity"], result["ratio"]
    beside = goal["than"] or ""
    absolute = goal["than"] is None
    return [
        result["title"],
        "growth of " + quantity if goal["grows"] else quantity,
        "" if ours is None else amount(ours["median"], quantity),
        f"{beside}: {amount(theirs['median'], quantity)}" if theirs else beside,
        "" if ratio is None else "{median:.2f} ({low:.2f} to {high:.2f})".format(**ratio),
        "" if result["cpu"] is None else f"{result['cpu']:.2f}",
        _target(goal["limit"], quantity, absolute=absolute),
        f"**{result['verdict']}**"
        if result["verdict"] in ("missed", "failed")
        else result["verdict"],
    ]


def _target(limit: Optional[float], quantity: str, *, absolute: bool) -> str:
    if limit is None:
        return ""
    return amount(limit, quantity) if absolute else f"{limit:g}"


def amount(value: float, quantity: str) -> str:
    """A quantity in the unit in which people think of it."""
    if quantity == "count":
        return f"{value:g}"
    if quantity == "memory":
        return f"{value / 2**20:.0f} MiB"
    milliseconds = 1000 * value
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.2g} ms"  # noqa: PLR2004


def imports(startup: Sequence[Mapping[str, Any]]) -> str:
    """The costs of imports as a Markdown table."""
    lines = ["| package | ms | loaded by | why |\n", "| --- | ---: | --- | --- |\n"]
    for cost in startup:
        loaded = ", ".join(cost["loaded_by"]) or "none of those that were tried"
        milliseconds = f"{1000 * cost['seconds']['median']:.1f}"
        lines.append(f"| {cost['name']} | {milliseconds} | {loaded} | {cost['why']} |\n")
    return "".join(lines)


def page(document: Document) -> str:
    """The whole of docs/performance.md."""
    machine: Dict[str, str] = document["machine"]
    facts = "".join(f"- {name}: {value}\n" for name, value in machine.items())
    parts = [
        _HEAD.replace("{runs}", str(document["runs"])),
        f"## The machine\n\n{facts}",
        f"## Results of {document['version']}\n\n{table(document['results'])}",
        _HOW,
    ]
    if document["startup"]:
        floor = amount(document["floor"]["median"], "wall")
        parts.append(f"{_IMPORTS.replace('{floor}', floor)}\n{imports(document['startup'])}")
    return "\n".join(parts)


def write(document: Document) -> None:
    """Write the document and the page."""
    DATA.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    PAGE.write_text(page(document), encoding="utf-8")


def drifted() -> bool:
    """Whether the page is not what the document says."""
    expected = page(json.loads(DATA.read_text(encoding="utf-8")))
    return not PAGE.exists() or PAGE.read_text(encoding="utf-8") != expected


def main(arguments: Sequence[str]) -> int:
    """Render the page, or check it; the status."""
    if list(arguments) == ["--check"]:
        if drifted():
            sys.stderr.write(f"docs/{PAGE.name} is not what docs/{DATA.name} says\n")
            return 1
        return 0
    PAGE.write_text(page(json.loads(DATA.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
