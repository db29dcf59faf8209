"""The system's keyring, asked so that nothing it does can hang or harm the program."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Callable, Optional, TypeVar

from .patience import within

T = TypeVar("T")

#: A locked keyring whose prompt nobody answers blocks for ever; `gh` gives it 3 s as well.
SECONDS = 3.0
#: For somebody who sits there and may have to type the password of the keyring.
SECONDS_FOR_A_PERSON = 60.0

_SERVICE = "clore-ai"

#: Backends of less than this priority forget what they are given, or keep it as plain text.
_TRUSTED = 1

#: By name: to compare with the classes themselves, keyring would have to be imported.
_REASONS = {
    "KeyringLocked": "it is locked",
    "InitError": "it is locked, or there is nobody to unlock it",
    "NoKeyringError": "there is none on this system",
}


class KeyringUnusableError(Exception):
    """The keyring cannot be used; the text says why, as a clause without a full stop."""


def get(account: str) -> Optional[str]:
    """The secret of ``account``, or None when the keyring has none.

    Raises:
        KeyringUnusableError: it did not say.
    """
    answer: Optional[str] = _ask(lambda: _backend().get_password(_SERVICE, account), SECONDS)
    return answer


def put(
    account: str,
    secret: str,
    seconds: Optional[float] = None,
    waiting: Optional[Callable[[], None]] = None,
) -> None:
    """Keep ``secret`` for ``account`` and make sure that it was kept.

    Args:
        account: whose secret it is; a former one is replaced.
        secret: what to keep.
        seconds: how long to wait for the keyring; 3 by default.
        waiting: called when it takes more than a second.

    Raises:
        KeyringUnusableError: the keyring has not kept it, as far as is known.
    """

    def work() -> bool:
        backend = _backend()
        backend.set_password(_SERVICE, account, secret)
        return bool(backend.get_password(_SERVICE, account) == secret)

    if not _ask(work, SECONDS if seconds is None else seconds, waiting):
        raise KeyringUnusableError("it did not keep the key")


def forget(account: str) -> bool:
    """Remove the secret of ``account``; False when there was none.

    Raises:
        KeyringUnusableError: it may still be there.
    """

    def work() -> bool:
        backend = _backend()
        if backend.get_password(_SERVICE, account) is None:
            return False
        backend.delete_password(_SERVICE, account)
        return True

    return _ask(work, SECONDS)


def _backend() -> Any:
    import keyring

    backend = keyring.get_keyring()
    # Several backends in a chain have a high priority of their own; the first one gets the key.
    first = next(iter(getattr(backend, "backends", ())), backend)
    name = f"{type(first).__module__}.{type(first).__qualname__}"
    if name == "keyring.backends.fail.Keyring":
        raise KeyringUnusableError(_REASONS["NoKeyringError"])
    if first.priority < _TRUSTED:
        raise KeyringUnusableError(f"{name} does not protect what it is given")
    return backend


def _ask(work: Callable[[], T], seconds: float, waiting: Optional[Callable[[], None]] = None) -> T:
    if not _possible():
        raise KeyringUnusableError(_REASONS["NoKeyringError"])
    try:
        return within(seconds, work, waiting)
    except Exception as error:  # noqa: BLE001  backends raise whatever they like
        reason = _reason(error, seconds)
    # Out here, so that the error does not drag along a backend's frames, which hold the key.
    raise KeyringUnusableError(reason)


def _reason(error: Exception, seconds: float) -> str:
    if isinstance(error, KeyringUnusableError):
        return str(error)
    if isinstance(error, TimeoutError):
        return f"it did not answer within {seconds:g} s"
    if isinstance(error, (ImportError, AttributeError)) and _named_backend():
        return "the backend that PYTHON_KEYRING_BACKEND names cannot be loaded"
    name = type(error).__name__
    return _REASONS.get(name, f"it failed with {name}")


def _named_backend() -> Optional[str]:
    return os.environ.get("PYTHON_KEYRING_BACKEND")


def _possible() -> bool:
    """Spare the import, some 140 ms, where no keyring can be: Linux without a session bus."""
    if not sys.platform.startswith("linux") or _named_backend():
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR")
    has_bus = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    return bool(has_bus or (runtime and Path(runtime, "bus").exists()))
