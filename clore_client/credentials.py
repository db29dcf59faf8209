"""Where the API key comes from, for the SDK and the command line alike. Asks nobody."""

from __future__ import annotations

import logging
import os
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, List, Optional

from . import config
from .errors import ConfigError

#: A locked keyring whose prompt nobody answers blocks for ever; `gh` gives it 3 s as well.
KEYRING_SECONDS = 3.0

_KEY_FILE_LIMIT = 4096  # bytes; a key has 32

_SERVICE, _ACCOUNT = "clore-ai", "default"
_STORE = "key_store"  # in the configuration: "keyring" when the key was put there

logger = logging.getLogger("clore_client")


@dataclass(frozen=True)
class Key:
    """An API key and where it was found. Printing it shows its last four characters at most."""

    value: str = field(repr=False)
    source: str

    @property
    def hint(self) -> str:
        """The end of the key, enough to tell two keys apart."""
        return "…" + self.value[-4:] if len(self.value) > 8 else "…"  # noqa: PLR2004


def resolve(api_key: Optional[str] = None) -> Optional[Key]:
    """The API key: ``api_key``, ``CLORE_API_KEY``, ``CLORE_API_KEY_FILE``, keyring, file.

    The keyring is asked only when the configuration says that the key was stored there.

    Raises:
        ConfigError: a source is there but unusable; no later one is tried, because using
            another account's key by accident costs money.
    """
    if api_key is not None:
        return _checked(api_key, "the api_key argument")
    if os.environ.get("CLORE_API_KEY"):
        return _checked(os.environ["CLORE_API_KEY"], "CLORE_API_KEY")
    if os.environ.get("CLORE_API_KEY_FILE"):
        return _from_file(os.environ["CLORE_API_KEY_FILE"])
    settings = config.load()
    if settings.get(_STORE) == "keyring":
        return _from_keyring()
    if settings.get("api_key"):
        return _checked(settings["api_key"], str(config.path()))
    return None


def store(key: str) -> str:
    """Keep ``key`` in the keyring, else in the configuration file; returns where, in words.

    Raises:
        ConfigError: ``key`` cannot be a key, or the file cannot be written.
    """
    value = _checked(key, "the key").value
    kept = _guarded(lambda: _put(value))

    def change(settings: config.Settings) -> None:
        settings.pop("api_key", None)
        settings.pop(_STORE, None)
        settings.update({_STORE: "keyring"} if kept else {"api_key": value})

    file = config.update(change)
    return "the keyring" if kept else f"{file} (readable by you only; no usable keyring)"


def _checked(value: Any, source: str) -> Key:
    """A control character or a space would end up in a header; the text never quotes the key."""
    key = value.strip() if isinstance(value, str) else ""
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ConfigError(f"{source} is not an API key: it must be one word of printable ASCII")
    return Key(key, source)


def _from_file(name: str) -> Key:
    try:
        with config.expanded(name).open("rb") as stream:
            content = stream.read(_KEY_FILE_LIMIT).decode()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"CLORE_API_KEY_FILE: {name} cannot be read") from None
    return _checked(content, f"CLORE_API_KEY_FILE ({name})")


def _from_keyring() -> Optional[Key]:
    value = _guarded(_get)
    if not value:
        logger.warning("the keyring holds the API key but did not give it")
        return None
    return _checked(value, "the keyring")


def _get() -> Optional[str]:
    import keyring

    return keyring.get_password(_SERVICE, _ACCOUNT)


def _put(value: str) -> bool:
    import keyring

    # Below 1 are the null backend, which forgets, and plain text files posing as keyrings.
    if keyring.get_keyring().priority < 1:
        return False
    keyring.set_password(_SERVICE, _ACCOUNT, value)
    return keyring.get_password(_SERVICE, _ACCOUNT) == value


def _guarded(ask: Callable[[], Any]) -> Any:
    """What ``ask`` returns, or None when the keyring fails or does not answer in time.

    A daemon thread, because a thread pool would hold up the exit of the program.
    """
    if not _keyring_possible():
        return None
    answer: List[Any] = []

    def work() -> None:
        try:
            answer.append(ask())
        except Exception as error:  # noqa: BLE001  backends raise whatever they like
            logger.info("keyring: %s", type(error).__name__)

    thread = threading.Thread(target=work, daemon=True, name="clore-keyring")
    try:
        thread.start()
    except RuntimeError:  # as many threads as the system allows
        return None
    thread.join(KEYRING_SECONDS)
    return answer[0] if answer else None


def _keyring_possible() -> bool:
    """Spare the import where no keyring can be: Linux without a session bus."""
    if not sys.platform.startswith("linux") or os.environ.get("PYTHON_KEYRING_BACKEND"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    has_bus = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    return bool(has_bus or (runtime and Path(runtime, "bus").exists()))
