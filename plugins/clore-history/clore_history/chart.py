"""Draws a line of values over time with the characters of a terminal. Pure."""

from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from clore_cli.plugin import iso_utc

from .spark import encodable

Pairs = Sequence[Tuple[int, Optional[float]]]

#: What is missing between two samples when they are so many usual distances apart.
GAP = 3.0

_SMALLEST = 20, 4
_HIGHEST = 20  # lines: more make no chart of prices clearer
_DOTS_PER_COLUMN = 2
_AROUND = 5  # lines for the title, the axis and the prompt
_MARGIN = 0.05
_EMPTY = "\u2800"  # of the characters with dots, the one without any
_DOTS = range(0x2801, 0x2900)
_FRAME = str.maketrans("┤│└─", "+|+-")


class Size(NamedTuple):
    """A terminal's, in characters."""

    columns: int
    lines: int


class Chart(NamedTuple):
    """A finished chart."""

    text: str

    def fitting(self, encoding: Optional[str]) -> str:
        """The chart in characters that the ``encoding`` of the output has."""
        if encodable(self.text, encoding):
            return self.text
        return self.text.translate({**dict.fromkeys(_DOTS, "*"), **_FRAME})


def chart(title: str, pairs: Pairs, size: Size) -> Chart:
    """A chart that fits a terminal; without a single value there is only a sentence.

    Args:
        title: the line above.
        pairs: unix times and values, oldest first. Of more than there are dots for, each dot is
            the mean of a stretch of time.
        size: the terminal's.
    """
    shown = thinned(pairs, max(size.columns, _SMALLEST[0]) * _DOTS_PER_COLUMN)
    known = [value for _, value in shown if value is not None]
    if not known:
        return Chart(f"{title}\nNo value is known.\n" if title else "")
    low, high = _range(known)
    marks = [_number(value) for value in (high, (low + high) / 2, low)]
    left = max(map(len, marks))
    width = max(size.columns - left - 3, _SMALLEST[0])
    height = max(min(size.lines - _AROUND, _HIGHEST), _SMALLEST[1])
    lines = _dots(shown, (low, high), width, height)
    at = {0: marks[0], height // 2: marks[1], height - 1: marks[2]}
    body = [
        f"{at.get(number, ''):>{left}} {'┤' if number in at else '│'}{line}".rstrip()
        for number, line in enumerate(lines)
    ]
    axis = f"{'':>{left}} └{'─' * width}"
    return Chart("\n".join([title, *body, axis, _times(pairs, left + 2, width), ""]))


def _range(known: Sequence[float]) -> Tuple[float, float]:
    """The lowest and the highest value that there is room for."""
    low, high = min(known), max(known)
    margin = (high - low) * _MARGIN or abs(high) * _MARGIN or 1.0
    return max(low - margin, 0.0), high + margin


def _number(value: float) -> str:
    return f"{value:.4f}" if value < 10 else f"{value:.1f}"  # noqa: PLR2004  prices are below


def _dots(pairs: Pairs, limits: Tuple[float, float], width: int, height: int) -> List[str]:
    from plotille import Canvas  # type: ignore[import-untyped, unused-ignore]

    first, last = pairs[0][0], pairs[-1][0]
    canvas = Canvas(width, height, first, limits[0], max(last, first + 1), limits[1])
    for piece in pieces(pairs):
        canvas.point(*piece[0])
        for (x, y), (to_x, to_y) in zip(piece, piece[1:]):
            canvas.line(x, y, to_x, to_y)
    text: str = canvas.plot()
    return [line.replace(_EMPTY, " ").rstrip() for line in text.split("\n")]


def thinned(pairs: Pairs, most: int) -> Pairs:
    """``pairs``, or where they are more than ``most``, the means of so many stretches of time."""
    if len(pairs) <= most:
        return pairs
    first, span = pairs[0][0], pairs[-1][0] + 1 - pairs[0][0]
    stretches: Dict[int, List[Optional[float]]] = {}
    for at, value in pairs:
        stretches.setdefault((at - first) * most // span, []).append(value)
    return [(first + number * span // most, _mean(found)) for number, found in stretches.items()]


def _mean(values: Sequence[Optional[float]]) -> Optional[float]:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def pieces(pairs: Pairs) -> Iterator[List[Tuple[int, float]]]:
    """The stretches of ``pairs`` without a gap."""
    longest = GAP * _usual_distance([at for at, _ in pairs])
    piece: List[Tuple[int, float]] = []
    for at, value in pairs:
        if piece and (value is None or at - piece[-1][0] > longest):
            yield piece
            piece = []
        if value is not None:
            piece.append((at, value))
    if piece:
        yield piece


def _usual_distance(times: Sequence[int]) -> float:
    distances = sorted(later - earlier for earlier, later in zip(times, times[1:]))
    return distances[len(distances) // 2] if distances else 0.0


def _times(pairs: Pairs, left: int, width: int) -> str:
    """The line below the axis: when it begins and ends."""
    first, last = (_moment(pairs[place][0]) for place in (0, -1))
    last = f"{last} UTC"
    return f"{'':>{left}}{first}{last:>{max(width - len(first), len(last) + 2)}}"


def _moment(at: int) -> str:
    return (iso_utc(at) or "")[:16].replace("T", " ")
