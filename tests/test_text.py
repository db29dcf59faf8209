"""Strangers' text: what is harmless stays as it is, what acts on a terminal goes."""

from __future__ import annotations

import sys
import unicodedata
from typing import List

from hypothesis import given
from hypothesis import strategies as st

from clore_client.text import clean, clean_all

# Categories of text that acts on a terminal, moves nothing or is nothing.
UNSAFE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
JOINER = "\u200d"


def by_hand(text: str) -> str:
    signs = [" " if char in "\t\r\n" else char for char in text]
    return "".join(
        "\ufffd" if unicodedata.category(char) in UNSAFE and char != JOINER else char
        for char in signs
    )


def test_every_character_alone_is_judged_by_its_category() -> None:
    every = map(chr, range(sys.maxunicode + 1))
    assert [char for char in every if clean(char) != by_hand(char)] == []


@given(st.lists(st.text(), max_size=5), st.text(min_size=1, max_size=3))
def test_all_are_cleaned_as_each_is(texts: List[str], part: str) -> None:
    texts.append(part * 400)
    assert clean_all(texts) == [clean(text) for text in texts]
    assert clean_all(["plain", "日本"]) == ["plain", "日本"]


def test_all_of_nothing_is_nothing() -> None:
    assert clean_all([]) == []


def test_a_megabyte_becomes_one_line_that_is_bounded() -> None:
    for text in ("x" * 1_000_000, "x\n" * 500_000):
        assert len(clean(text)) == 1000
        assert clean(text, 80)[79:] == "…"
        assert clean_all(["a", text]) == ["a", clean(text)]
        assert clean(text).isprintable()
    assert clean("x" * 1000) == "x" * 1000
