"""Imports every module of the project; one that asks the network for anything is an error."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from typing import Tuple

#: What a plugin of pytest is; it needs pytest, which an installation does not bring.
_FOR_TESTS = "clore_cli.testing"
PACKAGES = ("clore_ai", "clore_cli", "clore_client")


def forbid(event: str, args: Tuple[object, ...]) -> None:
    """Refuse what the interpreter is about to do with a socket."""
    if event.startswith(("socket.", "urllib.", "http.client.")):
        raise ImportError(f"an import does {event} {args!r}")


def main() -> None:
    """Import all, those of the SDK before what uses them."""
    sys.addaudithook(forbid)
    names = list(PACKAGES)
    for package in PACKAGES:
        path = import_module(package).__path__
        names += [each.name for each in pkgutil.walk_packages(path, f"{package}.")]
    for name in sorted(set(names) - {_FOR_TESTS}):
        import_module(name)
    print(f"{len(names)} modules imported, no network asked")


if __name__ == "__main__":
    main()
