"""Stretches of time: the days before the latest sample, or between two moments. Pure."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from clore_cli.plugin import HOURS_PER_DAY, UsageError

HOUR = 3600  # seconds
DAY = HOURS_PER_DAY * HOUR

#: How many parts a line of small bars has at most.
PARTS = 30


class Period(NamedTuple):
    """Unix hours next to each other, in parts of the same width.

    Attributes:
        first: the first hour.
        last: the last one.
        width: hours of each part; the last part may be shorter.
    """

    first: int
    last: int
    width: int

    @property
    def parts(self) -> int:
        """How many parts there are."""
        return -(-(self.last + 1 - self.first) // self.width)


def before(latest: int, days: int) -> Period:
    """The ``days`` that end with the hour of the unix time ``latest``."""
    hours = days * HOURS_PER_DAY
    last = latest // HOUR
    return Period(last + 1 - hours, last, -(-hours // PARTS))


def moment(text: str, option: str) -> int:
    """The unix time that somebody typed as ``2026-11-24`` or ``2026-11-24T18:30``, in UTC.

    Raises:
        UsageError: it is no such time; ``option`` is named.
    """
    typed = text.strip()
    if typed[-1:] in ("Z", "z"):  # Python 3.9 and 3.10 do not read it
        typed = f"{typed[:-1]}+00:00"
    try:
        found = datetime.fromisoformat(typed)
        return int(found.replace(tzinfo=found.tzinfo or timezone.utc).timestamp())
    except (ValueError, OverflowError):
        text = f"{option} is a time in UTC such as 2026-11-24 or 2026-11-24T18:30."
        raise UsageError(text) from None
