"""Reads the files that options of renting name; what is wrong is told without a secret in it."""

from __future__ import annotations

import os
from pathlib import Path

from clore_cli.plugin import UsageError


def read(flag: str, file: Path, *, wants: str, encoding: str = "utf-8") -> str:
    """The text in ``file``.

    A name that no file has is not quoted: it may be the secret itself, given in place of a file.

    Args:
        flag: the option that named it.
        file: where it is.
        wants: what the option takes, in words.
        encoding: of the text.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        return file.read_text(encoding=encoding)
    except (OSError, UnicodeDecodeError) as error:
        if not os.path.lexists(file):  # False also for what is too long to be a name
            raise UsageError(f"{flag}: there is no such file; the option takes {wants}.") from None
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"{flag}: {file} cannot be read: {reason}.") from None
