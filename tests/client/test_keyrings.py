"""The guard around the keyring, with backends of our own; the real ones are played by the CLI."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Callable, Dict, Optional, Tuple

import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from clore_client import keyrings
from clore_client.keyrings import KeyringUnusableError

if TYPE_CHECKING:
    from pathlib import Path


class Backend:
    """A keyring in memory."""

    priority: float = 5

    def __init__(self) -> None:
        self.kept: Dict[Tuple[str, str], str] = {}
        self.error: Optional[Exception] = None
        self.gate: Optional[threading.Event] = None

    def _act(self) -> None:
        if self.gate:
            self.gate.wait(10)
        if self.error:
            raise self.error

    def get_password(self, service: str, account: str) -> Optional[str]:
        self._act()
        return self.kept.get((service, account))

    def set_password(self, service: str, account: str, value: str) -> None:
        self._act()
        self.kept[service, account] = value

    def delete_password(self, service: str, account: str) -> None:
        del self.kept[service, account]


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], Any]:
    """A function that makes a backend the system's keyring."""

    def choose(backend: Any) -> Any:
        monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
        return backend

    return choose


def reason(act: Callable[..., Any]) -> str:
    with pytest.raises(KeyringUnusableError) as caught:
        act()
    assert caught.value.__context__ is None  # its frames would hold the secret
    return str(caught.value)


def test_a_secret_is_kept_given_and_forgotten(use: Callable[[Any], Any]) -> None:
    backend = use(Backend())
    keyrings.put("work", "s3cret")
    assert backend.kept == {("clore-ai", "work"): "s3cret"}
    assert keyrings.get("work") == "s3cret"
    assert keyrings.get("default") is None
    assert keyrings.forget("work")
    assert not keyrings.forget("work")


class Forgetful(Backend):
    def set_password(self, service: str, account: str, value: str) -> None:
        pass


class Plain(Backend):
    priority = 0.5


class Chain(Backend):
    """Like keyring's own chain: a high priority, whatever it is made of."""

    priority = 10

    def __init__(self, *backends: Backend) -> None:
        super().__init__()
        self.backends = backends


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        (Forgetful(), "it did not keep the key"),
        (Plain(), "test_keyrings.Plain does not protect what it is given"),
        (Chain(Plain(), Plain()), "test_keyrings.Plain does not protect what it is given"),
        (
            keyring.backends.null.Keyring(),  # type: ignore[no-untyped-call]
            "does not protect what it is given",
        ),
        (
            keyring.backends.fail.Keyring(),  # type: ignore[no-untyped-call]
            "there is none on this system",
        ),
    ],
    ids=lambda case: type(case).__name__,
)
def test_what_does_not_keep_a_secret_safe_gets_none(
    use: Callable[[Any], Any], backend: Any, why: str
) -> None:
    use(backend)
    assert why in reason(lambda: keyrings.put("default", "s3cret"))
    assert not getattr(backend, "kept", None)


def test_a_chain_with_a_safe_first_backend_is_used(use: Callable[[Any], Any]) -> None:
    chain = use(Chain(Backend(), Plain()))
    keyrings.put("default", "s3cret")
    assert chain.kept == {("clore-ai", "default"): "s3cret"}


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (keyring.errors.KeyringLocked("s3cret"), "it is locked"),
        (keyring.errors.InitError("s3cret"), "it is locked, or there is nobody to unlock it"),
        (keyring.errors.NoKeyringError("s3cret"), "there is none on this system"),
        (OSError("s3cret"), "it failed with OSError"),
    ],
)
def test_a_failure_is_told_without_its_text(
    use: Callable[[Any], Any], error: Exception, why: str
) -> None:
    use(Backend()).error = error
    for act in (lambda: keyrings.get("a"), lambda: keyrings.put("a", "b")):
        assert reason(act) == why


def test_a_misspelt_backend(monkeypatch: pytest.MonkeyPatch) -> None:
    def choose() -> None:
        raise ModuleNotFoundError("no")

    monkeypatch.setattr(keyring, "get_keyring", choose)
    assert "PYTHON_KEYRING_BACKEND names cannot be loaded" in reason(lambda: keyrings.get("a"))


def test_one_that_hangs_is_given_up(
    use: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyrings, "SECONDS", 0.05)
    backend = use(Backend())
    backend.gate = threading.Event()
    assert reason(lambda: keyrings.get("a")) == "it did not answer within 0.05 s"
    backend.gate.set()


def test_somebody_who_waits_longer_is_told_for_what(
    use: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clore_client.patience._SOON", 0.05)
    backend = use(Backend())
    backend.gate = threading.Event()
    keyrings.put("a", "s3cret", 30, backend.gate.set)  # told, and then unlocked
    assert keyrings.get("a") == "s3cret"


def test_a_quick_one_tells_nothing(use: Callable[[Any], Any]) -> None:
    use(Backend())
    keyrings.put("a", "b", 30, lambda: pytest.fail("nobody had to wait"))


def test_no_thread_is_left_to_the_system(
    use: Callable[[Any], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    use(Backend())
    monkeypatch.setattr(threading.Thread, "start", start)
    assert reason(lambda: keyrings.get("a")) == "it failed with RuntimeError"


PROBE = """
import sys
from clore_client import keyrings
try:
    keyrings.get("default")
except keyrings.KeyringUnusableError as error:
    print(error, "keyring" in sys.modules)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="about the session bus of Linux")
@pytest.mark.parametrize(
    ("bus", "printed"),
    [({}, "False"), ({"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}, "True")],
)
def test_without_a_session_bus_the_package_is_not_even_imported(
    tmp_path: Path, bus: Dict[str, str], printed: str
) -> None:
    env: Dict[str, Any] = {
        "PATH": "",
        "HOME": str(tmp_path),
        "XDG_RUNTIME_DIR": str(tmp_path),
        **bus,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"there is none on this system {printed}\n"
