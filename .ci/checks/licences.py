"""Says whether everything that an installation brings may be used by everybody.

Run by the Python of an environment that holds the distributions of this repository.
"""

from __future__ import annotations

import subprocess
import sys

from install_size import installed, needed

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
    "PSF-2.0",
    "Python Software Foundation License",
)


def main() -> None:
    """Show the licence of each package; end with status 1 when one is not in the list."""
    there = installed()
    ours = [name for name in there if name.startswith("clore-")]
    extras = ("redis",)
    names = sorted(set().union(*(needed(there, name, extras) for name in ours)))
    command = [sys.executable, "-m", "piplicenses", "--from=mixed", "--order=name"]
    command += [f"--allow-only={';'.join(ALLOWED)}", "--packages", *names]
    sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
