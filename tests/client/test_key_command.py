"""The user's own program that prints the key: its first line, its failures, its limits."""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING, List, Union

import pytest

from clore_client import key_command
from clore_client.errors import KeySourceError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_command, "_answers", key_command._Answers())


def python(code: str, *arguments: str) -> str:
    return shlex.join([sys.executable, "-c", code, *arguments])


def failure(command: Union[str, List[str]]) -> KeySourceError:
    with pytest.raises(KeySourceError) as caught:
        key_command.ask(command)
    return caught.value


@pytest.mark.parametrize(
    ("command", "key"),
    [
        ("echo the-key", "the-key"),
        (r"printf '  the-key  \nmore\n'", "the-key"),
        ("printf the-key", "the-key"),
        ("""sh -c 'printf "%s\\n" "$0"' "in quotes" """, "in quotes"),
        ("echo $HOME;x", "$HOME;x"),  # no shell
    ],
)
def test_the_first_line_is_the_key(command: str, key: str) -> None:
    assert key_command.ask(command) == key


def test_what_follows_the_first_line_is_read_to_the_end() -> None:
    """A closed pipe would end the program, and its status is looked at."""
    assert key_command.ask(python("print('the-key\\n' + 'x' * 200_000)")) == "the-key"


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("false", "key_command: false ended with status 1"),
        ("sh -c 'echo s3cret; exit 7'", "key_command: sh ended with status 7"),
        ("sh -c 'kill -9 $$'", "key_command: sh was ended by signal 9"),
        ("true", "key_command: true printed no key"),
        ("echo", "key_command: echo printed no key"),
        ("no-such-program s3cret", "key_command: no-such-program cannot be run: No such file or"),
        ("s3cret", "key_command: ? cannot be run: No such file or"),
        ("'unclosed s3cret", "key_command is not a command"),
        ("", "key_command is not a command"),
        ("A=s3cret program", "key_command must begin with a program"),
        (["s3cret"], "key_command must be a text"),
    ],
)
def test_a_failure_names_the_program_and_never_its_words_or_output(
    command: Union[str, List[str]], text: str
) -> None:
    error = failure(command)
    assert str(error).startswith(text)
    assert "s3cret" not in str(error)
    assert error.advice


def test_a_program_that_does_not_end_is_killed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(key_command, "SECONDS", 0.3)
    mark = tmp_path / "mark"
    code = "import sys, time; print('s3cret', flush=True); time.sleep(9); open(sys.argv[1], 'w')"
    started = time.monotonic()
    assert "did not end within 0.3 s" in str(failure(python(code, str(mark))))
    assert time.monotonic() - started < 5
    assert not mark.exists()


@pytest.mark.parametrize("text", [r"the-key\n", "the-key"])
def test_what_a_program_leaves_running_is_not_waited_for(text: str, tmp_path: Path) -> None:
    """It has the program's stdout, too: an agent that a password manager starts, say."""
    left = tmp_path / "left"
    script = f"printf '{text}'; sleep 60 & echo $! > {left}"
    started = time.monotonic()
    assert key_command.ask(shlex.join(["sh", "-c", script])) == "the-key"
    assert time.monotonic() - started < 10
    os.kill(int(left.read_text()), signal.SIGKILL)  # which had not ended


def test_it_is_run_once_by_threads_at_once(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    command = shlex.join(["sh", "-c", 'echo run >> "$0"; sleep 0.1; echo the-key', str(runs)])
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(key_command.ask(command))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["the-key"] * 4
    assert runs.read_text() == "run\n"


def test_a_failure_is_not_remembered(tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    command = shlex.join(["cat", str(ready)])
    failure(command)
    ready.write_text("the-key")
    assert key_command.ask(command) == "the-key"


def test_it_cannot_eat_what_is_piped_to_the_program() -> None:
    assert "printed no key" in str(failure("cat"))


def test_one_that_runs_clore_does_not_run_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    assert key_command.ask(python("import os; print(os.environ['CLORE_KEY_COMMAND_RUNS'])")) == "1"
    monkeypatch.setenv("CLORE_KEY_COMMAND_RUNS", "1")
    assert "key_command runs clore" in str(failure("echo the-key"))


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("pass show x", "pass"), ("'op x' y", "op x"), ("'", "?"), ("A=s3cret x", "?"), (5, "?"),
        ("true", "true"), ("the-key-itself", "?"),
    ],
)  # fmt: skip
def test_the_name_is_the_first_word(command: Union[str, int], shown: str) -> None:
    assert key_command.name(command) == shown
