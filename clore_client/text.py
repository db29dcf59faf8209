"""Makes strangers' text safe to print: no escape sequence, bidi control or newline survives."""

from __future__ import annotations

import re
import unicodedata

# Controls, formats (bidi, zero-width), surrogates, private use, unassigned, line separators.
_UNSAFE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_JOINER = "\u200d"  # holds composed emoji together and moves nothing
_PLAIN = re.compile(r"[ -~]*\Z")  # most text is plain ASCII: one C-speed look settles it


def clean(text: str, limit: int = 1000) -> str:
    """``text`` on one line of at most ``limit`` characters that cannot act on a terminal."""
    if not _PLAIN.match(text):
        text = "".join(map(_safe, text))
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _safe(char: str) -> str:
    if char in "\t\r\n":
        return " "
    if char != _JOINER and unicodedata.category(char) in _UNSAFE:
        return "\ufffd"
    return char
