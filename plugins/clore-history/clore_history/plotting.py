"""`clore history plot`: one model's history as a chart."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import List, Mapping, NamedTuple, Optional, Sequence, Tuple

from clore_cli.plugin import (
    App,
    Choice,
    Column,
    argument,
    command,
    completing,
    option,
    terminal_width,
)

from .exporting import AT, GPU
from .period import HOUR, before
from .record import usd
from .shared import ENVIRONMENT, EXITS, FILES, days_option, db_option, known_model, place

EXAMPLES = [
    ("clore history plot 4090", "The median price over 30 days, in the terminal."),
    ("clore history plot 4090 --of free --days 7", "How many servers were free."),
    ("clore history plot 4090 --svg 4090.svg", "The same as a picture."),
]

#: What can be drawn: the key that the samples have it under, the record's field, and its words.
_MEASURES = {
    "median": ("median_usd_per_gpu_hour", "median", "median price, USD per GPU and hour"),
    "lowest": ("min_usd_per_gpu_hour", "low", "lowest price, USD per GPU and hour"),
    "spot": ("spot_median_usd_per_gpu_hour", "spot_median", "median bid, USD per GPU and hour"),
    "free": ("free_servers", "free_servers", "free servers"),
}


class _Fields(NamedTuple):
    at: int
    gpu: str
    measure: str
    value: Optional[float]


class Point(_Fields):
    """A value of a model at a unix time; None where it had none."""

    __slots__ = ()
    raw = None  # no object of the API's is a point


COLUMNS = [
    AT,
    GPU,
    Column("measure", kind="string", about="what the value is, with its unit"),
    Column(
        "value",
        format="{:g}".format,
        align="right",
        kind="number",
        about="null where nothing is known",
    ),
]


def _text(points: Sequence[Point]) -> str:
    """The chart, as large as the terminal."""
    from .chart import Size, chart

    size = Size(terminal_width(), shutil.get_terminal_size().lines)
    drawn = chart(_title(points), _pairs(points), size)
    return drawn.fitting(sys.stdout.encoding)


def _pairs(points: Sequence[Point]) -> List[Tuple[int, Optional[float]]]:
    return sorted((point.at, point.value) for point in points)


def _title(points: Sequence[Point]) -> str:
    words = {key: about for key, _, about in _MEASURES.values()}
    return f"{points[0].gpu}: {words[points[0].measure]}" if points else ""


@command(
    "plot",
    columns=COLUMNS,
    text=_text,
    empty="There are no samples of that time.",
    arguments={"GPU": "The model's name, or a part of it that no other model has."},
    examples=EXAMPLES,
    exits={
        **EXITS,
        1: "No history, several such models, or a picture that cannot be made.",
        4: "No sample has such a GPU.",
    },
    environment=ENVIRONMENT,
    files=FILES,
    see=["history-show", "history-export"],
)
@argument("name", metavar="GPU", shell_complete=completing.gpus)
@db_option
@days_option(30)
@option(
    "--of",
    "what",
    type=Choice(list(_MEASURES)),
    default="median",
    show_default=True,
    help="What to draw: a price of the free servers, their bids, or how many they are.",
)
@option("--png", metavar="FILE", help="Write a picture instead; needs clore-history[plot].")
@option("--svg", metavar="FILE", help="The same as SVG.")
def plot(
    app: App,
    name: str,
    db: Optional[str],
    days: int,
    what: str,
    png: Optional[str],
    svg: Optional[str],
) -> Optional[List[Point]]:
    """Draw a chart of one GPU model's history.

    GPU is the model's name, or a part of it that no other model has. The period are the DAYS
    before the latest sample. Nothing is drawn where samples are missing, or where no free server
    had a price. With -o json and the like the points are printed instead of the chart.
    """
    from .opening import reading

    with reading(place(db)) as store:
        gpu = known_model(list(store.models()), name)
        latest = store.latest() or 0
        found = store.samples(gpu, before(latest, days).first * HOUR, latest)
    key, field, _ = _MEASURES[what]
    points = [Point(one.at, gpu, key, _value(getattr(one, field), key)) for one in found]
    pictures = {form: path for form, path in (("png", png), ("svg", svg)) if path}
    if not pictures:
        return points
    _draw(app, points, pictures)
    return None


def _value(kept: Optional[int], key: str) -> Optional[float]:
    """What a record keeps, in the unit that ``key`` names."""
    return usd(kept) if "_usd_" in key else kept


def _draw(app: App, points: Sequence[Point], pictures: Mapping[str, str]) -> None:
    from .picture import draw

    for form, path in pictures.items():
        draw(Path(path), form, _title(points), _pairs(points))
        app.note(f"Drew {path}.")
