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
        address: the address.
        balance (CLORE): what it holds.
        status: the API's own word for how it stands; which words there are is not documented.
        created (unix time, s): when you showed it.
        last_check (unix time, s): when the balance was last looked at.
        user: your user id.
        remove: as sent, by its name about taking the address back; not documented further.
        unique: as sent, by its name a text of its own for each proof.
        signature: what shows that the address is yours: it signs ``message``.
        message: what was signed.
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
    """The parts of a balance that are lent, under the API's names, which are all that tells.

    Attributes:
        rented_amount (CLORE): what is rented.
        rented_on_marketplace_amount (CLORE): what is rented on the marketplace.
        rented_finished_amount (CLORE): of rentals that have ended.
        leased_amount (CLORE): what is leased.
        leased_finished_amount (CLORE): of leases that have ended.
    """

    rented_amount: Optional[float] = None
    rented_on_marketplace_amount: Optional[float] = None
    rented_finished_amount: Optional[float] = None
    leased_amount: Optional[float] = None
    leased_finished_amount: Optional[float] = None


@dataclass(frozen=True)
class PohAmounts(Model):
    """What all the addresses hold together.

    Attributes:
        total (CLORE): everything.
        free_amount (CLORE): what is not lent.
        reward_amount (CLORE): the rewards in it.
        offers: what is lent.
    """

    total: Optional[float] = None
    free_amount: Optional[float] = None
    reward_amount: Optional[float] = None
    offers: Optional[PohOffers] = None


@dataclass(frozen=True)
class PohBalance(Model):
    """Your Proof of Holding.

    Attributes:
        items: the addresses.
        balance: what they hold together.
        count: how many addresses there are.
    """

    items: List[PohItem] = field(default_factory=list)
    balance: Optional[PohAmounts] = None
    count: Optional[int] = None

    @classmethod
    def _settle(cls, values: Dict[str, Any]) -> bool:
        return isinstance(values[RAW].get("balance"), dict)
