"""Where the API key comes from, for the SDK and the command line alike. Asks nobody."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Callable, Iterator, List, NamedTuple, Optional

from . import account_cache, config, key_command, keyrings, logs, profiles
from .errors import KeySourceError
from .keyrings import KeyringUnusableError

VARIABLE, FILE_VARIABLE = config.KEY_VARIABLE, config.KEY_FILE_VARIABLE

_KEY_FILE_LIMIT = 4096  # bytes; a key has 32

_STORE = "key_store"  # in the configuration: "keyring" when the key was put there

#: Set when a key that was to go is still in the keyring. Never a source: a later one counts.
_LEFT = "keyring_left"

_END = 4  # characters of a key that may be shown


@dataclass(frozen=True)
class Key:
    """An API key and where it was found. Printing it shows its last four characters at most."""

    value: str = field(repr=False)
    source: str

    @property
    def end(self) -> Optional[str]:
        """The last four characters; None for a key so short that they would be half of it."""
        return self.value[-_END:] if len(self.value) > 2 * _END else None

    @property
    def hint(self) -> str:
        """The end of the key, enough to tell two keys apart."""
        return f"…{self.end or ''}"


@dataclass(frozen=True)
class Source:
    """One place where the key may be.

    Attributes:
        name: ``"CLORE_API_KEY"``, ``"CLORE_API_KEY_FILE"``, ``"key_command"``, ``"keyring"`` or
            ``"config"``.
        where: the place in words, such as the path of the file.
        look: returns the key; raises `KeySourceError` or `KeyringUnusableError`.
        asks: it runs a program or asks a service, which takes time and may ask questions.
    """

    name: str
    where: str
    look: Callable[[], Key] = field(repr=False)
    asks: bool = False


def resolve(api_key: Optional[str] = None, profile: Optional[str] = None) -> Optional[Key]:
    """The API key, or None when there is none anywhere.

    In this order: ``api_key``; ``CLORE_API_KEY``; the file that ``CLORE_API_KEY_FILE`` names;
    then what the profile says (``profile``, ``CLORE_PROFILE`` or the default one): its
    ``key_command``, the keyring when the key was stored there, its ``api_key``.

    Raises:
        ConfigError: the configuration cannot be used, or has no such profile.
        KeySourceError: a source is there but unusable; no later one is tried, because using
            another account's key by accident costs money.
    """
    if api_key is not None:
        return checked(api_key, "the api_key argument")
    name = profiles.chosen(profile)
    for source in sources(name):
        key = _found(source)
        if key is not None:
            _warn_about(source, name)
            return key
    return None


def sources(profile: str) -> Iterator[Source]:
    """The places that should have the key of a profile; the first that gives one wins.

    Lazily: what the configuration holds does not matter when the environment has the key.

    Raises:
        ConfigError: the configuration cannot be used, or has no such profile.
    """
    value, file = os.environ.get(VARIABLE), os.environ.get(FILE_VARIABLE)
    if value:
        yield Source(VARIABLE, VARIABLE, lambda: checked(value, VARIABLE))
    if file:
        yield Source(FILE_VARIABLE, _file_place(file), lambda: _from_file(file))
    yield from _of_profile(profile)


def _of_profile(profile: str) -> Iterator[Source]:
    settings = config.of_profile(profile)
    command = settings.get("key_command")
    if command:
        where = f"key_command ({key_command.name(command)})"
        yield Source("key_command", where, partial(_from_command, command, where), asks=True)
    if settings.get(_STORE) == "keyring":
        yield Source("keyring", _keyring(profile), partial(_from_keyring, profile), asks=True)
    value = settings.get("api_key")
    if value:
        place = config.place(profile)
        yield Source("config", place, lambda: checked(value, place))


def _found(source: Source) -> Optional[Key]:
    try:
        return source.look()
    except KeyringUnusableError as error:
        logs.logger().warning(
            "the API key was put into %s, but %s; unlock it or set %s, or store the key in a file"
            " with 'clore auth login --insecure-storage'",
            source.where,
            error,
            VARIABLE,
        )
        return None


def _warn_about(source: Source, profile: str) -> None:
    if profile != profiles.DEFAULT and source.name in (VARIABLE, FILE_VARIABLE):
        logs.logger().warning("%s is used, not the key of the profile %s", source.name, profile)


def checked(value: Any, source: str) -> Key:
    """``value`` as a key.

    Raises:
        KeySourceError: a control character or a space, which would end up in a header. The text
            never quotes the key.
    """
    key = value.strip() if isinstance(value, str) else ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise KeySourceError(f"{source} is not an API key: it must be one word of printable ASCII")
    return Key(key, source)


def _from_file(name: str) -> Key:
    if not _exists(name):
        raise KeySourceError(
            f"{FILE_VARIABLE} does not name a file (is it the key itself?)",
            advice=f"Set it to the path of the file that holds the key, or set {VARIABLE}.",
        )
    try:
        with config.expanded(name).open("rb") as stream:
            content = stream.read(_KEY_FILE_LIMIT).decode("ascii", "replace")
    except (OSError, ValueError):
        raise KeySourceError(f"{FILE_VARIABLE}: {name} cannot be read") from None
    return checked(content, _file_place(name))


def _file_place(name: str) -> str:
    """The variable and what it names; what is no file may be the key, and is not shown."""
    return f"{FILE_VARIABLE} ({name})" if _exists(name) else FILE_VARIABLE


def _exists(name: str) -> bool:
    try:
        return config.expanded(name).exists()
    except (OSError, ValueError):  # too long, say: before 3.12 such an OSError is raised
        return False


def _from_command(command: Any, where: str) -> Key:
    return checked(key_command.ask(command), where)


def _from_keyring(profile: str) -> Key:
    value = keyrings.get(config.account(profile))
    if not value:
        raise KeyringUnusableError("it does not have it")
    return checked(value, _keyring(profile))


def _keyring(profile: str) -> str:
    return "the keyring" + ("" if profile == profiles.DEFAULT else f" (profile {profile})")


class Stored(NamedTuple):
    """Where a key was put.

    Attributes:
        place: ``"keyring"`` or ``"config"``, the name of the source that has the key now.
        where: the same in words.
        reason: why it is not in the keyring, as a clause; empty when it is, or was not to be.
        left: why a former key is still in the keyring, as a clause; empty when none is.
    """

    place: str
    where: str
    reason: str = ""
    left: str = ""


def store(
    key: str,
    profile: Optional[str] = None,
    *,
    insecure: bool = False,
    seconds: float = keyrings.SECONDS,
    waiting: Optional[Callable[[], None]] = None,
) -> Stored:
    """Keep ``key`` in the keyring, else in the configuration file, and never in both.

    Args:
        key: the key.
        profile: whose key it is; the profile is made when it does not exist.
        insecure: do not use the keyring.
        seconds: how long to wait for the keyring.
        waiting: called when the keyring takes more than a second.

    Raises:
        KeySourceError: ``key`` cannot be a key.
        ConfigError: the file cannot be read or written.
    """
    value, name = checked(key, "the key").value, profiles.chosen(profile)
    before = config.of_profile(name, new=True)  # unusable: then the keyring is not touched
    account_cache.forget(name)
    reason = None if insecure else _keep(name, value, seconds, waiting)
    if reason == "":
        config.update(lambda settings: _replace(settings, {_STORE: "keyring"}), name)
        return Stored("keyring", _keyring(name))
    former = _may_be_in_keyring(before)
    kept = {"api_key": value, **({_LEFT: True} if former else {})}
    config.update(lambda settings: _replace(settings, kept), name)
    left = (reason or _forget(name)) if former else ""
    if former and not left:
        config.update(lambda settings: _drop(settings, [_LEFT]), name)
    return Stored("config", config.place(name), reason or "", left)


def _replace(settings: config.Settings, kept: config.Settings) -> None:
    """Put ``kept`` in the place of all that was known of a key."""
    _drop(settings, ["api_key", _STORE, _LEFT])
    settings.update(kept)


def _may_be_in_keyring(settings: config.Settings) -> bool:
    return settings.get(_STORE) == "keyring" or bool(settings.get(_LEFT))


def _keep(profile: str, value: str, seconds: float, waiting: Optional[Callable[[], None]]) -> str:
    """Put the key into the keyring; returns why that failed, or an empty text."""
    try:
        keyrings.put(config.account(profile), value, seconds, waiting)
    except KeyringUnusableError as error:
        return str(error)
    return ""


def _forget(profile: str) -> str:
    """Take the key out of the keyring; returns why that failed, or an empty text."""
    try:
        keyrings.forget(config.account(profile))
    except KeyringUnusableError as error:
        return str(error)
    return ""


class Removed(NamedTuple):
    """What became of a stored key.

    Attributes:
        place: ``"keyring"`` or ``"config"``.
        where: the same in words.
        reason: why it is still there, as a clause; empty when it is gone.
    """

    place: str
    where: str
    reason: str = ""


def remove(profile: Optional[str] = None) -> List[Removed]:
    """Remove the stored key of a profile from the keyring and from the configuration file.

    Returns:
        One entry for each place that had it, a former key's included. Where the keyring would
        not let go of it, the settings still say that it is there, so that this can be repeated.

    Raises:
        ConfigError: the file cannot be read or written, or has no such profile.
    """
    name = profiles.chosen(profile)
    before = config.of_profile(name)
    account_cache.forget(name)
    found = []
    if _may_be_in_keyring(before):
        found.append(Removed("keyring", _keyring(name), _forget(name)))
    if before.get("api_key"):
        found.append(Removed("config", config.place(name)))
    gone = [key for one in found if not one.reason for key in _SETTINGS[one.place]]
    if gone:
        config.update(lambda settings: _drop(settings, gone), name)
    return found


#: The settings that tell of a key in each place.
_SETTINGS = {"keyring": (_STORE, _LEFT), "config": ("api_key",)}


def _drop(settings: config.Settings, keys: List[str]) -> None:
    for key in keys:
        settings.pop(key, None)
