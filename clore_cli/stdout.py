"""Writes data to stdout, and says in words why it could not."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Iterator

from .failures import CommandError


class UnwrittenError(CommandError):
    """Stdout took no more, and not because its reader has gone."""


def write(text: str) -> None:
    """Write ``text``, at once.

    Raises:
        BrokenPipeError: its reader has gone, which is no fault.
        UnwrittenError: it could not be written.
    """
    with _explained():
        sys.stdout.write(text)
        sys.stdout.flush()


def write_bytes(data: bytes) -> None:
    """The same with bytes, which no encoding of the terminal may change."""
    with _explained():
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def unwritten(error: OSError) -> UnwrittenError:
    """The failure that ``error``, met while writing, stands for."""
    reason = error.strerror or os.strerror(error.errno or 0)
    return UnwrittenError(
        f"cannot write the output: {reason}.",
        hint="Make room or write elsewhere; what the command was to change is changed.",
    )


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from None
