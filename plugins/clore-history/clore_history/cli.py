"""The commands of `clore history`."""

from __future__ import annotations

from clore_cli.plugin import group

from .exporting import export
from .plotting import plot
from .pruning import prune
from .shared import ENVIRONMENT, FILES
from .showing import show
from .taking import record

EXAMPLES = [
    ("clore history record --every 600 --keep 90", "Record for as long as this runs."),
    ("clore history show 4090", "What a 4090 costs now, and whether that is cheap."),
    ("clore history plot 4090 --days 7", "A week of its median prices, as a chart."),
]


@group(
    section="market",
    examples=EXAMPLES,
    files=FILES,
    environment=ENVIRONMENT,
    see=["search", "watch"],
)
def history() -> None:
    """Record prices and availability of GPUs, and show their history.

    'clore history record' takes samples of the marketplace; the other commands read them and ask
    nobody. Prices are USD per GPU, those of the servers that were free; times are UTC.
    """


for _command in (record, show, plot, export, prune):
    history.add_command(_command)
