"""All cases, in the order of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Tuple

from . import (
    cases_accounts,
    cases_bids,
    cases_body,
    cases_http,
    cases_interrupted,
    cases_memory,
    cases_money,
    cases_network,
    cases_proxies,
    cases_repeats,
    cases_rows,
    cases_secrets,
    cases_snapshot,
    cases_tls,
    cases_types,
)

if TYPE_CHECKING:
    from .case import Case

CASES: List[Case] = [
    *cases_network.CASES,
    *cases_http.CASES,
    *cases_body.CASES,
    *cases_types.CASES,
    *cases_memory.CASES,
    *cases_repeats.CASES,
    *cases_money.CASES,
    *cases_rows.CASES,
    *cases_bids.CASES,
    *cases_snapshot.CASES,
    *cases_accounts.CASES,
    *cases_interrupted.CASES,
    *cases_secrets.CASES,
    *cases_tls.CASES,
    *cases_proxies.CASES,
]

BY_ID: Dict[str, Case] = {case.id: case for case in CASES}

_BIG = [case.id for case in CASES if case.memory]
#: A process for each takes half a second: the asynchronous client, which differs in nothing that
#: fills memory, plays every tenth of them.
_BIG_ASYNC = frozenset(_BIG[1::10])


def clients(case: Case) -> Tuple[str, ...]:
    """The kinds of clients that play ``case``."""
    if case.interrupt:
        return ("async",) if case.interrupt == "cancel" else ("cli",)
    asynchronous = not case.memory or case.id in _BIG_ASYNC
    return ("sync", *(["async"] if asynchronous else []), *(["cli"] if case.cli else []))
