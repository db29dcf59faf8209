"""`clore spot`: the bids on one server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional

from clore_cli.plugin import (
    API_EXITS,
    App,
    Column,
    CommandError,
    IntRange,
    Status,
    argument,
    cells,
    command,
    completing,
    in_usd,
    price_columns,
    price_in,
)

if TYPE_CHECKING:
    from clore_client.models import SpotMarket, SpotOffer


class Bid(NamedTuple):
    """An offer, and what its coin is worth in USD."""

    offer: SpotOffer
    rate: Optional[float]

    @property
    def raw(self) -> Dict[str, Any]:
        """The offer as the API sent it."""
        return self.offer.raw

    @property
    def usd_per_day(self) -> Optional[float]:
        """The bid per day in USD."""
        return in_usd(self.offer.price, self.rate)


COLUMNS = [
    Column(
        "order_id",
        "ORDER",
        align="right",
        get=lambda bid: bid.offer.order_id,
        kind="integer",
        about="the number of the bid",
    ),
    Column(
        "active",
        format=cells.yes_no,
        get=lambda bid: bid.offer.active,
        kind="boolean",
        about="runs now",
    ),
    Column(
        "mine",
        format=cells.yes_no,
        get=lambda bid: bid.offer.my,
        kind="boolean",
        about="it is your own",
    ),
    *price_columns(
        "price_usd_per_{}",
        "$/{}",
        lambda bid: bid.usd_per_day,
        usd=True,
        day={"aliases": ("price",)},
        about="the bid in USD",
    ),
    *price_columns(
        "price_per_{}",
        "BID/{}",
        lambda bid: bid.offer.price,
        day={"format": cells.coins},
        about="in the bid's currency",
    ),
    Column(
        "currency",
        "COIN",
        cells.coin,
        lambda bid: bid.offer.currency,
        kind="string",
        about="what the bid is paid in",
    ),
]


@command(
    columns=COLUMNS,
    section="market",
    empty="Nobody bids on this server.",
    examples=[
        ("clore spot 23928", "Everybody's bids, and the lowest ones that the host takes."),
        (
            "clore spot 23928 --json | jq 'map(select(.active)) | .[0].price_usd_per_day'",
            "The bid that has the machine now, in USD per day.",
        ),
        (
            "clore deploy 23928 --type spot --spot-price 2.80",
            "Bid 2.80 USD per day yourself.",
        ),
    ],
    exits={**API_EXITS, 4: "There is no such server, or it has no spot market."},
    see=["search", "deploy", "spot-price"],
)
@argument("server_id", type=IntRange(min=1), shell_complete=completing.spot_servers)
def spot(app: App, server_id: int) -> List[Bid]:
    """Show the bids on a server, highest first.

    The lowest bids that the host takes are noted on stderr, one for each coin.
    """
    market = app.client.spot_marketplace(server_id)
    if market.exists is False:
        raise CommandError(
            f"server {server_id} has no spot market.",
            hint="'clore search --spot' lists the servers that have one.",
            status=Status.NOT_FOUND,
        )
    _note_floor(app, market)
    rates = market.currency_rates_in_usd or {}
    bids = [Bid(offer, rates.get(offer.currency or "")) for offer in market.offers or []]
    return sorted(bids, key=lambda bid: (bid.usd_per_day is None, -(bid.usd_per_day or 0)))


def _note_floor(app: App, market: SpotMarket) -> None:
    """The lowest bid in each coin, one line for each: there may be many, with many digits."""
    floors = market.server.min_pricing if market.server else {}
    rates = market.currency_rates_in_usd or {}
    for coin, price in floors.items():
        app.note(f"Lowest {cells.coin(coin)} bid: {price_in(coin, rates.get(coin), price)}.")
