"""What must begin anew in a forked child: locks of threads that are not there, and their work."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Renewable(Protocol):
    """Something that threads of the parent may hold or be busy with at the fork."""

    def renew(self) -> None:
        """Called in the child, before anything else runs there."""
        ...


_living: WeakSet[Renewable] = WeakSet()


def renew_in_child(thing: Renewable) -> None:
    """Have ``thing`` renewed in every child that this process forks as long as it lives."""
    _living.add(thing)


def _renew() -> None:
    for thing in list(_living):
        thing.renew()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no forks either
    os.register_at_fork(after_in_child=_renew)
