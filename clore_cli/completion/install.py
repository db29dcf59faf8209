"""Puts the completion scripts where each shell looks for them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Callable, Dict, NamedTuple

from clore_cli.failures import CommandError
from clore_cli.status import Status

if TYPE_CHECKING:
    from pathlib import Path

_DATA, _CONFIG = "XDG_DATA_HOME", "XDG_CONFIG_HOME"


class Shell(NamedTuple):
    """A shell that can complete: the script's file name, and where a user's scripts are.

    Attributes:
        variable: what moves that place.
        setup: what the user has to do once; {directory} is where the script is.
    """

    file: str
    directory: Callable[[], Path]
    variable: str
    setup: str


def _xdg(variable: str, default: str) -> Path:
    """A base directory; one that is not absolute is invalid by its specification."""
    from pathlib import Path  # 6 ms that other commands need not pay

    from clore_client import config, errors

    value = os.environ.get(variable, "")
    if Path(value).is_absolute():
        return Path(value)
    if not config.has_home():
        advice = "'clore completion' without --install prints the script."
        raise errors.ConfigError(f"there is no home directory; set {variable}", advice=advice)
    return Path.home() / default


def _data() -> Path:
    return _xdg(_DATA, ".local/share")


def _bash() -> Path:
    from pathlib import Path

    # bash-completion 2.12 takes several directories; it looks into the first one first.
    own = Path(os.environ.get("BASH_COMPLETION_USER_DIR", "").split(os.pathsep)[0])
    place = own if own.is_absolute() else _data() / (own if own.parts else "bash-completion")
    return place / "completions"


def _zsh() -> Path:
    return _data() / "zsh" / "site-functions"


def _fish() -> Path:
    return _xdg(_CONFIG, ".config") / "fish" / "completions"


SHELLS: Dict[str, Shell] = {
    "bash": Shell("clore", _bash, _DATA, "New shells have it, where bash-completion is installed."),
    "zsh": Shell("_clore", _zsh, _DATA, "In ~/.zshrc, before compinit: fpath=({directory} $fpath)"),
    "fish": Shell("clore.fish", _fish, _CONFIG, "New shells have it."),
}


def own_script(shell: str) -> str:
    """The script of the built-in commands: the text that is generated into completions/."""
    from clore_cli.builtins import BUILTINS
    from clore_cli.main import root

    from .scripts import script

    group = root(BUILTINS)
    group.plugins = {}  # the script finds out about them itself
    return script(group, shell)


def install(shell: str) -> Path:
    """Write the script where ``shell`` finds it for this user, and return its path.

    Raises:
        ConfigError: there is no home directory.
        CommandError: it cannot be written; or this is in a sandbox, status 2.
    """
    if os.environ.get("CLORE_SANDBOX"):
        raise CommandError(
            "this is in a sandbox, which touches nothing of yours; nothing was written.",
            hint=f"Run it outside, or print the script: 'clore completion {shell}'.",
            status=Status.USAGE,
        )
    kind = SHELLS[shell]
    path = kind.directory() / kind.file
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(own_script(shell), encoding="utf-8")
    except OSError as error:
        raise CommandError(
            f"{path} cannot be written: {error.strerror}.",
            hint=f"Make its directory writable, set {kind.variable} to another one, or write the"
            f" script where you like: 'clore completion {shell} > FILE'.",
        ) from None
    return path


def setup(shell: str) -> str:
    """What the user has to do once after `install`."""
    kind = SHELLS[shell]
    return kind.setup.format(directory=kind.directory())
