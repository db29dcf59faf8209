"""A complete `clore` plugin: one function here and one entry point in pyproject.toml."""

from __future__ import annotations

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    IntRange,
    argument,
    cells,
    command,
    option,
    price_columns,
)

COLUMNS = [
    Column("id", align="right", kind="integer"),
    Column("gpu", format=cells.gpus, get=lambda server: server.gpu_model, kind="string"),
    *price_columns("price_usd_per_{}", "$/{}", lambda server: server.price_usd_per_day, usd=True),
]


@command(
    columns=COLUMNS,
    empty="No free server has this GPU and a price.",
    examples=[("clore cheapest 4090 -n 1 --json | jq '.[0].id'", "The number of the cheapest.")],
    exits=API_EXITS,
    see=["search", "rent"],
)
@argument("gpu")
@option("-n", "count", type=IntRange(min=1), default=3, show_default=True, help="How many.")
def cheapest(app: App, gpu: str, count: int) -> object:
    """Show the cheapest free servers with a GPU."""
    priced = [s for s in app.client.marketplace(gpu=gpu) if s.price_usd is not None]
    return sorted(priced, key=lambda s: s.price_usd or 0)[:count]
