"""docs/security.md: every proof that it names is a test that is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Tuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "security.md"
LAST = "\n## What is not defended"
#: What stands before the attackers: what the page is, and what there is to protect.
BEFORE = 2
ATTACKERS = 7


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


def attackers(text: str) -> List[str]:
    """The sections about attackers."""
    return text.partition(LAST)[0].split("\n## ")[BEFORE:]


def unproved(text: str) -> List[str]:
    """The rows about attackers without a proof, and the sections without such a row."""
    found = []
    for section in attackers(text):
        rows = [line for line in section.splitlines() if line.startswith("|")][2:]
        found += [row for row in rows if not proofs(row)] if rows else [section]
    return found


def test_every_defence_has_a_proof() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(attackers(text)) >= ATTACKERS
    assert unproved(text) == []


@pytest.mark.parametrize(
    "section",
    [
        "A cat\n\nIt walks over the keyboard.\n",
        "A cat\n\n| attempt | defence | proof |\n| --- | --- | --- |\n",
        "A cat\n\n| attempt | defence | proof |\n| --- | --- | --- |\n| walk | none | none |\n",
    ],
)
def test_a_new_attacker_without_a_proof_is_noticed(section: str) -> None:
    page, last, rest = PAGE.read_text(encoding="utf-8").partition(LAST)
    assert len(unproved(f"{page}\n## {section}{last}{rest}")) == 1


def test_what_is_not_defended_is_told() -> None:
    section = PAGE.read_text(encoding="utf-8").partition(LAST)[2]
    assert "\n## " not in section
    assert section.count("\n| ") > 10
