"""Builds an sdist and a wheel whose bytes follow from the sources: `dist.py SOURCE OUT`.

setuptools writes the modification times, owners and permissions of the checkout into an sdist, and
the permissions into a wheel. So the sdist is written once more with fixed ones, and the wheel is
made of what is in it. Times are those of the last commit, unless SOURCE_DATE_EPOCH is set.
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import List

_DIRECTORY, _PROGRAM, _FILE = 0o755, 0o755, 0o644


def _git(source: Path, *args: str) -> str:
    command = ["git", "-C", str(source), *args]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def epoch_of(source: Path) -> str:
    """The time of the last commit, in seconds since 1970."""
    return _git(source, "log", "-1", "--format=%ct").strip()


def files_of(source: Path) -> List[str]:
    """What belongs to a checkout: tracked, or new and not ignored."""
    listed = _git(source, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    return sorted(name for name in set(listed.split("\0")) if name and (source / name).is_file())


def copy(source: Path, target: Path) -> Path:
    """Copy what belongs to a checkout: builds leave files, and several disturb each other."""
    for name in files_of(source):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / name, target / name)
    return target


def normalise(sdist: Path, target: Path, epoch: int) -> None:
    """Write an sdist again: sorted, of one time, of nobody, with two kinds of permissions."""
    with tarfile.open(sdist) as old, target.open("wb") as raw:
        packed = gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=epoch)
        with packed, tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as new:
            for member in sorted(old.getmembers(), key=lambda one: one.name):
                member.pax_headers, member.mtime = {}, epoch
                member.uid, member.gid, member.uname, member.gname = 0, 0, "", ""
                member.mode = _mode(member)
                new.addfile(member, old.extractfile(member) if member.isfile() else None)


def _mode(member: tarfile.TarInfo) -> int:
    if member.isdir():
        return _DIRECTORY
    return _PROGRAM if member.mode & 0o100 else _FILE


def _backend(kind: str, source: Path, out: Path) -> Path:
    """Run the build backend; whatever it calls deprecated is an error."""
    command = [sys.executable, "-m", "build", "--no-isolation", f"--{kind}", "--outdir", str(out)]
    done = subprocess.run(
        [*command, str(source)],
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode or "deprecat" in done.stdout.lower():
        sys.exit(done.stdout)
    (made,) = out.glob({"sdist": "*.tar.gz", "wheel": "*.whl"}[kind])
    return made


def make(source: Path, out: Path) -> None:
    """Build both into a directory."""
    epoch = os.environ.setdefault("SOURCE_DATE_EPOCH", epoch_of(source))
    os.umask(0o022)  # setuptools writes files of its own, too
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        sdist = _backend("sdist", copy(source, work / "source"), work / "sdist")
        normalise(sdist, out / sdist.name, int(epoch))
        with tarfile.open(out / sdist.name) as archive:
            archive.extractall(work / "unpacked", filter="data")
        (unpacked,) = (work / "unpacked").iterdir()
        made = _backend("wheel", unpacked, work / "wheel")
        shutil.copy(made, out / made.name)
        print(sdist.name, made.name)


if __name__ == "__main__":
    make(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve())
