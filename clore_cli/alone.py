"""Keeps two runs of a command from working on the same thing, on one machine and for one user."""

from __future__ import annotations

import contextlib
import os
from typing import Iterator

from .failures import CommandError
from .status import Status

_FLAGS = os.O_RDWR | os.O_CREAT
for _name in ("O_CLOEXEC", "O_NOFOLLOW"):
    _FLAGS |= getattr(os, _name, 0)


@contextlib.contextmanager
def alone(name: str, doing: str) -> Iterator[None]:
    """A context that one process at a time can be in; it ends with its process at the latest.

    Args:
        name: of what is worked on, as the name of a file; it begins with the command's.
        doing: what the other process does, for the error: ``"keeps the bid of order 39"``.

    Raises:
        CommandError: another process is in it; status 2.
        OSError: there can be no file for it in the configuration directory.
    """
    from clore_client import config, statefile  # whoever is alone anyway need not pay for it

    directory = config.directory() / "locks"
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory / name, _FLAGS, 0o600)
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
