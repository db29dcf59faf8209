"""What is known of the terminal."""

from __future__ import annotations

import shutil

_USUAL = 80


def columns() -> int:
    """The columns of the terminal; 80 where it does not say, which Python 3.9 and 3.10 call 0."""
    return shutil.get_terminal_size().columns or _USUAL
