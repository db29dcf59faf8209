"""Says whether what is installed here is this project, whole: run by the environment's Python."""

from __future__ import annotations

import sys
from importlib.metadata import distribution
from typing import Iterator

import clore_ai
import clore_client


def wrong() -> Iterator[str]:
    """What does not fit. The package index serves somebody else's clore-ai 0.1.1."""
    ours = distribution("clore-ai")
    names = {str(file) for file in ours.files or ()}
    if not ours.version == clore_client.__version__ == clore_ai.__version__:
        yield f"version {ours.version}"
    if int(ours.version.split(".")[0]) < 1 or not ours.metadata["Summary"].startswith("Unofficial"):
        yield f"somebody else's: {ours.version}, {ours.metadata['Summary']}"
    for package in ("clore_ai", "clore_cli", "clore_client"):
        if f"{package}/py.typed" not in names:
            yield f"{package} is not typed"
    for page in ("man1/clore.1", "man7/clore-query.7"):
        if not any(name.endswith(f"share/man/{page}") for name in names):
            yield f"no {page}"
    print("installed:", ours.metadata["Name"], ours.version, "with", len(names), "files")


if __name__ == "__main__":
    sys.exit("\n".join(wrong()) or None)
