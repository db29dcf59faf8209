"""JSON texts of strangers, read within bounds of memory and depth, numbers as they were sent. Pure.

`json.loads` alone turns 30 MB of ``[],`` into 760 MB, and rounds 0.1234567890123456789. What is
looked for before it runs is looked for with methods of bytes, which pass a whole marketplace of
5,000 rows in a millisecond or two each.
"""

from __future__ import annotations

import contextlib
import gc
import json
import re
from typing import Any, Dict, Generator, Iterator, Optional, Tuple

from . import amounts
from .errors import AnswerTooLargeError

#: Bytes that reading one text may take by the estimate below, its own included. The largest
#: marketplace seen had 3,500 rows; 12,000 of today's rows (13 MB) are estimated at 213 MB.
MEMORY = 216_000_000

#: Levels of lists and objects: real answers have 7. `copy.deepcopy` fails from about 330 on.
DEEPEST = 100

# What each byte of structure stands for, in bytes of memory, so that the sums are not less than
# the growth measured on Python 3.9, 3.11 and 3.13 with 8 MB of: `[],` (73 for both), `[[[[` (95
# each), `{"a":{"a":` (236 a level), `{"ab":1},` (242), `{"7f3":"ab"},` with ever new names (376),
# `"ab",` (73), `"中",` (82), `0.1,` (44), and one object of ever new names and texts (259 each).
# Grown as far as the bound lets them, the worst of them took 225 MB on 3.9 and 198 MB on 3.13.
_OPENING, _NAMING, _FOLLOWING = 180, 115, 80
# The most that a byte that opens nothing was seen to take in those, names and numbers alike.
_DENSEST = 16

#: Up to here depth is measured; above, only where many levels end together. The marketplace is
#: the one answer as large, and measuring would take a tenth of the time that reading it takes.
SMALL = 1_000_000
_MANY = 12

_DIGIT, _EXPONENT, _OPEN, _CLOSE = b"0", b"e", b"[", b"]"
# Bytes by what they are in JSON: digits and what may stand among them, exponents, brackets.
_KINDS = bytes.maketrans(b"123456789.+E{}", b"00000000000e[]")
# A float holds any 15 digits and brings back the 17 that it prints; a point makes 19 bytes of 18.
_LONG = _DIGIT * 19
_HELD = 17
_HUGE = _EXPONENT + _DIGIT * 3  # 1e400 is infinite
_HUGE_NUMBER = re.compile(rb"(?:\A|[\s:,\[])-?[0-9][0-9.]{0,40}\Z")
_RUN = re.compile(rb"[0-9.]+\Z")
_WINDOW = 120  # bytes: no number that is kept exactly is longer
# Serial numbers of disks look like such numbers: 9 of 5,000 recorded rows had one.
_LOOKS = 100

_NOT_STRUCTURE = bytes(byte for byte in range(256) if byte not in b'"[]{}')
_TEXT = re.compile(rb'"[^"]*"')
_INT_DIGITS = 4300  # what Python itself reads


def loads(raw: bytes) -> Any:
    """The JSON value of a UTF-8 text.

    NaN, infinities and numbers beyond a float's range are None: one odd price must not cost the
    whole list. A number of more digits than a float holds is a `clore_client.amounts.Exact`.

    Raises:
        AnswerTooLargeError: reading it could take more than about 200 MB of memory.
        ValueError: not JSON, not UTF-8, or nested too deeply.
    """
    if memory(raw, MEMORY) > MEMORY:
        raise too_large()
    options = _options(raw, DEEPEST, small=len(raw) <= SMALL)
    with reading():
        return json.loads(raw, **options)


def loads_part(raw: bytes, around: int) -> Tuple[Any, str]:
    """The value that a part of a text of more than `SMALL` bytes begins with, and what follows.

    It is read as `loads` reads it within the whole text, without a bound of memory, and for
    somebody who is `reading`.

    Args:
        raw: the part.
        around: levels of lists and objects around it.

    Raises:
        ValueError: as of `loads`.
    """
    options = _options(raw, DEEPEST - around, small=False)
    text = raw.decode("utf-8", "surrogatepass")
    value, end = json.JSONDecoder(**options).raw_decode(text)
    return value, text[end:]


@contextlib.contextmanager
def reading() -> Generator[None, None, None]:
    """A context in which JSON is read, or turned into models; one too deep is a ValueError.

    Nobody looks for cycles meanwhile, because none are made: for a whole marketplace, looking
    took half of the time of reading it (65 of 130 ms, up to Python 3.11), and of its models
    (38 of 61 ms).
    """
    looking = gc.isenabled()
    gc.disable()
    try:
        yield
    except RecursionError:
        raise ValueError("nested too deeply") from None
    finally:
        if looking:
            gc.enable()


def too_large() -> AnswerTooLargeError:
    """The error for a text whose reading takes more than `MEMORY`."""
    return AnswerTooLargeError("holds more than any real answer")


def _options(raw: bytes, deepest: int, *, small: bool) -> Dict[str, Any]:
    """How Python's decoder reads ``raw``, which it is known not to choke on."""
    if b"\0" in raw:  # UTF-16 and UTF-32, which JSON between systems has not been since 2017
        raise ValueError("not UTF-8")
    kinds = raw.translate(_KINDS)
    if (small or kinds.rfind(_CLOSE * _MANY) >= 0) and _too_deep(raw, kinds, deepest):
        raise ValueError("nested too deeply")
    options: Dict[str, Any] = {"parse_constant": _nothing}
    if _beyond_float(raw, kinds):
        options.update(parse_float=_number, parse_int=_int)
    return options


def memory(raw: bytes, enough: int = 0) -> int:
    """Bytes that reading ``raw`` takes at most, itself included.

    Args:
        raw: a JSON text.
        enough: a coarser estimate will do when it is not above this.
    """
    texts = len(raw) * _copies(raw) + _OPENING * (raw.count(b"[") + raw.count(b"{"))
    coarse = texts + _DENSEST * len(raw)
    if coarse <= enough:
        return coarse
    return min(coarse, texts + _FOLLOWING * raw.count(b",") + _NAMING * raw.count(b":"))


def _copies(raw: bytes) -> int:
    """How many bytes one byte of text can take: as it came, decoded, and in a string of its own.

    One character beyond ASCII can widen all others of its text to four bytes, and a string with
    escapes is put together from parts.
    """
    if raw.isascii():
        return 8 if b"\\" in raw else 3
    return 14 if b"\\" in raw else 9


def _too_deep(raw: bytes, kinds: bytes, deepest: int) -> bool:
    """Whether brackets are nested deeper than ``deepest``, or do not pair at all."""
    if kinds.count(_OPEN) <= deepest:
        return False
    if b"\\" in raw:
        raw = raw.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Texts without brackets are pairs of quotes now; what is left of quotes encloses brackets.
    left = raw.translate(_KINDS, _NOT_STRUCTURE).replace(b'""', b"")
    left = _TEXT.sub(b"", left) if b'"' in left else left
    for _ in range(deepest):
        inner, left = left, left.replace(b"[]", b"")
        if len(left) in (0, len(inner)):
            break
    return bool(left)


def _beyond_float(raw: bytes, kinds: bytes) -> bool:
    """Whether a number may have more digits than a float holds, or be beyond its range."""
    return any(
        looks > _LOOKS or _is_long(raw[max(0, end - _WINDOW) : end])
        for looks, end in enumerate(_ends(_LONG, kinds))
    ) or any(
        looks > _LOOKS or _HUGE_NUMBER.search(raw[max(0, end - _WINDOW) : end - len(_HUGE)])
        for looks, end in enumerate(_ends(_HUGE, kinds))
    )


def _is_long(text: bytes) -> bool:
    """Whether the digits at the end of ``text`` are more than a float holds."""
    run = _RUN.search(text)
    digits = run[0].replace(b".", b"").lstrip(b"0") if run else b""
    return len(digits) > _HELD


def _ends(wanted: bytes, text: bytes) -> Iterator[int]:
    """Where ``wanted`` ends in ``text``, from the last place to the first."""
    # From the end, because rfind is up to twice as quick as find where nothing is found.
    start = text.rfind(wanted)
    while start >= 0:
        yield start + len(wanted)
        start = text.rfind(wanted, 0, start)


def _nothing(_name: str) -> None:
    return None


def _number(literal: str) -> Optional[float]:
    value = amounts.parse(literal)
    return value if abs(value) != float("inf") else None


def _int(digits: str) -> Optional[int]:
    try:
        return int(digits) if len(digits) <= _INT_DIGITS else None
    except ValueError:  # this process reads even fewer digits
        return None
