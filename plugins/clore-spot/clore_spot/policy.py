"""What to do about a bid: the market and the time in, one decision out. Pure.

All amounts are per DAY in the bid's own currency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, Context, Decimal
from typing import Optional, Tuple

from clore_cli.plugin import cells

RAISE, LOWER, KEEP, CAPPED = "raise", "lower", "keep", "capped"
#: Seconds after a change in which a bid is not lowered; the API refuses a second lowering in them.
LOWERING_INTERVAL = 600.0

#: Enough for any two prices of 17 digits; a step is never lost in the rounding.
EXACT = Context(prec=50)
#: Decimals of a new bid. No part of a bitcoin is smaller; other coins are worth far less.
_DECIMALS = {"bitcoin": 8}
_USUAL_DECIMALS = 4


@dataclass(frozen=True)
class Market:
    """A spot market as seen by one bidder.

    Attributes:
        currency: of the bid, and of every amount here.
        bid: the bidder's own bid; 0 where there is none yet.
        active: whether it holds the machine.
        rival: the highest other bid; 0 where there is none.
        rival_text: that bid as people read it, in its own coin too.
        floor: the lowest bid that the host takes.
    """

    currency: str
    bid: Decimal
    active: bool
    rival: Decimal = Decimal(0)
    rival_text: str = ""
    floor: Decimal = Decimal(0)

    @property
    def wins(self) -> bool:
        """Whether the bid has, or gets, the machine; of two equal bids, the one that has it."""
        return self.bid > self.rival or (self.bid == self.rival and self.active)


@dataclass(frozen=True)
class Decision:
    """What to do and why.

    Attributes:
        action: `RAISE`, `LOWER`, `KEEP`, or `CAPPED`: nothing within the cap would win.
        price: the bid after it.
        reason: why, in half a sentence.
        wait: seconds until the bid can be lowered, where that is what is missing.
    """

    action: str
    price: Decimal
    reason: str
    wait: float = 0.0

    @property
    def changes(self) -> bool:
        """Whether the bid is to be changed."""
        return self.action in (RAISE, LOWER)


class Policy:
    """Wants the lowest bid that wins, and remembers what the API allows.

    A bid is raised at once, and only to what is needed: two programs that bid against each other
    climb by single steps and stop at the lower of their caps. It is lowered when it is more than
    a step too high, at the earliest 10 minutes after any change, so that it follows neither
    every guest nor a wavering rate.

    Args:
        cap: no bid is ever raised above it.
        step: how far above the highest other bid a new one is.
    """

    def __init__(self, cap: Decimal, step: Decimal) -> None:
        self.cap, self.step = cap, step
        self.max_step: Optional[Decimal] = None
        self._lower_at = -math.inf

    def decide(self, market: Market, now: float) -> Decision:
        """What to do at ``now``, in seconds of the clock that `changed` is told, too."""
        goal = self.lowest(market)
        if market.bid > self.cap:
            return self._above_cap(market, goal, now)
        if not market.wins:
            return self._losing(market, goal)
        if market.bid - goal > self.step:
            return self._lower(market, goal, _needed(market, goal), now)
        little = ", less than a step below yours" if goal < market.bid else ""
        return Decision(KEEP, market.bid, _needed(market, goal) + little)

    def lowest(self, market: Market) -> Decimal:
        """The lowest bid that wins; it may be above the cap."""
        if not market.rival:
            return market.floor
        decimals = _DECIMALS.get(market.currency, _USUAL_DECIMALS)
        above = EXACT.add(market.rival, self.step)
        wanted = above.quantize(Decimal(1).scaleb(-decimals), ROUND_CEILING, EXACT)
        if wanted > self.cap > market.rival:
            wanted = self.cap  # less than a step above the other bid, but above it
        return max(market.floor, wanted)

    def changed(self, now: float, *, raised: bool) -> None:
        """The bid was changed at ``now``, or may have been: it is not lowered for 10 minutes."""
        self._lower_at = now + LOWERING_INTERVAL
        if raised:
            self.max_step = None  # it may grow with the bid; the next refusal tells

    def too_soon(self, now: float, seconds: float) -> None:
        """The API allows no lowering for ``seconds`` from ``now`` on."""
        self._lower_at = now + seconds

    def _losing(self, market: Market, goal: Decimal) -> Decision:
        if goal <= self.cap:
            why = f"outbid: {market.rival_text} by another renter" if market.rival else "no bid yet"
            return Decision(RAISE, goal, f"{why}; {_text(goal)} wins")
        return Decision(CAPPED, market.bid, f"{self._too_dear(market)}; {_text(goal)} would win")

    def _too_dear(self, market: Market) -> str:
        if market.rival >= self.cap:
            return f"another renter bids {market.rival_text}"
        return f"the host takes no less than {_text(market.floor)}"

    def _above_cap(self, market: Market, goal: Decimal, now: float) -> Decision:
        """A bid that was above the cap from the beginning goes down, even if it loses then."""
        least = max(market.floor, min(goal, self.cap))
        if least >= market.bid:
            return Decision(CAPPED, market.bid, self._too_dear(market))
        return self._lower(market, least, f"it was above the cap of {_text(self.cap)}", now)

    def _lower(self, market: Market, goal: Decimal, why: str, now: float) -> Decision:
        if now < self._lower_at:
            reason = f"{_text(goal)} is the aim, but a bid is lowered every 10 minutes at most"
            return Decision(KEEP, market.bid, reason, self._lower_at - now)
        price, reason = self._stepped(market.bid, goal)
        return Decision(LOWER, price, f"{reason}{why}")

    def _stepped(self, bid: Decimal, goal: Decimal) -> Tuple[Decimal, str]:
        """The bid after one lowering, and what to say about its size."""
        if self.max_step is None or EXACT.subtract(bid, goal) <= self.max_step:
            return goal, ""
        price = EXACT.subtract(bid, self.max_step)
        return price, f"by {_text(self.max_step)}, the most at once, towards {_text(goal)}: "


def default_step(rate: Optional[float], currency: str) -> Decimal:
    """What a cent is worth in a coin of ``rate`` USD; the coin's smallest part if not known."""
    smallest = Decimal(1).scaleb(-_DECIMALS.get(currency, _USUAL_DECIMALS))
    if not rate:
        return smallest
    cent = EXACT.divide(Decimal("0.01"), Decimal(repr(rate)))
    return cent.quantize(smallest, ROUND_CEILING, EXACT)


def at_most(amount: Decimal) -> float:
    """The largest float that does not read as more than ``amount``."""
    near = float(amount)
    return near if Decimal(repr(near)) <= amount else math.nextafter(near, 0.0)


def _needed(market: Market, goal: Decimal) -> str:
    if goal == market.floor:
        text = f"the host takes {_text(goal)}"
        return f"{text}, above every other bid" if market.rival else f"nobody else bids; {text}"
    return f"the highest other bid is {market.rival_text}; {_text(goal)} wins"


def _text(amount: Decimal) -> str:
    return cells.coins(float(amount))
