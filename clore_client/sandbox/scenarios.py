"""Named starting points of the sandbox: who is on the market and what the account has."""

from __future__ import annotations

from typing import Callable, Dict

from . import docs_scenario, furnish, market
from .state import RATES, State

#: About 330, 190 and 250 USD: weeks of a small machine, days of a large one.
_FUNDS = {"bitcoin": 0.0052, "CLORE-Blockchain": 152000.0, "USD-Blockchain": 250.0}

#: Below the generated ids.
_MY_SERVER = 997


def _market(state: State, servers: int) -> None:
    """Fill in ``servers`` offers from the seed, bids, a host server MyGPU, money in all wallets."""
    state.servers = {row["id"]: row for row in market.servers(state.seed, servers)}
    furnish.add_bids(state)
    furnish.add_gigabids(state)
    furnish.add_hosts(state, _MY_SERVER)
    state.funds = dict(_FUNDS)


def _empty(state: State, _servers: int) -> None:
    """Leave nothing on offer and nothing in the wallets."""
    state.funds = dict.fromkeys(RATES, 0.0)


SCENARIOS: Dict[str, Callable[[State, int], None]] = {
    "market": _market,
    "docs": docs_scenario.fill,
    "empty": _empty,
}
