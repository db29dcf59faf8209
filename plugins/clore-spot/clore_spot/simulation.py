"""A day or a week of bidding on a machine of the sandbox, with strangers who come and go.

Everything is in this process and by a virtual clock: the same seed tells the same story.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Iterator, List, Optional, Union

from clore_cli.plugin import HOURS_PER_DAY, UsageError, cells, iso_utc, price_in
from clore_client import CloreAI
from clore_client.sandbox import VirtualClock, World

from .crowd import Crowd
from .keeper import Keeper
from .market import seen
from .policy import RAISE, Policy, at_most, default_step
from .rows import ENDED, Row

if TYPE_CHECKING:
    from clore_client.models import Order

#: A machine of that scenario that nobody has bid for.
_SERVER = 201
_USD = "USD-Blockchain"
_IMAGE = "cloreai/ubuntu22.04-cuda12"
_HOUR = 3600.0


@dataclass(frozen=True)
class Summary:
    """What a simulation came to. Amounts are in ``currency``.

    Attributes:
        order_id: the last order.
        new: the average bid per DAY while the machine was held; None if it never was.
        active_hours: how long it was held.
        waiting_hours: how long a bid within the cap would not have held it.
        orders: how many orders were made.
        spent: what they cost, with the fees for making them.
        spent_at_max: what the same hours would have cost at the cap, with one fee.
    """

    order_id: Optional[int]
    server_id: int
    new: Optional[float]
    currency: str
    rate: float
    at: float
    active_hours: float
    waiting_hours: float
    orders: int
    spent: float
    spent_at_max: float
    action: str = "summary"
    old: Optional[float] = None

    @property
    def usd_per_day(self) -> Optional[float]:
        """The average bid per day; it is in USD anyway."""
        return self.new

    @property
    def reason(self) -> str:
        """The figures in words."""
        orders = "1 order" if self.orders == 1 else f"{self.orders} orders"
        return (
            f"the machine was held for {self.active_hours:.1f} h and not for"
            f" {self.waiting_hours:.1f} h, with {orders}; ${cells.usd(self.spent)} spent, fees"
            f" included, against ${cells.usd(self.spent_at_max)} at --max"
        )

    @property
    def line(self) -> str:
        """All of it as people read it."""
        average = "" if self.new is None else f", at {price_in(_USD, 1.0, self.new)} on average"
        return f"{iso_utc(int(self.at))}  {self.reason}{average}"


class Simulation:
    """A renter who wants one machine all the time, and rents it again when it is lost.

    Args:
        seed: which strangers come.
        cap: USD per DAY.
        step: the same.
        interval: seconds between two looks.

    Raises:
        UsageError: the host takes no bid as low as the cap.
    """

    def __init__(self, seed: int, cap: Decimal, step: Optional[Decimal], interval: float) -> None:
        self._clock = VirtualClock()
        self._world = World(clock=self._clock, scenario="docs", lag=0.0)
        self._world.state.funds[_USD] = 1e9  # what is simulated is the market, not the wallet
        self._client = CloreAI(transport=self._world.transport("sandbox"), clock=self._clock)
        self._cap, self._interval = cap, interval
        self._step = step or default_step(1.0, _USD)
        self._keeper: Optional[Keeper] = None
        self._made: List[int] = []
        self._held = self._waited = 0.0
        price = self._world.state.servers[_SERVER]["price"]
        on_demand, floor = price["on_demand"][_USD], price["spot"][_USD]
        chance = Random(seed)  # noqa: S311  a simulation, no secret
        self._crowd = Crowd(self._world, _SERVER, (floor, on_demand), chance)
        if cap < Decimal(repr(floor)):
            raise UsageError(
                f"--max: the simulated host takes no less than {cells.coins(floor)} per day."
            )
        self.about = (
            f"A simulated machine costs ${cells.usd(on_demand)}/day on demand, and at least"
            f" ${cells.usd(floor)}/day on the spot market."
        )

    def run(self, hours: float) -> Iterator[Union[Row, Summary]]:
        """Each change as it happens, and what all of it came to."""
        end = self._clock.monotonic() + hours * _HOUR
        while self._clock.monotonic() < end:
            before = self._clock.monotonic()
            self._crowd.act(self._client.spot_marketplace(_SERVER), self._interval / _HOUR)
            row = self._look()
            if row is not None:
                yield row
            self._clock.sleep(self._interval)
            self._count(self._clock.monotonic() - before)
        yield self._summary()

    def _look(self) -> Optional[Row]:
        if self._keeper is None:
            return self._rent()
        row = self._keeper.keep()
        if row.action == ENDED:
            self._keeper = None
        return row if row.old != row.new else None

    def _rent(self) -> Optional[Row]:
        """A new order at the lowest bid that wins; None while the cap does not allow it."""
        policy, at = Policy(self._cap, self._step), self._client.server_time
        market = seen(self._client.spot_marketplace(_SERVER), _USD)
        decision = policy.decide(market, at)
        if decision.action != RAISE:
            return None
        order = self._order(at_most(decision.price))
        policy.changed(at, raised=True)
        self._keeper = Keeper(self._client, order, policy, lambda _: None)
        return Row(
            order_id=order.id or 0,
            server_id=_SERVER,
            action="order",
            reason=decision.reason,
            old=None,
            new=order.price,
            currency=_USD,
            rate=1.0,
            at=at,
        )

    def _order(self, price: float) -> Order:
        order = self._client.create_order(_SERVER, _IMAGE, "spot", _USD, spot_price=price)
        self._made.append(order.id or 0)
        return order

    def _count(self, seconds: float) -> None:
        if self._keeper is None:
            self._waited += seconds
        else:
            self._held += seconds

    def _summary(self) -> Summary:
        orders = self._client.my_orders(include_completed=True)
        mine = [order for order in orders if order.id in self._made]
        spent = sum(order.spend or 0.0 for order in mine)
        fees = sum(order.creation_fee or 0.0 for order in mine)
        days = self._held / _HOUR / HOURS_PER_DAY
        return Summary(
            order_id=self._made[-1] if self._made else None,
            server_id=_SERVER,
            new=round(spent / days, 4) if days else None,
            currency=_USD,
            rate=1.0,
            at=self._client.server_time,
            active_hours=round(self._held / _HOUR, 2),
            waiting_hours=round(self._waited / _HOUR, 2),
            orders=len(self._made),
            spent=round(spent + fees, 4),
            spent_at_max=round(float(self._cap) * days + fees / max(1, len(mine)), 4),
        )
