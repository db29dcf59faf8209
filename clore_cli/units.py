"""Prices per day, as the API has them, per hour and in USD. The one place here that computes them.

The SDK's arithmetic, because 1.2 / 24 is 0.049999999999999996 for a processor and 0.05 for people.
"""

from __future__ import annotations

from typing import Optional

from clore_client.amounts import over, times

HOURS_PER_DAY: int = 24


def per_hour(per_day: Optional[float]) -> Optional[float]:
    """A price per day as one per hour; None stays None."""
    return None if per_day is None else over(per_day, HOURS_PER_DAY)


def in_usd(amount: Optional[float], rate: Optional[float]) -> Optional[float]:
    """``amount`` of a coin of which one is worth ``rate`` USD; None where either is not known."""
    return None if amount is None or rate is None else times(amount, rate)
