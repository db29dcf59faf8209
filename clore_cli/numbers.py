"""Number types for options: click's, with messages in plain words and without NaN and infinity."""

from __future__ import annotations

import math
from typing import Any, Optional

import click

_LONGEST = 24  # characters; a float has at most 24, a token of Hugging Face 37


class IntRange(click.IntRange):
    """A whole number within limits."""

    name = "whole number"

    def convert(
        self, value: Any, param: Optional[click.Parameter], ctx: Optional[click.Context]
    ) -> int:
        """The number, or a usage error that says what is wanted."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"{_shown(value)} is not a whole number{_within(self)}.", param, ctx)


class FloatRange(click.FloatRange):
    """A number within limits; neither NaN, which would pass every limit, nor infinity."""

    name = "number"

    def convert(
        self, value: Any, param: Optional[click.Parameter], ctx: Optional[click.Context]
    ) -> float:
        """The number, or a usage error that says what is wanted."""
        try:
            number = super().convert(value, param, ctx)
        except click.BadParameter:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"{_shown(value)} is not a number{_within(self)}.", param, ctx)
        return number


def _shown(value: Any) -> str:
    """What was given; a long word is none that was meant as a number, and may be a secret."""
    text = str(value)
    return text if len(text) <= _LONGEST else "a long word"


def _within(limits: Any) -> str:
    """The limits in words, after the kind of number."""
    if limits.min is None:
        return "" if limits.max is None else f" of at most {limits.max}"
    if limits.max is None:
        return f" above {limits.min}" if limits.min_open else f" of at least {limits.min}"
    return f" from {limits.min} to {limits.max}"
