"""A program as a user writes it: each method of the blocking client, and the type that it gives.

`assert_type` is for mypy and pyright, which fail where a type is another one or Any;
`tests/test_typing.py` runs the program.
"""
# pyright: strict

from __future__ import annotations

from typing import Any, Dict, List, Optional

from typing_extensions import assert_type

from clore_ai import CloreAI
from clore_ai.models import (
    CancelledOrders,
    CreatedGigaspotOrders,
    EditedGigaspotOrders,
    Gigaspot,
    GigaspotEdit,
    GigaspotOrder,
    GigaspotServer,
    MarketplaceServer,
    MyServer,
    Order,
    PohBalance,
    Reconciled,
    RenterFees,
    ServerConfig,
    ServerPrice,
    ServerSpecs,
    SpotMarket,
    SpotOffer,
    Wallet,
)

COIN = "CLORE-Blockchain"


def connect() -> None:
    """Every argument of the client, and what a client is of itself."""
    with CloreAI(
        api_key="key-of-nobody",
        base_url="http://127.0.0.1:9/v1",
        timeout=5,
        max_retries=0,
        allow_http=False,
        limiter="process",
        profile=None,
    ) as client:
        assert_type(client, CloreAI)
        assert_type(client.base_url, str)
        assert_type(client.server_time, float)
    client.close()


def read(client: CloreAI) -> None:
    """What costs nothing."""
    wallets = client.wallets()
    assert_type(wallets, List[Wallet])
    assert_type(wallets[0].name, str)
    assert_type(wallets[0].balance, Optional[float])
    servers = client.marketplace(
        gpu="RTX", min_gpu_count=1, min_ram_gb=1.5, max_price_usd=900, available_only=False
    )
    assert_type(servers, List[MarketplaceServer])
    offer(servers[0])
    hosted = client.my_servers()
    assert_type(hosted, List[MyServer])
    assert_type(hosted[0].status, str)
    assert_type(hosted[0].pricing, Dict[str, float])
    config = client.server_config("MyGPU")
    assert_type(config, ServerConfig)
    assert_type(config.pricing, Dict[str, float])
    assert_type(client.my_orders(include_completed=True), List[Order])
    market = client.spot_marketplace(6)
    assert_type(market, SpotMarket)
    assert_type(market.offers, Optional[List[SpotOffer]])
    assert_type(market.currency_rates_in_usd, Optional[Dict[str, float]])


def offer(server: MarketplaceServer) -> None:
    """What is known of a server, its prices first."""
    assert_type(server.id, int)
    assert_type(server.price_usd, Optional[float])
    assert_type(server.price_usd_per_day, Optional[float])
    assert_type(server.spot_price_usd, Optional[float])
    assert_type(server.usd_rate(COIN), Optional[float])
    assert_type(server.gpu_model, Optional[str])
    assert_type(server.gpu_names, List[str])
    assert_type(server.gpu_count, int)
    assert_type(server.available, bool)
    assert_type(server.allowed_coins, Optional[List[str]])
    assert_type(server.specs, Optional[ServerSpecs])
    assert_type(server.price, Optional[ServerPrice])
    if server.specs is not None and server.specs.net is not None:
        assert_type(server.specs.net.cc, Optional[str])
        assert_type([gpu.mem for gpu in server.specs.gpus], List[Optional[float]])
    if server.price is not None:
        assert_type(server.price.on_demand.get(COIN), Optional[float])


def convert(wallet: Wallet) -> None:
    """What every model can do."""
    assert_type(wallet.raw, Dict[str, Any])
    assert_type(wallet.extra, Dict[str, Any])
    assert_type(wallet.to_dict(), Dict[str, Any])
    assert_type(wallet.to_json(), str)
    assert_type(wallet.replace(balance=1.0), Wallet)
    assert_type(Wallet.from_json(wallet.to_json()), Wallet)
    assert_type(Wallet.from_dict(wallet.to_dict()), Wallet)
    assert Wallet.from_dict(wallet.to_dict()) == wallet


def rent(client: CloreAI) -> None:
    """From an order to its end."""
    server = min(client.marketplace(), key=lambda one: one.price_usd or 99.0)
    order = client.create_order(
        server_id=server.id,
        image="cloreai/jupyter:ubuntu24.04-v2",
        type="on-demand",
        currency="USD-Blockchain",
        ssh_password="MySecurePass123",
        ports={"22": "tcp"},
        env={"TOKEN": "1"},
        required_price=None,
        autossh_entrypoint=True,
    )
    assert_type(order, Order)
    assert_type(order.id, Optional[int])
    assert order.id is not None
    running = client.wait_for_order(
        order.id, until="running", timeout=600, interval=5, accept=lambda one: one.online is True
    )
    assert_type(running, Order)
    assert_type(running.status, str)
    assert_type(running.pub_cluster, Optional[str])
    assert_type(running.tcp_ports, Optional[Dict[str, int]])
    assert_type(running.hosts, List[str])
    assert_type(running.ended, bool)
    assert_type(running.expires_at, Optional[int])
    assert_type(client.cancel_order(order.id, issue=None), Dict[str, Any])
    assert_type(client.cancel_orders([order.id]), CancelledOrders)


def bid(client: CloreAI) -> None:
    """A bid on a spot market, raised once."""
    order = client.create_order(
        6, "cloreai/jupyter:ubuntu24.04-v2", "spot", COIN, spot_price=9000.0, ssh_key="ssh-rsa AA"
    )
    assert order.id is not None
    assert_type(client.set_spot_price(order.id, 9001.0), Dict[str, Any])


def host(client: CloreAI) -> None:
    """The prices of a server of one's own."""
    done = client.set_server_settings(
        "MyGPU",
        availability=True,
        mrl=96,
        on_demand_prices={"USD-Blockchain": 3.25},
        spot_prices={"USD-Blockchain": 2.5},
        enabled_coins={"bitcoin": False},
        autoprice={COIN: True},
        usd_pricing={COIN: {"on_demand": 3.25, "spot": 2.5}},
    )
    assert_type(done, Dict[str, Any])


def fees(client: CloreAI) -> None:
    """What comes on top of a price."""
    charged = client.renter_fees()
    assert_type(charged, RenterFees)
    assert_type(charged.percent("on-demand", COIN), Optional[float])
    assert_type(charged.creation_fee("spot", COIN), Optional[float])
    held = client.poh_balance()
    assert_type(held, PohBalance)
    assert held.balance is not None
    assert_type(held.balance.total, Optional[float])


def gigaspot(client: CloreAI) -> None:
    """The market of bids that set power limits."""
    market = client.get_gigaspot(snapshot=True)
    assert_type(market, Gigaspot)
    assert_type(market.servers, Dict[int, GigaspotServer])
    assert_type(market.snapshot_time, Optional[int])
    server = next(one for one in market.servers.values() if one.online and not one.on_demand_rented)
    wish = GigaspotOrder(
        server_id=7 if server.id is None else server.id,
        image="a3f9c4d7e5b088d8a0bff880",
        price=4000.0,
        oc=[{"pl": gpu.pl[1]} for gpu in server.gpus if gpu.pl],
    )
    assert_type(client.create_gigaspot_orders([wish]), CreatedGigaspotOrders)
    changed = client.edit_gigaspot_orders([GigaspotEdit(order_id=1, price=4001.0)])
    assert_type(changed, EditedGigaspotOrders)
    assert_type([mine.id for mine in client.get_gigaspot().my_bids], List[int])


def anything(client: CloreAI) -> None:
    """Any endpoint, and what became of earlier attempts."""
    assert_type(client.request("GET", "/wallets", query={"a": "b"}), Dict[str, Any])
    assert_type(client.request_raw("POST", "/cancel_order", json={"id": 38}), bytes)
    results = client.reconcile(forget=False, ask=True)
    assert_type(results, List[Reconciled])
    assert_type([result.order_id for result in results], List[Optional[int]])
    assert_type([result.outcome for result in results], List[str])
    client.forget(results)


def main(client: CloreAI, bidder: CloreAI) -> None:
    """All of it: ``client`` is that of the documentation's account, ``bidder`` of any market."""
    connect()
    read(client)
    convert(client.wallets()[0])
    rent(client)
    bid(client)
    host(client)
    fees(client)
    gigaspot(bidder)
    anything(client)
