"""docs/wire.md: a section for each endpoint, and examples that are parts of the fixtures."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

import pytest

from clore_cli.explaining import HINTS
from clore_client.endpoints import ENDPOINTS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "wire.md"
TEXT = PAGE.read_text(encoding="utf-8")
FIXTURES = ROOT / "tests" / "fixtures"
#: What a line may say of a fact, and nothing else.
WORDS = ("recorded", "documented", "others", "assumed", "not known")


def sections() -> Dict[str, str]:
    """The text below each heading of the third level."""
    parts = re.split(r"^### (.+)$", TEXT, flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def examples() -> List[Tuple[str, str]]:
    """Each JSON block, with the fixture that the words before it name last."""
    found = []
    for match in re.finditer(r"^```json\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL):
        named = re.findall(r"\(\.\./tests/fixtures/([^)]+)\)", TEXT[: match.start()])
        found.append((named[-1], match[1]))
    return found


def is_part(part: Any, whole: Any) -> bool:
    """Whether ``part`` is ``whole`` with names or items left out."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and is_part(part[name], whole[name]) for name in part)
    if isinstance(part, list) and isinstance(whole, list):
        if not any(isinstance(item, (dict, list)) for item in part):
            return part == whole
        return all(any(is_part(item, one) for one in whole) for item in part)
    return type(part) is type(whole) and bool(part == whole)


def evidence(text: str) -> Iterator[Tuple[str, str]]:
    """Each row of a table with a column of that name: what it is about, and that column."""
    column = -1
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("| "):
            column = -1
        elif "evidence" in cells:
            column = cells.index("evidence")
        elif column >= 0 and set(line) - set("|- "):
            yield cells[0], cells[column]


def has_word(kind: str) -> bool:
    return any(word in kind for word in WORDS)


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_endpoint_has_a_section_with_facts(name: str) -> None:
    spec = ENDPOINTS[name].spec
    section = sections()[f"{spec.method} {spec.path}"]
    assert ("No key needed" if not spec.auth else "Key needed") in section
    assert "| fact | evidence | pinned by |" in section
    assert ("Costs money" in section) == spec.paid


def test_no_section_is_about_an_endpoint_that_is_none() -> None:
    known = {f"{one.spec.method} {one.spec.path}" for one in ENDPOINTS.values()}
    assert {title for title in sections() if re.match("(GET|POST) ", title)} == known


@pytest.mark.parametrize(
    ("fixture", "block"), [pytest.param(*example, id=example[0]) for example in examples()]
)
def test_an_example_is_part_of_its_fixture(fixture: str, block: str) -> None:
    whole = json.loads((FIXTURES / fixture).read_text(encoding="utf-8"))
    assert is_part(json.loads(block), whole)


def test_every_fixture_is_named() -> None:
    files = {path.name for path in FIXTURES.glob("*.json")}
    assert files - set(re.findall(r"\(\.\./tests/fixtures/([^)]+)\)", TEXT)) == set()


def test_every_fact_has_a_kind_of_evidence() -> None:
    told = dict(evidence(TEXT))
    assert len(told) > 60
    assert {"0", "6"} <= set(told)
    assert {fact for fact, kind in told.items() if not has_word(kind)} == set()


def test_a_fact_without_evidence_is_noticed_in_either_table() -> None:
    text = (
        "| fact | evidence | pinned by |\n| --- | --- | --- |\n| A. | surely | |\n\n"
        "| code | meaning | HTTP status | evidence | pinned by |\n| --- | --- | --- | --- | --- |\n"
        "| 7 | recorded | 200 | surely | |\n"
    )
    assert dict(evidence(text)) == {"A.": "surely", "7": "surely"}
    assert not has_word("surely")


def test_the_words_of_code_6_are_those_that_have_a_hint() -> None:
    found = re.search(r"^The words of code 6 .*?:\s(.*?)\. Two of", TEXT, re.MULTILINE | re.DOTALL)
    assert found
    words = re.findall(r"`([^`]+)`", found[1])
    assert {word.replace("_", "-") for word in words} == set(HINTS)


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ({"a": 1}, {"a": 2}),
        ({"a": 1}, {"b": 1}),
        ({"a": 1}, {"a": 1.0}),
        ([1], [1, 2]),
        ([{"a": 1}], [{"a": 2}]),
        ({"a": "1"}, {"a": 1}),
    ],
)
def test_what_is_no_part_is_noticed(part: Any, whole: Any) -> None:
    assert not is_part(part, whole)
