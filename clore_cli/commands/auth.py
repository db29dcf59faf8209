"""`clore auth`: stores the API key, removes it, and says which one is used."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from clore_cli.plugin import (
    API_EXITS,
    App,
    CloreAPIError,
    Column,
    CommandError,
    Status,
    cells,
    group,
    option,
)

from .keeping import keep_key, typed_key

_PROFILE = Column("profile", kind="string", about="the account in your configuration")
_KEY_END = Column("key_end", "END", kind="string", about="the last 4 characters of the key")
_WHERE = Column("where", kind="string", about="the place in words", whole=True)

LOGIN = [
    _PROFILE,
    Column("stored", kind="string", about="keyring or config"),
    _KEY_END,
    Column("verified", format=cells.yes_no, kind="boolean", about="the API has accepted the key"),
    _WHERE,
]

LOGOUT = [
    Column("source", kind="string", about="keyring or config"),
    Column("removed", format=cells.yes_no, kind="boolean", about="the key is no longer there"),
    _WHERE,
    Column("note", kind="string", about="why the key is still there"),
]

STATUS = [
    Column("source", kind="string", about="a place where the key may be, in order", whole=True),
    Column(
        "has_key",
        "KEY",
        format=cells.yes_no,
        kind="boolean",
        about="missing when the source was not asked or did not say",
    ),
    _KEY_END,
    Column("used", format=cells.yes_no, kind="boolean", about="this is the key that is used"),
    Column(
        "accepted",
        format=cells.yes_no,
        extra=True,
        flag="check",
        kind="boolean",
        about="by the API; only with --check, of the key that is used",
    ),
    Column("where", kind="string", about="the place in words", extra=True),
    Column("note", kind="string", about="why there is no key, or where it is"),
]


@group(
    section="account",
    more="The key is taken from the first of these that has one: CLORE_API_KEY, the file that"
    " CLORE_API_KEY_FILE names, and what the profile says: key_command, the keyring, or api_key in"
    " the configuration file.",
    examples=[
        ("clore auth login", "Store your key."),
        ("clore auth status", "See which key is used, and where it is."),
        ("clore auth logout", "Remove it."),
    ],
    exits={3: "There is no key, or the API does not accept it."},
    files={"~/.clore/config.json": ""},
    see=["config", "environment(7)"],
)
def auth() -> None:
    """Log in, log out, and see which API key is used."""


@auth.command(
    "login",
    columns=LOGIN,
    single=True,
    surplus="The key is typed or piped in ('clore auth login --with-token < FILE'), never an"
    " argument.",
    examples=[
        ("clore auth login", "Type the key, which is not shown, or paste it."),
        ("pass show clore | clore auth login --with-token", "Take it from a password manager."),
        ("clore --profile work auth login", "Store the key of a second account."),
    ],
    exits={
        **API_EXITS,
        2: "No key was given, or what was given cannot be one; nothing was stored.",
        3: "The API does not accept the key; nothing was stored.",
    },
    environment={"CLORE_PROFILE": "The account whose key it is."},
    files={"~/.clore/config.json": ""},
    see=["auth-status", "auth-logout"],
)
@option("--with-token", is_flag=True, help="Read the key from the first line of stdin.")
@option("--no-verify", is_flag=True, help="Store the key without asking the API about it.")
@option("--insecure-storage", is_flag=True, help="Store it in the configuration file, unencrypted.")
def login(app: App, with_token: bool, no_verify: bool, insecure_storage: bool) -> Dict[str, Any]:
    """Store your API key.

    The key is checked with the API, then stored in the system's keyring, or in the configuration
    file where there is no usable keyring. A former key is replaced only when the new one is good.
    With --profile NAME it is the key of another account.
    """
    from clore_client import config, credentials, profiles

    profile = profiles.chosen(app.settings.profile)
    config.of_profile(profile, new=True)  # a file that cannot be used: say so before asking
    key = credentials.Key(typed_key(app, from_stdin=with_token), "what was given")
    if not no_verify:
        _verify(app, key.value, key.hint)
    stored = keep_key(app, key.value, insecure=insecure_storage)
    return {
        "profile": profile,
        "stored": stored.place,
        "key_end": key.end,
        "verified": not no_verify,
        "where": stored.where,
    }


def _verify(app: App, key: str, hint: str) -> None:
    from clore_client import config, errors

    url = config.base_url(app.settings.base_url, app.settings.profile, new=True)
    try:
        with app.connect(api_key=key, base_url=url) as client:
            client.wallets()
    except errors.AuthError:
        raise CommandError(
            f"the API does not accept this key ({hint}); nothing was stored.",
            hint="Copy it once more from your account on the Clore.ai site.",
            status=Status.AUTH,
        ) from None
    except CloreAPIError:
        app.note("The key could not be checked, so nothing was stored; --no-verify stores it.")
        raise


@auth.command(
    "logout",
    columns=LOGOUT,
    empty="No key was stored.",
    examples=[
        ("clore auth logout", "Remove the key of your account."),
        ("clore --profile work auth logout", "Remove that of another one."),
        ("clore auth logout && clore auth status", "See that none is left."),
    ],
    exits={1: "The keyring still has the key: it may be locked."},
    files={"~/.clore/config.json": ""},
    see=["auth-login", "auth-status"],
)
def logout(app: App) -> List[Dict[str, Any]]:
    """Remove your stored API key.

    It goes from the keyring and from the configuration file. What the environment holds, or a
    key_command, is not touched but told.
    """
    from clore_client import credentials, profiles

    app.show_log()
    profile = profiles.chosen(app.settings.profile)
    before = list(credentials.sources(profile))
    removed = credentials.remove(profile)
    for source in before:
        if source.name not in ("keyring", "config"):
            app.warn(f"{source.where} still gives a key.")
    for one in removed:
        if one.reason:
            app.fail_later(_kept(one.reason))
    return [
        {
            "source": one.place,
            "removed": not one.reason,
            "where": one.where,
            "note": one.reason or None,
        }
        for one in removed
    ]


def _kept(reason: str) -> CommandError:
    return CommandError(
        f"the key is still in the keyring: {reason}.",
        hint="Unlock the keyring, then run 'clore auth logout' again.",
    )


@auth.command(
    "status",
    columns=STATUS,
    examples=[
        ("clore auth status", "Where keys are looked for, and which one is used."),
        ("clore auth status --check", "Ask the API whether it accepts the key."),
        ("clore auth status > /dev/null || clore auth login", "Log in where that is needed."),
    ],
    exits={**API_EXITS, 3: "There is no API key, or with --check the API does not accept it."},
    files={"~/.clore/config.json": ""},
    see=["auth-login", "auth-logout", "environment(7)"],
)
@option("--check", is_flag=True, help="Ask the API whether it accepts the key.")
def status(app: App, check: bool) -> List[Dict[str, Any]]:
    """Show where keys are looked for and which one is used.

    Nothing is sent without --check. Neither the keyring nor a key_command is asked when an
    earlier source has a key. The exit status is 3 when there is no key.
    """
    from clore_client import key_survey, profiles

    app.show_log()
    found = key_survey.survey(profiles.chosen(app.settings.profile))
    used = any(one.used for one in found)
    if not used:
        app.fail_later(_unusable([one.error for one in found if one.error]))
    accepted = _accepted(app) if check and used else None
    return [_row(one, accepted) for one in found]


def _row(one: Any, accepted: Optional[bool]) -> Dict[str, Any]:
    return {
        "source": one.source,
        "has_key": one.has_key,
        "key_end": one.key_end,
        "used": one.used,
        "accepted": accepted if one.used else None,
        "where": one.where,
        "note": one.note or (one.where if one.where != one.source else None),
    }


def _unusable(errors: List[Any]) -> Exception:
    if errors:
        error: Exception = errors[0]
        return error
    return CommandError(
        "there is no API key.",
        hint="Run 'clore auth login' or set CLORE_API_KEY; 'clore sandbox run' needs no key.",
        status=Status.AUTH,
    )


def _accepted(app: App) -> bool:
    from clore_client import errors

    try:
        app.client.wallets()
    except errors.AuthError as error:
        app.fail_later(error)
        return False
    return True
