"""Query terms: ``4090 'price<=0.40/h' 'country in DE,NL'`` read into conditions on rows. Pure.

A word without an operator is part of the GPU's name. Everything else is ``field op value``, where
the fields are the columns' keys and short names. All conditions must hold; a value that is
missing holds none.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from .columns import Column, UnknownColumnError, find

#: What `_TERM` finds between a field and its value, and ``in``, which stands alone.
OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "~", "in")

# Texts, which `re` compiles when they are needed and keeps: to read this module compiles none.
_TERM = r"(?s)\s*([A-Za-z][\w-]*)\s*(<=|>=|!=|==|=|<|>|~)(.*)\Z"
_IN = r"(?si)\s*([A-Za-z][\w-]*)\s+in\b(.*)\Z"
_NAME = r"[A-Za-z][\w-]*\Z"
_OPERATOR_CHARACTERS = r"[=<>~!]"
_NUMBERS = r"[0-9]{1,18}"

_BOOLEANS = {
    **dict.fromkeys(("yes", "y", "true", "1"), True),
    **dict.fromkeys(("no", "n", "false", "0"), False),
}
_SIGNS: Dict[str, Callable[[int], bool]] = {
    "=": lambda sign: sign == 0,
    "!=": lambda sign: sign != 0,
    "<": lambda sign: sign < 0,
    "<=": lambda sign: sign <= 0,
    ">": lambda sign: sign > 0,
    ">=": lambda sign: sign >= 0,
}

#: Whether a row, and the value that it is known to have, hold a condition.
Test = Callable[[Any, Any], bool]


class QueryError(ValueError):
    """A term that cannot be meant; the text says which one and what would do."""


class Condition(NamedTuple):
    """One term.

    Attributes:
        column: the column that it is about.
        text: the term with the column's key, as ``price_usd_per_hour <= 0.4/h``.
        test: whether it holds for a row and the row's value.
        part: what the column's ``has`` must find, if that is the condition.
    """

    column: Column
    text: str
    test: Test
    part: Optional[str] = None

    def holds(self, row: Any) -> bool:
        """Whether ``row`` has a value, and the right one."""
        value = self.column.value(row)
        return value is not None and self.test(row, value)


class Removed(NamedTuple):
    """What one condition did to the rows that the conditions before it have left.

    Attributes:
        condition: the condition.
        removed: the rows that it removed.
        lacking: those among them that have no value to compare.
        left: the rows that it left.
    """

    condition: Condition
    removed: int
    lacking: int
    left: int


class Query(NamedTuple):
    """Conditions that must all hold.

    Attributes:
        conditions: in the order in which they are tried.
    """

    conditions: Tuple[Condition, ...]

    def select(self, rows: Iterable[Any]) -> List[Any]:
        """Those of ``rows`` for which all conditions hold, in their order."""
        return self.sift(rows)[0]

    def explain(self, rows: Iterable[Any]) -> List[Removed]:
        """How many of ``rows`` each condition removes, one after the other."""
        return self.sift(rows)[1]

    def sift(self, rows: Iterable[Any]) -> Tuple[List[Any], List[Removed]]:
        """What `select` and what `explain` tell of ``rows``, in one go."""
        rest, steps = list(rows), []
        for one in self.conditions:
            held = [one.holds(row) for row in rest]
            lacking = sum(
                one.column.value(row) is None for row, holds in zip(rest, held) if not holds
            )
            rest = [row for row, holds in zip(rest, held) if holds]
            steps.append(Removed(one, len(held) - len(rest), lacking, len(rest)))
        return rest, steps


def parse(terms: Sequence[str], columns: Sequence[Column]) -> Query:
    """The query that ``terms`` write.

    Args:
        terms: one term each, as ``"price<=0.4/h"`` with or without spaces; a term may also come
            as three: ``"country", "in", "DE,NL"``. Words without an operator are taken together
            as part of a GPU's name.
        columns: the fields that there are.

    Raises:
        QueryError: a field is unknown, or a value is none of the field's.
    """
    words: List[str] = []
    conditions = []
    for term in _joined(terms):
        parts = split(term)
        if parts:
            conditions.append(condition(columns, *parts))
        else:
            words.append(_word(term, columns))
    return Query((*_named(words, columns), *conditions))


def split(term: str) -> Optional[Tuple[str, str, str]]:
    """The field, the operator and the value of ``term`` as they are typed; None for a word."""
    found = re.match(_TERM, term)
    if found:
        return found[1], "=" if found[2] == "==" else found[2], found[3]
    found = re.match(_IN, term)
    return (found[1], "in", found[2]) if found else None


def _joined(terms: Sequence[str]) -> List[str]:
    """``terms`` with those put together that a shell has taken apart at spaces."""
    rest = list(terms)
    result: List[str] = []
    while rest:
        term = rest.pop(0)
        if term.strip().lower() in OPERATORS and rest and result and re.match(_NAME, result[-1]):
            term = f"{result.pop()} {term} {rest.pop(0)}"
        while term.rstrip().endswith(",") and rest:
            term += rest.pop(0)
        result.append(term)
    return result


def _word(term: str, columns: Sequence[Column]) -> str:
    """``term`` as a word of a GPU's name."""
    if not term.strip():
        # An empty variable of a script must not turn into "any GPU will do".
        raise QueryError("a word of the GPU's name is empty")
    if re.search(_OPERATOR_CHARACTERS, term) or term.strip().lower() in OPERATORS:
        raise QueryError(f"{term!r} is no condition; write one as 'price<=0.4/h'")
    try:
        known = find(columns, term)
    except UnknownColumnError:
        return term.strip()
    raise QueryError(f"{term!r} is a field, {known.key}: write a condition such as '{term}=...'")


def _named(words: Sequence[str], columns: Sequence[Column]) -> List[Condition]:
    """The condition that the words without a field make up."""
    if not words:
        return []
    named = next((column for column in columns if column.has), None)
    if named is None:
        raise QueryError(f"{words[0]!r} is no condition, and no field here takes bare words")
    return [condition(columns, named.key, "~", " ".join(words))]


def condition(columns: Sequence[Column], field: str, operator: str, value: str) -> Condition:
    """The condition ``field operator value``.

    Args:
        columns: the fields that there are.
        field: the key of one of them, or a short name of it.
        operator: ``"="``, ``"!="``, ``"<"``, ``"<="``, ``">"``, ``">="``, ``"~"`` or ``"in"``.
        value: what to compare with, as it is typed: ``"0.4/h"``.

    Raises:
        QueryError: there is no such field, or the value or the operator does not fit it.
    """
    try:
        column = find(columns, field, "field")
    except UnknownColumnError as error:
        raise QueryError(str(error)) from None
    value = _unquoted(value.strip())
    spaced = re.sub(r"\s+", " ", value)
    text = f"{column.key} {operator} {spaced}"
    values = [part.strip() for part in value.split(",")] if operator == "in" else [value]
    if not all(values):
        raise QueryError(f"{text.strip()!r} has no value, or an empty one")
    if column.has and not all(map(_has_letters, values)):
        raise QueryError(f"{text!r} must hold a letter or a digit")
    single = "=" if operator == "in" else operator
    tests = [_test(column, single, one, text) for one in values]
    if len(tests) == 1:
        part = values[0] if column.has and operator == "~" else None
        return Condition(column, text, tests[0], part)
    return Condition(column, text, lambda row, sent: any(test(row, sent) for test in tests))


def operators(column: Column) -> Tuple[str, ...]:
    """The operators that ``column`` takes."""
    if column.kind == "boolean":
        return OPERATORS[:2]
    if column.kind in ("integer", "number"):
        return tuple(operator for operator in OPERATORS if operator != "~")
    return OPERATORS if column.key.endswith("_version") else ("=", "!=", "~", "in")


def _has_letters(value: str) -> bool:
    """Whether something is left when what people write differently is ignored."""
    return any(char.isalnum() for char in value)


def _unquoted(value: str) -> str:
    """``value`` without the quotes that were meant for a shell."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1].strip() if quoted else value


def _test(column: Column, operator: str, wanted: str, text: str) -> Test:
    """The test of one value; what it compares by depends on what the column holds."""
    if column.kind in ("integer", "number"):
        return _number_test(column, operator, wanted, text)
    if column.kind == "boolean":
        return _boolean_test(column, operator, wanted)
    if column.key.endswith("_version") and operator != "~":
        return _version_test(column, operator, wanted)
    return _text_test(column, operator, wanted)


def _number_test(column: Column, operator: str, wanted: str, text: str) -> Test:
    if operator == "~":
        raise _unfit(column, "a number", "=, !=, <, <=, >, >= and in")
    from . import quantities  # 4 ms, with decimal: not every query has numbers

    try:
        limit = quantities.read(column.key, wanted)
    except quantities.QuantityError as error:
        raise QueryError(f"{text!r}: {error}") from None
    holds = _SIGNS[operator]

    def test(_row: Any, value: Any) -> bool:
        number = quantities.amount(value)
        return number is not None and holds(quantities.order(number, limit))

    return test


def _boolean_test(column: Column, operator: str, wanted: str) -> Test:
    if operator not in ("=", "!="):
        raise _unfit(column, "yes or no", "= and !=")
    answer = _BOOLEANS.get(wanted.lower())
    if answer is None:
        raise QueryError(f"{column.key} is yes or no, not {wanted!r}")
    expected = answer == (operator == "=")
    return lambda _row, value: value is expected


def _version_test(column: Column, operator: str, wanted: str) -> Test:
    limit = _version(wanted)
    if limit is None:
        raise QueryError(f"{column.key} is a version such as 12.4, not {wanted!r}")
    holds, least = _SIGNS[operator], limit

    def test(_row: Any, value: Any) -> bool:
        sent = _version(str(value))
        return sent is not None and holds((sent > least) - (sent < least))

    return test


def _version(text: str) -> Optional[Tuple[int, ...]]:
    """12.4 before 12.10; None for what does not begin with a number."""
    numbers = [int(digits) for digits in re.findall(_NUMBERS, text)]
    while numbers and not numbers[-1]:  # 12 is 12.0
        numbers.pop()
    return tuple(numbers) if text[:1].isdigit() else None


def _text_test(column: Column, operator: str, wanted: str) -> Test:
    if operator not in ("=", "!=", "~"):
        raise _unfit(column, "a text", "=, !=, ~ and in")
    if operator == "~":
        return _containing(column, wanted)
    same = column.same or _equal
    expected = operator == "="
    return lambda _row, value: any(same(one, wanted) for one in _texts(value)) is expected


def _containing(column: Column, wanted: str) -> Test:
    has = column.has
    if has is not None:
        return lambda row, _value: has(row, wanted)
    part = wanted.casefold()
    return lambda _row, value: any(part in one.casefold() for one in _texts(value))


def _texts(value: Any) -> List[str]:
    return [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]


def _equal(sent: str, wanted: str) -> bool:
    return sent.strip().casefold() == wanted.casefold()


def _unfit(column: Column, what: str, operators: str) -> QueryError:
    return QueryError(f"{column.key} is {what} and takes {operators}")
