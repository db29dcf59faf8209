"""Strangers who bid on one server of a simulated world, each up to a price of their own."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, List, Optional, Tuple

if TYPE_CHECKING:
    from clore_client.models import SpotMarket
    from clore_client.sandbox import World

_USD = "USD-Blockchain"
_HOUR = 3600.0
#: Hours between two strangers who want the machine, and for how long one wants it, on average.
_ARRIVAL, _STAY = 2.0, 4.0
#: Hours until a stranger who is outbid bids again, on average.
_PATIENCE = 0.5
#: Some would pay a little more than the price on demand, for they bid without looking.
_DEAREST = 1.05
#: What a stranger puts on top of the highest bid, as a part of it: at least, and at most more.
_ABOVE, _MORE = 0.01, 0.04


@dataclass
class Stranger:
    """Somebody who wants the machine.

    Attributes:
        limit: the most that they pay, in USD per DAY.
        until: when they leave, in seconds of the world's clock.
        bid_id: their latest bid.
    """

    limit: float
    until: float
    bid_id: int


class Crowd:
    """The strangers on one server.

    Args:
        world: where the server is.
        server_id: the server.
        prices: the lowest bid that the host takes and the price on demand, in USD per DAY.
        chance: decides what they do.
    """

    def __init__(
        self, world: World, server_id: int, prices: Tuple[float, float], chance: Random
    ) -> None:
        self._world, self._server_id, self._chance = world, server_id, chance
        self._floor, self._on_demand = prices
        self._there: List[Stranger] = []

    def act(self, spot: SpotMarket, hours: float) -> None:
        """Let ``hours`` pass: some leave, and one may come or bid more."""
        now = self._world.clock.monotonic()
        for one in self._there:
            if one.until <= now:
                self._world.drop_bid(one.bid_id)
        self._there = [one for one in self._there if one.until > now]
        rates = spot.currency_rates_in_usd or {}
        bids = {o.order_id: (o.price or 0.0) * rates[o.currency or ""] for o in spot.offers or []}
        top = max(bids.values(), default=0.0)
        outbid = self._impatient([one for one in self._there if one.bid_id not in bids], top, hours)
        if outbid is not None:
            outbid.bid_id = self._bid(min(outbid.limit, top * self._above()))
        elif self._chance.random() < hours / _ARRIVAL:
            self._come(top, now)

    def _impatient(self, lost: List[Stranger], top: float, hours: float) -> Optional[Stranger]:
        """One who has lost the machine, would pay more than ``top`` and bids again now."""
        willing = (one for one in lost if one.limit > top)
        return next((one for one in willing if self._chance.random() < hours / _PATIENCE), None)

    def _come(self, top: float, now: float) -> None:
        chance = self._chance
        limit = self._floor + (_DEAREST * self._on_demand - self._floor) * chance.random()
        until = now + chance.expovariate(1 / _STAY) * _HOUR
        price = max(self._floor, min(limit, top * self._above()))
        self._there.append(Stranger(limit, until, self._bid(price)))

    def _above(self) -> float:
        return 1 + _ABOVE + _MORE * self._chance.random()

    def _bid(self, price: float) -> int:
        return self._world.add_bid(self._server_id, _USD, round(price, 2))
