"""Shows on stderr what the SDK logs: warnings always, requests with -v, bodies with -vv."""

from __future__ import annotations

import logging
from typing import Set

from clore_client import tracing
from clore_client.text import clean

from .options import Settings
from .progress import make_way

_BODIES = 2  # that often -v
_REMEMBERED = 1000  # warnings


class _Line(logging.Formatter):
    """One line per record: the log quotes hosts and answers, and must not act on a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as it is shown; what it traces has no level that anybody needs to know."""
        kind = "trace" if record.levelno <= logging.INFO else record.levelname.lower()
        return f"{kind}: {clean(record.getMessage(), tracing.LIMIT + 100)}"


def show(settings: Settings) -> None:
    """Show the log of this run as ``settings`` ask for."""
    handler = logging.StreamHandler()
    handler.addFilter(_after_progress)
    handler.addFilter(_News())
    handler.setFormatter(_Line())
    usual = logging.ERROR if settings.quiet else logging.WARNING
    tracing.logger.addHandler(handler)
    tracing.logger.setLevel(logging.DEBUG if settings.verbose else usual)
    tracing.bodies.setLevel(logging.DEBUG if settings.verbose >= _BODIES else logging.INFO)


class _News(logging.Filter):
    """Lets a warning through once: a command that goes on for days would repeat it at each look."""

    def __init__(self) -> None:
        super().__init__()
        self._told: Set[str] = set()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this is no warning, or one that has not been shown."""
        if record.levelno != logging.WARNING:
            return True
        text = record.getMessage()
        news = text not in self._told
        if len(self._told) < _REMEMBERED:
            self._told.add(text)
        return news


def _after_progress(_record: logging.LogRecord) -> bool:
    make_way()
    return True
