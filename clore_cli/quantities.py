"""Numbers with units, as people write them in query terms. Pure.

The unit that a column counts in is in its name: ``ram_gb``, ``price_usd_per_hour``.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal
from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

# 50 digits, so that a price per day is divided by 24 without any rounding that could be seen.
_CONTEXT = Context(prec=50, traps=[])
# What was computed, such as 9.6 / 24, may be a few roundings of 1.1e-16 from what was typed. The
# SDK's own price limit has the same room.
_ROUNDED = Decimal("1e-15")
# Bounded: Python takes a text of a million digits for a second.
_NUMBER = re.compile(
    r"([+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?)"
)
_SPACES = re.compile(r"\s+")
_DOLLARS = re.compile(r"\$|usd", re.IGNORECASE)


class Measure(NamedTuple):
    """The units that fit a column.

    Attributes:
        worth: by unit in lower case, how much of the column's own unit it is.
        listed: the units as an error text names them.
    """

    worth: Dict[str, Decimal]
    listed: str


def _part(parts: int) -> Decimal:
    return _CONTEXT.divide(Decimal(1), Decimal(parts))


_ONE, _THOUSAND, _THOUSANDTH = Decimal(1), Decimal(1000), _part(1000)
_MINUTE, _DAY, _WEEK = _part(60), Decimal(24), Decimal(168)


def _measure(listed: str, units: Mapping[str, Decimal]) -> Measure:
    """A measure of which each key of ``units`` lists the spellings of one unit."""
    spelt = {name: worth for names, worth in units.items() for name in names.split()}
    return Measure({"": _ONE, **spelt}, listed)


_GIGABYTES = _measure("MB, GB or TB", {"mb m": _THOUSANDTH, "gb g": _ONE, "tb t": _THOUSAND})
_MEGABITS = _measure(
    "Kbps, Mbps or Gbps",
    {
        "kbps kbit/s": _THOUSANDTH,
        "mbps mbit/s mbit": _ONE,
        "gbps gbit/s gbit": _THOUSAND,
    },
)
_HOURS = {"m min": _MINUTE, "h hour hours": _ONE, "d day days": _DAY, "w week weeks": _WEEK}
_DURATION = _measure("m, h, d or w", _HOURS)
_SECONDS = _measure(
    "s, m, h, d or w", {"s": _ONE, **{names: hours * 3600 for names, hours in _HOURS.items()}}
)
_HOURLY = _measure("/h or /day", {"/h /hour": _ONE, "/d /day": _part(24)})
_DAILY = _measure("/h or /day", {"/h /hour": _DAY, "/d /day": _ONE})
_SHARE = _measure("%", {"%": _part(100)})
_PERCENT = _measure("%", {"%": _ONE})
_PLAIN = Measure({"": Decimal(1)}, "")

_BY_ENDING: Tuple[Tuple[str, Measure], ...] = (
    ("_per_hour", _HOURLY),
    ("_per_day", _DAILY),
    ("_gb", _GIGABYTES),
    ("_mbps", _MEGABITS),
    ("_hours", _DURATION),
    ("_seconds", _SECONDS),
    ("_percent", _PERCENT),
    ("_share", _SHARE),
    ("reliability", _SHARE),
)


class QuantityError(ValueError):
    """A text that is no number of the unit that is wanted; it says which units fit."""


def measure(key: str) -> Measure:
    """The units of the column called ``key``."""
    return next((found for ending, found in _BY_ENDING if key.endswith(ending)), _PLAIN)


def read(key: str, text: str) -> Decimal:
    """The number that ``text`` writes, in the unit of the column called ``key``.

    Args:
        key: the column's key, e.g. ``"price_usd_per_hour"``.
        text: e.g. ``"9.6/day"``, which is 0.4 for that column.

    Raises:
        QuantityError: it is no number, or its unit does not fit.
    """
    fitting = measure(key)
    number, unit = _split(text, dollars="_usd_" in key)
    if number is None:
        hint = f", with {fitting.listed} behind it" if fitting.listed else ""
        raise QuantityError(f"{text!r} is not a number{hint}")
    worth = fitting.worth.get(unit.lower())
    if worth is None:
        fits = f"takes {fitting.listed}" if fitting.listed else "has no unit"
        raise QuantityError(f"{unit!r} does not fit {key}, which {fits}")
    value = _CONTEXT.multiply(number, worth)
    if fitting is _SHARE and value > 1:
        raise QuantityError(f"{key} goes from 0 to 1: write 80% or 0.8")
    return value


def _split(text: str, *, dollars: bool) -> Tuple[Optional[Decimal], str]:
    """The number at the beginning, and the unit behind it without spaces."""
    plain = _SPACES.sub("", text)
    plain = _DOLLARS.sub("", plain, count=1) if dollars else plain
    found = _NUMBER.match(plain)
    if not found:
        return None, ""
    return Decimal(found[1]), plain[found.end() :]


def amount(value: Any) -> Optional[Decimal]:
    """The number that people see in ``value``; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    number = Decimal(repr(value))
    return number if number.is_finite() else None


def order(one: Decimal, other: Decimal) -> int:
    """-1, 0 or 1 as ``one`` is below, equal to or above ``other``.

    What differs by the roundings of a computation only is equal.
    """
    if abs(one - other) <= _ROUNDED * abs(other):
        return 0
    return -1 if one < other else 1
