"""Says whether each direct dependency is installed in the lowest version that is declared.

A floor that no release has, or that something else lifts, would be a floor that nobody tested. With
arguments, the files of wheels, it prints what these ask for instead: installers know only what they
are told themselves as direct. Run by the environment's Python.
"""

from __future__ import annotations

import sys
import zipfile
from email import message_from_bytes
from importlib.metadata import distributions, version
from typing import Dict, Iterator, List

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

_EXTRAS = ("", "plot", "redis", "test")


def applies(requirement: Requirement) -> bool:
    """Whether this Python needs it, and it is somebody else's."""
    marker = requirement.marker
    needed = marker is None or any(marker.evaluate({"extra": extra}) for extra in _EXTRAS)
    return needed and not requirement.name.startswith("clore-")


def of_wheel(wheel: str) -> Iterator[Requirement]:
    """What a wheel asks for, without the conditions."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        asked: List[str] = message_from_bytes(archive.read(name)).get_all("Requires-Dist", [])
    for requirement in filter(applies, map(Requirement, asked)):
        requirement.marker = None
        yield requirement


def floors() -> Dict[str, Version]:
    """The highest floor of each package that a distribution of ours declares."""
    found: Dict[str, Version] = {}
    ours = [each for each in distributions() if each.metadata["Name"].startswith("clore-")]
    asked = [Requirement(text) for each in ours for text in each.requires or ()]
    for requirement in filter(applies, asked):
        name = canonicalize_name(requirement.name)
        lows = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
        if not lows:
            sys.exit(f"no lowest version of {name} is declared")
        found[name] = max(lows[0], found.get(name, lows[0]))
    return found


def check() -> None:
    """Compare, print, and end with status 1 when one differs."""
    wrong = []
    for name, floor in sorted(floors().items()):
        there = Version(version(name))
        print(f"{name}: declared {floor}, installed {there}")
        if there != floor:
            wrong.append(name)
    if wrong:
        sys.exit(f"not the lowest version that is declared: {', '.join(wrong)}")


if __name__ == "__main__":
    if sys.argv[1:]:
        print("\n".join(str(one) for wheel in sys.argv[1:] for one in of_wheel(wheel)))
    else:
        check()
