"""`clore search`: the marketplace, filtered, sorted and grouped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Sequence, Tuple, Union

from clore_cli.plugin import (
    API_EXITS,
    App,
    Choice,
    FloatRange,
    argument,
    command,
    completing,
    offers,
    option,
)

from . import groups

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer


@command(
    columns=offers.COLUMNS,
    variants={"group_by": groups.COLUMNS, "spot": offers.SPOT_COLUMNS},
    section="market",
    empty="No server matches; loosen a condition, or see what --explain tells.",
    more="clore-query(7) explains the terms. To look at the same market several times, as a script"
    " may, let the last answer do: --max-age 60.",
    arguments={"TERMS": "Words of the GPU's name, and conditions: see clore-query(7)."},
    examples=[
        ("clore search 4090 'price<=0.40/h'", "The 4090s for at most 0.40 USD per hour."),
        (
            "clore search 'vram>=24GB' 'ram>=60GB' 'rel>=99%' --limit 5",
            "The five cheapest reliable servers with GPUs of 24 GB or more.",
        ),
        ("clore search --group-by gpu", "What each model costs, per GPU."),
        ("clore search 3090 --spot --explain", "The lowest bids, and what each condition removed."),
        (
            "clore search 4090 --limit 1 --json | jq '.[0].id'",
            "The number of the cheapest 4090, for 'clore deploy'.",
        ),
    ],
    exits={
        **API_EXITS,
        3: "There is a key, but it cannot be read, or the API does not accept it.",
    },
    files={"~/.clore/cache/": ""},
    see=["rent", "deploy", "spot", "fees", "query(7)"],
)
@argument("terms", nargs=-1, shell_complete=completing.terms)
@offers.options
@option(
    "--group-by",
    type=Choice(groups.KINDS),
    help="Show one row per GPU model or country, with prices per GPU.",
)
@option(
    "--max-age",
    metavar="SECONDS",
    type=FloatRange(min=0),
    default=0.0,
    help="Take the last answer when it is no older, without asking.  [default: 0]",
)
def search(
    app: App, terms: Tuple[str, ...], group_by: Optional[str], **options: Any
) -> Union[List[MarketplaceServer], Sequence[groups.Group]]:
    """Search the marketplace, cheapest first.

    TERMS are words of the GPU's name and conditions, each in quotes for the shell: clore search
    4090 'price<=0.40/h' 'ram>=64GB' 'country in DE,NL'. The fields are the columns; the operators
    are = != < <= > >= ~ and in. A server that lacks a value matches no condition on it.

    Needs no API key. Prices are for the whole machine, in USD; servers without a price that can
    be paid come last and show none.
    """
    found = offers.find(app, terms, **options)
    return groups.grouped(found, group_by, spot=options["spot"]) if group_by else found
