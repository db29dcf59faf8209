"""What a model costs now, and how that compares with before. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional, Sequence

from .spark import spark

if TYPE_CHECKING:
    from .period import Period
    from .record import Record
    from .store import Part


@dataclass(frozen=True)
class Trend:
    """One GPU model over a period; prices are those of a `Record`.

    Attributes:
        gpu: its name.
        free_servers: the free servers in the latest sample.
        free_above_mean: how many more that is than the mean of all samples.
        low: the lowest price in the latest sample.
        median: the price in the middle there.
        trend: the medians over the period as a line of small bars, oldest first.
        dearer_share: the part of the hours with a price, 0 to 1, whose median was higher than now.
        lowest_median: the lowest median of an hour.
        highest_median: the highest.
    """

    gpu: str
    free_servers: int
    free_above_mean: float
    low: Optional[int]
    median: Optional[int]
    trend: str
    dearer_share: Optional[float]
    lowest_median: Optional[float]
    highest_median: Optional[float]

    raw = None  # no object of the API's is a trend


def trend(
    gpu: str, now: Optional[Record], parts: Sequence[Part], samples: int, period: Period
) -> Trend:
    """Sum up a model.

    Args:
        gpu: its name.
        now: its record in the latest sample; None when it was not on the marketplace.
        parts: its parts of the period.
        samples: how many samples there are in the period, also those without the model.
        period: what the parts are of.
    """
    free = now.free_servers if now else 0
    median = now.median if now else None
    hours = sum(part.hours for part in parts)
    dearer = sum(part.dearer or 0 for part in parts)
    return Trend(
        gpu,
        free,
        round(free - sum(part.free_servers for part in parts) / samples, 1),
        now.low if now else None,
        median,
        spark(_medians(parts, period.parts)),
        dearer / hours if hours and median is not None else None,
        min((part.lowest for part in parts if part.lowest is not None), default=None),
        max((part.highest for part in parts if part.highest is not None), default=None),
    )


def _medians(parts: Sequence[Part], count: int) -> List[Optional[float]]:
    """The mean of the medians in each part of the period; None where there is none."""
    line: List[Optional[float]] = [None] * count
    for part in parts:
        if part.priced:
            line[part.number] = part.medians / part.priced
    return line
