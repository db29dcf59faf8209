"""`clore config`: the settings in the configuration file; shows no secret, echoes no key."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple

from clore_cli.plugin import (
    App,
    Column,
    CommandError,
    Status,
    UsageError,
    argument,
    completing,
    group,
    nearest_name,
)

from . import setting_rows
from .keeping import checked_key, keep_key, typed_key

_KNOWN = ("api_key", "base_url", "key_command")
_MANAGED = {
    "key_store": "'clore auth login' and 'clore auth logout' change it.",
    "keyring_left": "'clore auth logout' removes what is left in the keyring.",
    "profiles": "'clore --profile NAME config set' changes the settings of one.",
}

COLUMNS = [
    Column("key", "SETTING", kind="string", about="the name of the setting"),
    Column("value", kind="string", about="secrets are masked"),
    Column("source", "FROM", kind="string", about="where the value comes from"),
]


def _some_of(known: Tuple[str, ...]) -> completing.Completer:
    """Offers what is ``known`` and what is in the file, without what nobody sets by hand."""

    def find(*asked: Any) -> List[str]:
        names = {*known, *(item.value for item in completing.settings(*asked))}
        return sorted(names - set(_MANAGED))

    return completing.values(find)


@group(
    section="account",
    more="clore reads three settings: api_key, base_url (the address of the API) and key_command"
    " (a program that prints the key). Others are stored as well, for plugins. With --profile NAME"
    " they are those of another account.",
    examples=[
        ("clore config show", "All settings, secrets masked."),
        ("clore config set key_command 'pass show clore'", "Take the key from a program."),
        ("clore config path", "Where they are kept."),
    ],
    exits={4: "There is no such setting."},
    files={"~/.clore/config.json": ""},
    see=["auth", "environment(7)"],
)
def config() -> None:
    """Show and change your settings."""


@config.command(
    "set",
    arguments={
        "KEY": "The name of the setting: api_key, base_url, key_command or a plugin's own.",
        "VALUE": "Its value; - reads the first line of stdin.",
    },
    examples=[
        (
            "clore config set key_command 'pass show clore'",
            "Have a password manager print the key each time.",
        ),
        ("clore config set api_key - < key.txt", "Store the key; not seen by anybody."),
        (
            "clore --profile test config set base_url http://127.0.0.1:8080/v1",
            "Give a profile an address of its own.",
        ),
    ],
    exits={2: "Wrong usage, or the value cannot be used; nothing was stored."},
    files={"~/.clore/config.json": ""},
    see=["auth-login", "config-unset", "config-show"],
)
@argument("key", shell_complete=_some_of(_KNOWN))
@argument("value", required=False)
def set_(app: App, key: str, value: Optional[str]) -> None:
    """Store a setting.

    'api_key' goes to the keyring, or to the file when there is no usable one; 'clore auth login'
    also checks it with the API. VALUE - reads the first line of stdin, which keeps a secret out
    of the shell's history; without VALUE, api_key is asked for. 'key_command' is a program that
    prints the key; it runs without a shell.
    """
    from clore_client.secret_names import is_secret

    _refuse_managed(key)
    if key == "api_key":
        _set_key(app, value)
    else:
        _check_file(app)  # before anything is asked or noted
        app.show_log()  # only now: what others could read until here is put right
        _set_other(app, key, app.read_secret(key).strip() if value == "-" else value or "")
    if value not in ("-", None) and is_secret(key):
        app.note(f"Your shell may remember it: next time use 'clore config set {key} -'.")


def _set_key(app: App, value: Optional[str]) -> None:
    if value is not None and not value.strip():
        raise UsageError("a setting needs a value that is not empty.")
    asked = value is None or value == "-"
    key = typed_key(app, from_stdin=value == "-") if asked else checked_key(str(value))
    stored = keep_key(app, key)
    app.note(f"api_key stored in {stored.where}. 'clore auth login' also checks it with the API.")


def _set_other(app: App, key: str, value: str) -> None:
    from clore_client import config as settings
    from clore_client import profiles

    if not key.strip() or not value:
        raise UsageError("a setting needs a name and a value that is not empty.")
    if value in _KNOWN:
        raise UsageError(f"the name comes first, then the value: 'clore config set {value} ...'.")
    if key == "base_url":
        value = settings.base_url(value)
    elif key == "key_command":
        _check_command(value)
    else:
        _note_unknown(app, key)
    profile = profiles.chosen(app.settings.profile)
    settings.update(lambda found: found.update({key: value}), profile)
    name = key if key in _KNOWN else "The setting is"
    app.note(f"{name} stored in {settings.place(profile)}.")


def _check_file(app: App) -> None:
    """Fail when there is no using the file, which the setting would be written to."""
    from clore_client import config as settings
    from clore_client import profiles

    settings.of_profile(profiles.chosen(app.settings.profile), new=True)


def _refuse_managed(key: str) -> None:
    if key in _MANAGED:
        raise UsageError(f"{key} is not set by hand: {_MANAGED[key]}")


def _check_command(value: str) -> None:
    from clore_client import errors, key_command

    try:
        found = key_command.is_found(value)
    except errors.KeySourceError as error:
        raise UsageError(str(error)) from None
    if not found:  # not quoted: it may be the key
        raise UsageError(
            "key_command is a command that prints the key, and there is no program of that name."
            " The key itself is stored with 'clore auth login'."
        )


def _note_unknown(app: App, key: str) -> None:
    near = nearest_name(key, _KNOWN)
    if near:
        app.note(f"clore itself does not read a setting {key!r}; did you mean {near}?")
    else:  # not repeated: who mixes up the words types the key here
        app.note("clore itself does not read a setting of that name. A plugin may.")


@config.command(
    "unset",
    arguments={"KEY": "The name of the setting."},
    examples=[
        ("clore config unset base_url", "Go back to the usual address."),
        ("clore config unset key_command", "Look for the key elsewhere again."),
        ("clore --profile test config unset api_key", "Remove the key of a profile."),
    ],
    exits={4: "There is no such setting."},
    files={"~/.clore/config.json": ""},
    see=["config-set", "auth-logout"],
)
@argument("key", shell_complete=_some_of(("api_key",)))
def unset(app: App, key: str) -> None:
    """Remove a setting.

    'api_key' is removed from the keyring, too.
    """
    from clore_client import config as settings

    _refuse_managed(key)
    profile, stored = setting_rows.stored(app)
    app.show_log()  # only now: what others could read until here is put right
    if key == "api_key":
        _unset_key(app, profile)
    elif key in stored:
        settings.update(lambda found: found.pop(key, None) and None, profile)
        app.note(f"{key} removed from {settings.place(profile)}.")
    else:
        raise _unset_already(key, [*stored])


def _unset_key(app: App, profile: str) -> None:
    from clore_client import credentials

    removed = credentials.remove(profile)
    if not removed:
        raise _unset_already("api_key", [])
    for one in removed:
        if one.reason:
            app.fail_later(CommandError(f"the key is still in the keyring: {one.reason}."))
        else:
            app.note(f"api_key removed from {one.where}.")


def _unset_already(key: str, names: List[str]) -> CommandError:
    near = nearest_name(key, [name for name in names if name != key])
    hint = f"Did you mean {near!r}?" if near else "'clore config show' lists what is."
    if key == "api_key":
        hint = "'clore auth login' stores one; 'clore auth status' shows where it is looked for."
    known = near or key in _KNOWN
    message = f"{key!r} is not set." if known else "there is no such setting."
    return CommandError(message, hint=hint, status=Status.NOT_FOUND)


@config.command(
    "get",
    arguments={"KEY": "The name of the setting."},
    examples=[
        ("clore config get base_url", "The address that is used."),
        ("clore config get api_key", "The last four characters of the key."),
        ("clore --profile test config get base_url", "The address of a profile."),
    ],
    exits={4: "There is no such setting."},
    files={"~/.clore/config.json": ""},
    see=["config-set", "config-show"],
)
@argument("key", shell_complete=_some_of(_KNOWN))
def get(app: App, key: str) -> None:
    """Print one setting.

    A secret is not shown; of the API key, only the end.
    """
    app.show_log()
    row = setting_rows.one(app, key)
    if row is None or row["value"] is None:
        raise _unset_already(key, [*_KNOWN, *setting_rows.stored(app)[1]])
    app.emit(row["value"])


@config.command(
    "show",
    columns=COLUMNS,
    examples=[
        ("clore config show", "All settings, and where each comes from."),
        ("clore --profile test config show", "Those of a profile."),
        ("clore config show --json | jq -r '.[].key'", "Their names."),
    ],
    exits={},
    files={"~/.clore/config.json": ""},
    see=["config-set", "auth-status"],
)
def show(app: App) -> List[Dict[str, Any]]:
    """Show all settings and where they come from.

    Secrets are not shown; of the API key, only the end.
    """
    app.show_log()
    return setting_rows.every(app)


@config.command(
    "path",
    examples=[
        ("clore config path", "Print the path; the file need not be there yet."),
        ('cp "$(clore config path)" backup.json', "Use it in a command."),
        ("CLORE_CONFIG_DIR=/tmp/other clore config path", "See what a variable changes."),
    ],
    exits={},
    environment={"CLORE_CONFIG_DIR": ""},
    files={"~/.clore/config.json": ""},
    see=["config-show"],
)
def path(app: App) -> None:
    """Print where the configuration file is.

    CLORE_CONFIG_DIR moves it.
    """
    from clore_client import config as settings

    app.emit(str(settings.path()))
