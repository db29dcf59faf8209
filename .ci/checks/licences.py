"""Says whether everything that an installation brings may be used by everybody.

Run by the Python of an environment that holds the distributions of this repository.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import Distribution
from pathlib import Path

from install_size import installed, needed
from packaging.utils import canonicalize_name

#: As packages call them, by classifier or as an SPDX expression. None asks anything of a program
#: that uses the package but to keep its notice.
ALLOWED = (
    "3-Clause BSD License",
    "Apache Software License",
    "Apache-2.0",
    "Apache-2.0 OR BSD-2-Clause",
    "Apache-2.0 OR BSD-3-Clause",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MIT",
    "MIT License",
    "MIT-0",
    "PSF-2.0",
    "Python Software Foundation License",
)

#: What names no licence in its metadata, and the title of the licence in its files.
BY_FILE = {"plotille": "The MIT License"}  # before 6.0


def said_by_file(distribution: Distribution) -> bool:
    """Whether a file of a package says what its metadata does not."""
    title = BY_FILE.get(canonicalize_name(distribution.metadata["Name"]))
    files = [file for file in distribution.files or () if "licen" in str(file).lower()]
    return title is not None and any(title in file.read_text() for file in files)


def main() -> None:
    """Show the licence of each package; end with status 1 when one is not in the list."""
    there = installed()
    ours = [name for name in there if name.startswith("clore-")]
    extras = ("redis",)
    names = sorted(set().union(*(needed(there, name, extras) for name in ours)))
    names = [name for name in names if not said_by_file(there[name])]
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--order=name", "--with-system"]
    command += [f"--allow-only={';'.join(ALLOWED)}", "--packages", *names]
    sys.exit(subprocess.run(command, check=False, cwd=Path(__file__).parent).returncode)


if __name__ == "__main__":
    main()
