"""How the renter will get in: the SSH key or password that `clore deploy` sends."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, Optional

from clore_cli.plugin import App, UsageError

from . import textfile

_KINDS = ("ssh-", "ecdsa-", "sk-")
#: In ssh's own order of preference.
_USUAL = ("id_ed25519.pub", "id_ecdsa.pub", "id_rsa.pub")


def given(app: App, options: Dict[str, Any]) -> Dict[str, Optional[str]]:
    """The ``ssh_key`` and ``ssh_password`` for create_order.

    Raises:
        UsageError: a file cannot be read, or is not what it should be.
    """
    password = _password(app, options["ssh_password"], options["ssh_password_file"])
    key = _key(options["ssh_key"]) if options["ssh_key"] else None
    if key is None and password is None:  # beside a key, the password would not be taken
        key = _usual_key(app)
    return {"ssh_key": key, "ssh_password": password}


def _password(app: App, text: Optional[str], file: Optional[str]) -> Optional[str]:
    if text is not None and file is not None:
        raise UsageError("give --ssh-password or --ssh-password-file, not both.")
    if file is None:
        return text
    wants = "the name of a file, or - for stdin"
    content = (
        app.read_secret("SSH password")
        if file == "-"
        else textfile.read("--ssh-password-file", Path(file), wants=wants)
    )
    return content.partition("\n")[0].rstrip("\r")


def _key(text: str) -> str:
    if text.startswith(_KINDS):
        return text
    if "\n" in text or "PRIVATE KEY" in text:  # no file is called so, and nobody may read it
        raise UsageError("--ssh-key: that is no public key; give the .pub file beside it.")
    file = Path(os.path.expanduser(text))  # noqa: PTH111  as below
    wants = "a public key, or the name of its file"
    key = textfile.read("--ssh-key", file, wants=wants).strip()
    if not key.startswith(_KINDS):
        hint = " (it looks like the private key; use the .pub file)" if "PRIVATE" in key else ""
        raise UsageError(f"--ssh-key: {text} holds no public SSH key{hint}.")
    return key


def _usual_key(app: App) -> Optional[str]:
    home = os.path.expanduser("~")  # noqa: PTH111  Path.home() fails where there is none
    for name in _USUAL:
        file = Path(home) / ".ssh" / name
        if file.is_file():
            app.note(f"Using your public key {file}.")
            return _key(str(file))
    return None
