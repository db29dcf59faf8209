"""What is known of the terminal."""

from __future__ import annotations

import os
import sys

_USUAL = 80


def columns() -> int:
    """The columns of the terminal; 80 where it does not say, which Python 3.9 and 3.10 call 0.

    What `shutil.get_terminal_size` says, whose module takes 3 ms: it loads every compression.
    """
    try:
        told = int(os.environ["COLUMNS"])
    except (KeyError, ValueError):
        told = 0
    return told if told > 0 else _measured() or _USUAL


def _measured() -> int:
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns  # type: ignore[union-attr]
    except (AttributeError, ValueError, OSError):  # closed, or no terminal
        return 0
