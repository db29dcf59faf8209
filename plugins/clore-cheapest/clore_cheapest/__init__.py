"""A complete `clore` plugin: one function here and one entry point in pyproject.toml."""

from __future__ import annotations

from clore_cli.plugin import App, Column, IntRange, argument, cells, command, option

COLUMNS = [
    Column("id", align="right", kind="integer"),
    Column("gpu", format=cells.gpus, get=lambda server: server.gpu_model, kind="string"),
    Column(
        "price_usd_per_hour",
        "$/h",
        cells.usd_per_hour,
        lambda server: server.price_usd,
        "right",
        aliases=("price",),
        kind="number",
    ),
    Column("price_usd_per_day", "$/day", cells.usd, align="right", kind="number"),
]


@command(columns=COLUMNS, empty="No free server has this GPU and a price.")
@argument("gpu")
@option("-n", "count", type=IntRange(min=1), default=3, show_default=True, help="How many.")
def cheapest(app: App, gpu: str, count: int) -> object:
    """Show the cheapest free servers with a GPU."""
    priced = [s for s in app.client.marketplace(gpu=gpu) if s.price_usd is not None]
    return sorted(priced, key=lambda s: s.price_usd or 0)[:count]
