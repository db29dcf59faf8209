"""Names of a module that are imported when somebody asks for them (PEP 562). Imports nothing."""

from __future__ import annotations

import sys
from typing import Any, Callable, List, Mapping, Tuple


def attributes(
    module: str, homes: Mapping[str, str]
) -> Tuple[Callable[[str], Any], Callable[[], List[str]]]:
    """The ``__getattr__`` and the ``__dir__`` of a module whose names are defined elsewhere.

    Put them there unless ``TYPE_CHECKING``: a type checker that sees a ``__getattr__`` takes every
    name for one that is there, mistyped ones included.

    Args:
        module: the module's own ``__name__``; it has an ``__all__``.
        homes: by name, the module that has it; with ``:other`` behind it where it is called
            otherwise there, and with ``:`` where the name stands for that module itself.
    """

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        from importlib import import_module

        home, colon, other = homes[name].partition(":")
        found = import_module(home)
        value = found if colon and not other else getattr(found, other or name)
        setattr(sys.modules[module], name, value)
        return value

    def listed() -> List[str]:
        return sorted(sys.modules[module].__all__)

    return get, listed
