"""What a marketplace row offers, and whether it is wanted. Pure, on rows as the API sends them.

The one place for these rules: the filters and the models' properties both ask here. Every amount
on the wire is per DAY for the whole machine. A function that finds nothing returns None, never 0;
only `gpu_count` says 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Callable, FrozenSet, Iterable, List, Optional

from . import amounts, validate
from .convert import as_bool, as_float, as_int, as_str, flat
from .wire import JsonObject

HOURS_PER_DAY = 24

USD = "USD-Blockchain"

# A limit that somebody computed, such as 4.05 / 24, is one rounding below 0.16875: prices are
# compared with room for a few roundings of 1.1e-16 each, which is nobody's money.
_ROUNDED = 1 + 1e-15

#: Where ``price.usd`` quotes what a coin's on-demand price is worth in USD.
QUOTES = {
    USD: "on_demand_usd",
    "bitcoin": "on_demand_btc",
    "CLORE-Blockchain": "on_demand_clore",
}

_NAMES = frozenset({str})  # what nearly every list of GPUs is made of

_COUNT = re.compile(r"\s*([0-9]{1,4})x")
# Bounded repeats keep the search linear in the length of a stranger's text.
_GIGABYTES = re.compile(r"(?<![0-9.])([0-9]{1,9}(?:\.[0-9]{1,20})?) ?GB")
_SEPARATORS = str.maketrans("", "", " -_")
_MAKERS = re.compile(r"(?:nvidia|amd)?(?:geforce|radeon)?")
_REMEMBERED = 500  # characters; a stranger's names may have megabytes
_SERIES = re.compile(r"(?:rtx|gtx|rx)(?=[a-z]?[0-9])")


def number(row: JsonObject) -> Optional[int]:
    """The server's number."""
    return as_int(row.get("id"))


def country(row: JsonObject) -> Optional[str]:
    """The country's code, e.g. ``"US"``."""
    return as_str(_object(_object(row, "specs"), "net").get("cc"))


def gpu_names(row: JsonObject) -> List[str]:
    """One name per GPU, e.g. ``["RTX 3090", "RTX 3090"]``; [] in rows of 2024, which had none."""
    found = (as_str(name) for name in flat(row.get("gpu_array")))
    return [name.strip() for name in found if name is not None]


def gpu_model(row: JsonObject) -> Optional[str]:
    """The row's own text, e.g. ``"1x NVIDIA GeForce RTX 4090"``, else one made from the names."""
    text = as_str(_object(row, "specs").get("gpu"))
    if text and text.strip():
        return text
    names = gpu_names(row)
    if not names:
        return None
    return f"{len(names)}x {names[0] if len(set(names)) == 1 else 'Mixed GPUs'}"


def gpu_count(row: JsonObject) -> int:
    """How many GPUs: the number of names, else the count that the GPU text begins with, else 0."""
    names = row.get("gpu_array", ())
    if names.__class__ is not list or not _NAMES.issuperset(map(type, names)):
        names = gpu_names(row)
    if names:
        return len(names)
    counted = _COUNT.match(as_str(_object(row, "specs").get("gpu")) or "")
    return int(counted[1]) if counted else 0


def vram_gb(row: JsonObject) -> Optional[float]:
    """Memory of one GPU in GB."""
    return as_float(_object(row, "specs").get("gpuram"))


def ram_gb(row: JsonObject) -> Optional[float]:
    """RAM in GB."""
    return as_float(_object(row, "specs").get("ram"))


def disk_gb(row: JsonObject) -> Optional[float]:
    """Disk in GB: the last GB number of a text like ``"Samsung SSD 990 PRO 1823.063GB"``."""
    sizes = _GIGABYTES.findall(as_str(_object(row, "specs").get("disk")) or "")
    return float(sizes[-1]) if sizes else None


def available(row: JsonObject) -> bool:
    """Whether the row says "not rented". Somebody's spot bid may run on it all the same."""
    return as_bool(row.get("rented")) is False


def per_hour(per_day: Optional[float]) -> Optional[float]:
    """The price of one hour."""
    return None if per_day is None else amounts.over(per_day, HOURS_PER_DAY)


def usd_per_day(row: JsonObject) -> Optional[float]:
    """The lowest on-demand price in USD per DAY among the coins that the server takes."""
    return _lowest(row, _on_demand_usd)


def spot_usd_per_day(row: JsonObject) -> Optional[float]:
    """The lowest spot price in USD per DAY among the coins that the server takes."""
    price = _lowest(row, _spot_usd)
    if price is None and row.get("allowed_coins") != []:
        # A last resort: 0 in every recorded row that could be rented, and in a coin unknown.
        return _amount(_object(row, "price").get("usd"), "spot")
    return price


def _lowest(
    row: JsonObject, price_in: Callable[[JsonObject, str], Optional[float]]
) -> Optional[float]:
    """The lowest price over the coins that can be paid with.

    A price in a coin that is not allowed cannot be paid: 81 of 1,156 servers that quoted USD
    did not take it. A row that names no coins is taken at its USD price first.
    """
    prices, allowed = _object(row, "price"), row.get("allowed_coins")
    if isinstance(allowed, list):
        return _least([price_in(prices, coin) for coin in QUOTES if coin in allowed])
    return price_in(prices, USD) or _least([price_in(prices, coin) for coin in QUOTES])


def _least(prices: Iterable[Optional[float]]) -> Optional[float]:
    return min([price for price in prices if price is not None], default=None)


def _on_demand_usd(prices: JsonObject, coin: str) -> Optional[float]:
    quoted = _amount(prices.get("usd"), QUOTES[coin])
    if quoted is None and coin == USD:
        return _amount(prices.get("on_demand"), USD)
    return quoted


def _spot_usd(prices: JsonObject, coin: str) -> Optional[float]:
    typed_by_host = prices.get("original_usd")
    if isinstance(typed_by_host, dict):
        typed = _amount(typed_by_host.get(coin), "spot")
        if typed is not None:
            return typed
    bid, rate = _amount(prices.get("spot"), coin), _rate(prices, coin)
    return None if bid is None or rate is None else as_float(amounts.times(bid, rate))


def usd_rate(row: JsonObject, coin: str) -> Optional[float]:
    """What one ``coin`` is worth in USD, by the row's own two quotes of its on-demand price."""
    return _rate(_object(row, "price"), coin)


def _rate(prices: JsonObject, coin: str) -> Optional[float]:
    if coin == USD:
        return 1.0
    coins = _amount(prices.get("on_demand"), coin)
    usd = _amount(prices.get("usd"), QUOTES.get(coin, ""))
    return None if coins is None or usd is None else amounts.over(usd, coins)


def _amount(prices: Any, name: str) -> Optional[float]:
    """A price above zero: 0 stands for "no price" on the wire."""
    amount = as_float(prices.get(name)) if isinstance(prices, dict) else None
    return amount if amount is not None and amount > 0 else None


def _object(row: JsonObject, name: str) -> JsonObject:
    """The object that ``row`` has as ``name``; an empty one where it has none."""
    value = row.get(name)
    return value if isinstance(value, dict) else {}


def _plain(text: str) -> str:
    """``text`` without what people write differently: case, spaces, hyphens, underscores."""
    return text.casefold().translate(_SEPARATORS)


def _bare(plain: str) -> str:
    """A `_plain` name without the maker and the brand in front."""
    return _MAKERS.sub("", plain, count=1)


def has_gpu(row: JsonObject, wanted: str) -> bool:
    """Whether one of the row's GPU names contains ``wanted``.

    Case, spaces, hyphens and underscores do not matter, nor does a maker's name in front that
    the row leaves out: "NVIDIA GeForce RTX 4090" finds "RTX 4090".
    """
    specs = _object(row, "specs")
    cards = (card.get("type") for card in flat(specs.get("gpus")) if isinstance(card, dict))
    names = frozenset(map(as_str, flat(row.get("gpu_array"))))
    texts = frozenset(map(as_str, (specs.get("gpu"), *cards)))
    short = sum(map(len, filter(None, names | texts))) <= _REMEMBERED
    return (_named if short else _named.__wrapped__)(names, texts, wanted)


# 5,000 rows name their GPUs in some hundred ways.
@lru_cache(maxsize=1024)
def _named(names: FrozenSet[Optional[str]], texts: FrozenSet[Optional[str]], wanted: str) -> bool:
    """Whether a name, or a text about GPUs, contains ``wanted``."""
    plain = _plain(wanted)
    found = [_plain(name.strip()) for name in names if name is not None]
    if any(plain in text for text in (*found, *(_plain(text) for text in texts if text))):
        return True
    bare = _bare(plain)
    return 0 < len(bare) < len(plain) and any(_bare(name).startswith(bare) for name in found)


def same_gpu(name: str, wanted: str) -> bool:
    """Whether ``wanted`` is the whole of a GPU's ``name``, however the two are written.

    Beside what `has_gpu` ignores, the series in front may be left out: "4090" is "RTX 4090",
    and neither is "RTX 4090 D".
    """
    one, other = _bare(_plain(name)), _bare(_plain(wanted))
    return bool(other) and other in (one, _SERIES.sub("", one, count=1))


@dataclass(frozen=True)
class OfferFilter:
    """Which marketplace rows are wanted; None asks for nothing.

    A row that lacks the value that a condition is about never matches that condition.

    Args:
        gpu: part of the GPU's name, see `has_gpu`.
        min_gpu_count: at least so many GPUs.
        min_ram_gb: at least so much RAM, in GB.
        max_price_usd: at most so many USD per HOUR on demand.
        available_only: leave out what is rented.

    Raises:
        InvalidInputError: a value cannot be meant; ``argument`` names it.
    """

    gpu: Optional[str] = None
    min_gpu_count: Optional[int] = None
    min_ram_gb: Optional[float] = None
    max_price_usd: Optional[float] = None
    available_only: bool = True

    def __post_init__(self) -> None:
        if self.gpu is not None and not _plain(validate.text("gpu", self.gpu)):
            raise validate.refuse("gpu", "must hold a letter or a digit")
        if self.min_gpu_count is not None:
            validate.non_negative("min_gpu_count", self.min_gpu_count)
            if not isinstance(self.min_gpu_count, int):
                raise validate.refuse("min_gpu_count", "must be a whole number")
        for name in ("min_ram_gb", "max_price_usd"):
            if getattr(self, name) is not None:
                validate.non_negative(name, getattr(self, name))
        validate.flag("available_only", self.available_only)

    def matches(self, row: JsonObject) -> bool:
        """Whether ``row``, as the API sent it, is wanted."""
        return (
            (not self.available_only or available(row))
            and (self.gpu is None or has_gpu(row, self.gpu))
            and (
                self.min_gpu_count is None or _at_least(gpu_count(row) or None, self.min_gpu_count)
            )
            and (self.min_ram_gb is None or _at_least(ram_gb(row), self.min_ram_gb))
            and (self.max_price_usd is None or _affordable(row, self.max_price_usd))
        )


def _at_least(value: Optional[float], least: float) -> bool:
    return value is not None and value >= least


def _affordable(row: JsonObject, most: float) -> bool:
    price = usd_per_day(row)
    return price is not None and price / HOURS_PER_DAY <= most * _ROUNDED
