"""docs/security.md: every proof that it names is a test that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security.md"
ATTACKERS = [
    "Hosts",
    "The network",
    "Other users",
    "Leaked logs",
    "A plugin",
    "A stolen",
    "The market",
]


def proofs(text: str) -> List[Tuple[str, str]]:
    """The text and the target of each link to a test."""
    return re.findall(r"\[([^\]]+)\]\((\.\./tests/[^)]+)\)", text)


PROOFS = sorted(set(proofs(PAGE.read_text(encoding="utf-8"))))


def wrong(text: str, target: str) -> str:
    """What is wrong with a proof, in words; nothing when it is there."""
    file = (PAGE.parent / target).resolve()
    if not file.is_file():
        return f"there is no {target}"
    if text.startswith("test_") and not text.endswith(".py"):
        named = re.search(
            rf"^(async )?def {text}\(", file.read_text(encoding="utf-8"), re.MULTILINE
        )
        return "" if named else f"{target} has no {text}"
    return "" if text == file.name else f"{text} is not the name of {target}"


@pytest.mark.parametrize(("text", "target"), PROOFS)
def test_a_proof_is_there(text: str, target: str) -> None:
    assert wrong(text, target) == ""


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("test_nobody", "../tests/test_text.py"),
        ("test_text.py", "../tests/test_texts.py"),
        ("test_tent.py", "../tests/test_text.py"),
    ],
)
def test_a_proof_that_is_none_is_noticed(text: str, target: str) -> None:
    assert wrong(text, target)


def test_every_defence_has_a_proof() -> None:
    sections = PAGE.read_text(encoding="utf-8").split("\n## ")
    found = [s for s in sections if s.startswith(tuple(ATTACKERS))]
    assert len(found) == len(ATTACKERS)
    for section in found:
        rows = [line for line in section.splitlines() if line.startswith("| ")][2:]
        assert rows, section
        assert [row for row in rows if not proofs(row)] == []


def test_what_is_not_defended_is_told() -> None:
    section = PAGE.read_text(encoding="utf-8").partition("\n## What is not defended")[2]
    assert section.count("\n| ") > 10
