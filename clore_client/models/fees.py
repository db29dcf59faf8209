"""What renting costs beside the price: percentages, and what an order costs at once. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Optional

from clore_client.decode import RAW, wire
from clore_client.validate import ON_DEMAND, SPOT, refuse

from .base import Model


@dataclass(frozen=True)
class FeePercents(Model):
    """The fee on top of the price, by coin.

    Attributes:
        base (percent of the price): the fee itself.
        added (percent of the price): what is added to it; another interface of the marketplace
            sends it.
    """

    base: Dict[str, float] = field(default_factory=dict)
    added: Dict[str, float] = field(default_factory=dict, metadata=wire("extra"))


@dataclass(frozen=True)
class FeeKinds(Model):
    """The fees of the two types of orders.

    Attributes:
        on_demand: of orders on demand.
        spot: of spot orders.
    """

    on_demand: Optional[FeePercents] = None
    spot: Optional[FeePercents] = None


@dataclass(frozen=True)
class CreationFees(Model):
    """What an order costs once, when it is made: by coin.

    Attributes:
        on_demand (that coin): of orders on demand.
        spot (that coin): of spot orders.
    """

    on_demand: Dict[str, float] = field(default_factory=dict)
    spot: Dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class PohConfig(Model):
    """How far holding CLORE lowers the fees.

    Attributes:
        max_reduction_percent (percent of the fee): the most that a fee is lowered by.
        max_poh_amount (CLORE): what lowers it so far.
    """

    max_reduction_percent: Optional[float] = None
    max_poh_amount: Optional[float] = None


@dataclass(frozen=True)
class RenterFees(Model):
    """What you pay beside a server's price; see `percent` and `creation_fee`.

    Attributes:
        renter_fees: percentages, on demand and spot, by coin.
        creation_fees: coin amounts, on demand and spot, by coin.
        poh_config: how far holding CLORE lowers the percentages.
        poh_balance (CLORE): what you hold that counts for that.
    """

    renter_fees: Optional[FeeKinds] = None
    creation_fees: Optional[CreationFees] = None
    poh_config: Optional[PohConfig] = None
    poh_balance: Optional[float] = None

    @classmethod
    def _settle(cls, values: Dict[str, Any]) -> bool:
        return isinstance(values[RAW].get("renter_fees"), dict)

    def percent(self, type: str, currency: str) -> Optional[float]:  # noqa: A002  the order's word
        """The fee in PERCENT of the price: ``base``, plus ``extra`` where it is sent.

        What holding CLORE takes off is not in it: how the API works that out is not documented.

        Args:
            type: ``"on-demand"`` or ``"spot"``.
            currency: the coin that the order is paid in, e.g. ``"CLORE-Blockchain"``.

        Returns:
            None where the API names no fee.

        Raises:
            InvalidInputError: there is no such type of order.
        """
        fees = _of(type, self.renter_fees or FeeKinds()) or FeePercents()
        base = fees.base.get(currency)
        # Rounded: 1.1 + 2.2 is 3.3000000000000003.
        return None if base is None else round(base + fees.added.get(currency, 0.0), 9)

    def creation_fee(self, type: str, currency: str) -> Optional[float]:  # noqa: A002
        """What making an order costs once, in ``currency``.

        Args:
            type: ``"on-demand"`` or ``"spot"``.
            currency: the coin that the order is paid in, e.g. ``"CLORE-Blockchain"``.

        Returns:
            None where the API names no fee.

        Raises:
            InvalidInputError: there is no such type of order.
        """
        fees: Dict[str, float] = _of(type, self.creation_fees or CreationFees())
        return fees.get(currency)


def _of(kind: str, fees: Any) -> Any:
    if kind not in (ON_DEMAND, SPOT):
        raise refuse("type", f'must be "{ON_DEMAND}" or "{SPOT}"')
    return fees.spot if kind == SPOT else fees.on_demand
