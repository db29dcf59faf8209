"""How many columns of a terminal a text takes, and how it is cut to fit. Pure."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

_ELLIPSIS = "…"


def measure(text: str) -> int:
    """The columns that ``text``, which has no control characters, takes: a wide character two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # only texts of hosts need its tables

    return max(wcswidth(text), 0)


def clip(text: str, limit: int) -> str:
    """``text``, or as much of it as fits ``limit`` columns with an ellipsis at its end."""
    if measure(text) <= limit:
        return text
    if limit < 1:
        return ""
    end = limit - 1
    while measure(text[:end]) > limit - 1:
        end -= 1
    return text[:end].rstrip() + _ELLIPSIS


class _Later(ModuleType):
    """Stands for a module until somebody asks it for something."""

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        from importlib import import_module

        return getattr(import_module(self.__name__), name)


def load_later() -> None:
    """Have wcwidth loaded when somebody uses it, not when somebody imports it.

    tabulate imports it for all texts, and only wide ones need it: 10 of the 17 ms that take it.
    """
    sys.modules.setdefault("wcwidth", _Later("wcwidth"))
