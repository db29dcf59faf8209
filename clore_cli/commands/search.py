"""`clore search`: the marketplace, filtered and sorted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Tuple

from clore_cli.plugin import App, argument, command

from . import offers

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer


@command(columns=offers.COLUMNS, section="market", empty="No server matches; loosen a condition.")
@argument("terms", nargs=-1)
@offers.options
def search(app: App, terms: Tuple[str, ...], **options: Any) -> List[MarketplaceServer]:
    """Search the marketplace, cheapest first.

    TERMS are words of the GPU's name: clore search 4090. Needs no API key. Prices are for the
    whole machine, in USD; servers without a price that can be paid come last and show none.
    """
    return offers.find(app, terms, **options)
