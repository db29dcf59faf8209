"""The comparison of both clients: what its page says of this project, and how it is told."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Dict

import pytest

from benchmarks import behaviour
from benchmarks.peers import Peer

OURS = Peer(Path(sys.prefix))


@pytest.mark.parametrize("words", ["line end", "GPU names", "config set"])
def test_the_page_tells_what_this_project_does(words: str) -> None:
    page = behaviour.PAGE.read_text(encoding="utf-8")
    played = [one for one in behaviour.SITUATIONS if words in one.title]
    assert len(played) == 1
    for one in played:
        told = behaviour.played(one, OURS, is_ours=True)
        assert f"| {one.title} | {told} |" in page


def test_every_situation_is_in_the_page_once() -> None:
    lines = behaviour.PAGE.read_text(encoding="utf-8").splitlines()
    found = [line.split(" | ")[0][2:] for line in lines if line.startswith("| ")]
    assert found == ["situation", "---", *(one.title for one in behaviour.SITUATIONS)]


def test_what_has_changed_is_named() -> None:
    own = [f"did {number}" for number, _ in enumerate(behaviour.SITUATIONS)]
    page = behaviour.page(own, ["did it, too"] * len(own))
    assert behaviour.differences(page, own) == []
    changed = [*own[:-1], "did otherwise"]
    assert behaviour.differences(page, changed) == [
        f"{behaviour.SITUATIONS[-1].title}: did otherwise"
    ]


@pytest.mark.parametrize(
    ("told", "text"),
    [
        ({"raised": "AuthError", "count": None}, "raises `AuthError`"),
        ({"raised": None, "count": 1}, "returns 1 row"),
        ({"raised": None, "count": 0}, "returns 0 rows"),
        ({"raised": None, "count": None, "id": 38}, "returns order 38"),
        ({"raised": None, "count": None, "id": None, "returned": "dict"}, "returns a `dict`"),
    ],
)
def test_an_outcome_in_words(told: Dict[str, Any], text: str) -> None:
    assert behaviour.outcome(told) == text
