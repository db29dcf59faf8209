"""Keeps two runs of a command from working on the same thing, on one machine and for one user."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Generator, Optional

from .failures import CommandError
from .status import Status

_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)


@contextlib.contextmanager
def alone(
    name: str, doing: str, *, directory: Optional[Path] = None
) -> Generator[None, None, None]:
    """A context that one process at a time can be in; it ends with its process at the latest.

    Args:
        name: of what is worked on, as the name of a file; it begins with the command's.
        doing: what the other process does, for the error: ``"keeps the bid of order 39"``.
        directory: where the file is, for work on what lies there itself; by default it is in the
            configuration directory.

    Raises:
        CommandError: another process is in it, status 2, or there can be no such file.
    """
    from clore_client import statefile  # whoever is alone anyway need not pay for it

    try:
        descriptor = os.open((directory or _directory()) / name, _FLAGS, 0o600)
    except OSError as error:
        raise CommandError(
            f"cannot keep other processes out: {error.filename}: {error.strerror}.",
            hint="See that the directory is there and that you may write to it.",
        ) from None
    with contextlib.closing(os.fdopen(descriptor)):
        try:
            statefile.lock(descriptor, patience=0.0)
        except TimeoutError:
            raise CommandError(
                f"another process {doing} already; nothing was done.",
                hint="Let it go on, or stop it first.",
                status=Status.USAGE,
            ) from None
        yield


def _directory() -> Path:
    from clore_client import config

    directory = config.directory() / "locks"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory
