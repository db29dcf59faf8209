"""Chooses the coin that pays for a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from clore_cli.plugin import HOURS_PER_DAY, CommandError, Status, UsageError, cells

from .quote import SPOT, USD, Quote

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

    from .account import Account
    from .rental_options import Wish


def choose(account: Account, server: MarketplaceServer, wish: Wish) -> Quote:
    """The quote for ``server`` in the coin wished for, or in one whose wallet can pay.

    A bid is a number in a coin: which coin is never left to the wallets, because 2 USD and 2
    bitcoin are not the same offer.

    Raises:
        UsageError: the server does not take the coin.
        CommandError: no wallet can pay, or it costs more than the limit.
    """
    coins = _coins(server, wish.kind)
    if wish.currency is None and wish.bid is None:
        found = _payable(server, [_quote(account, server, wish, coin) for coin in coins])
    else:
        found = _quote(account, server, wish, _named(server, coins, wish.currency or USD))
    _check_limit(found, wish.max_price)
    return found


def _coins(server: MarketplaceServer, kind: str) -> List[str]:
    """The coins that the server takes and has a price in, USD first.

    A price alone is not enough: some hosts quote USD and are not paid in it.
    """
    price = server.price
    prices = {} if price is None else price.spot if kind == SPOT else price.on_demand
    allowed = server.allowed_coins
    coins = [c for c, n in prices.items() if n > 0 and (allowed is None or c in allowed)]
    return sorted(coins, key=lambda coin: coin != USD)


def _quote(account: Account, server: MarketplaceServer, wish: Wish, coin: str) -> Quote:
    kind, spot = wish.kind, wish.kind == SPOT
    price = server.price
    listed = 0.0 if price is None else (price.spot if spot else price.on_demand)[coin]
    return Quote(
        server=server,
        kind=kind,
        coin=coin,
        per_day=listed if wish.bid is None else wish.bid,
        rate=server.usd_rate(coin),
        fee_percent=account.fee_percent(kind, coin),
        creation_fee=account.creation_fee(kind, coin),
        balance=account.balances.get(coin),
        drain=account.drain(coin),
        floor=listed if spot else None,
    )


def _named(server: MarketplaceServer, coins: List[str], name: str) -> str:
    for coin in coins:
        if name.lower() in (coin.lower(), cells.coin(coin).lower()):
            return coin
    raise UsageError(f"server {server.id} does not take {name}; it takes {_listed(coins)}.")


def _listed(coins: List[str]) -> str:
    return ", ".join(coins) or "nothing that has a price"


def _payable(server: MarketplaceServer, quotes: List[Quote]) -> Quote:
    """The first quote whose wallet lasts a day, else the first whose wallet lasts an hour."""
    for hours in (HOURS_PER_DAY, 1):
        for quote in quotes:
            if quote.lasts_hours(hours):
                return quote
    coins = _listed([quote.coin for quote in quotes])
    raise CommandError(
        f"no wallet can pay for an hour of server {server.id}; it takes {coins}.",
        hint="'clore wallets' shows balances and deposit addresses.",
        status=Status.REFUSED,
    )


def _check_limit(quote: Quote, max_price: Optional[float]) -> None:
    if max_price is None:
        return
    if quote.usd_per_hour is None:
        raise CommandError("the price in USD is not known, so --max-price cannot be kept.")
    if quote.usd_per_hour > max_price:
        price = cells.usd_per_hour(quote.usd_per_hour)
        raise CommandError(
            f"server {quote.server.id} costs {price} USD per hour, more than --max-price"
            f" {max_price:g}.",
            hint=f"'clore search --max-price {max_price:g}' lists what costs less.",
        )
