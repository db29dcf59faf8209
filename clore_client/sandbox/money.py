"""The wallets endpoint: balances after everything that the orders have cost."""

from __future__ import annotations

from typing import Any, Dict

from . import ledger
from .state import Call, State

_DEPOSITS = {
    "bitcoin": "bc1qsandboxsandboxsandboxsandboxsandboxsa",
    "CLORE-Blockchain": "ASandboxCloreDepositAddressXXXXXXXX",
    "USD-Blockchain": "0x0000000000000000000000000000000000000000",
}
_WITHDRAWAL_FEES = {"bitcoin": 0.0001, "CLORE-Blockchain": 1, "USD-Blockchain": 1}


def wallets(state: State, _call: Call) -> Dict[str, Any]:
    """One row per currency, each balance in its own coin."""
    return {
        "wallets": [
            {
                "name": coin,
                "deposit": deposit,
                "balance": round(ledger.balance(state, coin), 8),
                "withdrawal_fee": _WITHDRAWAL_FEES[coin],
            }
            for coin, deposit in _DEPOSITS.items()
        ]
    }
