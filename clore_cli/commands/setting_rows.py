"""The settings as `clore config` shows them: where each comes from, and no secret."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

if TYPE_CHECKING:
    from clore_cli.plugin import App

_UNSHOWN = ("key_store", "keyring_left")  # 'clore auth status' says where the key is
_MASK = "********"
# In addresses: what follows a ? may be a signature, and a password may hold a / or an @.
_QUERY = re.compile(r"(?<=[?#]).+", re.DOTALL)
_LOGIN = re.compile(r"(?<=//).*(?=@)", re.DOTALL)
_BARE_LOGIN = re.compile(r"[^:]+:.*(?=@)", re.DOTALL)  # of an address without http:// or the like


def every(app: App) -> List[Dict[str, Any]]:
    """The rows of all settings."""
    others = sorted(set(stored(app)[1]) - {"api_key", "base_url", *_UNSHOWN})
    rows = [one(app, key) for key in ("api_key", "base_url", *others)]
    return [row for row in rows if row is not None]


def stored(app: App) -> Tuple[str, Dict[str, Any]]:
    """The profile that is meant, and what the file has of it."""
    from clore_client import config as settings
    from clore_client import profiles

    profile = profiles.chosen(app.settings.profile)
    return profile, settings.of_profile(profile)


def one(app: App, key: str) -> Optional[Dict[str, Any]]:
    """The row of one setting, or None when there is no such setting."""
    from clore_client import config as settings

    profile, found = stored(app)
    if key == "api_key":
        return _key_row(profile)
    if key == "base_url":
        return _url_row(profile, found)
    if key not in found or key in _UNSHOWN:
        return None
    return _row(key, _shown(key, found[key]), settings.place(profile))


def _row(key: str, value: Optional[str], source: Optional[str]) -> Dict[str, Any]:
    return {"key": key, "value": value, "source": source}


def _key_row(profile: str) -> Dict[str, Any]:
    from clore_client.key_survey import survey

    found = survey(profile)
    for one in found:
        if one.used:
            return _row("api_key", f"…{one.key_end or ''}", one.where)
    for one in found:
        if one.error or one.has_key is None:  # it should give the key, and does not
            return _row("api_key", None, f"{one.where}: {one.note}")
    return _row("api_key", None, None)


def _url_row(profile: str, found: Dict[str, Any]) -> Dict[str, Any]:
    from clore_client import config as settings

    in_file = settings.place(profile) if found.get("base_url") else "default"
    source = "CLORE_BASE_URL" if os.environ.get("CLORE_BASE_URL") else in_file
    return _row("base_url", settings.base_url(profile=profile), source)


def _shown(name: str, value: Any) -> str:
    from clore_client import key_command, secret_names

    if name == "key_command":
        return f"{key_command.name(value)} …"  # its other words may be secret
    if secret_names.is_secret(name) or "PRIVATE KEY" in str(value):
        return _MASK
    if name == "profiles" and isinstance(value, dict):
        return ", ".join(value)
    if isinstance(value, (dict, list)):
        return "(several values)"  # a plugin's own; there may be a secret among them
    text = str(value)
    login = _LOGIN if "//" in text else _BARE_LOGIN
    return _QUERY.sub(_MASK, login.sub(_MASK, text))
