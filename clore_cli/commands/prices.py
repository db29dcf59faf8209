"""What one server costs in the coin that will pay for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, List, Optional

from clore_cli.plugin import (
    HOURS_PER_DAY,
    App,
    CommandError,
    Status,
    UsageError,
    cells,
    in_usd,
    per_hour,
)

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

USD = "USD-Blockchain"


@dataclass(frozen=True)
class Offer:
    """A coin and what a day costs in it, and in USD where that is known."""

    coin: str
    per_day: float
    usd_per_day: Optional[float]

    @property
    def usd_per_hour(self) -> Optional[float]:
        """The price in USD per hour."""
        return per_hour(self.usd_per_day)

    def describe(self) -> str:
        """The price per hour and per day, in the coin and in USD."""
        hour = cells.coins_rounded(per_hour(self.per_day) or 0)
        day = cells.coins(self.per_day)
        text = f"{hour} per hour, {day} per day in {self.coin}"
        if self.usd_per_day is None or self.usd_per_hour is None:
            return text
        usd = f"${cells.usd_per_hour(self.usd_per_hour)}/h, ${cells.usd(self.usd_per_day)}/day"
        return f"{usd} ({text})"


def choose(
    app: App, server: MarketplaceServer, currency: Optional[str], bid: Optional[float]
) -> Offer:
    """The offer in ``currency``, or in a coin whose wallet can pay; ``bid`` is per day in it.

    A bid is a number in a coin: which coin is never left to the wallets, because 2 USD and 2
    bitcoin are not the same offer.

    Raises:
        UsageError: the server does not take the coin.
        CommandError: no wallet can pay.
    """
    offers = _offers(server, bid)
    if currency is None and bid is None:
        return _payable(app, server, offers)
    if currency is None:
        currency = USD
    for offer in offers:
        if currency.lower() in (offer.coin.lower(), cells.coin(offer.coin).lower()):
            return offer
    known = ", ".join(offer.coin for offer in offers) or "nothing that has a price"
    raise UsageError(f"server {server.id} does not take {currency}; it takes {known}.")


def _offers(server: MarketplaceServer, bid: Optional[float]) -> List[Offer]:
    """One offer per coin that the server takes and has a price in, USD first."""
    price = server.price
    on_demand = price.on_demand if price else {}
    floors = price.spot if price else {}
    coins = [coin for coin in (on_demand if bid is None else floors) if _takes(server, coin)]
    coins.sort(key=lambda coin: coin != USD)
    amounts = {coin: on_demand[coin] if bid is None else bid for coin in coins}
    return [
        Offer(coin, amount, in_usd(amount, server.usd_rate(coin)))
        for coin, amount in amounts.items()
        if amount > 0
    ]


def _takes(server: MarketplaceServer, coin: str) -> bool:
    return server.allowed_coins is None or coin in server.allowed_coins


def _payable(app: App, server: MarketplaceServer, offers: List[Offer]) -> Offer:
    """The first offer whose wallet lasts a day, else the first whose wallet lasts an hour."""
    balances = {wallet.name: wallet.balance or 0.0 for wallet in app.client.wallets()}
    for hours in (HOURS_PER_DAY, 1):
        for offer in offers:
            if balances.get(offer.coin, 0.0) * HOURS_PER_DAY >= offer.per_day * hours:
                return offer
    known = ", ".join(offer.coin for offer in offers) or "nothing that has a price"
    raise CommandError(
        f"no wallet can pay for an hour of server {server.id}; it takes {known}.",
        hint="'clore wallets' shows balances and deposit addresses.",
        status=Status.REFUSED,
    )
