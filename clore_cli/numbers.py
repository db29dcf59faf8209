"""Number types for options. They differ from click's in what they refuse, and do nothing else."""

from __future__ import annotations

import math
from typing import Any, Optional

import click


class FloatRange(click.FloatRange):
    """click's, without NaN and infinity: neither is a price, and NaN passes every limit."""

    def convert(
        self, value: Any, param: Optional[click.Parameter], ctx: Optional[click.Context]
    ) -> Any:
        """The number, or click's usage error."""
        number = super().convert(value, param, ctx)
        if not math.isfinite(number):
            self.fail(f"{value} is not a finite number.", param, ctx)
        return number
