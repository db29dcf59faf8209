"""Compiles a dataclass into a fast, tolerant decoder of JSON objects. Never raises on odd data.

Names and types are read from the dataclass, so they stand in one place.
"""

from __future__ import annotations

import functools
import sys
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import (
    Any,
    Callable,
    Dict,
    FrozenSet,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
    Union,
    cast,
    get_args,
    get_origin,
    get_type_hints,
)

from .convert import as_bool, as_float, as_int, as_str, flat

T = TypeVar("T")
Convert = Callable[[Any], Any]

#: The instance attribute that holds the wire object; underscored, because it is not a field.
RAW = "_raw"


def wire(*names: str, convert: Optional[Convert] = None) -> Dict[str, Any]:
    """The metadata of a dataclass field that is not simply read by its own name and type.

    Args:
        names: the name under which the field is written, then others under which it is read.
        convert: used instead of the converter for the field's type; must never raise.
    """
    metadata: Dict[str, Any] = {"clore": {"convert": convert, "others": names[1:]}}
    if names:  # what dataclasses_json.config(field_name=...) builds, without importing it
        metadata["dataclasses_json"] = {"letter_case": lambda _: names[0]}
    return metadata


def names(item: Field[Any]) -> Tuple[str, ...]:
    """The wire names of a field, in the order in which they are tried."""
    letter_case = item.metadata.get("dataclasses_json", {}).get("letter_case")
    first = letter_case(item.name) if letter_case else item.name
    return (first, *item.metadata.get("clore", {}).get("others", ()))


@functools.cache
def types(cls: Any) -> Mapping[str, Any]:
    """The types of a dataclass's fields, resolved."""
    return get_type_hints(cls, vars(sys.modules[cls.__module__]))


#: A model of so many fields is quicker read as a whole than two of them one by one.
_FEW = 6


class _Step(NamedTuple):
    """How one attribute is read; a value of exactly the class ``ready`` is taken as it is."""

    attribute: str
    names: Tuple[str, ...]
    ready: Optional[type]
    convert: Convert
    default: Callable[[], Any]
    shared: Any  # the default, if it is one value for all
    nested: bool
    listed: bool

    def read(self, row: Mapping[str, Any]) -> Any:
        """The first of the names that holds something usable, else the default."""
        for name in self.names:
            value = self.convert(row.get(name))
            if value is not None:
                return value
        return self.default()


class _Later:
    """A field that is read when it is first asked for, and then kept by the instance.

    Most rows of a long list are never looked into: 5,000 marketplace servers take about 15 ms,
    and 200 ms with all that is nested in them. Waiting is safe, because reading never raises.
    """

    def __init__(self, step: _Step) -> None:
        self.attribute, self.shared = step.attribute, step.shared
        self.read = step.read if len(step.names) > 1 else _reading(step)

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:  # as a dataclass leaves it
            if self.shared is MISSING:
                raise AttributeError(self.attribute)
            return self.shared
        kept = instance.__dict__
        return kept.setdefault(self.attribute, self.read(kept[RAW]))


def _reading(step: _Step) -> Callable[[Mapping[str, Any]], Any]:
    """`_Step.read` of a step with one name, without a loop."""
    name, ready, convert = step.names[0], step.ready, _whole(step)

    def read(row: Mapping[str, Any]) -> Any:
        value = row.get(name)
        return value if value.__class__ is ready else convert(value)

    return read


def decoder(cls: Type[T]) -> Callable[[Any], Optional[T]]:
    """The function that turns a JSON object into a ``cls``.

    It returns None for what is not an object, for one without a field that has no default, and
    for one that the class's own ``_settle(values)`` refuses; that hook may complete the values.
    """
    compiled: Callable[[Any], Optional[T]] = _compile(cast("Any", cls))
    return compiled


@functools.cache
def _steps(cls: Any) -> Sequence[_Step]:
    return [_step(item, types(cls)[item.name]) for item in fields(cls)]


def _needed(cls: Any) -> List[str]:
    """The fields that have no default."""
    own: Sequence[Field[Any]] = fields(cls)
    return [item.name for item in own if item.default is item.default_factory is MISSING]


@functools.cache
def _compile(cls: Any) -> Callable[[Any], Any]:
    settle, needed = getattr(cls, "_settle", None), _needed(cls)
    now: List[_Step] = []
    for step in _steps(cls):
        # The hook sees lists as they will be.
        if step.nested or (step.listed and settle is None and step.attribute not in needed):
            setattr(cls, step.attribute, _Later(step))
        else:
            now.append(step)
    simple = [(s.attribute, s.names[0], s.ready, _whole(s)) for s in now if len(s.names) == 1]
    several = [step for step in now if len(step.names) > 1]
    new, put = object.__new__, object.__setattr__

    def decode(row: Any) -> Any:
        if not isinstance(row, dict):
            return None
        get = row.get
        values: Dict[str, Any] = {RAW: row}
        for attribute, name, ready, convert in simple:
            value = get(name)
            values[attribute] = value if value.__class__ is ready else convert(value)
        for step in several:
            values[step.attribute] = step.read(row)
        for name in needed:
            if values[name] is None:
                return None
        if settle is not None and not settle(values):
            return None
        made = new(cls)
        put(made, "__dict__", values)
        return made

    return decode


def prepare(cls: Any) -> None:
    """Make the fields of ``cls`` readable that are read later, as after the first decoding."""
    _inside(cls)


@functools.cache
def _inside(cls: Any) -> Callable[[Any], Any]:
    """The decoder of a model inside another one, of which few fields are ever asked for."""
    whole = _compile(cls)
    if _needed(cls) or hasattr(cls, "_settle") or len(_steps(cls)) <= _FEW:
        return whole
    for step in _steps(cls):
        setattr(cls, step.attribute, _Later(step))
    new, put = object.__new__, object.__setattr__

    def decode(row: Any) -> Any:
        if not isinstance(row, dict):
            return None
        made = new(cls)
        put(made, "__dict__", {RAW: row})
        return made

    return decode


def _step(item: Field[Any], hint: Any) -> _Step:
    own = item.metadata.get("clore", {}).get("convert")
    return _Step(
        attribute=item.name,
        names=names(item),
        ready=None if own else _READY.get(_required(hint)),
        convert=own or converter(hint),
        default=_default(item),
        shared=item.default,
        nested=any(map(is_dataclass, (_required(hint), *get_args(_required(hint))))),
        listed=get_origin(_required(hint)) in (list, dict),
    )


def _default(item: Field[Any]) -> Callable[[], Any]:
    if item.default_factory is not MISSING:
        return item.default_factory
    default = None if item.default is MISSING else item.default
    return lambda: default


def _whole(step: _Step) -> Convert:
    """The step's converter with its default."""
    convert, default = step.convert, step.default
    if default() is None:
        return convert

    def convert_or_default(value: Any) -> Any:
        converted = convert(value)
        return default() if converted is None else converted

    return convert_or_default


_SCALARS: Dict[Any, Convert] = {
    int: as_int,
    float: as_float,
    bool: as_bool,
    str: as_str,
    Any: lambda value: value,
}

# Not float: NaN and the infinities are floats too.
_READY: Dict[Any, type] = {int: int, bool: bool, str: str}


def converter(hint: Any) -> Convert:
    """The function that turns a wire value into a value of the type ``hint``, or None."""
    hint = _required(hint)
    if hint in _SCALARS:
        return _SCALARS[hint]
    if get_origin(hint) is list:
        item = get_args(hint)[0]
        return functools.partial(_list, converter(item), frozenset({_READY.get(item)}))
    if get_origin(hint) is dict:
        return functools.partial(_dict, converter(get_args(hint)[1]))
    if is_dataclass(hint):
        return _inside(cast("Any", hint))
    raise TypeError(f"no converter for {hint!r}")


def _required(hint: Any) -> Any:
    """``X`` for ``Optional[X]``."""
    if get_origin(hint) is not Union:
        return hint
    return next(kind for kind in get_args(hint) if kind is not type(None))


def _list(convert: Convert, ready: FrozenSet[Any], value: Any) -> Optional[List[Any]]:
    if not isinstance(value, list):
        return None
    if ready.issuperset(map(type, value)):  # nearly always, and four times as quick
        return value[:]
    converted = map(convert, flat(value))
    return [item for item in converted if item is not None]


def _dict(convert: Convert, value: Any) -> Optional[Dict[str, Any]]:
    if not isinstance(value, dict):
        return None
    converted = ((as_str(key), convert(item)) for key, item in value.items())
    return {key: item for key, item in converted if key is not None and item is not None}
