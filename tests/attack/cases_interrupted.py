"""Callers that are interrupted in the middle of a paid call: what was sent is not forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from . import behaviours as do
from .bidmarket import BidMarket
from .build import family, rent
from .cases_bids import bid
from .cases_repeats import limited
from .faultserver import Exchange, healthy

if TYPE_CHECKING:
    from .case import Case

#: Longer than any case lasts: nothing here may end because an attempt is over.
_LONG = 3.0
LISTED = "my_orders"


def _cancel(id: str, what: str, *steps: Any, **expected: Any) -> Case:  # noqa: A002
    """A case of a task that is cancelled."""
    expected = {"interrupt": "cancel", "timeout": _LONG, **expected}
    return rent(f"cancel-{id}", f"the task is cancelled {what}", *steps, **expected)


def _signal(number: str, id: str, what: str, *steps: Any, **expected: Any) -> Case:  # noqa: A002
    """A case of a script that gets a signal."""
    expected = {"interrupt": number, "timeout": _LONG, "cli": True, **expected}
    return rent(f"{number.lower()}-{id}", f"{number} reaches the script {what}", *steps, **expected)


def _third_hangs(exchange: Exchange) -> None:
    """The first connections are served, the one for the POST is not even greeted."""
    exchange.stays_open = exchange.connection == 1
    if not exchange.stays_open:
        do.held(do.close)(exchange)


MADE: Dict[str, Any] = {"orders": 1, "leaves": True}
_LOOK = {LISTED: (healthy, do.held(healthy))}
#: `clore deploy` reads my_orders once before, to tell how long the wallet lasts.
_SCRIPTS_LOOK = {LISTED: (healthy, healthy, do.held(healthy))}

CANCELLED = [
    _cancel("made", "before the answer; the order was made", do.made(do.held(do.says({"code": 0}))),
            **MADE),
    _cancel("made-lost", "before the answer, which never comes; the order was made",
            do.made(do.held(do.reset)), **MADE),
    _cancel("not-lost", "before the answer, which never comes; no order was made",
            do.held(do.reset), leaves=True),
    _cancel("late", "before the answer; the order is made afterwards",
            do.held(do.made(do.says({"code": 0}))), leaves=True),
    _cancel("code-1", "before the answer, which is code 1", do.held(do.says({"code": 1})),
            leaves=True),
    _cancel("502", "before the answer, which is a page with 502", do.held(do.page("502 Bad")),
            leaves=True),
    _cancel("code-6", "before the answer, which is a refusal",
            do.held(do.says({"code": 6, "error": "server-offline"}))),
    _cancel("limit", "before the answer, which is code 5", do.held(limited())),
    _cancel("page-403", "before the answer, which is a page with 403",
            do.held(do.page("403 Forbidden"))),
    _cancel("drip", "while the answer drips; the order was made",
            do.made(do.then_interrupted(b"HTTP/1.1 200 OK\r\nX-Padding: ")), **MADE),
    _cancel("before", "while my_orders is read before the POST", requests=0,
            script={LISTED: (do.held(healthy),)}),
    _cancel("unsent", "before the handshake for the POST", requests=0, tls="good",
            greeting=_third_hangs),
    _cancel("pause", "while it waits to repeat what code 5 had refused", requests=1,
            script={"create_order": (do.interrupted(limited("Retry-After: 60")), ...)}),
    _cancel("looks", "while it looks for an order that was accepted", do.sanely(), **MADE,
            script=_LOOK),
    _cancel("looks-lost", "while it looks for an order whose answer was lost", do.made(do.reset),
            **MADE, script=_LOOK),
    _cancel("looks-not", "while it looks for an order that was not made", do.reset, leaves=True,
            script=_LOOK),
]  # fmt: skip


def _bid(id: str, what: str, *steps: Any, **expected: Any) -> Case:  # noqa: A002
    expected = {"interrupt": "cancel", "timeout": _LONG, **expected}
    return bid(f"cancel-{id}", f"the task is cancelled {what}", *steps, **expected)


BIDS = [
    _bid("made", "before the answer; the bid was placed", do.made(do.held(do.says({"code": 0}))),
         **MADE),
    _bid("not", "before the answer, which never comes; no bid was placed", do.held(do.reset),
         leaves=True),
    _bid("refused", "before the answer, which is a refusal", do.held(do.says({"code": 2}))),
    _bid("before", "while the snapshot is read before the POST", requests=0,
         script={"gigaspot_snapshot": (do.held(healthy),)}),
    _bid("looks", "while it looks for a bid whose answer was lost", do.made(do.reset), **MADE,
         script={"gigaspot_snapshot": (healthy, do.held(healthy))}),
    _bid("lag", "before the answer; the snapshots show the bid late",
         do.made(do.held(do.reset)), **MADE, market=lambda: BidMarket(lag=9)),
]  # fmt: skip


def _signals(number: str) -> List[Case]:
    return [
        _signal(number, "made", "before the answer; the order was made",
                do.made(do.held(do.close)), **MADE),
        _signal(number, "not", "before the answer; no order was made", do.held(do.close),
                leaves=True),
        _signal(number, "looks", "while it looks for an order that was accepted", do.sanely(),
                **MADE, script=_SCRIPTS_LOOK),
    ]  # fmt: skip


SIGNALS = [
    *_signals("SIGINT"),
    *_signals("SIGKILL"),
    _signal("SIGINT", "before", "while my_orders is read before the POST", requests=0,
            script={LISTED: (healthy, do.held(healthy))}),
    _signal("SIGTERM", "made", "before the answer; the order was made",
            do.made(do.held(do.close)), **MADE),
]  # fmt: skip

CASES = family("Interruptions", [*CANCELLED, *BIDS, *SIGNALS])
