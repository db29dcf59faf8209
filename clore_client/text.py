"""Makes strangers' text safe to print: no escape sequence, bidi control or newline survives."""

from __future__ import annotations

import unicodedata
from typing import List

# Controls, formats (bidi, zero-width), surrogates, private use, unassigned, line separators.
_UNSAFE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINER = "\u200d"  # holds composed emoji together and moves nothing
_LONGEST = 1000


def clean(text: str, limit: int = _LONGEST) -> str:
    """``text`` on one line of at most ``limit`` characters that cannot act on a terminal."""
    # Nothing that is printable for Python is unsafe, and most text is: one look at C speed.
    if not text.isprintable():
        text = "".join(map(_safe, text))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def clean_all(texts: List[str]) -> List[str]:
    """Each of ``texts`` as `clean` makes it; where none of them needs it, one look tells."""
    if "".join(texts).isprintable() and max(map(len, texts), default=0) <= _LONGEST:
        return texts
    return list(map(clean, texts))


def _safe(char: str) -> str:
    if char in "\t\r\n":
        return " "
    if char != _JOINER and unicodedata.category(char) in _UNSAFE:
        return "\ufffd"
    return char
