"""Draws a line of values over time as a picture, with matplotlib; no display is needed."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path

from clore_cli.plugin import CommandError

from .chart import Pairs, pieces

_INCHES = (10, 4.5)


def draw(path: Path, form: str, title: str, pairs: Pairs) -> None:
    """Write a picture, in the place of what is there.

    Args:
        path: of the file.
        form: ``"png"`` or ``"svg"``.
        title: the line above.
        pairs: unix times and values, oldest first.

    Raises:
        CommandError: matplotlib is missing, or the file cannot be written.
    """
    try:
        from matplotlib.figure import Figure  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise CommandError(
            "pictures need matplotlib, which is not installed.",
            hint="Install it: pip install 'clore-history[plot]'",
        ) from None
    figure = Figure(figsize=_INCHES, layout="constrained")
    axes = figure.add_subplot()
    for piece in pieces(pairs):
        # Without a zone, or matplotlib would show local time.
        times = [datetime.fromtimestamp(at, timezone.utc).replace(tzinfo=None) for at, _ in piece]
        dot = "." if len(piece) == 1 else None  # a line of one point shows nothing
        axes.plot(times, [value for _, value in piece], color="tab:blue", linewidth=1, marker=dot)  # type: ignore[arg-type, unused-ignore]
    axes.set_title(title, parse_math=False)  # the name of a GPU is no formula
    axes.set_xlabel("UTC")
    axes.grid(alpha=0.3)
    try:
        figure.savefig(path, format=form)
    except OSError as error:
        raise CommandError(f"cannot write {path}: {error.strerror or error}.") from None
