"""get_gigaspot and the changes to bids: the account on GigaSPOT.

No recorded answer tells whether my_orders lists bids on GigaSPOT. Here it does not: they are seen
in snapshots, by their owner, and are ended by cancel_orders.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional

from . import gigacards, gigaforms, gigaqueue, lease, snapshots
from .gigaforms import BidForm, EditForm
from .order import GigaBid
from .refusal import Refused
from .state import RATES, USER_ID, Call, State

COIN = "CLORE-Blockchain"

Lists = Dict[str, List[int]]


def get_gigaspot(state: State, call: Call) -> Dict[str, Any]:
    """Who the account is, what a bid costs, and where the servers are."""
    return {
        "my_user_id": USER_ID,
        "v1_snapshot_url": call.origin + snapshots.latest(state),
        "clore_price": RATES[COIN],
        "creation_fees": {COIN: lease.creation_fee(COIN)},
    }


def create_gigaspot_orders(state: State, call: Call) -> Dict[str, Any]:
    """Place the bids that can be placed, and list the servers of the others. It names no bid."""
    forms = gigaforms.bids(call.json)
    failed: Lists = {
        "failed_to_oc_servers": [],
        "failed_to_rent_servers": [],
        "too_low_bids_servers": [],
    }
    for form in forms:
        problem = _obstacle(state, form)
        if problem is None and not _placed(state, form):
            problem = "failed_to_rent_servers"
        if problem is not None:
            failed[problem].append(form.server_id)
    return dict(failed)


def edit_gigaspot_orders(state: State, call: Call) -> Dict[str, Any]:
    """Change the bids that can be changed, and list them all by what became of them."""
    done: Lists = {"success_to_update_ids": [], "failed_to_update_ids": [], "too_low_bid_ids": []}
    for form in gigaforms.edits(call.json):
        done[_edited(state, form)].append(form.order_id)
    return dict(done)


def own_bid(state: State, bid_id: int) -> Optional[GigaBid]:
    """The account's bid of that id, unless it has ended."""
    bid = state.gigabids.get(bid_id)
    return bid if bid is not None and bid.mine and bid.ended is None else None


def _obstacle(state: State, form: BidForm) -> Optional[str]:
    """The list that a bid goes into at once, if any."""
    row = state.servers.get(form.server_id)
    if (
        row is None
        or not gigaqueue.on_gigaspot(row)
        or form.currency != COIN
        or form.server_id in state.offline
        or state.owns(form.server_id)
        or any(bid.mine for bid in gigaqueue.bids(state, form.server_id))
    ):
        return "failed_to_rent_servers"
    if form.price < gigaqueue.min_bid(row):
        return "too_low_bids_servers"
    return None if gigacards.fits(row, form.oc) else "failed_to_oc_servers"


def _placed(state: State, form: BidForm) -> bool:
    row = state.servers[form.server_id]
    bid = GigaBid(
        id=state.next_order,
        server=row,
        currency=COIN,
        price=form.price,
        created=state.now,
        image=form.image,
        creation_fee=lease.creation_fee(COIN),
        mrl=gigaqueue.longest(row) * 3600,
        owner=USER_ID,
        oc=form.oc,
    )
    try:
        lease.check_funds(state, bid)
    except Refused:
        return False
    state.gigabids[bid.id] = bid
    state.next_order += 1
    gigaqueue.settle(state, form.server_id)
    return True


def _edited(state: State, form: EditForm) -> str:
    bid = own_bid(state, form.order_id)
    if bid is None or not gigacards.fits(bid.server, form.oc or bid.oc):
        return "failed_to_update_ids"
    if form.price < gigaqueue.min_bid(bid.server):
        return "too_low_bid_ids"
    bid.reprice(form.price, state.now)
    bid.oc = form.oc or bid.oc
    gigaqueue.settle(state, bid.server["id"])
    return "success_to_update_ids"
