"""What `clore deploy` asks to be run: image, ports, environment and the renter's way in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Dict, Optional, Tuple

from clore_cli.plugin import App, UsageError

from . import envfile, way_in

#: The image that is known to deploy in 2026; others stay "deploying" for ever without sshd.
IMAGE = "cloreai/jupyter:ubuntu24.04-v2"
_SSH, _HTTP = "22", "http"
#: The ports of SSH and of Jupyter, as --port takes them.
PORTS = ("22:tcp", "8888:http")


def details(app: App, options: Dict[str, Any]) -> Dict[str, Any]:
    """What create_order is told about the container; every fault in it is a usage error."""
    ports = options["ports"] or _default_ports(options["image"])
    given = {
        "image": options["image"],
        "ports": _pairs("--port", ports, ":", "22:tcp"),
        "env": _environment(options["env_file"], options["env"]),
        "jupyter_token": options["jupyter_token"],
        "command": options["command_"],
        "autossh_entrypoint": "true" if options["autossh"] else None,
        **way_in.given(app, options),
    }
    return {name: value for name, value in given.items() if value not in (None, {})}


def has_ssh(details: Dict[str, Any]) -> bool:
    """Whether the port of SSH is open."""
    return bool(details["ports"].get(_SSH) == "tcp")


def no_login(details: Dict[str, Any]) -> str:
    """Why nobody could log in; empty when somebody can."""
    key = "ssh_key" in details or "ssh_password" in details
    token = "jupyter_token" in details
    web = _HTTP in details["ports"].values()
    if (key and has_ssh(details)) or (token and web):
        return ""
    if key:
        return "port 22 is not open (--port 22:tcp)"
    if token:
        return "no port is open for the web (--port 8888:http)"
    return "there is no --ssh-key, --ssh-password or --jupyter-token"


def _environment(file: Optional[str], texts: Tuple[str, ...]) -> Dict[str, str]:
    """The variables of the file, and those of the command line, which count for more."""
    path = None if file is None else Path(os.path.expanduser(file))  # noqa: PTH111  no home is fine
    found = {} if path is None else envfile.read(path)
    return {**found, **_pairs("--env", texts, "=", "NAME=value")}


def _default_ports(image: str) -> Tuple[str, ...]:
    return PORTS if image == IMAGE else PORTS[:1]


def _pairs(flag: str, texts: Tuple[str, ...], mark: str, example: str) -> Dict[str, str]:
    """``A:B`` texts as a mapping. The messages do not quote what may be a secret."""
    pairs: Dict[str, str] = {}
    for text in texts:
        name, found, value = text.partition(mark)
        if not (name and found and (value or mark == "=")):
            raise UsageError(f"{flag} must look like {example}.")
        if name in pairs:
            raise UsageError(f"{flag} {name} is given twice.")
        pairs[name] = value
    return pairs
