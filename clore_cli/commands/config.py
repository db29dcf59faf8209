"""`clore config`: the settings in the configuration file; shows no secret, echoes no key."""

from __future__ import annotations

import difflib
import os
import re
from typing import Any, Dict, List, Optional

from clore_cli.plugin import App, Column, CommandError, Status, UsageError, argument, group

_KNOWN = ("api_key", "base_url")
_SECRET = ("key", "token", "password", "secret")
_MASK = "********"
_LOGIN = re.compile(r"//[^/@\s]+@")  # a password in an address

COLUMNS = [
    Column("key", "SETTING", kind="string"),
    Column("value", kind="string", about="secrets are masked"),
    Column("source", "FROM", kind="string"),
]


@group(section="tools")
def config() -> None:
    """Show and change your settings."""


@config.command("set")
@argument("key")
@argument("value")
def set_(app: App, key: str, value: str) -> None:
    """Store a setting.

    'api_key' goes to the keyring, or to the file when there is no usable one. VALUE - reads the
    first line of stdin, which keeps a secret out of the shell's history.
    """
    typed = value != "-"
    value = value if typed else app.read_line().strip()
    if not key.strip() or not value:
        raise UsageError("a setting needs a name and a value that is not empty.")
    app.note(f"{key} stored in {_store(app, key, value)}.")
    if typed and _is_secret(key):
        app.note(f"Your shell may remember it: next time use 'clore config set {key} -'.")


def _store(app: App, key: str, value: str) -> str:
    from clore_client import config as settings
    from clore_client import credentials

    if key == "api_key":
        return credentials.store(value)
    if key == "base_url":
        value = settings.base_url(value)
    elif key not in _KNOWN:
        _note_unknown(app, key)
    return str(settings.update(lambda found: found.update({key: value})))


def _note_unknown(app: App, key: str) -> None:
    near = difflib.get_close_matches(key, _KNOWN, n=1)
    tail = f"; did you mean {near[0]}?" if near else ". A plugin may."
    app.note(f"clore itself does not read a setting {key!r}{tail}")


@config.command("get")
@argument("key")
def get(app: App, key: str) -> None:
    """Print one setting.

    A secret is not shown; of the API key, only the end.
    """
    for row in _rows():
        if row["key"] == key and row["value"] is not None:
            app.emit(row["value"])
            return
    raise CommandError(
        f"{key!r} is not set.", hint="'clore config show' lists what is.", status=Status.NOT_FOUND
    )


@config.command("show", columns=COLUMNS)
def show(app: App) -> List[Dict[str, Any]]:  # noqa: ARG001  every command is handed the App
    """Show all settings and where they come from.

    Secrets are not shown; of the API key, only the end.
    """
    return _rows()


@config.command("path")
def path(app: App) -> None:
    """Print where the configuration file is.

    CLORE_CONFIG_DIR moves it.
    """
    from clore_client import config as settings

    app.emit(str(settings.path()))


def _rows() -> List[Dict[str, Any]]:
    from clore_client import config as settings

    stored = settings.load()
    others = sorted(set(stored) - {*_KNOWN, "key_store"})
    return [_key_row(), _url_row(stored)] + [
        _row(name, _shown(name, stored[name]), str(settings.path())) for name in others
    ]


def _row(key: str, value: Optional[str], source: Optional[str]) -> Dict[str, Any]:
    return {"key": key, "value": value, "source": source}


def _key_row() -> Dict[str, Any]:
    from clore_client import credentials

    key = credentials.resolve()
    return _row("api_key", key.hint, key.source) if key else _row("api_key", None, None)


def _url_row(stored: Dict[str, Any]) -> Dict[str, Any]:
    from clore_client import config as settings

    in_file = str(settings.path()) if stored.get("base_url") else "default"
    source = "CLORE_BASE_URL" if os.environ.get("CLORE_BASE_URL") else in_file
    return _row("base_url", settings.base_url(), source)


def _shown(name: str, value: Any) -> str:
    if _is_secret(name):
        return _MASK
    if isinstance(value, (dict, list)):
        return "(several values)"  # a plugin's own; there may be a secret among them
    return _LOGIN.sub(rf"//{_MASK}@", str(value))


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRET)
