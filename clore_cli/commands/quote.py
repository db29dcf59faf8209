"""What renting one server costs in one coin, with fees, and how long the wallet lasts. Pure."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional

from clore_cli.plugin import cells, dollars, in_usd, per_hour, price_in

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

USD = "USD-Blockchain"
SPOT = "spot"

_DAY = 86400.0
_HOUR = 3600.0
_LABEL = 15  # columns
_CLOSE = 1e-9  # a price that went through JSON twice


class Quote(NamedTuple):
    """The price of a server, or a bid for it, in one coin. Amounts are in the coin.

    Attributes:
        server: the server.
        kind: ``"on-demand"`` or ``"spot"``.
        coin: what it is paid in.
        per_day: price or bid per DAY, as it was sent or typed.
        rate: what one coin is worth in USD, None where that is not known.
        fee_percent: what is added to the price, in percent of it; None where it is not known.
        creation_fee: what the order costs once; None where it is not known.
        balance: what the wallet holds; None where it is not known.
        drain: what running orders take from that wallet per DAY.
        floor: the lowest bid that the host takes, per DAY, on spot orders.
        holding: whether Proof of Holding takes something off the fee; how much is not known.
    """

    server: MarketplaceServer
    kind: str
    coin: str
    per_day: float
    rate: Optional[float] = None
    fee_percent: Optional[float] = None
    creation_fee: Optional[float] = None
    balance: Optional[float] = None
    drain: float = 0.0
    floor: Optional[float] = None
    holding: bool = False

    @property
    def usd_per_hour(self) -> Optional[float]:
        """The price without fees in USD per hour."""
        return per_hour(self.usd_per_day)

    @property
    def usd_per_day(self) -> Optional[float]:
        """The price without fees in USD per DAY."""
        return in_usd(self.per_day, self.rate)

    @property
    def fee_per_day(self) -> float:
        """The renter fee per DAY; 0 where it is not known."""
        from clore_client.amounts import over, times

        return over(times(self.per_day, self.fee_percent or 0.0), 100)

    @property
    def total_per_day(self) -> float:
        """Price and fee per DAY."""
        from clore_client.amounts import total

        return total(self.per_day, self.fee_per_day) if self.fee_percent else self.per_day

    @property
    def lasts(self) -> Optional[float]:
        """Seconds that the wallet lasts with this order beside those that run already.

        0 when it cannot even pay for the creation; None where the balance is not known.
        """
        if self.balance is None:
            return None
        left = self.balance - (self.creation_fee or 0.0)
        return max(0.0, left) / (self.total_per_day + self.drain) * _DAY

    def lasts_hours(self, hours: float) -> bool:
        """Whether the wallet is known to last so many hours."""
        return self.lasts is not None and self.lasts >= hours * _HOUR

    @property
    def below_floor(self) -> bool:
        """Whether it is a bid that the host's lowest one is above."""
        return self.floor is not None and self.per_day < self.floor


def same_price(one: Optional[float], other: float) -> bool:
    """Whether two prices are the same, though one of them may have come back from the API."""
    return one is not None and math.isclose(one, other, rel_tol=_CLOSE)


def price(quote: Quote, per_day: float) -> str:
    """An amount per DAY as people read it: per hour and per day, in USD and in the coin."""
    return price_in(quote.coin, quote.rate, per_day)


def brief(quote: Quote, per_day: float) -> str:
    """An amount per DAY in USD, or in the coin where nobody knows what that is worth."""
    usd = in_usd(per_day, quote.rate)
    if usd is None:
        return f"{cells.coins(per_day)} {cells.coin(quote.coin)}/day"
    return f"${dollars(usd, quote.coin)}/day"


def amount(quote: Quote, coins: float) -> str:
    """An amount that is paid once, in the coin and in USD."""
    usd = in_usd(coins, quote.rate)
    if quote.coin == USD:
        return f"${dollars(coins, quote.coin)}"
    own = f"{cells.coins(coins)} {cells.coin(quote.coin)}"
    return own if usd is None else f"{own} (${cells.usd(usd)})"


def lines(quote: Quote) -> Iterator[str]:
    """What a person is shown before the order is made, a line for each part."""
    server = quote.server
    country = f" in {server.location}" if server.location else ""
    limit = f"; it ends after {cells.hours(server.mrl)} at the latest" if server.mrl else ""
    model = cells.gpu(server.gpu_model or "GPU unknown")
    yield f"Server {server.id}: {model}{country}, {quote.kind}{limit}."
    yield _line("Your bid" if quote.kind == SPOT else "Price", price(quote, quote.per_day))
    yield _line("Renter fee", _fee(quote))
    if quote.fee_percent:
        yield _line("Total", price(quote, quote.total_per_day))
    yield _line("Creation fee", _creation(quote))
    yield _line("Wallet", _wallet(quote))


def _line(label: str, text: str) -> str:
    return f"{label + ':':<{_LABEL}}{text}"


def _fee(quote: Quote) -> str:
    if quote.fee_percent is None:
        return "not known"
    fee = f"{cells.coins(quote.fee_percent)}%{' before Proof of Holding' if quote.holding else ''}"
    return f"{fee}, {price(quote, quote.fee_per_day)}" if quote.fee_percent else "none"


def _creation(quote: Quote) -> str:
    if quote.creation_fee is None:
        return "not known"
    return f"{amount(quote, quote.creation_fee)}, once" if quote.creation_fee else "none"


def _wallet(quote: Quote) -> str:
    if quote.balance is None:
        return f"none in {cells.coin(quote.coin)}"
    beside = " with the orders that run already" if quote.drain else ""
    held = f"${cells.usd(quote.balance)}" if quote.coin == USD else amount(quote, quote.balance)
    return f"{held}, lasts {cells.age(quote.lasts or 0)}{beside}"
