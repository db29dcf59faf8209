"""A plugin as its author writes it: every name of the facade, and the type that it has.

`assert_type` is for mypy and pyright; `tests/test_typing.py` installs and runs the plugin.
"""
# pyright: strict

from __future__ import annotations

import signal
from decimal import Decimal
from pathlib import Path
from typing import Any, ContextManager, Dict, Iterator, List, Mapping, Optional, Sequence

from typing_extensions import assert_type

from clore_ai import CloreAI
from clore_ai.models import MarketplaceServer, Order
from clore_cli.plugin import (
    API_EXITS,
    HOURS_PER_DAY,
    UNPROCESSED,
    App,
    AuthError,
    Choice,
    CloreAPIError,
    Column,
    CommandError,
    CommandLine,
    Condition,
    Context,
    Exit,
    FieldError,
    File,
    FloatRange,
    InstalledPlugin,
    IntRange,
    NetworkError,
    OrderUncertainError,
    Outages,
    PassingError,
    Progress,
    QuantityError,
    Query,
    QueryError,
    Removed,
    RowsCommand,
    Shown,
    Status,
    StreamCommand,
    Suffixed,
    UsageError,
    WaitTimeoutError,
    __version__,
    alone,
    argument,
    bar,
    cells,
    clean,
    command,
    completing,
    completion_script,
    completion_setup,
    dollars,
    endings,
    find_command,
    gpus,
    group,
    help_text,
    in_usd,
    install_completion,
    installed_plugins,
    iso_utc,
    nearest_name,
    offers,
    option,
    parse_query,
    per_hour,
    price_columns,
    price_in,
    query_condition,
    read_quantity,
    row_schema,
    stoppable,
    terminal_width,
    to_json,
    write_plugin,
)


def _has(server: MarketplaceServer, wanted: str) -> bool:
    return gpus.named(gpus.model(server) or "", wanted)


def _per_day(server: MarketplaceServer) -> Optional[float]:
    return server.price_usd_per_day


COLUMNS: List[Column] = [
    Column("id", align="right", kind="integer", about="the server"),
    Column("gpu", "GPU", cells.gpu, gpus.model, kind="string", same=gpus.same, has=_has),
    *price_columns("price_usd_per_{}", "$/{}", _per_day, usd=True, align="right"),
]


@command(
    columns=COLUMNS,
    empty="No free server has this GPU.",
    section="market",
    exits={**API_EXITS, 4: "There is no such GPU."},
    examples=[("clore typed 4090", "The cheapest 4090s.")],
)
@argument("gpu", default="4090", shell_complete=completing.gpus)
@option("--count", type=IntRange(1, 50), default=5, help="How many.")
@option("--below", type=FloatRange(0.0), help="USD per hour.")
@option("--kind", type=Choice(["on-demand", "spot"]), default="on-demand", help="The price.")
def typed(app: App, gpu: str, count: int, below: Optional[float], kind: str) -> object:
    """Show the cheapest servers with a GPU."""
    assert_type(app.client, CloreAI)
    found = offers.find(app, [gpu], max_price=below, spot=kind == "spot")
    assert_type(found, List[MarketplaceServer])
    app.note(f"{len(found)} of {len(offers.servers(app, 60.0))} servers.")
    app.when_shown(_tell)
    return found[:count]


def _tell(shown: Shown) -> None:
    assert_type(shown, Shown)


@group("typed-group", section="tools")
def typed_group() -> None:
    """A group of commands."""


@typed_group.command(columns=COLUMNS, cls=StreamCommand)
@argument("words", nargs=-1, type=UNPROCESSED)
@option("--into", type=File("w"), help="Where notes go.")
@option("--map", "pairs", type=Suffixed("=", ["a", "b"]), help="One of two.")
@option("--run", type=CommandLine(), help="What is run.")
def follow(app: App, words: Sequence[str], **_others: object) -> Iterator[MarketplaceServer]:
    """Print what is there, again and again."""
    outages = Outages(app, every=60)
    query = offers.parse(words)
    assert_type(query, Query)
    with stoppable(), alone("typed.lock", "following"):
        look = outages.attempt(lambda: offers.look(app, 30.0))
        if look is None:
            raise PassingError("not now")
        assert_type(look.age, float)
        yield from query.select(look.servers)
        app.sleep(60)


def orders(app: App) -> List[Order]:
    """The orders, or how the command fails."""
    try:
        assert_type(app.connect(), CloreAI)
        return app.client.my_orders()
    except (AuthError, FieldError, NetworkError) as error:
        raise CommandError(error.message, hint=error.advice, status=Status.REFUSED) from None
    except (OrderUncertainError, WaitTimeoutError):
        raise Exit(Status.UNKNOWN) from None
    except CloreAPIError as error:
        raise UsageError(clean(error.message)) from None


def talk(app: App) -> None:
    """What the run offers beside its client."""
    assert_type(app.settings.quiet, bool)
    assert_type(app.settings.profile, Optional[str])
    assert_type(app.progress(3.0), ContextManager[Progress])
    assert_type(app.read_line(), str)
    assert_type(app.failure, Optional[Exception])
    app.warn("a warning")
    app.report("what must be known")
    app.fail_later(CommandError("at the end"))


def queries(rows: Sequence[MarketplaceServer]) -> None:
    """Terms about columns of one's own."""
    query = parse_query(["4090"], COLUMNS)
    assert_type(query, Query)
    assert_type(query.explain(rows), List[Removed])
    condition = query_condition(COLUMNS, "id", "=", "7")
    assert_type(condition, Condition)
    assert_type(condition.holds(rows[0]), bool)
    try:
        parse_query(["nosuchfield=1"], COLUMNS)
    except QueryError as error:
        assert_type(str(error), str)
    try:
        assert_type(read_quantity("price_per_day", "0.2/h"), Decimal)
    except QuantityError as error:
        assert_type(str(error), str)


def texts(server: MarketplaceServer) -> Dict[str, str]:
    """Prices, times and JSON in words."""
    assert_type(per_hour(24.0), Optional[float])
    assert_type(in_usd(1.0, None), Optional[float])
    assert_type(HOURS_PER_DAY, int)
    assert_type(gpus.count(server), Optional[int])
    assert_type(gpus.named("RTX 4090", "4090"), bool)
    assert_type(terminal_width(), int)
    assert_type(iso_utc(0), Optional[str])
    return {
        "bar": bar(0.5, 10),
        "dollars": dollars(1.5, "bitcoin"),
        "price": price_in("bitcoin", 60000.0, 0.0001),
        "cells": cells.usd(1.0) + cells.age(3) + cells.gigabytes(24) + cells.percent(0.5),
        "json": to_json({"id": 7}, indent=2),
        "version": __version__,
    }


@typed_group.command("about")
@argument("directory")
def about(app: App, directory: str) -> None:
    """Say what clore tells of itself; a plugin and a completion script are left behind."""
    talk(app)
    assert_type(installed_plugins(), List[InstalledPlugin])
    assert_type(endings.status_of(15), int)
    assert_type(endings.SIGNALS, List[signal.Signals])
    assert_type(nearest_name("serch", ["search"]), Optional[str])
    assert_type(find_command(["search"]), Context)
    assert isinstance(find_command(["search"]).command, RowsCommand)
    assert_type(row_schema(["search"]), Optional[Dict[str, Any]])
    assert_type(help_text(["search"], as_roff=True), str)
    assert_type(completion_script("bash"), str)
    assert_type(completion_setup("bash"), str)
    assert_type(install_completion("bash"), Path)
    assert_type(API_EXITS, Mapping[int, str])
    write_plugin("typed-too", Path(directory))
