"""The SDK's log, silent until a program wants to hear it.

`logging` takes 6 ms to import, so who only asks whether anybody listens does not import it.
"""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import logging

NAME = "clore_client"


@functools.cache
def logger() -> logging.Logger:
    """The logger of the SDK."""
    import logging

    found = logging.getLogger(NAME)
    found.addHandler(logging.NullHandler())
    return found


@functools.cache
def bodies() -> logging.Logger:
    """The logger of what was asked and answered, silent unless its own level says otherwise."""
    import logging

    found = logging.getLogger(f"{NAME}.wire")
    if found.level == logging.NOTSET:
        found.setLevel(logging.INFO)
    return found


def wanted() -> bool:
    """Whether anybody listens to each exchange."""
    if "logging" not in sys.modules:
        return False
    import logging

    return logger().isEnabledFor(logging.DEBUG) or bodies().isEnabledFor(logging.DEBUG)


if "logging" in sys.modules:  # the program may look for our handler, or silence us
    logger()
    bodies()
