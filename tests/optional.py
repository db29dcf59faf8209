"""What a test says where a value may be None, and is not."""

from __future__ import annotations

from typing import Optional, TypeVar

T = TypeVar("T")


def some(value: Optional[T]) -> T:
    """``value``, which is there."""
    assert value is not None
    return value
