"""Amounts of money: kept as they were sent, and derived without the artefacts of binary floats.

``0.00162 * 2500`` is 4.05 for people and 4.050000000000001 for a processor. Here numbers are
taken as what they read as, so the result reads as people expect it. Pure.
"""

from __future__ import annotations

import re
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, Optional, Tuple

if TYPE_CHECKING:
    from decimal import Context, Decimal

    from typing_extensions import Self

# Shorter texts have at most 15 digits that count, and a float holds every one of those.
_ALWAYS_HELD = 16
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z")
# A float's own text has at most 17, and up to 5 zeros in front or behind.
_MOST_DIGITS = 22
# Most amounts have at most 8 decimals. Below this they have 15 digits with them.
_SCALE, _MOST_SCALED = 10**8, 10**7
# No currency has so many; the bound keeps what one number can cost small.
_LONGEST = 100


class Exact(float):
    """A number of more digits than a float holds. It counts as its float and prints in full.

    Attributes:
        literal: the number as it was sent.
    """

    __slots__ = ("literal",)
    literal: str

    def __new__(cls, literal: str) -> Self:
        """The float nearest to ``literal``, which it remembers."""
        made = super().__new__(cls, literal)
        made.literal = literal
        return made

    def __repr__(self) -> str:
        return self.literal

    def __reduce__(self) -> Tuple[Any, ...]:
        return Exact, (self.literal,)


def parse(literal: str) -> float:
    """The number that ``literal`` writes: a float, or an `Exact` where a float loses digits.

    Args:
        literal: what `float` reads. Beyond its range the result is infinite; texts of more than
            100 characters are rounded.
    """
    value = float(literal)
    if not _ALWAYS_HELD <= len(literal) <= _LONGEST or not value or not isfinite(value):
        return value
    if repr(value) == literal:  # no float's own text loses anything
        return value
    from decimal import Decimal  # 2 ms, and few numbers need it

    sent = Decimal(literal)
    if sent == Decimal(repr(value)):
        return value
    # What no JSON number looks like (a leading plus or zero, a bare point) is written anew.
    return Exact(literal if _JSON_NUMBER.match(literal) else str(sent))


def times(amount: float, factor: float) -> float:
    """``amount * factor`` of the numbers as they read, as the nearest float."""
    one, other = _plain(amount), _plain(factor)
    if one is None or other is None:
        return float(_context().multiply(_read(amount), _read(factor)))
    return one[0] * other[0] / (one[1] * other[1])


def over(amount: float, divisor: float) -> float:
    """``amount / divisor`` of the numbers as they read, as the nearest float; NaN for 0 / 0."""
    if isinstance(divisor, int) and amount.__class__ is float and 0 < amount < _MOST_SCALED:
        scaled = round(amount * _SCALE)  # as below, for the many prices per hour
        if scaled / _SCALE == amount and divisor > 0:
            return scaled / (_SCALE * divisor)
    one, other = _plain(amount), _plain(divisor)
    if one is None or other is None:
        return float(_context().divide(_read(amount), _read(divisor)))
    return one[0] * other[1] / (one[1] * other[0])


def total(*amounts: float) -> float:
    """The sum of the numbers as they read, as the nearest float; 0.0 of none."""
    from decimal import Decimal

    result = Decimal(0)
    for amount in amounts:
        result = _context().add(result, _read(amount))
    return float(result)


def _plain(number: float) -> Optional[Tuple[int, int]]:
    """The number that people see as a fraction; None for 0, what is below it and exponents.

    Python divides whole numbers of any size to the nearest float: the same as `Decimal` makes of
    most amounts, in a third of the time.
    """
    if isinstance(number, int) and 0 < number < _MOST_SCALED:
        return number, 1
    if number.__class__ is float and 0 < number < _MOST_SCALED:
        scaled = round(number * _SCALE)
        if scaled / _SCALE == number:  # so it is the text, too: a float holds any 15 digits
            return scaled, _SCALE
    whole, _, part = repr(number).partition(".")
    digits = whole + part
    if not digits.isdigit() or len(digits) > _MOST_DIGITS or not number:
        return None
    return int(digits), 10 ** len(part)


@cache
def _context() -> Context:
    """50 digits: two amounts of 17 digits multiply without any rounding.

    Nothing is trapped: what leaves the range becomes infinity or NaN, as with floats.
    """
    from decimal import Context

    return Context(prec=50, traps=[])


def _read(number: float) -> Decimal:
    """The number that people see: of the shortest text, not of the bits behind it."""
    from decimal import Decimal

    return Decimal(repr(number))
