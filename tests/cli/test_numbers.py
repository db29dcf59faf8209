"""The number types of options: what they take, and what they say to everything else."""

from __future__ import annotations

from typing import Union

import click
import pytest

from clore_cli.numbers import FloatRange, IntRange

REFUSED = [
    (IntRange(min=1), "x", "x is not a whole number of at least 1."),
    (IntRange(min=1), "0", "0 is not a whole number of at least 1."),
    (IntRange(min=1), "1.5", "1.5 is not a whole number of at least 1."),
    (IntRange(), "", " is not a whole number."),
    (IntRange(max=9), "10", "10 is not a whole number of at most 9."),
    (IntRange(0, 65535), "65536", "65536 is not a whole number from 0 to 65535."),
    (FloatRange(min=0), "nan", "nan is not a number of at least 0."),
    (FloatRange(min=0), "inf", "inf is not a number of at least 0."),
    (FloatRange(min=0, min_open=True), "0", "0 is not a number above 0."),
    (IntRange(min=1), "hf_" + "x" * 34, "a long word is not a whole number of at least 1."),
    (FloatRange(), "four", "four is not a number."),
]


@pytest.mark.parametrize(("kind", "text", "message"), REFUSED)
def test_what_is_no_such_number_is_told_in_words(
    kind: Union[IntRange, FloatRange], text: str, message: str
) -> None:
    with pytest.raises(click.BadParameter) as caught:
        kind.convert(text, None, None)
    assert caught.value.message == message


TAKEN = [
    (IntRange(0, 65535), "65535", 65535),
    (IntRange(min=1), "1", 1),
    (FloatRange(), "1e-3", 0.001),
]


@pytest.mark.parametrize(("kind", "text", "number"), TAKEN)
def test_the_limits_themselves_are_within(
    kind: Union[IntRange, FloatRange], text: str, number: float
) -> None:
    assert kind.convert(text, None, None) == number
