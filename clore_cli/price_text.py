"""Prices per day in words: per hour and per day, in the coin and in USD. Pure."""

from __future__ import annotations

from typing import Optional

from . import format as cells
from .units import in_usd, per_hour

_USD = "USD-Blockchain"
_LEAST = 0.0001  # USD: less is shown as nothing


def price_in(coin: str, rate: Optional[float], per_day: float) -> str:
    """An amount per DAY as people read it: per hour and per day, in USD and in the coin.

    Args:
        coin: the currency, as the API names it.
        rate: USD per coin; None where that is not known.
        per_day: the amount per DAY in ``coin``.
    """
    hourly = cells.coins(float(f"{per_hour(per_day) or 0.0:.4g}"))
    name = cells.coin(coin)
    own = f"{hourly} {name}/h, {cells.coins(per_day)} {name}/day"
    usd = per_day if coin == _USD else in_usd(per_day, rate)
    if usd is None or (coin != _USD and usd < _LEAST):
        return own
    text = f"${cells.usd_per_hour(per_hour(usd) or 0.0)}/h, ${dollars(usd, coin)}/day"
    return text if coin == _USD else f"{text} ({own})"


def dollars(usd: float, coin: str) -> str:
    """``usd`` with cents; in full where the price itself is in USD and has more digits.

    Args:
        usd: the amount.
        coin: the currency of the price, as the API names it.
    """
    short = cells.usd(usd)
    return short if coin != _USD or float(short) == usd else cells.coins(usd)
