"""Amounts: kept digit for digit, and computed as the numbers read."""

from __future__ import annotations

import copy
import math
import pickle
from decimal import Context, Decimal
from typing import Any, Callable, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clore_client import amounts
from clore_client.amounts import Exact, over, times, total
from clore_client.convert import as_float

LONG = "0.1234567890123456789"
AMOUNTS = st.decimals(
    min_value=Decimal("0.00000001"), max_value=1_000_000, allow_nan=False, places=8
).map(float)


def test_an_exact_number_is_its_float_and_prints_in_full() -> None:
    exact = Exact(LONG)
    assert (exact, hash(exact), exact + 0) == (float(LONG), hash(float(LONG)), float(LONG))
    assert (repr(exact), str(exact), f"{exact}", f"{exact:.3f}") == (LONG, LONG, LONG, "0.123")


@pytest.mark.parametrize(
    "clone", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_an_exact_number_survives_copies(clone: Callable[..., Any]) -> None:
    cloned = clone(Exact(LONG))
    assert type(cloned) is Exact
    assert cloned.literal == LONG


@pytest.mark.parametrize(
    "literal",
    [LONG, "-" + LONG, "123456789.123456789012", "9007199254740993", "1.234567890123456789e-05"],
)
def test_what_a_float_cannot_hold_is_exact(literal: str) -> None:
    number = amounts.parse(literal)
    assert type(number) is Exact
    assert repr(number) == literal


@pytest.mark.parametrize(
    "literal",
    ["0", "1.50", "1.49972002", "0.30000000000000004", "1.6800047999999999", "5e-324", "1e22",
     "0.10000000000000000000000", "123456789012345680000", "0.0000000000000000001",
     "inf", "nan", "1e-400", "1.0000000000000000e-400", "1.0000000000000000e-99999999999999999999",
     "1.0000000000000000e400", "0." + "1" * 200],
)  # fmt: skip
def test_what_a_float_holds_stays_a_float(literal: str) -> None:
    number = amounts.parse(literal)
    assert type(number) is float
    assert number == float(literal) or math.isnan(number)


@pytest.mark.parametrize(
    ("literal", "written"),
    [
        ("+" + LONG, LONG),
        (LONG[1:], LONG),
        ("00" + LONG, LONG),
        ("1234567890123456789.", "1234567890123456789"),
    ],
)
def test_an_exact_number_is_always_a_json_number(literal: str, written: str) -> None:
    assert repr(amounts.parse(literal)) == written


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_from_its_own_text(number: float) -> None:
    parsed = amounts.parse(repr(number))
    assert type(parsed) is float
    assert math.copysign(1, parsed) == math.copysign(1, number)
    assert parsed == number


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_every_decimal_comes_back_to_its_last_digit(number: Decimal) -> None:
    literal = str(number)
    parsed = amounts.parse(literal)
    assert parsed == float(literal)
    if type(parsed) is Exact:
        assert Decimal(parsed.literal) == number
    elif math.isfinite(parsed) and parsed and 16 <= len(literal) <= 100:
        assert Decimal(repr(parsed)) == number


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (times(1200.083, 0.00124968), 1.49971972344),
        (times(2500, 0.00162), 4.05),
        (times(3.983e-05, 60250.0), 2.3997575),
        (over(1.2, 24), 0.05),
        (over(4.05, 2500), 0.00162),
        (over(1, 0), math.inf),
        (times(1e308, 1e308), math.inf),
        (times(Exact(LONG), 10), 1.234567890123456789),
        (total(0.1, 0.2), 0.3),
        (total(0.1, 0.2, -0.3), 0.0),
        (total(), 0.0),
    ],
)
def test_results_read_as_people_compute_them(found: float, expected: float) -> None:
    assert repr(found) == repr(expected)
    assert type(found) is float


def test_the_floats_own_arithmetic_would_not() -> None:
    assert 1200.083 * 0.00124968 != 1.49971972344
    assert 1.2 / 24 != 0.05


@given(AMOUNTS, AMOUNTS)
def test_times_and_over_and_total_agree_with_decimal(a: float, b: float) -> None:
    exactly, x, y = Context(prec=200), Decimal(repr(a)), Decimal(repr(b))
    assert times(a, b) == float(exactly.multiply(x, y))
    assert over(a, b) == float(exactly.divide(x, y))
    assert total(a, b, a) == float(x + y + x)


def by_decimal(operation: str, *numbers: object) -> float:
    apply = getattr(Context(prec=50, traps=[]), operation)
    return float(apply(*(Decimal(repr(number)) for number in numbers)))


NUMBERS = st.one_of(
    st.floats(),
    st.integers(-(10**30), 10**30),
    AMOUNTS,
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda sent: amounts.parse(str(sent))),
)


@settings(max_examples=1000)
@given(NUMBERS, NUMBERS)
def test_whole_numbers_divide_as_decimals_do(
    a: Union[float, Exact], b: Union[float, Exact]
) -> None:
    assert repr(times(a, b)) == repr(by_decimal("multiply", a, b))
    assert repr(over(a, b)) == repr(by_decimal("divide", a, b))
    assert repr(over(a, 24)) == repr(by_decimal("divide", a, 24))


@given(AMOUNTS)
def test_a_day_is_24_of_its_hours(price: float) -> None:
    hour = over(price, 24)
    assert math.isclose(times(hour, 24), price, rel_tol=1e-15)
    assert over(times(price, 24), 24) == pytest.approx(price, rel=1e-15)


@pytest.mark.parametrize(
    "value", [LONG, "123456789012345678901", 123456789012345678901, Exact(LONG), 9007199254740993]
)
def test_converted_amounts_keep_their_digits(value: Union[str, int, Exact]) -> None:
    assert repr(as_float(value)) == str(value)
    assert isinstance(as_float(value), Exact)


@pytest.mark.parametrize("value", [2**60, "0.5", 7, 0.25])
def test_other_numbers_convert_to_plain_floats(value: Union[str, float]) -> None:
    assert as_float(value) == float(value)
    assert type(as_float(value)) is float


@pytest.mark.parametrize("value", [True, "x", 10**400, None, math.nan, "1e400", [], LONG + "x"])
def test_what_is_no_finite_number_converts_to_none(value: Any) -> None:
    assert as_float(value) is None
