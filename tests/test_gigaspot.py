"""Bids of GigaSPOT through both clients against the sandbox: placed, in doubt, and reconciled."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Tuple

import pytest
from optional import some

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import BadAnswerError, InvalidInputError, OrderUncertainError
from clore_client.journal import FileJournal
from clore_client.models import Gigaspot, GigaspotEdit, GigaspotOrder
from clore_client.models.gigaspot import GigaspotServers
from clore_client.sandbox import RealClock, VirtualClock, World, serve

if TYPE_CHECKING:
    from pathlib import Path

    from clore_ai.models import GigaspotServer

IMAGE = "a3f9c4d7e5b088d8a0bff880"


@pytest.fixture
def world() -> World:
    return World(clock=VirtualClock())


@pytest.fixture
def client(world: World) -> CloreAI:
    return CloreAI(transport=world.transport("any-key"), clock=world.clock)


def free(market: Gigaspot) -> GigaspotServer:
    """A server that the next bid gets."""
    return next(
        server
        for server in market.servers.values()
        if server.online and not server.on_demand_rented and some(server.min_bid) < 1000
    )


def order(server: GigaspotServer, **changes: Any) -> GigaspotOrder:
    highest = max([some(server.min_bid), *(some(bid.price) for bid in server.bids)])
    oc = [{"pl": some(gpu.pl)[1], "core_offset": some(gpu.core_offset)[0]} for gpu in server.gpus]
    wish: Dict[str, Any] = {"server_id": server.id, "image": IMAGE, "price": highest + 1, "oc": oc}
    return GigaspotOrder(**{**wish, **changes})


def skipped(market: Gigaspot) -> Any:
    assert isinstance(market.servers, GigaspotServers)
    return market.servers.skipped


def paths(world: World) -> List[str]:
    return [entry.path for entry in world.log]


def test_the_whole_job(client: CloreAI, world: World) -> None:
    market = client.get_gigaspot()
    assert (market.my_user_id, market.my_bids, skipped(market)) == (2288, [], {})
    assert market.creation_fees["CLORE-Blockchain"] == (
        client.renter_fees().creation_fee("spot", "CLORE-Blockchain")
    )
    server = free(market)
    placed = client.create_gigaspot_orders([order(server), order(server, server_id=999_999)])
    assert placed.placed == [server.id]
    assert placed.failed_to_rent_servers == [999_999]

    world.clock.advance(10)
    later = client.get_gigaspot()
    assert some(later.snapshot_time) > some(market.snapshot_time)
    (bid,) = later.my_bids
    assert (bid.server_id, bid.active, bid.price) == (server.id, True, order(server).price)

    changed = client.edit_gigaspot_orders([GigaspotEdit(bid.id, some(bid.price) + 1)])
    assert changed.success_to_update_ids == [bid.id]
    assert client.cancel_orders([bid.id, 5]).failed_to_cancel == [5]
    world.clock.advance(10)
    assert client.get_gigaspot().my_bids == []
    assert {entry.code for entry in world.log} == {0, None}  # never too fast, nothing refused


def test_the_same_awaited_and_over_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(clock=RealClock(100))
    monkeypatch.setenv("CLORE_SANDBOX_SPEED", "100")

    async def main(url: str) -> Any:
        async with AsyncCloreAI("async-giga-key", base_url=url) as client:
            fees, poh = await client.renter_fees(), await client.poh_balance()
            server = free(await client.get_gigaspot())
            placed = await client.create_gigaspot_orders([order(server)])
            bid: List[Any] = []
            while not bid:
                bid = (await client.get_gigaspot()).my_bids
            edited = await client.edit_gigaspot_orders([GigaspotEdit(bid[0].id, bid[0].price + 1)])
            cancelled = await client.cancel_orders([bid[0].id])
            return fees, poh, placed, server, edited, bid[0], cancelled

    with serve(world) as url:
        fees, poh, placed, server, edited, bid, cancelled = asyncio.run(main(url))
    assert fees.poh_balance == some(poh.balance).total > 0
    assert (placed.placed, bid.server_id) == ([server.id], server.id)
    assert (edited.success_to_update_ids, cancelled.failed_to_cancel) == ([bid.id], [])
    snapshots = [entry for entry in world.log if entry.path.startswith("/snapshots/")]
    assert {(entry.keyed, entry.status) for entry in snapshots} == {(False, 200)}
    rest = [entry for entry in world.log if entry not in snapshots]
    assert {entry.keyed for entry in rest} == {True}


def test_the_snapshot_can_be_left_out(client: CloreAI, world: World) -> None:
    market = client.get_gigaspot(snapshot=False)
    assert (market.my_user_id, market.servers) == (2288, {})
    assert paths(world) == ["/get_gigaspot"]


def test_bids_whose_answer_is_lost_are_found_in_a_later_snapshot(
    client: CloreAI, world: World
) -> None:
    server = free(client.get_gigaspot())
    world.fail("lost-answer", endpoint="create_gigaspot_orders")
    assert client.create_gigaspot_orders([order(server)]).placed == [server.id]
    assert paths(world).count("/create_gigaspot_orders") == 1


def test_bids_that_nobody_can_find_are_in_doubt_and_sent_once(
    client: CloreAI, world: World
) -> None:
    server = free(client.get_gigaspot())
    world.fail("reset", endpoint="create_gigaspot_orders")
    with pytest.raises(OrderUncertainError, match="create_gigaspot_orders") as caught:
        client.create_gigaspot_orders([order(server)])
    assert (caught.value.server_ids, caught.value.type) == ((server.id,), "gigaspot")
    assert paths(world).count("/create_gigaspot_orders") == 1


def test_one_of_two_bids_that_shows_up_proves_nothing_about_the_other(
    client: CloreAI, world: World
) -> None:
    server = free(client.get_gigaspot())
    world.fail("lost-answer", endpoint="create_gigaspot_orders")
    with pytest.raises(OrderUncertainError) as caught:
        client.create_gigaspot_orders([order(server), order(server, server_id=999_999)])
    assert caught.value.server_ids == (server.id, 999_999)


def test_a_refusal_of_bids_is_final(client: CloreAI, world: World) -> None:
    server = free(client.get_gigaspot())
    world.fail("blocked", endpoint="create_gigaspot_orders")
    with pytest.raises(BadAnswerError):
        client.create_gigaspot_orders([order(server)])
    assert paths(world).count("/create_gigaspot_orders") == 1


def test_a_change_of_bids_is_sent_once_whatever_happens(client: CloreAI, world: World) -> None:
    world.fail("html", endpoint="edit_gigaspot_orders")
    with pytest.raises(BadAnswerError):
        client.edit_gigaspot_orders([GigaspotEdit(5, 1.0)])
    assert paths(world) == ["/edit_gigaspot_orders"]


def test_cancelling_survives_a_fault(client: CloreAI, world: World) -> None:
    server = free(client.get_gigaspot())
    client.create_gigaspot_orders([order(server)])
    bid = max(world.state.gigabids)
    world.fail("reset", endpoint="cancel_orders")
    assert client.cancel_orders([bid]).failed_to_cancel == []
    assert world.state.gigabids[bid].ended is not None


def test_nothing_is_sent_when_an_argument_is_wrong(client: CloreAI, world: World) -> None:
    wrong: List[Tuple[Callable[[Any], object], Any, str]] = [
        (client.create_gigaspot_orders, [], "orders"),
        (client.create_gigaspot_orders, [GigaspotOrder(7, IMAGE, 0, [])], "orders[0].price"),
        (client.edit_gigaspot_orders, [GigaspotEdit(7, 0)], "edits[0].price"),
        (client.cancel_orders, [], "order_ids"),
    ]
    for call, value, argument in wrong:
        with pytest.raises(InvalidInputError) as caught:
            call(value)
        assert caught.value.argument == argument
    assert world.log == []


@pytest.fixture
def journalled(client: CloreAI, tmp_path: Path) -> CloreAI:
    """The client with a journal, which one in this process does not have by itself."""
    journal = FileJournal(lambda: tmp_path / "attempts", "account", client._clock.time)
    client._run = replace(client._run, journal=journal)
    return client


def test_a_bid_in_doubt_that_was_never_placed_is_reconciled_in_time(
    journalled: CloreAI, world: World
) -> None:
    server = free(journalled.get_gigaspot())
    world.fail("reset", endpoint="create_gigaspot_orders")
    with pytest.raises(OrderUncertainError):
        journalled.create_gigaspot_orders([order(server)])
    assert [result.outcome for result in journalled.reconcile()] == ["unknown"]
    world.clock.advance(600)
    (result,) = journalled.reconcile()
    assert (result.outcome, result.type, result.server_id) == ("none", "gigaspot", server.id)
    assert journalled.reconcile() == []


def test_bids_in_doubt_of_which_some_were_placed(journalled: CloreAI, world: World) -> None:
    server = free(journalled.get_gigaspot())
    world.fail("lost-answer", endpoint="create_gigaspot_orders")
    with pytest.raises(OrderUncertainError):
        journalled.create_gigaspot_orders([order(server), order(server, server_id=999_999)])
    (bid,) = journalled.get_gigaspot().my_bids
    (early,) = journalled.reconcile()
    assert (early.outcome, early.order_ids) == ("unknown", [bid.id])
    world.clock.advance(600)
    (late,) = journalled.reconcile()
    assert (late.outcome, late.order_ids) == ("found", [bid.id])


def test_bids_that_were_placed_leave_nothing_in_the_journal(
    journalled: CloreAI, world: World
) -> None:
    server = free(journalled.get_gigaspot())
    assert journalled.create_gigaspot_orders([order(server)]).placed == [server.id]
    requests = len(world.log)
    assert (journalled.reconcile(), len(world.log)) == ([], requests)
