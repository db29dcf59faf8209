"""Turns one value into the text of one table cell. Pure, and never used for CSV or JSON."""

from __future__ import annotations

from typing import Iterable, Union

Number = Union[int, float]

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SMALLEST, _LARGEST, _DECIMALS = 1e-12, 1e15, 8


def text(value: object) -> str:
    """Anything as Python writes it."""
    return str(value)


def usd_per_hour(value: Number) -> str:
    """US dollars per hour with 4 decimals: cheap GPUs cost less than a cent."""
    return f"{value:.4f}"


def usd(value: Number) -> str:
    """US dollars with 2 decimals, or 4 below a cent so that a price never reads as nothing."""
    return f"{value:.4f}" if 0 < abs(value) < 0.01 else f"{value:.2f}"  # noqa: PLR2004  one cent


def coins(value: Number) -> str:
    """An amount of any currency in full: no exponent, no rounding, no trailing zeros.

    An ``Exact`` amount is shown as it was sent.
    """
    literal = getattr(value, "literal", None)  # asked for so, an `Exact` loads no decimal: 2 ms
    if literal is not None:
        return str(literal)
    if value and not _SMALLEST <= abs(value) < _LARGEST:
        return f"{value:.4g}"  # nobody's price, and a line of 300 digits would hide the others
    plain = repr(value)
    if "e" in plain:
        from decimal import Decimal

        plain = format(Decimal(plain), "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def coins_rounded(value: Number) -> str:
    """An amount of any currency to 4 digits that count, or 3 below 1, and at most 8 decimals.

    No coin is divided further. What is too small for them has an exponent, so that it never reads
    as nothing.
    """
    digits = f"{value:.4g}" if abs(value) >= 1 else f"{value:.3g}"
    rounded = round(float(digits), _DECIMALS)
    return coins(rounded) if rounded or not value else digits


def coin(value: str) -> str:
    """A currency's short name: ``USD``, ``CLORE``, ``BTC``."""
    return "BTC" if value == "bitcoin" else value.replace("-Blockchain", "")


def gpu(value: str) -> str:
    """A GPU's name without its maker and brand, which everybody knows."""
    return value.replace("NVIDIA ", "").replace("GeForce ", "")


def gpus(value: str) -> str:
    """A server's GPUs, without the count where there is only one."""
    return gpu(value).removeprefix("1x ")


def gigabytes(value: Number) -> str:
    """Memory in GB, rounded to the whole."""
    return f"{value:.0f} GB"


def mbps(value: Number) -> str:
    """Megabits per second, rounded to the whole."""
    return f"{value:.0f}"


def percent(value: Number) -> str:
    """A share of 1 as a percentage with one decimal."""
    return f"{value:.1%}"


def hours(value: Number) -> str:
    """Whole hours, as days from two days up."""
    return f"{value:.0f}h" if value < 48 else f"{value / 24:.0f}d"  # noqa: PLR2004  two days


def age(seconds: Number) -> str:
    """A duration in its two largest units: ``3h 12m``."""
    left = max(0, int(seconds))
    if left < _MINUTE:
        return f"{left}s"
    if left < _HOUR:
        return f"{left // _MINUTE}m {left % _MINUTE}s"
    if left < _DAY:
        return f"{left // _HOUR}h {left % _HOUR // _MINUTE}m"
    return f"{left // _DAY}d {left % _DAY // _HOUR}h"


def yes_no(value: object) -> str:
    """``yes`` or ``no``."""
    return "yes" if value else "no"


def listing(value: Iterable[object]) -> str:
    """The items, separated by commas."""
    return ", ".join(map(str, value))
