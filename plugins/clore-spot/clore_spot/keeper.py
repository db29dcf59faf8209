"""Looks at one order and its market, and carries out what the policy decides."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Callable, Optional

from clore_cli.plugin import AuthError, CloreAPIError, CommandError, FieldError, Status

from .market import exact, incomparable, seen
from .policy import RAISE, Decision, Market, Policy, at_most
from .rows import ENDED, Row

if TYPE_CHECKING:
    from clore_client import CloreAI
    from clore_client.models import Order, SpotMarket

#: Each refusal teaches one number: the largest step, the time to wait, or the lowest bid.
_TRIES = 4
_CLOSE = 1e-9  # a price that went through JSON twice
#: What the API answers about an order that has ended since it was looked at.
_GONE = ("order_dont_exist", "order_not_active")


def find(client: CloreAI, order_id: int) -> Optional[Order]:
    """The newest row of one of the account's orders, which is listed live, then as ended."""
    rows = [row for row in client.my_orders(include_completed=True) if row.id == order_id]
    return next((row for row in rows if row.expired), rows[0] if rows else None)


def spot_order(client: CloreAI, order_id: int) -> Order:
    """A spot order of the account's, ended ones included.

    Raises:
        CommandError: there is no such order, status 4, or its price is no bid, status 2.
    """
    order = find(client, order_id)
    if order is None:
        raise CommandError(
            f"you have no order {order_id}.",
            hint="'clore orders --completed' lists yours, those that ended included.",
            status=Status.NOT_FOUND,
        )
    if order.type != "spot":
        raise CommandError(
            f"order {order_id} is {order.type}: its price is the host's.",
            hint="Only a spot order has a bid; 'clore orders' lists yours.",
            status=Status.USAGE,
        )
    return order


class Keeper:
    """Keeps the bid of one order.

    Args:
        client: makes the calls.
        order: as it was first seen.
        policy: decides.
        note: is told what a person should know.

    Attributes:
        order: as it was last seen.
        market: the same; None before the first look.
    """

    def __init__(
        self, client: CloreAI, order: Order, policy: Policy, note: Callable[[str], None]
    ) -> None:
        self.order = order
        self.market: Optional[Market] = None
        self._client, self._policy, self._note = client, policy, note
        self._rate: Optional[float] = None
        self._ignored = ""

    def keep(self) -> Row:
        """Look once, and change the bid at most once.

        Raises:
            CloreAPIError: the API did not answer, or refused; what it knows of the bid is looked
                at anew next time.
        """
        order_id = self.order.id or 0
        # One listing without the order could be an odd one.
        order = find(self._client, order_id) or find(self._client, order_id)
        if order is None or order.expired:
            return self._ended()
        self.order = order
        spot = self._client.spot_marketplace(order.server_id or 0)
        self._rate = (spot.currency_rates_in_usd or {}).get(order.currency or "")
        self._tell_ignored(spot)
        self.market = seen(spot, order.currency or "", order_id, order.price)
        return self._adjusted(self.market)

    def _adjusted(self, market: Market) -> Row:
        for _ in range(_TRIES):
            decision = self._policy.decide(market, self._now)
            if not decision.changes:
                return self._row(market, decision)
            try:
                self._set(decision)
            except FieldError as error:
                if error.error in _GONE:
                    return self._ended()
                market = self._learnt(error, market)
                continue
            self._policy.changed(self._now, raised=decision.action == RAISE)
            return self._row(market, decision)
        raise CommandError(
            f"the API refuses every bid for order {self.order.id}.",
            hint=f"'clore spot {self.order.server_id}' shows the bids and the lowest one.",
            status=Status.REFUSED,
        )

    @property
    def _now(self) -> float:
        return self._client.server_time

    def _set(self, decision: Decision) -> None:
        """Change the bid; a lost answer is made up for by a look, and never by a second try."""
        order_id, price = self.order.id or 0, at_most(decision.price)
        try:
            self._client.set_spot_price(order_id, price)
        except (KeyboardInterrupt, SystemExit):
            self._note(f"Interrupted: the bid of order {order_id} may be {price:.10g} per day now.")
            raise
        except (AuthError, FieldError):
            raise
        except CloreAPIError as error:
            if not getattr(error, "sent", True):
                raise
            # It may still be carried out: until then a lowering must not be sent again.
            self._policy.changed(self._now, raised=decision.action == RAISE)
            if not self._is_set(price):
                raise
            self._note("The answer was lost, but the bid is set.")

    def _is_set(self, price: float) -> bool:
        try:
            order = find(self._client, self.order.id or 0)
        except CloreAPIError:
            return False
        bid = order.price if order else None
        return bid is not None and math.isclose(bid, price, rel_tol=_CLOSE)

    def _learnt(self, error: FieldError, market: Market) -> Market:
        """Remember the number in a refusal, and return the market with what it says."""
        answer = error.response or {}
        step, wait, floor = (
            answer.get(name) for name in ("max_step", "time_to_lowering", "min_price")
        )
        if isinstance(step, (int, float)) and step > 0:
            self._policy.max_step = exact(step)
        elif isinstance(wait, (int, float)):
            self._policy.too_soon(self._now, wait)
        elif isinstance(floor, (int, float)) and exact(floor) > market.floor:
            return replace(market, floor=exact(floor))
        else:
            raise error
        return market

    def _row(self, market: Market, decision: Decision) -> Row:
        return Row(
            order_id=self.order.id or 0,
            server_id=self.order.server_id,
            action=decision.action,
            reason=decision.reason,
            old=float(market.bid),
            new=at_most(decision.price),
            currency=market.currency,
            rate=self._rate,
            at=self._now,
            wait=decision.wait,
            raw=self.order.raw,
        )

    def _ended(self) -> Row:
        return Row(
            order_id=self.order.id or 0,
            server_id=self.order.server_id,
            action=ENDED,
            reason="outbid, cancelled, or its longest time is over",
            old=self.order.price,
            new=None,
            currency=self.order.currency or "",
            rate=self._rate,
            at=self._now,
            raw=self.order.raw,
        )

    def _tell_ignored(self, spot: SpotMarket) -> None:
        coins = ", ".join(incomparable(spot, self.order.currency or ""))
        if coins and coins != self._ignored:
            self._note(f"Bids in {coins} are left out: the API gives no rate to compare them by.")
        self._ignored = coins
