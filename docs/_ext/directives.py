"""What all pages of the reference are written with: titles, directives, texts. Pure."""

from __future__ import annotations

import pydoc
import textwrap
from typing import Any, Iterable, List

import docstrings
import names


def title(text: str, line: str = "=") -> List[str]:
    """A heading; ``line`` says of which level."""
    return [text, line * len(text), ""]


def documented(full: str) -> List[str]:
    """A class with its public members; fields are in its docstring already."""
    cls = pydoc.locate(full)
    hidden = ", ".join([*names.fields(cls), *_promised(cls)])
    leaving_out = [f"   :exclude-members: {hidden}"] if hidden else []
    return [f".. autoclass:: {full}", "   :members:", *leaving_out, ""]


def _promised(cls: Any) -> List[str]:
    """The members of ``cls`` that do what a class of somebody else's promises."""
    theirs = {name for base in cls.__mro__ if not names.is_ours(base) for name in vars(base)}
    return [name for name in vars(cls) if name in theirs and not name.startswith("_")]


def listed(words: Iterable[str]) -> str:
    """``words`` as code, with commas between them."""
    return ", ".join(f"``{word}``" for word in words)


def module_text(module: Any) -> List[str]:
    """The docstring of a module, with its example."""
    parts = docstrings.split(module)
    return [parts[""], "", *textwrap.dedent(parts.get("Example", "")).split("\n"), ""]
