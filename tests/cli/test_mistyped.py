"""An API key that is typed where another word belongs is in no error."""

from __future__ import annotations

from typing import Any, List

import pytest
from cli_helpers import KEY

from clore_cli.mistyped import nearest, unknown, without_keys

#: As the marketplace makes them.
LONG = "9f8e7d6c5b4a39281706f5e4d3c2b1a0"


@pytest.mark.parametrize("key", [KEY, LONG])
@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 2),
        (["config"], 2),
        (["config", "get"], 4),
        (["config", "unset"], 4),
        (["config", "set"], 2),
        (["help"], 2),
        (["help", "config"], 2),
        (["schema"], 2),
    ],
)
def test_no_name_that_nobody_knows_is_repeated(
    clore: Any, key: str, words: List[str], status: int
) -> None:
    done = clore(*words, key)
    assert done.returncode == status
    assert done.stderr.startswith("error: ")
    assert key not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "words",
    [
        [f"--{LONG}"],
        ["--api-key", LONG, "wallets"],
        ["completion", LONG],
        ["wallets", "-o", LONG],
        ["wallets", "--columns", LONG],
        ["wallets", f"--token={LONG}"],
        ["wait", "1", "--for", LONG],
        ["ssh", "--user", LONG, "1"],
        ["server-config", LONG],
        ["api", "GET", LONG],
        ["sandbox", "run", LONG],
    ],
)
def test_nothing_that_looks_like_a_key_is_in_an_error(
    clore: Any, world: Any, words: List[str]
) -> None:
    done = clore(*words)
    assert done.returncode != 0
    assert "error: " in done.stderr
    assert LONG not in done.stdout + done.stderr


def test_a_key_is_no_name_of_a_setting(clore: Any) -> None:
    done = clore("config", "set", KEY, "api_key")
    assert (done.returncode, KEY in done.stderr) == (2, False)
    assert "'clore config set api_key ...'" in done.stderr
    done = clore("config", "set", KEY, "x")
    assert (done.returncode, KEY in done.stderr) == (0, False)
    assert "A plugin may." in done.stderr


def test_what_is_nearly_right_is_repeated_with_what_was_meant() -> None:
    assert unknown("command", "serch", ["spend", "search"], "see.") == (
        "no command 'serch'; did you mean 'search'?"
    )
    assert unknown("command", "xyzzy", ["spend", "search"], "see.") == "no such command; see."
    assert nearest("xyzzy", []) is None


@pytest.mark.parametrize("key", [LONG, LONG.upper(), f"{LONG[:8]}-{LONG[8:16]}_{LONG[16:]}"])
def test_keys_are_left_out_wherever_they_stand(key: str) -> None:
    words = ["clore", f"--token={key}"]
    assert without_keys(f"no {key!r} and no --{key}", words) == "no '********' and no --********"


@pytest.mark.parametrize(
    "word",
    [
        "nvidia-smi",
        "1939941",
        "0.123456789012345678901234567890",
        "123456789012345678901234567890",
        "a-server-of-mine-in-the-rack-no-one",
        "cloreai/jupyter:ubuntu24.04-v2",
        "/home/somebody/9f8e7d6c5b4a39281706f5e4",
    ],
)
def test_other_words_stay(word: str) -> None:
    assert without_keys(f"no {word!r}", ["clore", word]) == f"no {word!r}"
