"""Makes the environments that are compared: the project as users install it, and the reference.

Ours is installed from a copy of the checkout, not editable: an editable install looks each package
up with a finder of its own and starts more slowly. Both are made by the interpreter that runs
this, in the same way, with their bytecode compiled, and are kept for the next time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, List, Optional

ROOT = Path(__file__).resolve().parent.parent
#: The peer that others use: pydantic models, httpx, rich.
REFERENCE = "clore-ai==0.1.1"
#: What an installation is made of.
_PARTS = ("setup.cfg", "pyproject.toml", "README.md", "LICENSE", "MANIFEST.in")
_TREES = ("clore_ai", "clore_cli", "clore_client", "completions", "man")
_KEPT = 86400.0  # seconds since its last use until what an old state needed is removed
_WHOLE = "whole"  # the file in a finished environment


@dataclass(frozen=True)
class Peer:
    """An environment: its directory, and the programs in it."""

    directory: Path

    @property
    def python(self) -> str:
        """Its interpreter."""
        return str(self.directory / "bin" / "python")

    @property
    def clore(self) -> str:
        """Its ``clore``."""
        return str(self.directory / "bin" / "clore")


def cache() -> Path:
    """Where environments and inputs are kept."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(base) if base.startswith("/") else Path.home() / ".cache"
    return home / "clore-benchmarks"


def digest(paths: List[Path]) -> str:
    """A name for what these files and directories hold."""
    total = hashlib.sha256()
    for path in paths:
        files = [path] if path.is_file() else path.rglob("*")
        for file in sorted(
            one for one in files if one.is_file() and "__pycache__" not in one.parts
        ):
            total.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return total.hexdigest()[:16]


def ours() -> Peer:
    """The project as it is in this checkout, installed."""
    key = digest([ROOT / name for name in (*_PARTS, *_TREES)])
    directory = cache() / f"ours-{_version()}-{key}"
    with _making(directory) as needed:
        if needed:
            with tempfile.TemporaryDirectory() as temporary:
                _install(directory, _copied(Path(temporary, "project")))
    os.utime(directory)
    forget("ours-*")
    return Peer(directory)


def reference(*, install: bool) -> Optional[Peer]:
    """The reference; None where it was never installed and is not to be now."""
    if install:
        return installed_reference()
    directory = _reference_directory()
    return Peer(directory) if (directory / _WHOLE).exists() else None


def installed_reference() -> Peer:
    """The reference, which is installed where it is not yet."""
    directory = _reference_directory()
    with _making(directory) as needed:
        if needed:
            _install(directory, REFERENCE)
    return Peer(directory)


def _reference_directory() -> Path:
    return cache() / f"reference-{_version()}-{REFERENCE.rpartition('=')[2]}"


def _version() -> str:
    return f"{sys.implementation.name}-{platform.python_version()}"


def _copied(project: Path) -> str:
    """What is installed of the checkout, in a directory where a build may leave its traces."""
    project.mkdir()
    for name in _PARTS:
        shutil.copy(ROOT / name, project)
    for name in _TREES:
        shutil.copytree(ROOT / name, project / name, ignore=shutil.ignore_patterns("__pycache__"))
    return str(project)


@contextmanager
def _making(directory: Path) -> Iterator[bool]:
    """Whether ``directory`` has to be made, which nobody else does meanwhile."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    with Path(f"{directory}.lock").open("w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (directory / _WHOLE).exists()


def _install(directory: Path, what: str) -> None:
    """Make an environment with ``what`` in it."""
    sys.stderr.write(f"installing {Path(what).name} into {directory.name}\n")
    shutil.rmtree(directory, ignore_errors=True)
    python = str(directory / "bin" / "python")
    # Without what this process may have of its own: an environment is its packages, no others.
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    for words in (
        [sys.executable, "-m", "venv", str(directory)],
        [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check", what],
        [python, "-m", "compileall", "-q", str(directory / "lib")],
    ):
        # Some packages come with files for other versions of Python, which do not compile.
        subprocess.run(words, env=env, check="compileall" not in words, stdout=subprocess.DEVNULL)
    (directory / _WHOLE).touch()


def forget(pattern: str) -> None:
    """Remove what was made of former states of the project and was not used for a day."""
    for directory in cache().glob(pattern):
        if directory.is_dir() and directory.stat().st_mtime < time.time() - _KEPT:
            shutil.rmtree(directory, ignore_errors=True)
            Path(f"{directory}.lock").unlink(missing_ok=True)
