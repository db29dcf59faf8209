"""The settings: where they live, and what the programs need of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Optional

from . import configfile, profiles, validate
from .addresses import DEFAULT_BASE_URL, checked, is_loopback
from .configfile import Settings as Settings
from .errors import ConfigError

#: The variables that come before the key of any profile: a key, and a file with one.
KEY_VARIABLE, KEY_FILE_VARIABLE = "CLORE_API_KEY", "CLORE_API_KEY_FILE"


def directory() -> Path:
    """``CLORE_CONFIG_DIR``, else ``~/.clore``; it need not exist.

    Raises:
        ConfigError: there is no home directory.
    """
    named = os.environ.get("CLORE_CONFIG_DIR")
    if not named and not has_home():
        raise ConfigError("there is no home directory; set CLORE_CONFIG_DIR")
    return expanded(named or "~/.clore")


def account(profile: str) -> str:
    """What the key of a profile is called in the keyring, which all configurations share.

    One directory's key must not pay for another's orders, so the name tells them apart; in
    ``~/.clore`` it is the profile's own.
    """
    import hashlib

    here = directory().resolve()
    if has_home() and here == expanded("~/.clore").resolve():
        return profile
    return f"{profile}@{hashlib.sha256(os.fsencode(here)).hexdigest()[:16]}"


def expanded(name: str) -> Path:
    """``name`` as a path, with ``~`` as the home directory where there is one."""
    # Not Path.expanduser(): without a home it raises from Python 3.10 on.
    return Path(os.path.expanduser(name))  # noqa: PTH111


def path() -> Path:
    """The configuration file, which need not exist."""
    return directory() / "config.json"


def load() -> Settings:
    """The settings in the configuration file; empty when there is none.

    Raises:
        ConfigError: the file cannot be read, is not a JSON object, or others may have written to
            it. It is left as it is.
    """
    if not (os.environ.get("CLORE_CONFIG_DIR") or has_home()):
        return {}
    return configfile.read(path())


def of_profile(profile: str, *, new: bool = False) -> Settings:
    """The settings of one profile.

    Raises:
        ConfigError: as `load` does; or there is no such profile, unless it may be ``new``.
    """
    return profiles.section(load(), profile, new=new)


def has_home() -> bool:
    """Whether there is a home directory.

    Some services and containers run as a user who has none, or with an empty ``HOME``, which
    Python takes for the root of the file system, which is nobody's.
    """
    return os.environ.get("HOME") != "" and expanded("~") != Path("~")


def update(change: Callable[[Settings], None], profile: str = profiles.DEFAULT) -> Path:
    """Apply ``change`` to the settings of a profile under a lock; all is written or nothing.

    Returns:
        The file.

    Raises:
        ConfigError: the file cannot be read or written; what it holds stays as it is.
    """
    file = path()
    configfile.update(file, lambda settings: profiles.change(settings, profile, change))
    return file


def place(profile: str = profiles.DEFAULT) -> str:
    """Where the settings of a profile are, in words."""
    return str(path()) + ("" if profile == profiles.DEFAULT else f" (profile {profile})")


def base_url(
    argument: Optional[str] = None, profile: Optional[str] = None, *, new: bool = False
) -> str:
    """``argument``, else ``CLORE_BASE_URL``, else what the profile says, else the API.

    Args:
        argument: the address, where the program was given one.
        profile: whose setting; `profiles.chosen` by default.
        new: the profile need not exist.

    Raises:
        ConfigError: it is not an http or https address with a host, or there is no such profile.
    """
    for value, source in (
        (argument, "base_url"),
        (os.environ.get("CLORE_BASE_URL"), "CLORE_BASE_URL"),
    ):
        if value:
            return checked(value, source)
    name = profiles.chosen(profile)
    url = of_profile(name, new=new).get("base_url")
    return checked(url, f"base_url in {place(name)}") if url else DEFAULT_BASE_URL


def sandbox_speed(base_url: str) -> float:
    """How much faster than real time a sandbox on this machine runs; 1 for everybody else.

    Raises:
        ConfigError: ``CLORE_SANDBOX_SPEED`` is no positive number.
    """
    value = os.environ.get("CLORE_SANDBOX_SPEED")
    if not value or not is_loopback(base_url):
        return 1.0
    try:
        return float(validate.positive("CLORE_SANDBOX_SPEED", float(value)))
    except ValueError:
        raise ConfigError("CLORE_SANDBOX_SPEED must be a number") from None
