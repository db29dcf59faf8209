"""Servers and records as the tests make them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Optional

from clore_history.record import Record

#: The first second of an hour.
START = 1_780_002_000 // 3600 * 3600


def server(
    gpu: Optional[str] = "RTX 4090",
    count: int = 1,
    *,
    rented: Optional[bool] = False,
    price: Optional[float] = 2.4,
    spot: Optional[float] = None,
) -> Any:
    """What a sample looks at of a server; prices in USD per day for the whole machine."""
    return SimpleNamespace(
        gpu_model=f"{count}x NVIDIA GeForce {gpu}" if gpu else None,
        gpu_array=[gpu] * count if gpu else [],
        gpu_count=count,
        rented=rented,
        price_usd_per_day=price,
        spot_price_usd_per_day=spot,
    )


def record(
    at: int = START, gpu: str = "RTX 4090", *, free: int = 2, median: Optional[int] = 100_000
) -> Record:
    """A record; the prices are millionths of a USD per GPU-hour."""
    low = None if median is None else median - 1000
    return Record(at, gpu, free, 1, free, 1, low, low, median, median, None, None, None, None)
