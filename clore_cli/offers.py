"""How commands choose among the offers of the marketplace.

Every choice is a condition of one query, options included, so that --explain accounts for each row.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Callable, List, Optional, Sequence, Tuple

from click import UsageError, option

from . import completing
from .market import EVERY, Look, Only, look, servers
from .numbers import FloatRange, IntRange
from .offer_columns import COLUMNS, SPOT_COLUMNS
from .query import Condition, Query, QueryError, Removed
from .query import condition as query_condition
from .query import parse as parse_query

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

    from .app import App
    from .columns import Column

__all__ = [
    "COLUMNS",
    "SPOT_COLUMNS",
    "Look",
    "find",
    "limits",
    "look",
    "options",
    "parse",
    "servers",
]

_PRICES = (
    "price_usd_per_hour",
    "price_usd_per_day",
    "spot_price_usd_per_hour",
    "spot_price_usd_per_day",
)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that choose among the offers; `find` takes their values."""
    for add in reversed(_OPTIONS):
        command = add(command)
    return command


_OPTIONS = (
    option(
        "--gpu",
        metavar="NAME",
        shell_complete=completing.gpus,
        help="Part of the GPU's name; case, spaces and hyphens are alike.",
    ),
    option("--min-gpu", metavar="N", type=IntRange(min=1), help="At least N GPUs."),
    option("--min-ram", metavar="GB", type=FloatRange(min=0), help="At least so much RAM."),
    option(
        "--max-price", metavar="USD", type=FloatRange(min=0), help="At most so many USD per hour."
    ),
    option("--max-price-day", metavar="USD", type=FloatRange(min=0), help="The same per day."),
    option(
        "--spot", is_flag=True, help="Servers with a spot price, which then counts for the price."
    ),
    option("--include-rented", is_flag=True, help="Include the servers that are rented."),
    option(
        "--explain", is_flag=True, help="Tell on stderr how many servers each condition removed."
    ),
)


def find(
    app: App,
    terms: Sequence[str],
    *,
    gpu: Optional[str] = None,
    min_gpu: Optional[int] = None,
    min_ram: Optional[float] = None,
    max_price: Optional[float] = None,
    max_price_day: Optional[float] = None,
    spot: bool = False,
    include_rented: bool = False,
    explain: bool = False,
    max_age: float = 0.0,
) -> List[MarketplaceServer]:
    """The servers that match, cheapest first; those without a price that can be paid come last.

    Args:
        terms: query terms, see `parse_query`.
        gpu: part of the GPU's name; this and what follows are the values of `options`.
        min_gpu: at least so many GPUs.
        min_ram: at least so much RAM, in GB.
        max_price: at most so many USD per HOUR.
        max_price_day: at most so many USD per DAY.
        spot: servers with a spot price, which then counts for the price.
        include_rented: include the servers that are rented.
        explain: tell on stderr how many servers each condition removed.
        max_age: seconds that an answer kept on disk may be old to be used instead of asking.

    Raises:
        UsageError: a term or an option is not what it should be; nothing was asked.
    """
    hourly, daily = _price_keys(spot=spot)
    limits = [
        ("gpu", "~", gpu),
        ("gpu_count", ">=", _plain(min_gpu)),
        ("ram_gb", ">=", _plain(min_ram)),
        (hourly, "<=", _plain(max_price)),
        (daily, "<=", _plain(max_price_day)),
    ]
    given = [_condition(*limit) for limit in limits if limit[2] is not None]
    asked = [*_parsed(terms, SPOT_COLUMNS if spot else COLUMNS, gpu), *given]
    offered = [] if include_rented else [_condition("rented", "=", "no")]
    offered += [_condition(hourly, ">", "0")] if spot else []
    only = EVERY if explain else _only(asked, include_rented=include_rented)
    found, steps = Query((*offered, *asked)).sift(servers(app, max_age, only))
    _tell(app, steps, len(offered), explain=explain)
    return _cheapest_first(found, attrgetter("spot_price_usd" if spot else "price_usd"))


def _cheapest_first(
    servers: Sequence[MarketplaceServer], price: Callable[[MarketplaceServer], Optional[float]]
) -> List[MarketplaceServer]:
    def place(server: MarketplaceServer) -> Tuple[bool, float, int]:
        usd = price(server)
        return usd is None, usd or 0, server.id

    return sorted(servers, key=place)


def _only(asked: Sequence[Condition], *, include_rented: bool) -> Only:
    """What the SDK may leave out, so that no note tells anything else than without it.

    A condition on a price counts the servers without one among those that are left for it.
    """
    first = next((one for one in asked if one.column.key in ("gpu", *_PRICES)), None)
    return Only(first.part if first else None, available=not include_rented)


def parse(terms: Sequence[str], *, spot: bool = False) -> Query:
    """The query that ``terms`` are, over offers: its ``sift`` chooses among servers.

    Args:
        terms: those of ``clore search``.
        spot: the word "price" means the spot price.

    Raises:
        UsageError: a term is not what it should be; the text suggests what would do.
    """
    return Query(_parsed(terms, SPOT_COLUMNS if spot else COLUMNS, None))


def limits(
    terms: Sequence[str], *, spot: bool, max_price: Optional[float] = None
) -> List[Condition]:
    """The conditions on the price, which one price of a server may hold and another one not.

    `find` takes a server by its lowest price; what is paid in the end may be another one.

    Args:
        terms: query terms, those about other things among them.
        spot: the price is a bid.
        max_price: the value of --max-price.

    Raises:
        UsageError: a term is not what it should be.
    """
    keys = _price_keys(spot=spot)
    typed = _parsed(terms, SPOT_COLUMNS if spot else COLUMNS, None)
    found = [one._replace(text=f"'{one.text}'") for one in typed if one.column.key in keys]
    if max_price is not None:
        limit = _condition(keys[0], "<=", _plain(max_price))
        found.append(limit._replace(text=f"--max-price {max_price:g}"))
    return found


def _price_keys(*, spot: bool) -> Tuple[str, str]:
    """The keys of the prices that count, per hour and per day."""
    return (_PRICES[2], _PRICES[3]) if spot else (_PRICES[0], _PRICES[1])


def _plain(number: Optional[float]) -> Optional[str]:
    """An option's number as a term writes it."""
    return None if number is None else repr(number).removesuffix(".0")


def _condition(field: str, operator: str, value: Optional[str]) -> Condition:
    try:
        return query_condition(COLUMNS, field, operator, value or "")
    except QueryError as error:
        raise UsageError(f"{error}.") from None


def _parsed(
    terms: Sequence[str], columns: Sequence[Column], gpu: Optional[str]
) -> Tuple[Condition, ...]:
    try:
        conditions = parse_query(terms, columns).conditions
    except QueryError as error:
        text = str(error)
        raise UsageError(text if text.endswith((".", "?")) else f"{text}.") from None
    if gpu is not None and any(one.column.key == "gpu" for one in conditions):
        raise UsageError("name the GPU once: as words, or with --gpu.")
    return conditions


def _tell(app: App, steps: Sequence[Removed], offered: int, *, explain: bool) -> None:
    """Say what the conditions did, or at least which servers a limit on a price cannot judge."""
    if explain:
        for step in steps:
            lacking = f" ({step.lacking} of them without a value)" if step.lacking else ""
            removed = f"{step.condition.text}: removed {step.removed}{lacking}"
            app.note(f"{removed}, left {step.left}.")
        return
    without = sum(s.lacking for s in steps[offered:] if s.condition.column.key in _PRICES)
    if without:
        app.note("1 server lacks a price." if without == 1 else f"{without} servers lack a price.")
