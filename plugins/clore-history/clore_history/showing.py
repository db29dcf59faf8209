"""`clore history show`: what each model costs now, and how that compares with before."""

from __future__ import annotations

import sys
import time
from operator import attrgetter
from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple

from clore_cli.plugin import (
    App,
    Column,
    argument,
    cells,
    command,
    completing,
    gpus,
    iso_utc,
)

from . import spark
from .period import HOUR, Period, before
from .shared import ENVIRONMENT, EXITS, FILES, days_option, db_option, gpu_prices, place

if TYPE_CHECKING:
    from .store import Store
    from .trend import Trend

EXAMPLES = [
    ("clore history show", "Every model, over the last 30 days."),
    ("clore history show 4090 5090 --days 7", "Two of them, over a week."),
    ("clore history show --sort -dearer_hours_share --limit 5", "What is unusually cheap now."),
]

#: Seconds after which the latest sample does not tell what there is now.
_OLD = 2 * HOUR


def _line(line: str) -> str:
    return spark.fits(line, sys.stdout.encoding)


# A narrow terminal has no room for more without cutting the names of the GPUs.
_WIDE: Any = {"hour": {"room": 105}, "day": {"extra": True}}

COLUMNS = [
    Column("gpu", kind="string", about=gpus.ABOUT),
    Column("free_servers", "FREE", align="right", aliases=("free",), kind="integer", about="now"),
    Column(
        "free_above_mean",
        "VS MEAN",
        "{:+.1f}".format,
        align="right",
        room=90,
        kind="number",
        about="free servers now, less their mean over the period",
    ),
    *gpu_prices("min", "LOW", attrgetter("low"), "lowest price now", extra=True, room=110),
    *gpu_prices("median", "MED", attrgetter("median"), "price in the middle now"),
    Column(
        "trend",
        format=_line,
        whole=True,
        kind="string",
        about="the medians of the period from its lowest to its highest; a dot where none is known",
    ),
    Column(
        "dearer_hours_share",
        "CHEAPER",
        "{:.0%}".format,
        attrgetter("dearer_share"),
        align="right",
        aliases=("cheaper",),
        kind="number",
        about="part of the period's hours whose median was higher than now, 0 to 1",
    ),
    *gpu_prices("lowest_median", "FROM", attrgetter("lowest_median"), "lowest hour", **_WIDE),
    *gpu_prices("highest_median", "TO", attrgetter("highest_median"), "highest hour", **_WIDE),
]


@command(
    "show",
    columns=COLUMNS,
    empty="No sample has such a GPU.",
    arguments={"GPU": "Part of a model's name, such as 4090; all models without it."},
    examples=EXAMPLES,
    exits=EXITS,
    environment=ENVIRONMENT,
    files=FILES,
    see=["history-record", "history-plot", "search"],
)
@argument("names", metavar="[GPU]...", nargs=-1, shell_complete=completing.gpus)
@db_option
@days_option(30)
def show(app: App, names: Tuple[str, ...], db: Optional[str], days: int) -> List[Trend]:
    """Compare prices now with those before.

    GPU is part of a model's name, such as 4090. Now is the latest sample, and the period are the
    DAYS before it.

    MED is the median of the prices of the free servers. TREND shows it over the period, from
    lowest (FROM) to highest (TO); a dot is a gap. CHEAPER 82% means that the median was higher in
    82% of the period's hours. VS MEAN compares the free servers with their mean.
    """
    from .opening import reading

    with reading(place(db)) as store:
        latest = store.latest()
        if latest is None:
            return []
        period = before(latest, days)
        samples = store.count(period.first * HOUR, latest)
        found = _trends(store, names, latest, samples, period)
    age = time.time() - latest
    ago = f", {cells.age(age)} ago" if age > _OLD else ""
    counted = "1 sample" if samples == 1 else f"{samples:,} samples"
    app.note(f"Now is {iso_utc(latest)}{ago}; {counted} in the {_named(days)} before.")
    return found


def _named(days: int) -> str:
    return "day" if days == 1 else f"{days} days"


def _trends(
    store: Store, names: Sequence[str], latest: int, samples: int, period: Period
) -> List[Trend]:
    from .trend import trend

    found = []
    for gpu, number in store.models().items():
        if names and not any(gpus.named(gpu, name) for name in names):
            continue
        now = next(iter(store.samples(gpu, latest, latest)), None)
        parts = store.parts(number, *period, now.median if now else None)
        if parts:
            found.append(trend(gpu, now, parts, samples, period))
    return found
