"""Several accounts in one configuration: which profile is meant, and where its settings are.

The default profile is the top level of the file; the others are objects under ``profiles``, with
the same names in them. Nothing is inherited: a key never meets another account's address.
"""

from __future__ import annotations

import os
import re
from typing import Any, Callable, Dict, List, Optional

from .errors import ConfigError

#: The profile at the top level of the configuration file.
DEFAULT = "default"

#: Where the others are.
KEY = "profiles"

_NAME = r"[A-Za-z0-9._-]{1,64}"


def chosen(argument: Optional[str] = None) -> str:
    """The name of the profile: ``argument``, else ``CLORE_PROFILE``, else ``"default"``.

    Raises:
        ConfigError: that is no name of a profile.
    """
    variable = os.environ.get("CLORE_PROFILE")
    name = variable or DEFAULT if argument is None else argument
    if not isinstance(name, str) or not re.fullmatch(_NAME, name):
        source = "CLORE_PROFILE" if name == variable else "the profile"  # or it was handed to us
        advice = "Use up to 64 letters, digits, '.', '_' and '-'."
        raise ConfigError(f"{source} is not a name of a profile", advice=advice)
    return name


def names(settings: Dict[str, Any]) -> List[str]:
    """The profiles in ``settings``, the default one first."""
    return [DEFAULT, *sorted(set(_others(settings)) - {DEFAULT})]


def section(settings: Dict[str, Any], name: str, *, new: bool = False) -> Dict[str, Any]:
    """The settings of the profile called ``name``.

    Args:
        settings: the whole configuration.
        name: whose settings.
        new: a profile that does not exist is empty.

    Raises:
        ConfigError: there is no such profile; the text suggests one.
    """
    if name == DEFAULT:
        return settings
    found = _others(settings).get(name, {} if new else None)
    if isinstance(found, dict):
        return found
    if found is not None:
        raise ConfigError(f"the profile {name!r} in the configuration must be a JSON object")
    import difflib  # for a mistake only

    near = difflib.get_close_matches(name, names(settings), n=1)
    suggestion = f"Did you mean {near[0]!r}? " if near else ""
    raise ConfigError(
        f"there is no profile {name!r}",
        advice=f"{suggestion}'clore --profile {name} auth login' would make it.",
    )


def change(settings: Dict[str, Any], name: str, edit: Callable[[Dict[str, Any]], None]) -> None:
    """Apply ``edit`` to a profile, which is made for it; one in which nothing is left goes."""
    found = section(settings, name, new=True)
    edit(found)
    if name == DEFAULT:
        return
    others = settings.setdefault(KEY, {})
    others[name] = found
    if not found:
        del others[name]
    if not others:
        del settings[KEY]


def _others(settings: Dict[str, Any]) -> Dict[str, Any]:
    others = settings.get(KEY, {})
    if not isinstance(others, dict):
        raise ConfigError(f"{KEY!r} in the configuration must be a JSON object")
    return others
