"""Shows on stderr how far something has come: one line that changes, or lines for a log."""

from __future__ import annotations

import contextlib
import math
import sys
from typing import Generator, List, Optional

from . import terminal

_CLEAR = "\r\x1b[2K"
_BAR = 20  # characters
_FULL, _EMPTY, _EIGHTHS = "█", "░", " ▏▎▍▌▋▊▉"
_live: List[Progress] = []  # whose line is on the terminal now


class Progress:
    """Tells the person at the terminal what is going on.

    On a terminal it is one line, gone at the end. Elsewhere each new text is a line, so that a
    log shows the way without being flooded by the same text.

    Args:
        quiet: show nothing.
        total: what ``done`` grows up to; without it there is no bar.
    """

    def __init__(self, *, quiet: bool = False, total: Optional[float] = None) -> None:
        self._total, self._last = total, ""
        self._shown = not quiet and sys.stderr is not None
        self._live = self._shown and sys.stderr is not None and sys.stderr.isatty()

    @contextlib.contextmanager
    def showing(self) -> Generator[Progress, None, None]:
        """A context at whose end the line on the terminal is gone."""
        try:
            yield self
        finally:
            make_way()

    def update(self, text: str, done: Optional[float] = None, *, more: str = "") -> None:
        """Show ``text`` and, where there is a total, how much of it is ``done``.

        Args:
            text: what is going on.
            done: how much of the total is done.
            more: shown behind ``text`` on a terminal only, for what changes all the time.
        """
        from clore_client.text import clean  # most runs show none

        from .width import clip

        text = clean(text)
        if not self._shown:
            return
        if self._live:
            line = self._bar(done) + text + clean(more)
            _write(_CLEAR + clip(line, terminal.columns() - 1))
            _live[:] = [self]
        elif text != self._last:
            _write(text + "\n")
        self._last = text

    def _bar(self, done: Optional[float]) -> str:
        if done is None or not self._total:
            return ""
        return bar(done / self._total, _BAR) + " "


def make_way() -> None:
    """Take the line of progress off the terminal, if there is one, so that another can stand."""
    if _live:
        _live.clear()
        _write(_CLEAR)


def _write(text: str) -> None:
    with contextlib.suppress(OSError):  # a closed stderr must not stop the work
        sys.stderr.write(text)
        sys.stderr.flush()


def bar(share: float, cells: int) -> str:
    """A bar of ``cells`` characters of which ``share``, 0 to 1, is filled, in eighths.

    A share that is not 0 shows.
    """
    eighths = math.ceil(min(max(share, 0.0), 1.0) * cells * 8 - 1e-9)
    full, rest = divmod(eighths, 8)
    filled = _FULL * full + (_EIGHTHS[rest] if rest else "")
    return filled.ljust(cells, _EMPTY)
