"""The operations on GigaSPOT that take several calls, or more than one call can promise."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Sequence

from . import endpoints, models, validate_gigaspot
from .addresses import is_inside, is_loopback
from .endpoint import Call, Spec
from .errors import BadAnswerError, CloreAPIError
from .plan import Run
from .redact import secrets_in
from .rental import Attempt, proves_no_order
from .steps import Steps
from .workflows import Workflow, hand_over, look_for, warn_of_doubts

if TYPE_CHECKING:
    from .models import CreatedGigaspotOrders, Gigaspot, GigaspotOrder

#: The type of an attempt to rent through GigaSPOT.
GIGASPOT = "gigaspot"

#: Not an endpoint of the API but a file elsewhere: without the key, outside the rate limit.
SNAPSHOT = Spec(
    "gigaspot_snapshot", "GET", "/gigaspot_snapshot", auth=False, buckets=(), enveloped=False
)

# A name or an address as host, no user: what every parser of addresses understands the same way.
_ADDRESS = r"(?P<scheme>https?)://(?:[A-Za-z0-9.-]+|\[::1\])(?::[0-9]{1,5})?/[!-~]{0,2000}"


@Workflow
def get_gigaspot(run: Run, snapshot: bool = True) -> Steps[Gigaspot]:
    """GigaSPOT: its servers with everybody's bids, and what a bid costs.

    The servers come from a snapshot, which lags behind: a bid of yours shows up in a later one.
    It lies on another host, which is asked without your API key.

    Args:
        snapshot: False leaves out the second request, and ``servers`` empty.

    Raises:
        BadAnswerError: the API names no snapshot, or one at an address that is not asked: it
            must be https, without a user name, and of no machine of yours, as far as the address
            tells. An API on this machine may name one there, also over http.
    """
    market = yield from run(endpoints.get_gigaspot())
    if not snapshot:
        return market
    address = _checked(market.v1_snapshot_url, here=run.local_api)
    servers = yield from run(Call(models.GigaspotServers.of, spec=SNAPSHOT, url=address))
    return market.replace(servers=servers)


def _checked(address: Optional[str], *, here: bool) -> str:
    """The address, unless it leads where the API has no business: into this machine, say."""
    found = re.fullmatch(_ADDRESS, address or "")
    if not address or not found:
        raise BadAnswerError("get_gigaspot: the answer names no address of a snapshot")
    if is_inside(address) and not here:
        raise BadAnswerError("get_gigaspot: the snapshot is said to be in a network of yours")
    if found["scheme"] != "https" and not is_loopback(address):
        raise BadAnswerError("get_gigaspot: the snapshot is not at an https address")
    return address


@Workflow
def create_gigaspot_orders(
    run: Run, orders: Sequence[GigaspotOrder]
) -> Steps[CreatedGigaspotOrders]:
    """Bid for servers on GigaSPOT. Some bids can fail while others are placed. Sent once.

    The API names no new bid: it is in ``get_gigaspot().my_bids``, once a later snapshot has it.
    GigaSPOT is read before; where the answer is lost, your new bids are looked for in the
    snapshots, for about 21 s.

    Args:
        orders: the bids; one server each.

    Raises:
        InvalidInputError: an order is wrong (``argument`` names it); nothing was sent.
        OrderUncertainError: it is not known which bids were placed; never sent again.
            `reconcile` finds out later.
    """
    rows = validate_gigaspot.orders(orders)
    run = run.keeping(secrets_in(rows))
    yield from warn_of_doubts(run)
    before = yield from get_gigaspot.steps(run)
    attempt = _attempt(rows, run.server_clock.time(), before)
    with run.journal.watching(attempt):
        return (yield from _placed(run, rows, attempt))


def _placed(
    run: Run, rows: Sequence[Mapping[str, Any]], attempt: Attempt
) -> Steps[CreatedGigaspotOrders]:
    """What comes of ``attempt``, which is sent now."""
    try:
        created = yield from run(replace(endpoints.create_gigaspot_orders(rows), intent=attempt))
    except CloreAPIError as error:
        if proves_no_order(error):
            raise
        doubt = error
    else:
        yield from hand_over(run, [attempt])
        return created
    if not (yield from look_for(run, attempt, _all_placed(attempt))):
        raise attempt.uncertain(doubt) from doubt
    yield from hand_over(run, [attempt])
    return models.CreatedGigaspotOrders(placed=list(attempt.server_ids))


def _attempt(rows: Sequence[Mapping[str, Any]], now: float, before: Gigaspot) -> Attempt:
    return Attempt(
        operation="create_gigaspot_orders",
        server_ids=tuple(row["renting_server"] for row in rows),
        type=GIGASPOT,
        sent_at=now,
        known=frozenset(bid.id for bid in before.my_bids if bid.id is not None),
    )


def new_bids(attempt: Attempt, market: Gigaspot) -> Dict[int, int]:
    """The bids of ``attempt`` that are in ``market``: their ids by server."""
    return {
        bid.server_id: bid.id
        for bid in market.my_bids
        if bid.id is not None and bid.id not in attempt.known and bid.server_id is not None
        if bid.server_id in attempt.server_ids
    }


def _all_placed(attempt: Attempt) -> Callable[[Run], Steps[Optional[bool]]]:
    """Whether all bids of an attempt whose answer was lost show up; some of them prove nothing."""

    def look(run: Run) -> Steps[Optional[bool]]:
        market = yield from get_gigaspot.steps(run)
        return set(new_bids(attempt, market)) == set(attempt.server_ids) or None

    return look
