"""Chooses the coin that pays for a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from clore_cli.plugin import HOURS_PER_DAY, CommandError, Condition, Status, UsageError, cells

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
        CommandError: no wallet can pay, or a limit on the price does not hold in any coin.
    """
    coins = _coins(server, wish.kind)
    named = wish.currency is not None or wish.bid is not None
    if named:
        coins = [_named(server, coins, wish.currency or USD)]
    quotes = [_quote(account, server, wish, coin) for coin in coins]
    fitting = [quote for quote in quotes if _broken(quote, wish) is None]
    if quotes and not fitting:
        raise _ruled_out(quotes, wish)
    return fitting[0] if named else _payable(server, fitting, len(quotes))


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
        holding=account.holding,
    )


def _named(server: MarketplaceServer, coins: List[str], name: str) -> str:
    for coin in coins:
        if name.lower() in (coin.lower(), cells.coin(coin).lower()):
            return coin
    raise UsageError(f"server {server.id} does not take {name}; it takes {_listed(coins)}.")


def _listed(coins: List[str]) -> str:
    return ", ".join(coins) or "nothing that has a price"


def _broken(quote: Quote, wish: Wish) -> Optional[Condition]:
    """The first limit that this very price does not hold; None when it holds them all.

    A server that was chosen by its lowest price may be paid in a coin in which it costs more.
    """
    for limit in wish.limits:
        hourly = limit.column.key.endswith("_per_hour")
        usd = quote.usd_per_hour if hourly else quote.usd_per_day
        if usd is None or not limit.test(quote.server, usd):
            return limit
    return None


def _ruled_out(quotes: List[Quote], wish: Wish) -> CommandError:
    """The failure for ``quotes``, each of which breaks a limit; it tells of the cheapest."""
    quote = min(quotes, key=lambda one: (one.usd_per_hour is None, one.usd_per_hour or 0.0))
    limit, usd, server = _broken(quote, wish), quote.usd_per_hour, quote.server.id
    text = "" if limit is None else limit.text
    if usd is None:
        return CommandError(
            f"what server {server} costs in USD is not known, so {text} cannot be kept.",
            hint="'clore search' lists the servers whose price in USD is known.",
        )
    price = f"{cells.usd_per_hour(usd)} USD per hour in {cells.coin(quote.coin)}"
    costs = f"server {server} costs" if wish.bid is None else f"your bid for server {server} is"
    return CommandError(f"{costs} {price}, which {text} rules out.", hint=_cheaper(wish))


def _cheaper(wish: Wish) -> str:
    if wish.bid is not None:
        return "Bid within the limit, or change the limit."
    if wish.currency is not None:
        return "It may cost less in another coin: leave --currency out, or change the limit."
    if wish.max_price is not None:
        return f"'clore search --max-price {wish.max_price:g}' lists what costs less."
    return "'clore search' shows what the servers cost; change the limit, or take another one."


def _payable(server: MarketplaceServer, quotes: List[Quote], offered: int) -> Quote:
    """The first quote whose wallet lasts a day, else the first whose wallet lasts an hour."""
    for hours in (HOURS_PER_DAY, 1):
        for quote in quotes:
            if quote.lasts_hours(hours):
                return quote
    coins = _listed([quote.coin for quote in quotes])
    takes = "it takes" if len(quotes) == offered else "within the limit on the price it takes"
    raise CommandError(
        f"no wallet can pay for an hour of server {server.id}; {takes} {coins}.",
        hint="'clore wallets' shows balances and deposit addresses.",
        status=Status.REFUSED,
    )
