"""What every model can do: keep the wire object, and turn into dictionaries and JSON. No I/O.

dataclasses-json provides ``to_dict``, ``to_json`` and ``schema``; it is imported by the methods
that need it (60 ms), because most programs never call them. Reading is `clore_client.decode`'s
work: the package took 7.8 s for 5,000 marketplace rows, reads "no" as True and fails on nulls.
"""

from __future__ import annotations

import copy
import functools
import json
import warnings
from dataclasses import fields
from typing import TYPE_CHECKING, Any, FrozenSet, Iterable, List, Optional, Type, TypeVar

from clore_client import decode, jsontext, logs
from clore_client.errors import BadAnswerError
from clore_client.jsonrows import Listed
from clore_client.wire import JsonObject

if TYPE_CHECKING:
    from typing_extensions import Self

M = TypeVar("M", bound="Model")
T = TypeVar("T")


class Model:
    """Base class of the models, which are frozen dataclasses filled from the API's answers."""

    @property
    def raw(self) -> JsonObject:
        """The object as the API sent it; of a model made by hand, what ``to_dict()`` gives."""
        sent: Optional[JsonObject] = self.__dict__.get(decode.RAW)
        return self.to_dict() if sent is None else sent

    @property
    def extra(self) -> JsonObject:
        """What the API sent and no field reads."""
        model: Any = type(self)
        known = _known_names(model)
        sent = self.__dict__.get(decode.RAW) or {}
        return {name: value for name, value in sent.items() if name not in known}

    def to_dict(self, encode_json: bool = False) -> JsonObject:
        """The model under the API's names, what no field reads included.

        ``from_dict`` of it gives an equal model.

        Args:
            encode_json: as in dataclasses-json; the fields of these models are JSON already.

        Raises:
            BadAnswerError: what was sent is nested too deeply to be copied.
        """
        try:
            result: JsonObject = _package().to_dict(self, encode_json=encode_json)
            _add_extra(self, result)
        except RecursionError:
            raise BadAnswerError(f"this {type(self).__name__} is nested too deeply") from None
        return result

    def to_json(self, **options: Any) -> str:
        """`to_dict` as a JSON text; ``options`` are those of ``json.dumps``."""
        text: str = _package().to_json(self, **options)
        return text

    @classmethod
    def schema(cls, **options: Any) -> Any:
        """The marshmallow schema that dataclasses-json makes for this model.

        It checks and converts by marshmallow's rules, which are stricter than ``from_dict``, and
        leaves out what no field reads.

        Args:
            options: as in dataclasses-json, e.g. ``many=True``.
        """
        model: Any = cls
        types = decode.types(model)
        for item in fields(model):
            item.type = types[item.name]  # it needs types where annotations are texts
        with warnings.catch_warnings():
            # dataclasses-json 0.6.7 passes marshmallow 3 arguments that version 4 renames.
            warnings.simplefilter("ignore", DeprecationWarning)
            return _package().schema.__func__(cls, **{"unknown": "exclude", **options})

    @classmethod
    def from_dict(cls, value: Any) -> Self:
        """The model of one JSON object, read as tolerantly as the API's answers.

        Args:
            value: the object, as ``json.loads`` makes it.

        Raises:
            BadAnswerError: not an object, or without what this model cannot do without.
        """
        made = decode.decoder(cls)(value)
        if made is None:
            what = "the object lacks what it needs" if isinstance(value, dict) else "not an object"
            raise BadAnswerError(f"cannot read {cls.__name__}: {what}")
        return made

    @classmethod
    def from_json(cls, text: Any) -> Self:
        """`from_dict` of a JSON text.

        Args:
            text: the JSON.

        Raises:
            BadAnswerError: not JSON, or see `from_dict`.
        """
        try:
            value = json.loads(text)
        except (TypeError, ValueError, RecursionError):
            raise BadAnswerError(f"cannot read {cls.__name__}: not JSON") from None
        return cls.from_dict(value)

    def __setstate__(self, state: JsonObject) -> None:
        """What unpickling calls, in a process that may not have read any answer."""
        decode.prepare(type(self))
        self.__dict__.update(state)

    def replace(self, **changes: Any) -> Self:
        """A copy with ``changes`` that keeps its ``raw``, which `dataclasses.replace` drops."""
        changed = object.__new__(type(self))
        changed.__dict__.update(self.__dict__, **changes)
        return changed


class Rows(List[T]):
    """A list of models.

    Args:
        rows: the models.

    Attributes:
        skipped: the rows of the answer that could not be read, as they came.
    """

    def __init__(self, rows: Iterable[T] = (), skipped: Iterable[Any] = ()) -> None:
        super().__init__(rows)
        self.skipped: List[Any] = list(skipped)

    def __copy__(self) -> Rows[T]:
        return Rows(self, self.skipped)


def decode_list(model: Type[M], body: JsonObject, key: str) -> Rows[M]:
    """The rows of ``body[key]`` as models; a row that cannot be read never costs the others.

    Args:
        model: what a row is.
        body: the answer.
        key: where the rows are.

    Raises:
        BadAnswerError: the answer holds no such list.
    """
    sent = body.get(key)
    if not isinstance(sent, list):
        raise BadAnswerError(f"the answer holds no list of {key}")
    read = decode.decoder(model)
    rows: Rows[M] = Rows()
    with jsontext.reading():
        for row in sent:
            made = read(row)
            if made is None:
                rows.skipped.append(row)
            else:
                rows.append(made)
    if rows.skipped:
        count = sent.sent if isinstance(sent, Listed) else len(sent)
        logs.logger().warning("%d of %d %s could not be read", len(rows.skipped), count, key)
    return rows


@functools.cache
def _known_names(cls: Any) -> FrozenSet[str]:
    return frozenset(name for item in fields(cls) for name in decode.names(item))


def _add_extra(value: Any, result: Any) -> None:
    """Put what no field reads into ``result``, the dictionary of ``value``, at every level."""
    if isinstance(value, Model):
        result.update(copy.deepcopy(value.extra))
        for item in fields(value):  # type: ignore[arg-type]
            _add_extra(getattr(value, item.name), result[decode.names(item)[0]])
    elif isinstance(value, list):
        for part, written in zip(value, result):
            _add_extra(part, written)
    elif isinstance(value, dict):
        for name, part in value.items():
            _add_extra(part, result[name])


@functools.cache
def _package() -> Any:
    """dataclasses-json's mixin, told that our models are its own, as nested schemas need."""
    from dataclasses_json import DataClassJsonMixin

    DataClassJsonMixin.register(Model)
    return DataClassJsonMixin
