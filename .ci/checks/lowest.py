"""Says whether each direct dependency is installed in the lowest version that is declared.

A floor that no release has, or that something else lifts, would be a floor that nobody tested.
"""

from __future__ import annotations

import sys
from importlib.metadata import distributions, version
from typing import Dict, Iterator

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

_EXTRAS = ("", "plot", "redis", "test")


def ours() -> Dict[str, Iterator[Requirement]]:
    """What the distributions of this repository ask for, in this interpreter."""
    found: Dict[str, Iterator[Requirement]] = {}
    for each in distributions():
        name = canonicalize_name(each.metadata["Name"])
        if name.startswith("clore-"):
            found[name] = filter(_applies, map(Requirement, each.requires or ()))
    return found


def _applies(requirement: Requirement) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in _EXTRAS)


def floors() -> Dict[str, Version]:
    """The highest floor of each package that somebody of ours declares."""
    found: Dict[str, Version] = {}
    declared = ours()
    for asker, requirements in declared.items():
        for requirement in requirements:
            name = canonicalize_name(requirement.name)
            if name in declared:
                continue
            lows = [Version(one.version) for one in requirement.specifier if one.operator == ">="]
            if not lows:
                sys.exit(f"{asker} declares no lowest version of {name}")
            found[name] = max(lows[0], found.get(name, lows[0]))
    return found


def main() -> None:
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
    main()
