"""JSON texts in ASCII, numbers as they were sent. Pure.

`json.dumps` writes every kind of float with ``float.__repr__``, which rounds an `Exact`, and has
no hook for it. Apart from that this writes what `json.dumps` writes.
"""

from __future__ import annotations

from itertools import chain
from json.encoder import encode_basestring_ascii
from math import isfinite
from typing import (
    Any,
    Callable,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Set,
    Tuple,
)

from clore_client.amounts import Exact
from clore_client.errors import BadAnswerError


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


def objects(columns: Mapping[str, Sequence[Any]], indent: Optional[int] = None) -> List[str]:
    """The texts of the objects that each have their item of each of ``columns``.

    Many at once, a column at a time: `dumps` of 5,000 objects takes 3 times as long.

    Args:
        columns: by name, all of the same length; at least one.
        indent: that of an array that they are the items of; None for one line each.

    Raises:
        TypeError, BadAnswerError: as `dumps`.
    """
    step = None if indent is None else " " * indent
    line = "\n" if step is None else "\n" + step
    names = (f"{encode_basestring_ascii(name)}: ".replace("%", "%%") + "%s" for name in columns)
    form = _enclosed("{}", names, step, line)
    inner = line if step is None else line + step
    try:
        texts = [_column(values, step, inner) for values in columns.values()]
    except RecursionError:
        raise BadAnswerError("nested too deeply to be written") from None
    return list(map(form.__mod__, zip(*texts)))


def array(items: Iterable[str], indent: int) -> str:
    """The array of the texts that `objects` makes with ``indent``."""
    return _enclosed("[]", items, " " * indent, "\n")


def array_in_parts(parts: Iterable[Sequence[str]], indent: int) -> Iterator[str]:
    """The `array` of all the texts in ``parts``, in as many pieces, and one for its end."""
    line, opened = "\n" + " " * indent, False
    for items in filter(None, parts):
        yield ("," if opened else "[") + line + f",{line}".join(items)
        opened = True
    yield "\n]" if opened else "[]"


def _column(values: Sequence[Any], step: Optional[str], line: str) -> List[str]:
    kinds = set(map(type, values))
    if kinds.issubset(_PLAIN):
        return _plain_column(kinds, values)
    if kinds <= _LISTS and set(map(type, chain.from_iterable(values))) <= {str}:
        return _repeated(values, step, line)
    return [_written(value, step, line) for value in values]


def _plain_column(kinds: Set[type], values: Sequence[Any]) -> List[str]:
    """Values of classes in `_PLAIN`; whether floats are finite is asked of all of them at once."""
    one = next(iter(kinds)) if len(kinds) == 1 else None
    if one is None:
        texts = [_QUICK[value.__class__](value) for value in values]
    else:
        texts = list(map(_QUICK[one], values))
    if float not in kinds or _NOT_FINITE.isdisjoint(texts):
        return texts
    return ["null" if text in _NOT_FINITE else text for text in texts]


def _repeated(values: Sequence[Sequence[str]], step: Optional[str], line: str) -> List[str]:
    """Lists of texts, each of which is written once: 5,000 hosts take coins in 10 ways."""
    known: Dict[Tuple[str, ...], str] = {}
    texts = []
    for value in map(tuple, values):
        text = known.get(value)
        if text is None:
            text = known[value] = _written(value, step, line)
        texts.append(text)
    return texts


def _written(value: Any, step: Optional[str], line: str) -> str:
    plain = _PLAIN.get(value.__class__)
    if plain is not None:
        return plain(value)
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return _number(value)
    inner = line if step is None else line + step
    if isinstance(value, (list, tuple)):
        return _enclosed("[]", [_written(item, step, inner) for item in value], step, line)
    if isinstance(value, Mapping):
        pairs = [
            f"{encode_basestring_ascii(str(key))}: {_written(item, step, inner)}"
            for key, item in value.items()
        ]
        return _enclosed("{}", pairs, step, line)
    raise TypeError(f"{type(value).__name__} is nothing that JSON has")


def _number(value: float) -> str:
    if isinstance(value, Exact):
        return value.literal
    return _float(value)


def _float(value: float) -> str:
    return float.__repr__(value) if isfinite(value) else "null"


#: How values of exactly these classes are written, which are nearly all.
_PLAIN: Dict[type, Callable[[Any], str]] = {
    str: encode_basestring_ascii,
    int: int.__repr__,
    float: _float,
    bool: {True: "true", False: "false"}.__getitem__,
    type(None): {None: "null"}.__getitem__,
}


_QUICK: Dict[type, Callable[[Any], str]] = {**_PLAIN, float: float.__repr__}
_NOT_FINITE = frozenset({"nan", "inf", "-inf"})
_LISTS = frozenset({list, tuple})


def _enclosed(brackets: str, items: Iterable[str], step: Optional[str], line: str) -> str:
    parts = list(items)
    if not parts or step is None:
        return brackets[0] + ", ".join(parts) + brackets[1]
    return brackets[0] + line + step + f",{line}{step}".join(parts) + line + brackets[1]
