"""What the account holds and owes, read when it is first asked for and kept for the run."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Dict, List, Optional

from clore_cli.plugin import App, AuthError, CloreAPIError, NetworkError

if TYPE_CHECKING:
    from clore_client.models import Order, RenterFees


class Account:
    """Balances, fees and running orders of the account.

    Args:
        app: whose client asks for them.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    @cached_property
    def balances(self) -> Dict[str, Optional[float]]:
        """The balance by coin, in that coin."""
        return {wallet.name: wallet.balance for wallet in self._app.client.wallets()}

    @cached_property
    def orders(self) -> List[Order]:
        """The orders that have not ended, queued bids among them."""
        return self._app.client.my_orders()

    @cached_property
    def _fees(self) -> Optional[RenterFees]:
        """None where the API does not tell: a price can be shown without its fee."""
        try:
            return self._app.client.renter_fees()
        except (AuthError, NetworkError):
            raise
        except CloreAPIError as error:
            self._app.warn(f"the fees are not known: {error.message}.")
            return None

    def fee_percent(self, kind: str, coin: str) -> Optional[float]:
        """The renter fee in percent of the price; None where it is not known."""
        return None if self._fees is None else self._fees.percent(kind, coin)

    def creation_fee(self, kind: str, coin: str) -> Optional[float]:
        """What making an order costs once, in ``coin``; None where it is not known."""
        return None if self._fees is None else self._fees.creation_fee(kind, coin)

    @property
    def holding(self) -> bool:
        """Whether the account holds CLORE that takes something off the fees."""
        return self._fees is not None and bool(self._fees.poh_balance)

    def drain(self, coin: str) -> float:
        """What the running orders cost in ``coin`` per day, their fees included."""
        from clore_client.amounts import over, times, total

        costs = [0.0]
        for order in self.orders:
            if order.currency == coin and order.price and order.status != "queued":
                percent = self.fee_percent(order.type, coin) or 0.0
                costs.append(times(order.price, total(1.0, over(percent, 100))))
        return total(*costs)
