"""A key or another secret that `clore` asks for on a terminal, where it is not shown."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Callable, List

import pytest
from cli_helpers import KEY, Clore
from terminal import Terminal

from clore_cli.commands.keeping import keep_key
from clore_client import keyrings

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.sandbox import World


def test_on_a_terminal_login_asks_without_echo(clore: Clore, market: World, file: Path) -> None:
    terminal = Terminal(clore, "auth", "login")
    terminal.until("API key")
    terminal.type(f"{KEY}\n")
    assert terminal.ends() == 0
    assert KEY not in terminal.shown
    assert "VERIFIED  yes" in terminal.shown
    assert json.loads(file.read_text()) == {"api_key": KEY}


@pytest.mark.parametrize(("typed", "status"), [("\n", 2), ("\x04", 2), ("\x03", 130)])
def test_on_a_terminal_login_can_be_given_up(
    clore: Clore, market: World, file: Path, typed: str, status: int
) -> None:
    terminal = Terminal(clore, "auth", "login")
    terminal.until("API key")
    terminal.type(typed)
    assert terminal.ends() == status
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        (["auth", "login", "--with-token", "--no-verify"], "API key"),
        (["config", "set", "api_key", "-"], "API key"),
        (["config", "set", "plugin_token", "-"], "plugin_token"),
        (["deploy", "1", "--ssh-password-file", "-"], "SSH password"),
    ],
)
def test_a_secret_that_is_read_from_a_terminal_is_asked_for_and_not_shown(
    clore: Clore, market: World, arguments: List[str], asked: str
) -> None:
    terminal = Terminal(clore, *arguments)
    terminal.until(f"{asked} (what you type is not shown): ")
    terminal.type(f"{KEY}\n")
    terminal.ends()
    assert KEY not in terminal.shown


def test_on_a_terminal_config_set_asks_too(clore: Clore, file: Path) -> None:
    terminal = Terminal(clore, "config", "set", "api_key")
    terminal.until("API key")
    terminal.type(f"{KEY}\n")
    assert terminal.ends() == 0
    assert KEY not in terminal.shown
    assert json.loads(file.read_text()) == {"api_key": KEY}


def test_a_key_command_may_ask_on_the_terminal_and_be_given_up(clore: Clore, market: World) -> None:
    """Like a password manager does, whatever stdin and stdout are."""
    ask = "sh -c 'printf PIN: >/dev/tty; read pin </dev/tty; echo $pin'"
    clore("config", "set", "key_command", ask)
    terminal = Terminal(clore, "wallets")
    terminal.until("PIN:")
    terminal.type(f"{KEY}\n")
    assert terminal.ends() == 0, terminal.shown
    terminal = Terminal(clore, "wallets")
    terminal.until("PIN:")
    terminal.type("\x03")
    assert terminal.ends() == 130, terminal.shown


@pytest.mark.parametrize(("terminal", "seconds"), [(True, 60.0), (False, 3.0)])
def test_somebody_who_sits_there_has_a_minute_to_unlock_the_keyring(
    monkeypatch: pytest.MonkeyPatch, terminal: bool, seconds: float
) -> None:
    given: List[float] = []

    def put(_account: str, _secret: str, limit: float, _waiting: Callable[[], None]) -> None:
        given.append(limit)
        raise keyrings.KeyringUnusableError("it is locked")

    monkeypatch.setattr(keyrings, "put", put)
    monkeypatch.setattr("sys.stdin", SimpleNamespace(isatty=lambda: terminal))
    settings = SimpleNamespace(profile=None)
    app: Any = SimpleNamespace(settings=settings, show_log=bool, note=str, warn=str)
    assert keep_key(app, KEY).place == "config"
    assert given == [seconds]
