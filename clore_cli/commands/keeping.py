"""Asking for an API key and storing it: what `clore auth login` and `clore config set` share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from clore_cli.plugin import App, CommandError, Status, UsageError

if TYPE_CHECKING:
    from clore_client.credentials import Stored


def typed_key(app: App, *, from_stdin: bool) -> str:
    """The key that the user types without echo, or the first line of stdin."""
    if not (from_stdin or _at_terminal()):
        raise CommandError(
            "there is no terminal to type the key on; nothing was stored.",
            hint="Pipe it in: 'clore auth login --with-token < FILE'.",
            status=Status.USAGE,
        )
    key = app.read_secret("API key").strip()
    if not key:
        raise UsageError("no key was given; nothing was stored.")
    return checked_key(key)


def checked_key(text: str) -> str:
    """``text`` without blanks around it if it can be a key; it is never quoted.

    Raises:
        UsageError: it cannot.
    """
    from clore_client import credentials, errors

    try:
        return credentials.checked(text, "what was given").value
    except errors.KeySourceError as error:
        raise UsageError(f"{error.message}; nothing was stored.") from None


def keep_key(app: App, key: str, *, insecure: bool = False) -> Stored:
    """Store ``key`` for the profile of this run, and tell what the user should know about it."""
    from clore_client import credentials, keyrings

    app.show_log()
    stored = credentials.store(
        key,
        app.settings.profile,
        insecure=insecure,
        seconds=keyrings.SECONDS_FOR_A_PERSON if _at_terminal() else keyrings.SECONDS,
        waiting=lambda: app.note("Waiting for your keyring; it may be asking you to unlock it."),
    )
    _warn_plain(app, stored)
    _warn_earlier(app, stored)
    return stored


def _at_terminal() -> bool:
    return bool(sys.stdin and sys.stdin.isatty())


def _warn_plain(app: App, stored: Stored) -> None:
    if stored.place != "keyring":
        why = f" The keyring cannot be used: {stored.reason}." if stored.reason else ""
        app.warn(f"the key is in {stored.where} as plain text that only you can read.{why}")
    if stored.left:
        app.warn(f"a former key is still in the keyring: {stored.left}.")


def _warn_earlier(app: App, stored: Stored) -> None:
    from clore_client import credentials, profiles

    for source in credentials.sources(profiles.chosen(app.settings.profile)):
        if source.name == stored.place:
            return
        app.warn(f"{source.where} comes first, so the stored key is not used.")
