"""The commands of `clore history`."""

from __future__ import annotations

from clore_cli.plugin import group

from .exporting import export
from .plotting import plot
from .pruning import prune
from .showing import show
from .taking import record


@group()
def history() -> None:
    """Record prices and availability of GPUs, and show their history.

    'clore history record' takes samples of the marketplace; the other commands read them and ask
    nobody. Prices are USD per GPU, those of the servers that were free; times are UTC.
    """


for _command in (record, show, plot, export, prune):
    history.add_command(_command)
