"""What a machine costs in each coin, as the price object of a marketplace row; no randomness."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence, Tuple

from .state import RATES

_DIGITS = {"bitcoin": 8, "CLORE-Blockchain": 2, "USD-Blockchain": 2}
_USD_KEYS = {
    "bitcoin": "on_demand_btc",
    "CLORE-Blockchain": "on_demand_clore",
    "USD-Blockchain": "on_demand_usd",
}
COINS = tuple(RATES)

#: USD per day of one coin: on demand, and the lowest bid
Quote = Tuple[float, float]


def price_block(quotes: Mapping[str, Quote], *, autopriced: bool) -> Dict[str, Any]:
    """The price object for ``quotes``; USD amounts the host typed appear when auto-priced."""
    block: Dict[str, Any] = {
        "on_demand": {coin: amount(coin, quote[0]) for coin, quote in quotes.items()},
        "spot": {coin: amount(coin, quote[1]) for coin, quote in quotes.items()},
    }
    block["usd"] = usd_block(block["on_demand"])
    if autopriced:
        block["original_usd"] = {
            coin: {"on_demand": quote[0], "spot": quote[1]} for coin, quote in quotes.items()
        }
    return block


def usd_block(on_demand: Mapping[str, float]) -> Dict[str, float]:
    """The summary in USD per day; its spot is 0 in every recorded row."""
    summary = {
        _USD_KEYS[coin]: on_demand[coin] * RATES[coin] for coin in COINS if coin in on_demand
    }
    return {**summary, "spot": 0}


def amount(coin: str, usd: float) -> float:
    """``usd`` in ``coin``, as exact as the API writes it."""
    return round(usd / RATES[coin], _DIGITS[coin])


def same(on_demand: float, spot: float, coins: Sequence[str] = COINS) -> Dict[str, Quote]:
    """The same USD prices in every coin."""
    return dict.fromkeys(coins, (on_demand, spot))
