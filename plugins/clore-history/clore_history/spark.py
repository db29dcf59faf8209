"""A line of small bars, as high as the values are. Pure."""

from __future__ import annotations

from typing import Optional, Sequence

BARS, GAP = "▁▂▃▄▅▆▇█", "·"
#: The same for terminals that know no more than ASCII.
_ASCII = str.maketrans(BARS + GAP, "_,-~=+*#.")


def spark(values: Sequence[Optional[float]]) -> str:
    """One character per value, from the lowest to the highest of them; a dot where there is none.

    Where all are alike, all are low.
    """
    known = [value for value in values if value is not None]
    if not known:
        return GAP * len(values)
    low, span = min(known), max(known) - min(known)
    return "".join(GAP if value is None else _bar(value - low, span) for value in values)


def _bar(above: float, span: float) -> str:
    return BARS[round(above / span * (len(BARS) - 1))] if span else BARS[0]


def as_ascii(line: str) -> str:
    """A `spark` line in ASCII."""
    return line.translate(_ASCII)


def fits(line: str, encoding: Optional[str]) -> str:
    """A `spark` line, in ASCII where the ``encoding`` of the output lacks the bars."""
    return line if encodable(line, encoding) else as_ascii(line)


def encodable(text: str, encoding: Optional[str]) -> bool:
    """Whether the ``encoding`` of the output, ASCII where it is not known, has these characters."""
    try:
        text.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
