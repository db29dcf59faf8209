"""Runs the commands on the project's pages against a sandbox and writes what they print below them.

In the project's root: ``python -m tests.docs.transcripts [--check] [PAGE...]``. The sandbox's
clock is frozen, so that a run prints what the last one printed; what cannot be equal (ports, the
names of temporary directories) is given a fixed name. The client counts on from the clock's last
word, so ages may differ by a second: the check leaves them out. Prices are never touched.
"""

from __future__ import annotations

import argparse
import difflib
import re
import sys
from typing import List

from .pages import ROOT, Page, load, page_names
from .play import Played, side_by_side

_AGE = re.compile(r"\b\d+[smhd]( \d+[smh])?\b")


def timeless(line: str) -> str:
    """``line`` without the digits of its ages, and without the alignment that depends on them."""
    return re.sub(" +", " ", _AGE.sub("(age)", line))


def differences(name: str, old: str, new: str) -> List[str]:
    """What differs between a page and a new run of it, ages left out, as lines of a diff."""
    before, now = (
        [timeless(line) for line in text.splitlines(keepends=True)] for text in (old, new)
    )
    return list(difflib.unified_diff(before, now, name, "a new run"))


def main(arguments: List[str]) -> int:
    """Write the pages, or with ``--check`` print what differs; 1 when something does or fails."""
    parser = argparse.ArgumentParser(description="Retell the transcripts on the pages.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="these only, e.g. docs/tour.md")
    options = parser.parse_args(arguments)
    pages = [load(name) for name in options.pages or page_names()]
    pages = [page for page in pages if any(block.how == "console" for block in page.blocks)]
    with side_by_side(pages) as played:
        good = [_settled(page, played(page.name), options.check) for page in pages]
    return int(not all(good))


def _settled(page: Page, told: Played, check: bool) -> bool:
    """Write a page that has changed, or show how it would; whether nothing is left to do."""
    changed = differences(page.name, page.text, told.text)
    sys.stdout.writelines(f"{text}\n" for text in told.failures)
    if check:
        sys.stdout.writelines(changed)
    elif changed:
        (ROOT / page.name).write_text(told.text, encoding="utf-8")
    return not (told.failures or (check and changed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
