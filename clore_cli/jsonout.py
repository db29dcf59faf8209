"""JSON texts in ASCII, numbers as they were sent. Pure.

`json.dumps` writes every kind of float with ``float.__repr__``, which rounds an `Exact`, and has
no hook for it. Apart from that this writes what `json.dumps` writes.
"""

from __future__ import annotations

import math
from json.encoder import encode_basestring_ascii
from typing import Any, Dict, Iterable, Mapping, Optional, Union

from clore_client.amounts import Exact
from clore_client.errors import BadAnswerError

_WORDS: Dict[Union[bool, None], str] = {None: "null", True: "true", False: "false"}


def dumps(value: Any, indent: Optional[int] = None) -> str:
    """``value`` as JSON; what JSON cannot say (NaN, infinity) is null.

    Args:
        value: made of mappings, lists, tuples, texts, numbers, booleans and None.
        indent: spaces per level, each item on a line of its own; None for one line.

    Raises:
        TypeError: it holds something else.
        BadAnswerError: it is nested too deeply.
    """
    try:
        return _written(value, None if indent is None else " " * indent, "\n")
    except RecursionError:
        raise BadAnswerError("nested too deeply to be written") from None


def _written(value: Any, step: Optional[str], line: str) -> str:
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    inner = line if step is None else line + step
    if isinstance(value, Mapping):
        pairs = (
            f"{encode_basestring_ascii(str(key))}: {_written(item, step, inner)}"
            for key, item in value.items()
        )
        return _enclosed("{}", pairs, step, line)
    if isinstance(value, (list, tuple)):
        return _enclosed("[]", (_written(item, step, inner) for item in value), step, line)
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")


def _number(value: float) -> str:
    if isinstance(value, Exact):
        return value.literal
    return float.__repr__(value) if math.isfinite(value) else "null"


def _enclosed(brackets: str, items: Iterable[str], step: Optional[str], line: str) -> str:
    parts = list(items)
    if not parts or step is None:
        return brackets[0] + ", ".join(parts) + brackets[1]
    return brackets[0] + line + step + f",{line}{step}".join(parts) + line + brackets[1]
