"""Replaces a file as a whole or not at all, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def replace(file: Path, content: bytes, *, flush: bool = True) -> None:
    """Write ``content`` beside ``file`` and rename, so that nobody ever reads a half.

    Several writers do not disturb each other: the last one wins.

    Args:
        file: where it goes. A link is replaced, not followed.
        content: all of it.
        flush: have it on the disk before the old content is gone, for what a power cut must not
            take.

    Raises:
        OSError: it cannot be written; what the file held stays as it is.
    """
    import tempfile  # 5 ms that only a writer has to pay

    descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".new", dir=file.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            if flush:
                stream.flush()
                os.fsync(stream.fileno())
        new.replace(file)
    except BaseException:
        new.unlink()
        raise
    if flush:
        flush_directory(file.parent)


def flush_directory(directory: Path) -> None:
    """Make a new name survive a power cut, where a directory can be opened at all."""
    with contextlib.suppress(OSError):
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
