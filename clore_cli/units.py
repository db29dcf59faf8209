"""Prices per day, as the API has them, per hour. The one place in the command line for it."""

from __future__ import annotations

from typing import Optional

HOURS_PER_DAY = 24


def per_hour(per_day: Optional[float]) -> Optional[float]:
    """A price per day as one per hour; None stays None."""
    return None if per_day is None else per_day / HOURS_PER_DAY
