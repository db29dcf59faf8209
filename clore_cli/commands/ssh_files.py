"""What clore keeps for ssh in the configuration directory."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Generator

from clore_cli.plugin import CommandError


def known_hosts(order_id: int) -> Path:
    """Where ssh keeps the host key of an order's machine; the directory exists, the file may not.

    Raises:
        CommandError: the directory cannot be made.
    """
    return _directory("known_hosts.d") / str(order_id)


def config_file() -> Path:
    """Where the Host blocks are for ssh to include; the directory exists, the file may not.

    Raises:
        CommandError: the directory cannot be made.
    """
    return _directory() / "ssh_config"


def replace(file: Path, text: str) -> None:
    """Write ``file``, readable by the user only, as a whole or not at all.

    Raises:
        CommandError: it cannot be written; what it holds stays as it is.
    """
    from clore_client import wholefile

    target = Path(os.path.realpath(file))  # a dotfile manager's link keeps pointing at its file
    with _told(file):
        wholefile.replace(target, text.encode(), flush=False)


def _directory(*below: str) -> Path:
    from clore_client import config as settings

    top = settings.directory().absolute()
    path = top.joinpath(*below)
    with _told(path):
        for directory in (top, path):
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextlib.contextmanager
def _told(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
