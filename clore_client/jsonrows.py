"""Large answers that list objects, read in parts, so that rows nobody wants take no memory. Pure.

5,000 marketplace rows are 7 MB as they come and 28 MB as Python objects; a search keeps a few
hundred of them, and takes 4 MB to read them. Where to cut is guessed, but a guess is believed only
when every part is a list, and the text with a number in the place of the list is an object that
has the number there: then the whole is the object with the parts. Otherwise it is read at once.
"""

from __future__ import annotations

import json
import re
from typing import Any, Callable, Iterator, List, Optional, Tuple

from . import jsontext
from .errors import AnswerTooLargeError
from .wire import JsonObject

Keep = Callable[[JsonObject], bool]

#: Rows that an answer may list, wanted or not. The largest marketplace seen had 3,500.
MOST = 200_000

# Bytes of one part. 7 MB of which few rows are wanted take 95 ms in parts of 32 to 128 kB, 105 in
# parts of 256 kB and 130 in parts of a megabyte, which do not fit into the processor's cache.
_PART = 65_536

_SPACE = rb"[ \t\n\r]*"
_FIRST = re.compile(_SPACE + rb'(\{%s"[^"\\]{1,40}"%s:)' % (_SPACE, _SPACE))
_COMMA = re.compile(rb"," + _SPACE + rb"\Z")
_WINDOW = 64  # bytes before a row in which its comma is looked for: indented answers have 10
_AROUND = 1  # a part is a list of its own; the rows of the whole are one level deeper
_PLACE = 10**39 + 7  # no float equals it


class Listed(List[Any]):
    """The rows of an answer that are wanted, as they came.

    Attributes:
        sent: how many the answer lists.
    """

    sent: int = 0


class _OddError(Exception):
    """The text is not as guessed."""


def loads(raw: bytes, name: str, keep: Keep) -> Any:
    """`jsontext.loads` of ``raw``; if it is an object, its list ``name`` with wanted rows only.

    The list is a `Listed`. What is in it and is no object is kept, too.

    Args:
        raw: the text.
        name: the list's name.
        keep: sees each row once or twice and says whether it is wanted.

    Raises:
        AnswerTooLargeError: the wanted rows, or what is around the list, could take more memory
            than `jsontext.MEMORY`; or there are more rows than `MOST`.
        ValueError: as of `jsontext.loads`.
    """
    if len(raw) > jsontext.SMALL:
        try:
            with jsontext.reading():
                return _in_parts(raw, name, keep)
        except (_OddError, ValueError):
            pass  # read at once, it gives its value or its error
    value = jsontext.loads(raw)
    if isinstance(value, dict) and isinstance(value.get(name), list):
        rows = Listed()
        _take(rows, value[name], keep)
        value[name] = rows
    return value


def _in_parts(raw: bytes, name: str, keep: Keep) -> Any:
    opened = re.search(b'"%s"%s:%s\\[' % (re.escape(name).encode(), _SPACE, _SPACE), raw)
    first = _FIRST.match(raw, opened.end()) if opened else None
    if not opened or not first:
        raise _OddError
    rows, room = Listed(), _Room()
    rest = ""
    for part, last in _parts(raw, first.start(1), first[1]):
        room.enter(part)
        listed, rest = jsontext.loads_part(part, _AROUND)
        if not listed or bool(rest) is not last:
            raise _OddError
        room.keep(_take(rows, listed, keep))
    end = rest.encode("utf-8", "surrogatepass")
    around = b"%s%d%s" % (raw[: opened.end() - 1], _PLACE, end)
    room.enter(around)
    value = jsontext.loads(around)
    if around.count(b"%d" % _PLACE) > 1 or not isinstance(value, dict) or value.get(name) != _PLACE:
        raise _OddError
    value[name] = rows
    return value


def _parts(raw: bytes, start: int, mark: bytes) -> Iterator[Tuple[bytes, bool]]:
    """Lists of the rows from ``start`` on, and whether one is the last, which goes on after it.

    Args:
        raw: the whole text.
        start: where the first row begins.
        mark: what every row is thought to begin with.
    """
    while True:
        end, following = _cut(raw, start + _PART, mark)
        if following is None:
            yield b"[" + raw[start:], True
            return
        yield b"[%s]" % raw[start:end], False
        start = following


def _cut(raw: bytes, least: int, mark: bytes) -> Tuple[int, Optional[int]]:
    """Where a part ends at ``least`` or later, and where the next one begins, if there is one."""
    row = raw.find(mark, least)
    while row >= 0:
        comma = _COMMA.search(raw, max(0, row - _WINDOW), row)
        if comma:
            return comma.start(), row
        row = raw.find(mark, row + 1)
    return len(raw), None


def _take(rows: Listed, listed: List[Any], keep: Keep) -> List[Any]:
    """Add what is wanted of ``listed`` to ``rows``, and return it."""
    wanted = [row for row in listed if not isinstance(row, dict) or keep(row)]
    rows += wanted
    rows.sent += len(listed)
    if rows.sent > MOST:
        raise AnswerTooLargeError(f"lists more than {MOST:,} rows")
    return wanted


class _Room:
    """The memory that is left for rows.

    A part's rows are first taken to need what the whole part does; only when that is too much
    are those that were kept measured, each once.
    """

    def __init__(self) -> None:
        self._measured = self._guessed = self._entered = 0
        self._fresh: List[Any] = []

    def enter(self, part: bytes) -> None:
        """A part is about to be read.

        Raises:
            AnswerTooLargeError: there is no room for it beside the rows that are kept.
        """
        self._entered = jsontext.memory(part, jsontext.MEMORY - self._measured - self._guessed)
        if self._measured + self._guessed + self._entered > jsontext.MEMORY:
            self._measure()
            self._entered = jsontext.memory(part)
            if self._measured + self._entered > jsontext.MEMORY:
                raise jsontext.too_large()

    def keep(self, rows: List[Any]) -> None:
        """So many rows are left of the part."""
        if rows:
            self._guessed += self._entered
            self._fresh += rows

    def _measure(self) -> None:
        text = json.dumps(self._fresh, ensure_ascii=False, separators=(",", ":"))
        self._measured += jsontext.memory(text.encode("utf-8", "surrogatepass"))
        self._guessed, self._fresh = 0, []
