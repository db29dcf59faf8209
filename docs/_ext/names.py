"""The public names of the project, and where the reference tells of each. Pure."""

from __future__ import annotations

import dataclasses
import functools
import pydoc
from typing import Any, Dict, Iterator, List, Optional

import clore_ai
import clore_ai.exceptions
import clore_ai.models
import clore_client.sandbox
from clore_cli import plugin
from clore_client.method import Method

_OURS = ("clore_ai", "clore_cli", "clore_client")
#: What a client can be given instead of its own.
FOUNDATIONS = (
    "clore_client.Limiter",
    "clore_client.RateLimiter",
    "clore_client.limiter.Slot",
    "clore_client.wire.Transport",
    "clore_client.wire.Request",
    "clore_client.wire.Response",
    "clore_client.clock.Clock",
)


def is_ours(thing: Any) -> bool:
    """Whether ``thing`` is written here, and not click's or the standard library's."""
    return (getattr(thing, "__module__", None) or "").partition(".")[0] in _OURS


def methods() -> List[str]:
    """The methods of both clients that make calls, in the order in which they are declared."""
    declared = vars(clore_ai.CloreAI.__mro__[1])
    return [name for name, value in declared.items() if isinstance(value, Method)]


def _told() -> Iterator[str]:
    yield from (f"clore_ai.exceptions.{name}" for name in clore_ai.exceptions.__all__)
    yield from (f"clore_ai.models.{name}" for name in clore_ai.models.__all__)
    yield from (f"clore_client.models.{name}" for name in ("Model", "Rows"))
    yield from FOUNDATIONS
    yield from ("clore_ai.CloreAI", "clore_ai.AsyncCloreAI")
    yield from (f"clore_client.sandbox.{name}" for name in clore_client.sandbox.__all__)
    yield from (
        "clore_cli.testing.clore",
        "clore_cli.testbench.Bench",
        "clore_cli.testbench.Result",
    )
    yield from (f"clore_ai.CloreAI.{name}" for name in methods())
    yield from (f"clore_cli.plugin.{name}" for name in plugin.__all__)


@functools.cache
def homes() -> Dict[str, List[str]]:
    """The full names under which the reference tells of public names, by the name alone."""
    found: Dict[str, List[str]] = {}
    for full in _told():
        found.setdefault(full.rpartition(".")[2], []).append(full)
    return found


def full_name(name: str, module: str = "", inside: str = "") -> Optional[str]:
    """The full name that the reference has for what ``name`` means; None if it has none.

    Args:
        name: a public name, or a member of one after a dot; or a member of ``inside``.
        module: where it stands: of two things that are called so, that of this module is meant.
        inside: the full name of a class, or nothing.
    """
    if inside and has_member(inside, name):
        return f"{inside}.{name}"
    first, dot, member = name.partition(".")
    known = homes().get(first)
    if known is None:
        return told_as(pydoc.locate(name)) if dot else None
    full = next((one for one in known if one.rpartition(".")[0] == module), known[0])
    return full + dot + member if not dot or has_member(full, member) else None


def seen(name: str, origin: str) -> Any:
    """What is called ``name`` in the module that the thing ``origin`` is in, or anywhere; or None.

    A facade gives things names of its own, which the docstring beside them does not use.
    """
    while origin:
        thing = pydoc.locate(f"{origin}.{name}")
        if thing is not None:
            return thing
        origin = origin.rpartition(".")[0]
    return pydoc.locate(name)


def told_as(thing: object) -> Optional[str]:
    """The full name under which the reference tells of ``thing``; None if it does not."""
    told = (full for full in _told() if thing is not None and pydoc.locate(full) is thing)
    return next(told, None)


def has_member(full: str, name: str) -> bool:
    """Whether the class, or module, called ``full`` has a field or attribute called ``name``."""
    thing = pydoc.locate(full)
    return hasattr(thing, name) or name in fields(thing)


def fields(cls: Any) -> List[str]:
    """The fields of a dataclass or a named tuple, in their order."""
    if dataclasses.is_dataclass(cls):
        return [item.name for item in dataclasses.fields(cls) if not item.name.startswith("_")]
    return list(getattr(cls, "_fields", ()))
