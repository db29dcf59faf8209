"""The same as `blocking`, with the client for asyncio: each method gives a coroutine of the type.

`assert_type` is for mypy and pyright; `tests/test_typing.py` runs the program.
"""
# pyright: strict

from __future__ import annotations

import asyncio
from typing import Any, Dict, List, Optional

from typing_extensions import assert_type

from clore_ai import AsyncCloreAI
from clore_ai.models import (
    CancelledOrders,
    CreatedGigaspotOrders,
    EditedGigaspotOrders,
    Gigaspot,
    GigaspotEdit,
    GigaspotOrder,
    MarketplaceServer,
    MyServer,
    Order,
    PohBalance,
    Reconciled,
    RenterFees,
    ServerConfig,
    SpotMarket,
    Wallet,
)

COIN = "CLORE-Blockchain"


async def connect() -> None:
    """A client is made, and closed, without a request."""
    async with AsyncCloreAI(api_key="key-of-nobody", base_url="http://127.0.0.1:9/v1") as client:
        assert_type(client, AsyncCloreAI)
        assert_type(client.base_url, str)
        assert_type(client.server_time, float)
    await client.aclose()


async def read(client: AsyncCloreAI) -> None:
    """What costs nothing, and several of it at once."""
    assert_type(await client.wallets(), List[Wallet])
    assert_type(await client.my_servers(), List[MyServer])
    assert_type(await client.server_config("MyGPU"), ServerConfig)
    assert_type(await client.my_orders(include_completed=True), List[Order])
    assert_type(await client.spot_marketplace(server_id=6), SpotMarket)
    servers, orders = await asyncio.gather(client.marketplace(gpu="RTX"), client.my_orders())
    assert_type(servers, List[MarketplaceServer])
    assert_type(orders, List[Order])
    assert_type(servers[0].price_usd, Optional[float])


async def rent(client: AsyncCloreAI) -> None:
    """From an order to its end."""
    server = min(await client.marketplace(), key=lambda one: one.price_usd or 99.0)
    order = await client.create_order(
        server.id, "cloreai/jupyter:ubuntu24.04-v2", "on-demand", "USD-Blockchain"
    )
    assert_type(order, Order)
    assert order.id is not None
    assert_type(await client.wait_for_order(order.id, until="running"), Order)
    assert_type(await client.cancel_order(order.id), Dict[str, Any])
    assert_type(await client.cancel_orders([order.id]), CancelledOrders)
    made = await client.create_order(
        6, "cloreai/jupyter:ubuntu24.04-v2", "spot", COIN, spot_price=9000.0
    )
    assert made.id is not None
    assert_type(await client.set_spot_price(made.id, 9001.0), Dict[str, Any])


async def others(client: AsyncCloreAI) -> None:
    """Hosting, fees, any endpoint, earlier attempts."""
    assert_type(await client.set_server_settings("MyGPU", mrl=96), Dict[str, Any])
    assert_type(await client.renter_fees(), RenterFees)
    assert_type(await client.poh_balance(), PohBalance)
    assert_type(await client.request("GET", "/wallets"), Dict[str, Any])
    assert_type(await client.request_raw("GET", "/wallets"), bytes)
    results = await client.reconcile(ask=False)
    assert_type(results, List[Reconciled])
    await client.forget(results)


async def gigaspot(client: AsyncCloreAI) -> None:
    """The market of bids that set power limits."""
    market = await client.get_gigaspot()
    assert_type(market, Gigaspot)
    number = next(iter(market.servers))
    oc = [{"pl": gpu.pl[1]} for gpu in market.servers[number].gpus if gpu.pl]
    wish = GigaspotOrder(number, "a3f9c4d7e5b088d8a0bff880", 4000.0, oc)
    assert_type(await client.create_gigaspot_orders([wish]), CreatedGigaspotOrders)
    changed = await client.edit_gigaspot_orders([GigaspotEdit(1, 4001.0)])
    assert_type(changed, EditedGigaspotOrders)


async def main(client: AsyncCloreAI, bidder: AsyncCloreAI) -> None:
    """All of it: ``client`` is that of the documentation's account, ``bidder`` of any market."""
    await connect()
    await read(client)
    await rent(client)
    await others(client)
    await gigaspot(bidder)
