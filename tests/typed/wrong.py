"""Wrong uses of the SDK and the facade: a type checker must refuse each line of these functions.

Nothing runs this. The comments are the check: mypy and pyright tell of one that is not needed,
which is a mistake that has gone unseen; `tests/test_typing.py` sees to it that no line lacks one.
"""
# pyright: strict, reportUnnecessaryTypeIgnoreComment=true

from __future__ import annotations

from typing import TYPE_CHECKING

from clore_ai import AsyncCloreAI, CloreAI
from clore_ai.exceptions import CloreAPIError, OrderUncertainError
from clore_ai.models import GigaspotOrder, MarketplaceServer, Order, Wallet
from clore_cli.plugin import App, Column, command, offers, per_hour, read_quantity
from clore_client.sandbox import Fault, World

if TYPE_CHECKING:
    from clore_cli.testing import Bench, Result


def making_a_client() -> None:
    CloreAI(key="k")  # type: ignore[call-arg]
    CloreAI(api_key=b"k")  # type: ignore[arg-type]
    CloreAI("k", "http://127.0.0.1", "30")  # type: ignore[arg-type]
    CloreAI("k", "http://127.0.0.1", 30.0, 3, True)  # type: ignore[call-arg]
    CloreAI(limiter=1.05)  # type: ignore[arg-type]
    CloreAI(transport=print)  # type: ignore[arg-type]
    CloreAI().base_url = None  # type: ignore[assignment]
    CloreAI().server_time = 0.0  # type: ignore[misc]


def calling(client: CloreAI) -> None:
    client.wallet()  # type: ignore[attr-defined]
    client.wallets("bitcoin")  # type: ignore[call-arg]
    client.marketplace(gpu=4090)  # type: ignore[arg-type]
    client.marketplace(min_gpus=2)  # type: ignore[call-arg]
    client.marketplace(max_price_usd="0.4/h")  # type: ignore[arg-type]
    client.create_order(7, "image")  # type: ignore[call-arg]
    client.create_order("7", "image", "on-demand", "bitcoin")  # type: ignore[arg-type]
    client.create_order(7, "image", "on-demand", "bitcoin", ports={22: "tcp"})  # type: ignore[dict-item]
    client.create_order(7, "image", "on-demand", "bitcoin", ports="22")  # type: ignore[arg-type]
    client.cancel_order()  # type: ignore[call-arg]
    client.cancel_orders(38)  # type: ignore[arg-type]
    client.set_spot_price(38, None)  # type: ignore[arg-type]
    client.set_server_settings("MyGPU", usd_pricing={"bitcoin": 1.0})  # type: ignore[dict-item]
    client.wait_for_order(38, accept=lambda order: order.is_up)  # type: ignore[attr-defined]
    client.request("GET", "/wallets", {"a": 1})  # type: ignore[dict-item]
    client.create_gigaspot_orders([38])  # type: ignore[list-item]
    client.forget([38])  # type: ignore[list-item]
    client.wallets = None  # type: ignore[assignment,misc]


def using(wallet: Wallet, server: MarketplaceServer, order: Order) -> None:
    wallet.amount  # type: ignore[attr-defined]
    wallet.balance + 1.0  # type: ignore[operator]
    wallet.balance = 1.0  # type: ignore[misc]
    server.price_usd * 24  # type: ignore[operator]
    server.specs.ram  # type: ignore[union-attr]
    server.price["usd"]  # type: ignore[index]
    server.allowed_coins[0]  # type: ignore[index]
    order.id + 1  # type: ignore[operator]
    order.tcp_ports["22"]  # type: ignore[index]
    order.pub_cluster.upper()  # type: ignore[union-attr]
    order.status == 2  # type: ignore[comparison-overlap]
    GigaspotOrder(7, "image", 1.0)  # type: ignore[call-arg]
    Wallet(balance=1.0)  # type: ignore[call-arg]


async def awaiting(client: AsyncCloreAI, blocking: CloreAI) -> None:
    client.wallets()[0]  # type: ignore[index]
    len(client.my_orders())  # type: ignore[arg-type]
    await blocking.wallets()  # type: ignore[misc]
    (await client.my_orders()).id  # type: ignore[attr-defined]
    with client:  # type: ignore[attr-defined]
        pass
    async with blocking:  # type: ignore[attr-defined]
        pass
    client.close()  # type: ignore[attr-defined]
    await blocking.aclose()  # type: ignore[attr-defined]


def failing(error: CloreAPIError, uncertain: OrderUncertainError) -> None:
    error.server_id  # type: ignore[attr-defined]
    error.code + 1  # type: ignore[operator]
    error.error.upper()  # type: ignore[union-attr]
    uncertain.known_order_ids.append(1)  # type: ignore[attr-defined]
    OrderUncertainError("text")  # type: ignore[call-arg]
    CloreAPIError("text", code="6")  # type: ignore[arg-type]


def extending(app: App, server: MarketplaceServer) -> None:
    Column()  # type: ignore[call-arg]
    Column("id", width=3)  # type: ignore[call-arg]
    Column("id", get="id")  # type: ignore[arg-type]
    command(columns=["id"])  # type: ignore[list-item]
    command(cls=Column)  # type: ignore[arg-type]
    app.client.wallet()  # type: ignore[attr-defined]
    app.sleep("60")  # type: ignore[arg-type]
    app.confirm("sure?")  # type: ignore[call-arg]
    offers.find(app, "4090", max_price="1")  # type: ignore[arg-type]
    offers.find([server])  # type: ignore[arg-type,call-arg]
    per_hour("24")  # type: ignore[arg-type]
    read_quantity(7, "0.2/h").upper()  # type: ignore[arg-type,attr-defined]


def testing(clore: Bench, done: Result) -> None:
    clore("wallets", input="")  # type: ignore[call-arg]
    clore("wallets").returncode  # type: ignore[attr-defined]
    done.json["id"]  # type: ignore[index]
    done.stdout.decode()  # type: ignore[attr-defined]
    clore.world.fail(endpoint="wallets")  # type: ignore[call-arg]
    clore.world.log = {}  # type: ignore[assignment]
    World(servers="20")  # type: ignore[arg-type]
    Fault("html", times="2")  # type: ignore[arg-type]
