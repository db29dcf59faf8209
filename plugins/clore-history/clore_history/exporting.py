"""`clore history export`: the samples themselves."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Iterator, Optional, Tuple

from clore_cli.plugin import (
    App,
    Column,
    StreamCommand,
    UsageError,
    cells,
    command,
    completing,
    gpus,
    iso_utc,
    option,
)

from .period import HOUR, before, moment
from .record import usd
from .shared import ENVIRONMENT, EXITS, FILES, days_option, db_option, place

if TYPE_CHECKING:
    from pathlib import Path

    from .record import Record

EXAMPLES = [
    ("clore history export --csv > week.csv", "The last 7 days of every model."),
    ("clore history export --gpu 4090 --days 90 -o jsonl", "One model, a line of JSON per sample."),
    (
        "clore history export --since 2026-11-01 --until 2026-11-08 --csv",
        "One week, in UTC.",
    ),
]


def _count(key: str, title: str, about: str) -> Column:
    return Column(key, title, align="right", kind="integer", about=about)


def _price(field: str, row: Record) -> Optional[float]:
    return usd(getattr(row, field))


AT = Column("at", get=lambda row: iso_utc(row.at), whole=True, kind="string", about="time, UTC")
GPU = Column("gpu", kind="string", about=gpus.ABOUT)

COLUMNS = [
    AT,
    GPU,
    _count("free_servers", "FREE", "servers that are free"),
    _count("rented_servers", "RENTED", "servers that are rented"),
    _count("free_gpus", "FREE GPUS", "GPUs of the free servers"),
    _count("rented_gpus", "RENTED GPUS", "GPUs of the rented servers"),
    *(
        Column(
            f"{key}_usd_per_gpu_hour",
            f"{title}/h",
            cells.usd_per_hour,
            partial(_price, field),
            align="right",
            kind="number",
            about=f"{about}, USD per GPU",
        )
        for key, title, field, about in (
            ("min", "LOW", "low", "lowest price of the free servers"),
            ("p25", "P25", "quarter", "a quarter of them cost less"),
            ("median", "MED", "median", "their price in the middle"),
            ("max", "HIGH", "high", "their highest price"),
            ("spot_min", "SPOT LOW", "spot_low", "lowest bid that the free servers take"),
            ("spot_p25", "SPOT P25", "spot_quarter", "a quarter of these bids are lower"),
            ("spot_median", "SPOT MED", "spot_median", "the bid in the middle"),
            ("spot_max", "SPOT HIGH", "spot_high", "the highest of these bids"),
        )
    ),
]


@command(
    "export",
    cls=StreamCommand,
    ends=True,
    columns=COLUMNS,
    empty="There are no samples of that time.",
    examples=EXAMPLES,
    exits=EXITS,
    environment=ENVIRONMENT,
    files=FILES,
    see=["history-show", "history-plot"],
)
@db_option
@option(
    "--gpu",
    "names",
    metavar="NAME",
    multiple=True,
    shell_complete=completing.gpus,
    help="Part of a model's name; may be given several times.",
)
@days_option(7)
@option("--since", metavar="TIME", help="From this time on, UTC, as 2026-11-24T18:30.")
@option("--until", metavar="TIME", help="Up to this time; the latest sample without it.")
def export(
    _app: App,
    db: Optional[str],
    names: Tuple[str, ...],
    days: int,
    since: Optional[str],
    until: Optional[str],
) -> Iterator[Record]:
    """Print the samples: a row per model and time, oldest first.

    Without --since they are those of the last DAYS. Prices are those of the free servers, per GPU
    and hour, in USD; a missing one is empty or null. Rows are printed while they are read, however
    many they are; a table and --sort wait for all of them.
    """
    begin = None if since is None else moment(since, "--since")
    end = None if until is None else moment(until, "--until")
    if begin is not None and end is not None and begin > end:
        raise UsageError("--since comes after --until.")
    return _samples(place(db), names, days, begin, end)


def _samples(
    path: Path, names: Tuple[str, ...], days: int, begin: Optional[int], end: Optional[int]
) -> Iterator[Record]:
    from .store import reading

    with reading(path) as store:
        last = store.latest() if end is None else end
        if last is not None:
            first = before(last, days).first * HOUR if begin is None else begin
            models = [gpu for gpu in store.models() if _wanted(gpu, names)]
            yield from store.all_samples(models, first, last)


def _wanted(gpu: str, names: Tuple[str, ...]) -> bool:
    return not names or any(gpus.named(gpu, name) for name in names)
