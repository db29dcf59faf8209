"""Gives generated rows what real rows have and nobody expects; prices and shapes only."""

from __future__ import annotations

from random import Random
from typing import Any, Callable, Dict, Tuple

from .order import Row
from .quotes import COINS, price_block, same

_USD = "USD-Blockchain"
_NO_USD = tuple(coin for coin in COINS if coin != _USD)
_KEYS = (
    "id", "owner", "autoprice", "mrl", "price", "rented", "specs", "reliability", "allowed_coins",
    "rating", "gpu_array", "gigaspot", "oc", "cuda_version", "verification",
)  # fmt: skip

Oddity = Callable[[Random, Row], None]


def apply(chance: Random, row: Row) -> Row:
    """``row`` with each oddity by its own likelihood, keys in the API's order."""
    for likelihood, oddity in _ODDITIES:
        if chance.random() < likelihood:
            oddity(chance, row)
    return {key: row[key] for key in _KEYS if key in row}


def _rented(_: Random, row: Row) -> None:
    row["rented"] = True


def _typed_by_hand(chance: Random, row: Row) -> None:
    """No auto-pricing: the host's quotes in different coins have drifted apart."""
    on_demand, floor = _usd(row)
    quotes = {}
    for coin in row["price"]["on_demand"]:
        drift = 1.0 if coin == _USD else 0.9 + 0.8 * chance.random()
        quotes[coin] = (round(on_demand * drift, 2), round(floor * drift, 2))
    row["price"] = price_block(quotes, autopriced=False)
    del row["autoprice"]


def _usd_quoted_not_taken(_: Random, row: Row) -> None:
    """81 of 1,156 recorded servers quote USD and do not take it; see also HTTP 500 with code 6."""
    row["allowed_coins"] = [coin for coin in row["allowed_coins"] if coin != _USD]


def _no_usd(chance: Random, row: Row) -> None:
    coins = (_NO_USD, _NO_USD[:1], _NO_USD[1:])[int(chance.random() * 3)]
    row["price"] = price_block(same(*_usd(row), coins), autopriced=True)
    row["allowed_coins"] = list(coins)


def _leading_space(_: Random, row: Row) -> None:
    row["gpu_array"] = [f" {name}" for name in row["gpu_array"]]


def _nested(_: Random, row: Row) -> None:
    row["gpu_array"] = [row["gpu_array"]]


def _mixed(chance: Random, row: Row) -> None:
    cards: Tuple[str, ...] = ("RTX 3070", "RTX 3060 Ti", "RTX 3060 Ti", "GTX 1080 Ti")
    row["gpu_array"] = [*cards, *cards[: int(chance.random() * 3)]]
    count = len(row["gpu_array"])
    on_demand = round(0.7 * count, 2)
    row["price"] = price_block(same(on_demand, round(on_demand * 0.8, 2)), autopriced=True)
    row["specs"].update(gpu=f"{count}x Mixed GPUs", gpuram=8)
    _unknown_power(chance, row)


def _unknown_power(_: Random, row: Row) -> None:
    row["specs"]["pl"] = [0]
    for key in ("gpus", "stock_pl", "stock_oc"):
        row["specs"].pop(key, None)


def _stock_clocks(_: Random, row: Row) -> None:
    clocks = {"core_offset": 0, "mem_offset": 0, "core_lock": None, "mem_lock": None}
    row["specs"]["stock_oc"] = [{"model": name, **clocks} for name in row["gpu_array"]]


def _unreliable(chance: Random, row: Row) -> None:
    row["reliability"] = 0 if chance.random() < 0.3 else round(chance.random(), 4)  # noqa: PLR2004


def _perfect(_: Random, row: Row) -> None:
    row["reliability"] = 1


def _no_cuda(_: Random, row: Row) -> None:
    del row["cuda_version"]


def _gigaspot(chance: Random, row: Row) -> None:
    floor = row["price"]["usd"].get("on_demand_clore", 1.0)
    details: Dict[str, Any] = {"min_bid": round(floor, 2)}
    row["gigaspot"] = details if chance.random() < 0.1 else True  # noqa: PLR2004


def _overclockable(_: Random, row: Row) -> None:
    row["oc"] = True


def _verified(_: Random, row: Row) -> None:
    row["verification"] = 3


def _usd(row: Row) -> Tuple[float, float]:
    typed = next(iter(row["price"]["original_usd"].values()))
    return typed["on_demand"], typed["spot"]


#: Shares of recorded markets where they are known: 55 % rented, 7 % of USD quotes not taken.
_ODDITIES: Tuple[Tuple[float, Oddity], ...] = (
    (0.02, _mixed),
    (0.06, _no_usd),
    (0.50, _rented),
    (0.25, _typed_by_hand),
    (0.07, _usd_quoted_not_taken),
    (0.10, _stock_clocks),
    (0.03, _unknown_power),
    (0.12, _leading_space),
    (0.02, _nested),
    (0.06, _unreliable),
    (0.12, _perfect),
    (0.01, _no_cuda),
    (0.12, _gigaspot),
    (0.40, _overclockable),
    (0.02, _verified),
)
