"""Well-formed answers whose parts have types that nobody promised."""

from __future__ import annotations

import copy
import functools
import math
import typing
from dataclasses import fields, is_dataclass
from typing import Any, Dict, Iterator, List, Union, get_args, get_origin

from clore_client.errors import BadAnswerError

from .build import family, reading
from .case import (
    MARKETPLACE,
    MY_ORDERS,
    MY_SERVERS,
    SERVER_CONFIG,
    SPOT_MARKET,
    WALLETS,
    Call,
    Case,
    Value,
)
from .market import fixture

BAD = (BadAnswerError,)

#: Where each answer holds its rows, and one row of it.
_KEYS = {"wallets": "wallets", "marketplace": "servers", "my_orders": "orders",
         "my_servers": "servers"}  # fmt: skip
LISTS = (WALLETS, MARKETPLACE, MY_ORDERS, MY_SERVERS)

#: What stands where something else is documented.
ODD: List[Any] = [
    None, True, False, 0, -1, 1, 3.5, -1e308, 2**70, "", "no", "NaN", "7", "9" * 30, "\0\ud800",
    [], [None], [[[]]], ["x", 7, {}], {}, {"a": None}, {"id": {"id": []}},
]  # fmt: skip


@functools.cache
def _hints(model: type) -> Dict[str, Any]:
    return typing.get_type_hints(model)


def conforms(value: Any, hint: Any) -> bool:
    """Whether ``value`` is of the type ``hint``, bool not being a number, nor NaN a price."""
    origin, args = get_origin(hint), get_args(hint)
    if origin is Union:
        return any(conforms(value, option) for option in args)
    if origin is list:
        return isinstance(value, list) and all(conforms(item, args[0]) for item in value)
    if origin is dict:
        pairs = value.items() if isinstance(value, dict) else [(None, None)]
        return all(conforms(k, args[0]) and conforms(v, args[1]) for k, v in pairs)
    if hint is float:
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return number and math.isfinite(value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return hint is Any or (isinstance(value, hint) and (not is_dataclass(hint) or typed(value)))


def typed(model: Any) -> bool:
    """Whether every field of ``model`` has its documented type."""
    kind: Any = type(model)
    hints = _hints(kind)
    return all(conforms(getattr(model, f.name), hints[f.name]) for f in fields(model))


def _paths(value: Any, prefix: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every field of a row, at every depth."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield (*prefix, name)
            yield from _paths(part, (*prefix, name))


def spoilt(row: Dict[str, Any]) -> List[Any]:
    """``row`` again and again, each time with something odd in the place of one field."""
    found = []
    for path in _paths(row):
        for odd in ODD:
            changed = copy.deepcopy(row)
            place = changed
            for name in path[:-1]:
                place = place[name]
            place[path[-1]] = odd
            found.append(changed)
        found.append(_without(row, path))
    return found


def _without(row: Dict[str, Any], path: tuple[Any, ...]) -> Dict[str, Any]:
    changed = copy.deepcopy(row)
    place = changed
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return changed


def _good(call: Call) -> Dict[str, Any]:
    row: Dict[str, Any] = fixture(call.endpoint)[_KEYS[call.endpoint]][0]
    return row


def _answer(call: Call, rows: Any) -> Dict[str, Any]:
    return {**fixture(call.endpoint), _KEYS[call.endpoint]: rows}


def _survivors(least: int) -> Value:
    def holds(rows: Any) -> bool:
        return len(rows) >= least and all(map(typed, rows))

    return Value("returns the good rows, typed as documented", holds)


def _of_list(call: Call) -> List[Case]:
    name, key, good = call.endpoint, _KEYS[call.endpoint], _good(call)
    junk: List[Any] = [None, 7, "row", [], [good], [[None]], True, {}]
    either: Dict[str, Any] = {
        "raises": BAD,
        "returns": Value("returns nothing", lambda rows: not rows),
    }
    return [
        reading(f"{name}-fields", f"{name}: each field of a row of every odd type, or missing",
                call, _answer(call, [good, *spoilt(good), good]), returns=_survivors(2),
                requests=1, timeout=5.0),
        reading(f"{name}-rows", f"{name}: rows that are no objects", call,
                _answer(call, [*junk, good, *junk]), returns=_survivors(1), requests=1),
        reading(f"{name}-null", f"{name}: {key} is null", call, _answer(call, None), **either),
        reading(f"{name}-object", f"{name}: {key} is an object of rows", call,
                _answer(call, {"0": good}), **either),
        reading(f"{name}-text", f"{name}: {key} is a text", call, _answer(call, "none"), **either),
        reading(f"{name}-missing", f"{name}: {key} is missing", call, {"code": 0}, **either),
    ]  # fmt: skip


MARKET = Value("returns a market, typed as documented", typed)


def _spoilt_markets() -> Iterator[Case]:
    spoilt: List[Any] = [None, "x", 7, [], {}, {"offers": "x"}, {"offers": [None, 7]}]
    for number, odd in enumerate(spoilt):
        body: Dict[str, Any] = {**fixture("spot_marketplace"), "market": odd}
        yield reading(f"spot-market-{number}", f"spot_marketplace: market is {odd!r}", SPOT_MARKET,
                      body, raises=BAD, returns=MARKET)  # fmt: skip


def _spoilt_configs() -> Iterator[Case]:
    good = fixture("server_config")["config"]
    kinds = {"null": None, "a text": "x", "a number": 7, "[]": [], "a list of them": [good]}
    for number, (what, odd) in enumerate(kinds.items()):
        yield reading(f"config-{number}", f"server_config: config is {what}",
                      SERVER_CONFIG, {"config": odd, "code": 0}, raises=BAD)  # fmt: skip


CASES = [
    *family("Types of lists and rows", [case for call in LISTS for case in _of_list(call)]),
    *family("Types of other answers", [*_spoilt_markets(), *_spoilt_configs()]),
]
