"""Says whether a release may be made, and puts it into dist/: `release.py BUILT DIST`."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator

ROOT = Path(__file__).resolve().parents[2]


def git(*args: str) -> str:
    """What git says of the repository."""
    command = ["git", "-C", str(ROOT), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def version() -> str:
    """The version of the sources."""
    text = (ROOT / "clore_client" / "_version.py").read_text("utf-8")
    (found,) = re.findall(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return str(found)


def obstacles(number: str) -> Iterator[str]:
    """What stands in the way of a release."""
    if git("status", "--porcelain"):
        yield "the working tree has changes that are not committed"
    if git("rev-parse", "--abbrev-ref", "HEAD") != "main":
        yield "this is not the branch main"
    if git("tag", "--list", f"v{number}"):
        yield f"v{number} is tagged already: choose the next version in clore_client/_version.py"
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^## {re.escape(number)} \(\d{{4}}-\d\d-\d\d\)$", changes, re.MULTILINE):
        yield f"CHANGELOG.md has no section {number} with a date"
    for fragment in sorted((ROOT / "changelog.d").glob("*.*")):
        if fragment.name not in (".gitignore", "README.md") and "template" not in fragment.name:
            yield f"{fragment.name} is not in CHANGELOG.md yet: towncrier build --version {number}"


def publish(built: Path, dist: Path) -> None:
    """Put the archives and their sums where they are uploaded from."""
    shutil.rmtree(dist, ignore_errors=True)
    shutil.copytree(built, dist)
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in _all(dist)
    ]
    (dist / "SHA256SUMS").write_text("".join(sums), "utf-8")


def _all(directory: Path) -> Iterator[Path]:
    return (path for path in sorted(directory.iterdir()) if path.is_file())


def main(built: Path, dist: Path) -> None:
    """Check, publish into a directory, and say what is left to do."""
    number = version()
    found = list(obstacles(number))
    if found:
        sys.exit("\n".join(found))
    publish(built, dist)
    print((dist / "SHA256SUMS").read_text("utf-8"))
    print(
        f"What is left, by hand (docs/releasing.md):\n"
        f"  git tag -s v{number} -m 'clore-ai {number}' && git push origin v{number}\n"
        f"  upload what is in {dist.name}/ to the release of that tag"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
