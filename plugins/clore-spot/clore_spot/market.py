"""The API's spot market as the policy wants to see it. Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, List, Mapping, Optional, Tuple

from clore_cli.plugin import cells

from .policy import EXACT, Market

if TYPE_CHECKING:
    from clore_client.models import SpotMarket, SpotOffer

NO_BID = Decimal(0)


def exact(amount: Optional[float]) -> Decimal:
    """An amount as it reads; 0 where there is none."""
    return NO_BID if amount is None else Decimal(repr(amount))


def seen(
    spot: SpotMarket, coin: str, order_id: Optional[int] = None, price: Optional[float] = None
) -> Market:
    """The market from the side of one order; bids in other coins are compared in USD.

    Args:
        spot: the bids.
        coin: what the order is paid in.
        order_id: the order; None for somebody who has not bid yet.
        price: its bid, in case it is not among the bids.
    """
    offers = spot.offers or []
    mine = next((offer for offer in offers if _is_mine(offer, order_id)), None)
    others = [offer for offer in offers if not _is_mine(offer, order_id)]
    rival, text = _highest(others, coin, spot.currency_rates_in_usd or {})
    floors = spot.server.min_pricing if spot.server else {}
    return Market(
        currency=coin,
        bid=exact(price if mine is None or mine.price is None else mine.price),
        active=bool(mine and mine.active),
        rival=rival,
        rival_text=text,
        floor=exact(floors.get(coin)),
    )


def incomparable(spot: SpotMarket, coin: str) -> List[str]:
    """The coins of bids whose worth in ``coin`` nobody can tell, because a rate is missing."""
    rates = spot.currency_rates_in_usd or {}
    found = {offer.currency or "?" for offer in spot.offers or []}
    return sorted(other for other in found if _worth(Decimal(1), other, coin, rates) is None)


def _is_mine(offer: SpotOffer, order_id: Optional[int]) -> bool:
    """An account has one bid on a server at most; that its number is the order's is not sure."""
    return bool(offer.my) or offer.order_id == order_id


def _highest(offers: List[SpotOffer], coin: str, rates: Mapping[str, float]) -> Tuple[Decimal, str]:
    best, text = NO_BID, ""
    for offer in offers:
        worth = _worth(exact(offer.price), offer.currency or "", coin, rates)
        if worth is not None and worth > best:
            best, text = worth, _text(offer, coin, worth)
    return best, text


def _worth(price: Decimal, coin: str, wanted: str, rates: Mapping[str, float]) -> Optional[Decimal]:
    """What ``price`` of one coin is worth in another; None where a rate is missing."""
    if coin == wanted:
        return price
    have, want = exact(rates.get(coin)), exact(rates.get(wanted))
    return EXACT.divide(EXACT.multiply(price, have), want) if have and want else None


def _text(offer: SpotOffer, coin: str, worth: Decimal) -> str:
    """A bid in this coin, and in its own where that is another one."""
    if offer.currency == coin:
        return cells.coins(offer.price or 0.0)
    own = f"{cells.coins(offer.price or 0.0)} {cells.coin(offer.currency or '')}"
    return f"{cells.coins_rounded(float(worth))} ({own})"
