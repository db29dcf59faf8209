"""renter_fees and poh_balance: what the account pays beside prices, and what lowers that."""

from __future__ import annotations

from typing import Any, Dict

from .lease import creation_fee
from .state import RATES, USER_ID, Call, State

#: CLORE that the account has shown to hold.
_HELD = 1_200_000

#: Percent of the price. Invented, but for the halves of 10 and 2.5 that renters reckon with.
_PERCENT: Dict[str, Dict[str, float]] = {
    "on_demand": {"bitcoin": 10, "CLORE-Blockchain": 10, "USD-Blockchain": 5},
    "spot": {"bitcoin": 2.5, "CLORE-Blockchain": 2.5, "USD-Blockchain": 1.25},
}
_DAY = 86400


def renter_fees(_state: State, _call: Call) -> Dict[str, Any]:
    """The percentages, and the creation fees that orders here are really charged."""
    fees = {coin: creation_fee(coin) for coin in RATES}
    return {
        "renter_fees": {kind: {"base": dict(base)} for kind, base in _PERCENT.items()},
        "poh_config": {"max_reduction_percent": 50, "max_poh_amount": 2_000_000},
        "creation_fees": {kind: dict(fees) for kind in _PERCENT},
        "poh_balance": _HELD,
    }


def poh_balance(state: State, _call: Call) -> Dict[str, Any]:
    """One address, which holds everything; nothing of it is lent."""
    now = int(state.now)
    item = {
        "user": USER_ID,
        "address": "ASandboxCloreHoldingAddressXXXXXXXX",
        "signature": "SANDBOX-SIGNATURE",
        "message": "SANDBOX-MESSAGE",
        "created": now - 400 * _DAY,
        "unique": "SANDBOX-UNIQUE",
        "remove": 0,
        "status": "active",
        "balance": _HELD,
        "last_check": now - now % 3600,
    }
    offers = dict.fromkeys(_LENT, 0)
    balance = {"total": _HELD, "free_amount": 0, "reward_amount": 0, "offers": offers}
    return {"items": [item], "balance": balance, "count": 1}


_LENT = (
    "rented_amount",
    "rented_on_marketplace_amount",
    "rented_finished_amount",
    "leased_amount",
    "leased_finished_amount",
)
