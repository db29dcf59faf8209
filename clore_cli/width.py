"""How many columns of a terminal a text takes, and how it is cut to fit. Pure."""

from __future__ import annotations

_ELLIPSIS = "…"


def measure(text: str) -> int:
    """The columns that ``text``, which has no control characters, takes: a wide character two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # only texts of hosts need its tables

    return max(wcswidth(text), 0)


def clip(text: str, limit: int) -> str:
    """``text``, or as much of it as fits ``limit`` columns with an ellipsis at its end."""
    if measure(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    while measure(text[:end]) > limit - 1:
        end -= 1
    return text[:end].rstrip() + _ELLIPSIS
