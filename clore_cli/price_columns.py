"""Prices as columns: whatever is per day on the wire is shown per hour and per day. Pure."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional

from . import cells
from .columns import Column
from .units import per_hour

_NONE: Mapping[str, Any] = {}


def price_columns(
    key: str,
    title: str,
    per_day: Callable[[Any], Optional[float]],
    *,
    usd: bool = False,
    hour: Mapping[str, Any] = _NONE,
    day: Mapping[str, Any] = _NONE,
    **both: Any,
) -> List[Column]:
    """A price per hour and the same per day.

    Args:
        key: of the columns, with ``{}`` for "hour" and "day": ``"price_usd_per_{}"``.
        title: their headings, with ``{}`` for "h" and "day": ``"$/{}"``.
        per_day: takes the price per DAY from a row.
        usd: it is in US dollars, not in a coin.
        hour: what else `Column` takes, for the price per hour.
        day: the same for the price per day.
        both: the same for both of them.
    """
    shared: Dict[str, Any] = {"align": "right", "kind": "number", **both}
    hourly: Dict[str, Any] = {
        "format": cells.usd_per_hour if usd else cells.coins_rounded,
        **shared,
        **hour,
    }
    daily: Dict[str, Any] = {"format": cells.usd if usd else cells.coins_rounded, **shared, **day}
    return [
        Column(
            key.format("hour"), title.format("h"), get=lambda row: per_hour(per_day(row)), **hourly
        ),
        Column(key.format("day"), title.format("day"), get=per_day, **daily),
    ]
