"""Reads one JSON value as the type that it should have had. Pure; never raises, never guesses.

A value of the wrong type becomes None or, where it can mean only one thing (``"38"`` for a
number), the documented type: numeric strings, nested lists and nulls were all seen on the wire.
"""

from __future__ import annotations

import math
import re
from typing import Any, Iterator, List, Optional

from .amounts import Exact, parse

_HELD = 2**53  # every int up to it is a float, too
_FLAT = frozenset({bool, dict, float, int, str, type(None)})

# Both are linear in the length of a stranger's text; 18 digits are more than any id has.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}\Z")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,4})?\Z")


def as_int(value: Any) -> Optional[int]:
    """A whole number: an int, an integral float or a text of digits; anything else is None."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    return int(value) if isinstance(value, str) and _WHOLE.match(value) else None


def as_float(value: Any) -> Optional[float]:
    """A finite number: a float, an int or a numeric text; anything else is None.

    A number of more digits than a float holds is an `Exact`, which is a float, too.
    """
    if value is None:
        return None
    if value.__class__ is int and -_HELD <= value <= _HELD:
        return float(value)
    number = value if value.__class__ is float else _to_float(value)
    return number if number is not None and math.isfinite(number) else None


def _to_float(value: Any) -> Optional[float]:
    if isinstance(value, str):
        return parse(value) if _NUMBER.match(value) else None
    if isinstance(value, float):
        return value if isinstance(value, Exact) else float(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    try:
        number = float(value)
    except OverflowError:  # an int beyond 1.8e308
        return None
    return number if number == value else parse(_digits(value) or "nan")


def as_bool(value: Any) -> Optional[bool]:
    """True, False, 1 or 0; anything else, ``"no"`` included, is None."""
    if value is None or isinstance(value, bool):
        return value
    return value == 1 if isinstance(value, int) and value in (0, 1) else None


def as_str(value: Any) -> Optional[str]:
    """A text, or the digits of an int; anything else is None."""
    if value is None or isinstance(value, str):
        return value
    return None if isinstance(value, bool) or not isinstance(value, int) else _digits(value)


def _digits(value: int) -> Optional[str]:
    try:
        return str(value)
    except ValueError:  # Python refuses to write more than 4300 digits
        return None


def flat(value: Any) -> Iterator[Any]:
    """The items of a list and of the lists in it; nothing when ``value`` is not a list."""
    if value.__class__ is list and _FLAT.issuperset(map(type, value)):
        return iter(value)  # nearly every list that the API sends
    return _unnested(value) if isinstance(value, list) else iter(())


def _unnested(value: List[Any]) -> Iterator[Any]:
    # A loop, not a recursion: how deep it goes is a stranger's choice.
    pending = [iter(value)]
    while pending:
        for item in pending[-1]:
            if isinstance(item, list):
                pending.append(iter(item))
                break
            yield item
        else:
            pending.pop()
