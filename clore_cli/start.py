"""What the program `clore` calls first."""

from __future__ import annotations

import gc

#: Objects that are made before Python looks for garbage again. A run imports, makes its rows,
#: prints them and ends, and 5,000 servers are 300,000 objects: looking through them, and through
#: what is imported, was a fifth of a search.
_GARBAGE = 500_000


def main() -> int:
    """Run `clore` with the arguments of this process and return its exit status."""
    gc.set_threshold(_GARBAGE)
    from .main import main as run  # after that, so that its imports are quicker, too

    return run()
