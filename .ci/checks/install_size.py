"""What an installation brings: docs/install-size.md, written (`--write`) or checked (`--check`).

Run by the Python of an environment in which the wheel, and nothing else, was installed without
bytecode. Packages are counted exactly. Sizes are as they were when the page was written.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Dict, Iterable, List, Set

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE = Path(__file__).resolve().parents[2] / "docs" / "install-size.md"
_OURS = "clore-ai"
_SIZE = re.compile(r"\d+\.\d MB")

_HEAD = """# What an installation brings

Written by `nox -s install_size -- --write`; `nox -s install_size` checks it: the packages exactly,
the sizes not, because they are those of the versions of the day. Do not edit.

An empty environment, Linux, CPython 3.11, the newest versions, without bytecode:

| installed | packages, itself included | size |
| --- | ---: | ---: |
"""

_BRINGS = """
*The reference* is somebody else's package of the same name on the package index, the SDK that
[performance.md](performance.md) measures beside this one. With bytecode, pip and setuptools, in
an environment of `python3.11 -m venv`, `du` said 61 MB for 28 packages of this project and 55 MB
for 19 of the reference, in November 2026.

What each direct dependency brings along; what two of them need counts for both:

| dependency | packages that come with it | which | size of all |
| --- | ---: | --- | ---: |
"""

_FOOT = """
Nothing of this is compiled on your machine: there is a wheel of every package for every Python from
3.9 to 3.13. `cryptography` and `cffi` come with `keyring`, for the Secret Service of Linux.
"""


def installed() -> Dict[str, Distribution]:
    """The distributions of this environment, by name."""
    return {canonicalize_name(each.metadata["Name"]): each for each in distributions()}


def needed(there: Dict[str, Distribution], name: str, extras: Iterable[str] = ()) -> Set[str]:
    """A distribution and all that it needs, directly or not."""
    found = {name}
    for text in there[name].requires or ():
        requirement = Requirement(text)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in ("", *extras)):
            other = canonicalize_name(requirement.name)
            if other in there:
                found |= needed(there, other, requirement.extras)
    return found


def megabytes(there: Dict[str, Distribution], names: Iterable[str]) -> float:
    """The size of all files of some distributions."""
    return sum(_bytes(there[name]) for name in names) / 1e6


def _bytes(distribution: Distribution) -> int:
    files = [Path(str(file.locate())) for file in distribution.files or ()]
    return sum(file.stat().st_size for file in files if file.is_file())


def row(title: str, there: Dict[str, Distribution], name: str) -> str:
    """A line of the first table."""
    names = needed(there, name)
    return f"| {title} | {len(names)} | {megabytes(there, names):.1f} MB |\n"


def brought(there: Dict[str, Distribution]) -> List[str]:
    """The lines of the second table."""
    direct = map(Requirement, there[_OURS].requires or ())
    lines = []
    for requirement in sorted(direct, key=lambda one: one.name):
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        name = canonicalize_name(requirement.name)
        names = needed(there, name, requirement.extras)
        which = ", ".join(sorted(names - {name}))
        size = megabytes(there, names)
        lines.append(f"| {name} | {len(names) - 1} | {which} | {size:.1f} MB |\n")
    return lines


def page(reference: str) -> str:
    """The whole page, with a line on the reference."""
    there = installed()
    ours = row("this project", there, _OURS)
    return f"{_HEAD}{ours}{reference}{_BRINGS}{''.join(brought(there))}{_FOOT}"


def main(mode: str) -> None:
    """Write or check the page, or print the line on a reference that is installed here."""
    if mode == "--reference":
        print(row(f"the reference, `clore-ai` {installed()[_OURS].version}", installed(), _OURS))
        return
    old = PAGE.read_text("utf-8") if PAGE.exists() else ""
    (reference,) = re.findall(r"^\| the reference.*\n", old, re.MULTILINE) or [""]
    if mode == "--write":
        PAGE.write_text(page(sys.argv[2] + "\n" if sys.argv[2:] else reference), "utf-8")
    elif _SIZE.sub("", page(reference)) != _SIZE.sub("", old):
        sys.exit(f"{PAGE.name} counts other packages: nox -s install_size -- --write")


if __name__ == "__main__":
    main(sys.argv[1])
