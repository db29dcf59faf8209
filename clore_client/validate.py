"""Checks arguments before anything is sent. Pure; every refusal names the argument.

The lengths are the API's documented ones; what has no documented limit is not limited here.
"""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Optional, Union

from .errors import InvalidInputError
from .wire import JsonObject

ON_DEMAND, SPOT = "on-demand", "spot"

SSH_PASSWORD_LIMIT = 32
SSH_KEY_LIMIT = 3072
JUPYTER_TOKEN_LIMIT = 32
ISSUE_LIMIT = 2048

_PLAIN = r"[A-Za-z0-9]+"
_CONTROL = r"[\x00-\x1f\x7f]"
_LARGEST = 2**63  # more than any id, amount or number of seconds
_PORT = r"[0-9]{1,5}"
_PORT_LIMIT = 65535
_PORT_KINDS = ("tcp", "http")


def refuse(argument: str, problem: str) -> InvalidInputError:
    """The error for ``argument``; never quotes the value, which may be a secret."""
    return InvalidInputError(f"{argument} {problem}", argument=argument)


def text(argument: str, value: Any, *, limit: Optional[int] = None) -> str:
    """A text that is not blank and at most ``limit`` characters long."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(argument, "must be a text that is not empty")
    if limit is not None and len(value) > limit:
        raise refuse(argument, f"is {len(value)} characters long; the API takes {limit}")
    return value


def line(argument: str, value: Any, *, limit: Optional[int] = None) -> str:
    """A `text` on one line, without control characters."""
    checked = text(argument, value, limit=limit).strip()
    if re.search(_CONTROL, checked):
        raise refuse(argument, "must be one line without control characters")
    return checked


def identifier(argument: str, value: Any) -> int:
    """The number of a server or an order."""
    number = whole(argument, value)
    if number == 0:
        raise refuse(argument, "must be above zero")
    return number


def whole(argument: str, value: Any) -> int:
    """A whole number that is not below zero."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _LARGEST:
        raise refuse(argument, "must be a whole number that is not negative")
    return value


def non_negative(argument: str, value: Any) -> Union[int, float]:
    """A finite number that is not below zero."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < _LARGEST:
        raise refuse(argument, "must be a finite number")
    if value < 0:
        raise refuse(argument, "must not be negative")
    return value


def positive(argument: str, value: Any) -> Union[int, float]:
    """A finite number above zero."""
    number = non_negative(argument, value)
    if number == 0:
        raise refuse(argument, "must be above zero")
    return number


def flag(argument: str, value: Any) -> bool:
    """True or False, and nothing that merely looks like it."""
    if not isinstance(value, bool):
        raise refuse(argument, "must be True or False")
    return value


def order(
    server_id: int,
    image: str,
    type: str,  # noqa: A002  the documented name
    currency: str,
    ssh_password: Optional[str] = None,
    ssh_key: Optional[str] = None,
    ports: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    jupyter_token: Optional[str] = None,
    command: Optional[str] = None,
    spot_price: Optional[float] = None,
    required_price: Optional[float] = None,
    autossh_entrypoint: Union[str, bool, None] = None,
) -> JsonObject:
    """The body of create_order for these arguments, which are those of `CloreAI.create_order`.

    Raises:
        InvalidInputError: an argument is outside what the API documents.
    """
    body: JsonObject = {
        "currency": line("currency", currency),
        "image": _image(image),
        "renting_server": identifier("server_id", server_id),
        "type": _kind(type),
        **_prices(type, spot_price, required_price),
    }
    optional = {
        "ports": None if ports is None else _ports(ports),
        "env": None if env is None else environment("env", env),
        "ssh_password": None if ssh_password is None else _password(ssh_password),
        "ssh_key": None if ssh_key is None else line("ssh_key", ssh_key, limit=SSH_KEY_LIMIT),
        "jupyter_token": None
        if jupyter_token is None
        else line("jupyter_token", jupyter_token, limit=JUPYTER_TOKEN_LIMIT),
        "command": None if command is None else text("command", command),
        # Documented as a text, but every working client sends true.
        "autossh_entrypoint": True if autossh_entrypoint else None,
    }
    return {**body, **{name: value for name, value in optional.items() if value is not None}}


def _kind(value: Any) -> str:
    if value not in (ON_DEMAND, SPOT):
        raise refuse("type", f'must be "{ON_DEMAND}" or "{SPOT}"')
    return str(value)


def _image(value: Any) -> str:
    image = line("image", value)
    if " " in image:
        raise refuse("image", "must be a Docker image name without spaces")
    return image


def _prices(
    kind: str, spot_price: Optional[float], required_price: Optional[float]
) -> Dict[str, float]:
    if kind == SPOT:
        if required_price is not None:
            raise refuse(
                "required_price", "goes with on-demand orders; a spot bid is its own limit"
            )
        if spot_price is None:
            raise refuse("spot_price", "is needed for a spot order: your bid per day")
        return {"spotprice": positive("spot_price", spot_price)}
    if spot_price is not None:
        raise refuse("spot_price", f'goes with type="{SPOT}" only')
    if required_price is None:
        return {}
    return {"required_price": positive("required_price", required_price)}


def _password(value: Any) -> str:
    password = text("ssh_password", value, limit=SSH_PASSWORD_LIMIT)
    if not re.fullmatch(_PLAIN, password):
        raise refuse("ssh_password", "may hold letters and digits (A-Z, a-z, 0-9) only")
    return password


def _ports(value: Any) -> Dict[str, str]:
    if not isinstance(value, Mapping):
        raise refuse("ports", 'must be a mapping such as {"22": "tcp", "8888": "http"}')
    ports: Dict[str, str] = {}
    for port, kind in value.items():
        name = _port(port)
        if kind not in _PORT_KINDS:
            raise refuse("ports", 'must map each port to "tcp" or "http"')
        if name in ports:
            raise refuse("ports", f"names port {name} twice")
        ports[name] = kind
    return ports


def _port(value: Any) -> str:
    number = int(value) if isinstance(value, str) and re.fullmatch(_PORT, value) else value
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= _PORT_LIMIT:
        raise refuse("ports", f"must name ports from 1 to {_PORT_LIMIT}")
    return str(number)


def environment(argument: str, value: Any) -> Dict[str, str]:
    """Environment variables that the API can take."""
    if not isinstance(value, Mapping):
        raise refuse(argument, 'must be a mapping such as {"NAME": "value"}')
    for name, content in value.items():
        if not isinstance(name, str) or not isinstance(content, str):
            raise refuse(argument, "must map names to texts")
        if not name.strip() or "=" in name or "\0" in name + content:
            raise refuse(argument, 'must not hold a blank name, "=" in a name or a NUL character')
        # Tried against the live API: such a value is answered with HTTP 500, code 1.
        if "&" in content:
            raise refuse(argument, f'must not hold "&": the API fails on it (variable {name!r})')
    return dict(value)


def query(argument: str, value: Any) -> Dict[str, str]:
    """Query parameters: texts that can be written into an address."""
    if not isinstance(value, Mapping):
        raise refuse(argument, 'must be a mapping such as {"market": "6"}')
    for part in (*value.keys(), *value.values()):
        if not isinstance(part, str) or part != part.encode("utf-8", "ignore").decode():
            raise refuse(argument, "must map texts to texts")
    return dict(value)
