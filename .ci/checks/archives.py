"""Says whether two builds are the same bytes and hold what they should: `archives.py SOURCE A B`.

SOURCE is a clone, A and B are directories with what was built from two of them.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath
from typing import Callable, Dict, Iterator, List, Set

from dist import epoch_of, files_of

_PACKAGES = ("clore_ai", "clore_cli", "clore_client")
_SHARED: Dict[str, Callable[[str], str]] = {
    "man": lambda name: f"share/man/man{name[-1]}/{name}",
    "completions": lambda name: {
        "clore": "share/bash-completion/completions/clore",
        "_clore": "share/zsh/site-functions/_clore",
        "clore.fish": "share/fish/vendor_completions.d/clore.fish",
    }[name],
}


def different(first: Path, second: Path) -> Iterator[str]:
    """Files that one build has and the other has not, or has with other bytes."""
    sums = [
        {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in each.iterdir()}
        for each in (first, second)
    ]
    for name in sorted(sums[0].keys() | sums[1].keys()):
        if sums[0].get(name) != sums[1].get(name):
            yield f"{name} is not the same in {first} and {second}"


def missing_in_sdist(sdist: Path, tracked: List[str]) -> Iterator[str]:
    """What a checkout has and an sdist lacks; only the settings of git are of no use in it."""
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {name for name in tracked if not name.startswith(".git")}
    yield from (f"the sdist lacks {name}" for name in sorted(wanted - names))


def wrong_in_wheel(wheel: Path, tracked: List[str]) -> Iterator[str]:
    """What a wheel lacks, or has and should not."""
    with zipfile.ZipFile(wheel) as archive:
        names = {name.split(".data/data/")[-1] for name in archive.namelist()}
    wanted = set(_wanted(tracked))
    meta = {name for name in names if name.split("/")[0].endswith(".dist-info")}
    if not any(name.endswith(".dist-info/licenses/LICENSE") for name in meta):
        yield "the wheel lacks LICENSE"
    for package in _PACKAGES:
        wanted.add(f"{package}/py.typed")
    yield from (f"the wheel lacks {name}" for name in sorted(wanted - names))
    yield from (f"the wheel has {name}" for name in sorted(names - wanted - meta))


def _wanted(tracked: List[str]) -> Iterator[str]:
    for name in tracked:
        path = PurePosixPath(name)
        if path.parts[0] in _PACKAGES:
            yield name
        elif path.parts[0] in _SHARED:
            yield _SHARED[path.parts[0]](path.name)


def wheel_from(source: Path, epoch: str) -> bytes:
    """The wheel that pip builds of an sdist or a checkout, with the backend that is installed."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    with tempfile.TemporaryDirectory() as out:
        pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
        subprocess.run([*pip, "-w", out, str(source)], check=True, env=environment)
        (made,) = Path(out).glob("*.whl")
        return made.read_bytes()


def problems(source: Path, first: Path, second: Path) -> Iterator[str]:
    """All that is wrong with two builds of a clone."""
    (sdist,), (wheel,) = first.glob("*.tar.gz"), first.glob("*.whl")
    tracked: List[str] = files_of(source)
    yield from different(first, second)
    yield from missing_in_sdist(sdist, tracked)
    yield from wrong_in_wheel(wheel, tracked)
    for origin in (sdist, source):
        if wheel_from(origin, epoch_of(source)) != wheel.read_bytes():
            yield f"pip builds another wheel of {origin}"


if __name__ == "__main__":
    os.umask(0o022)  # what pip builds has the permissions of whoever runs it
    arguments = [Path(argument).resolve() for argument in sys.argv[1:]]
    found: Set[str] = set(problems(*arguments))
    sys.exit("\n".join(sorted(found)) or None)
