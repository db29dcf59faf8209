"""Writes data to stdout, and says in words why it could not."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from typing import Generator

from .failures import CommandError

_LONGEST = 86400.0  # seconds; what poll takes ends at 24 days


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


def wait(seconds: float) -> None:
    """Wait, a day at most, and no longer than stdout has a reader.

    Raises:
        BrokenPipeError: its reader has gone, which a write would notice only when there is
            something to write.
    """
    import select  # few commands wait

    if not hasattr(select, "poll"):  # Windows: the next write will tell
        return time.sleep(min(seconds, _LONGEST))
    poll = select.poll()
    with contextlib.suppress(OSError):  # a stdout without a file cannot be left by its reader
        poll.register(sys.stdout.fileno(), 0)
    if poll.poll(min(seconds, _LONGEST) * 1000):
        raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE))
    return None


def unwritten(error: OSError) -> UnwrittenError:
    """The failure that ``error``, met while writing, stands for."""
    reason = error.strerror or os.strerror(error.errno or 0)
    return UnwrittenError(
        f"cannot write the output: {reason}.",
        hint="Make room or write elsewhere; what the command was to change is changed.",
    )


@contextlib.contextmanager
def _explained() -> Generator[None, None, None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise unwritten(error) from None
