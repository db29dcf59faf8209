"""What `clore deploy` asks to be run: image, ports, environment and the renter's way in."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from clore_cli.plugin import App, UsageError

from . import login

#: The image that is known to deploy in 2026; others stay "deploying" for ever without sshd.
IMAGE = "cloreai/jupyter:ubuntu24.04-v2"
_SSH_PORT, _JUPYTER_PORT = "22:tcp", "8888:http"


def details(app: App, options: Dict[str, Any]) -> Dict[str, Any]:
    """What create_order is told about the container; every fault in it is a usage error."""
    ports = options["ports"] or _default_ports(options["image"])
    given = {
        "image": options["image"],
        "ports": _pairs("--port", ports, ":", "22:tcp"),
        "env": _pairs("--env", options["env"], "=", "NAME=value"),
        "jupyter_token": options["jupyter_token"],
        "command": options["command_"],
        "autossh_entrypoint": "true" if options["autossh"] else None,
        **login.given(app, options),
    }
    return {name: value for name, value in given.items() if value not in (None, {})}


def _default_ports(image: str) -> Tuple[str, ...]:
    return (_SSH_PORT, _JUPYTER_PORT) if image == IMAGE else (_SSH_PORT,)


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
