"""The operations on GigaSPOT that take several calls, or more than one call can promise."""

from __future__ import annotations

import re
from typing import Optional, Sequence

from . import endpoints, validate_gigaspot
from .config import is_loopback
from .endpoint import Call, Spec
from .errors import BadAnswerError
from .models import CreatedGigaspotOrders, Gigaspot, GigaspotOrder, GigaspotServers
from .plan import Run, Steps
from .workflows import Workflow

#: Not an endpoint of the API but a file elsewhere: without the key, outside the rate limit.
SNAPSHOT = Spec(
    "gigaspot_snapshot", "GET", "/gigaspot_snapshot", auth=False, buckets=(), enveloped=False
)

# A name or an address as host, no user: what every parser of addresses understands the same way.
_ADDRESS = re.compile(
    r"(?P<scheme>https?)://(?:[A-Za-z0-9.-]+|\[::1\])(?::[0-9]{1,5})?/[!-~]{0,2000}"
)


@Workflow
def get_gigaspot(run: Run, snapshot: bool = True) -> Steps[Gigaspot]:
    """GigaSPOT: its servers with everybody's bids, and what a bid costs.

    The servers come from a snapshot, which lags behind: a bid of yours shows up in a later one.
    It lies on another host, which is asked without your API key.

    Args:
        snapshot: False leaves out the second request, and ``servers`` empty.

    Raises:
        BadAnswerError: the API names no snapshot, or one at an address that is not asked: it
            must be https (or http on this machine), without a user name.
    """
    market = yield from run(endpoints.get_gigaspot())
    if not snapshot:
        return market
    address = _checked(market.v1_snapshot_url)
    servers = yield from run(Call(GigaspotServers.of, spec=SNAPSHOT, url=address))
    return market.replace(servers=servers)


def _checked(address: Optional[str]) -> str:
    found = _ADDRESS.fullmatch(address or "")
    if not address or not found:
        raise BadAnswerError("get_gigaspot: the answer names no address of a snapshot")
    if found["scheme"] != "https" and not is_loopback(address):
        raise BadAnswerError("get_gigaspot: the snapshot is not at an https address")
    return address


@Workflow
def create_gigaspot_orders(
    run: Run, orders: Sequence[GigaspotOrder]
) -> Steps[CreatedGigaspotOrders]:
    """Bid for servers on GigaSPOT. Some bids can fail while others are placed.

    The API names no new bid: it is in ``get_gigaspot().my_bids``, once a later snapshot has it.

    Raises:
        InvalidInputError: an order is wrong (``argument`` names it); nothing was sent.
    """
    rows = validate_gigaspot.orders(orders)
    return (yield from run(endpoints.create_gigaspot_orders(rows)))
