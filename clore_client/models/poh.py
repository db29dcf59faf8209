"""Proof of Holding: the CLORE that you show to hold, which lowers your fees. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from clore_client.decode import RAW

from .base import Model


@dataclass(frozen=True)
class PohItem(Model):
    """One address that you have shown to be yours.

    Attributes:
        user: your user id.
        balance: what the address holds, in CLORE.
        created: when you showed it, unix time in seconds.
        last_check: when the balance was last looked at, unix time in seconds.
        signature: what shows it; ``message`` is what was signed.
    """

    address: Optional[str] = None
    balance: Optional[float] = None
    status: Optional[str] = None
    created: Optional[int] = None
    last_check: Optional[int] = None
    user: Optional[int] = None
    remove: Optional[int] = None
    unique: Optional[str] = field(default=None, repr=False)
    signature: Optional[str] = field(default=None, repr=False)
    message: Optional[str] = field(default=None, repr=False)


@dataclass(frozen=True)
class PohOffers(Model):
    """The parts of a balance that are lent to others, in CLORE, under the API's names."""

    rented_amount: Optional[float] = None
    rented_on_marketplace_amount: Optional[float] = None
    rented_finished_amount: Optional[float] = None
    leased_amount: Optional[float] = None
    leased_finished_amount: Optional[float] = None


@dataclass(frozen=True)
class PohAmounts(Model):
    """What all the addresses hold together, in CLORE, under the API's names."""

    total: Optional[float] = None
    free_amount: Optional[float] = None
    reward_amount: Optional[float] = None
    offers: Optional[PohOffers] = None


@dataclass(frozen=True)
class PohBalance(Model):
    """Your Proof of Holding.

    Attributes:
        items: the addresses.
        balance: what they hold together, in CLORE.
        count: how many there are.
    """

    items: List[PohItem] = field(default_factory=list)
    balance: Optional[PohAmounts] = None
    count: Optional[int] = None

    @classmethod
    def _settle(cls, values: Dict[str, Any]) -> bool:
        return isinstance(values[RAW].get("balance"), dict)
