"""Every API call, declared once. Pure: builds requests and reads answers, sends nothing.

Sources of the facts: the API's documentation where it and the recorded answers agree, the
recorded answers where they do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence

from . import models, validate, validate_gigaspot, validate_settings
from .endpoint import ANY, CREATE, Call, Endpoint, WantedRows, endpoint, table
from .offers import OfferFilter
from .wire import JsonObject

if TYPE_CHECKING:
    from .models import (
        CancelledOrders,
        CreatedGigaspotOrders,
        EditedGigaspotOrders,
        Gigaspot,
        GigaspotEdit,
        MarketplaceServer,
        MyServer,
        Order,
        PohBalance,
        RenterFees,
        ServerConfig,
        SpotMarket,
        Wallet,
    )


@endpoint("GET", "/wallets")
def wallets() -> Call[List[Wallet]]:
    """Your balances and deposit addresses, one `Wallet` per currency, each in its own coin."""
    return Call(lambda body: models.decode_list(models.Wallet, body, "wallets"))


@endpoint("GET", "/marketplace", auth=False)
def marketplace(
    gpu: Optional[str] = None,
    min_gpu_count: Optional[int] = None,
    min_ram_gb: Optional[float] = None,
    max_price_usd: Optional[float] = None,
    available_only: bool = True,
) -> Call[List[MarketplaceServer]]:
    """The servers on offer. Works without an API key; the filters are applied here, not there.

    Args:
        gpu: part of the GPU's name; case, spaces and hyphens do not matter.
        min_gpu_count: at least so many GPUs.
        min_ram_gb: at least so much RAM, in GB.
        max_price_usd: at most so many USD per HOUR on demand; servers without a price that
            can be paid never match.
        available_only: leave out the servers that are rented.
    """
    offers = OfferFilter(gpu, min_gpu_count, min_ram_gb, max_price_usd, available_only)
    return Call(
        lambda body: models.decode_list(models.MarketplaceServer, body, "servers"),
        wanted=WantedRows("servers", offers),
    )


@endpoint("GET", "/my_servers")
def my_servers() -> Call[List[MyServer]]:
    """The servers that you rent out, those that never connected included."""
    return Call(lambda body: models.decode_list(models.MyServer, body, "servers"))


@endpoint("GET", "/server_config")
def server_config(server_name: str) -> Call[ServerConfig]:
    """The configuration of one of your servers; prices are per DAY.

    Args:
        server_name: what you call it; see `MyServer`.

    Raises:
        FieldError: you have no server of that name.
    """
    # A GET with a JSON body: that is what the API takes; neither a query nor a POST is known.
    name = validate.text("server_name", server_name)
    return Call(
        lambda body: models.ServerConfig.from_dict(body.get("config")), json={"server_name": name}
    )


@endpoint("GET", "/my_orders")
def my_orders(include_completed: bool = False) -> Call[List[Order]]:
    """Your orders: the live ones, queued spot bids among them.

    Args:
        include_completed: add those that ended.
    """
    query = {"return_completed": "true"} if include_completed else {}
    return Call(lambda body: models.decode_list(models.Order, body, "orders"), query=query)


@endpoint("GET", "/spot_marketplace")
def spot_marketplace(server_id: int) -> Call[SpotMarket]:
    """The bids on one server, its floor per coin and the coins' rates; all prices per DAY.

    Args:
        server_id: the server.
    """
    server_id = validate.identifier("server_id", server_id)
    return Call(
        lambda body: models.SpotMarket.for_server(server_id, body), query={"market": str(server_id)}
    )


@endpoint("POST", "/create_order", idempotent=False, buckets=(ANY, CREATE), paid=True)
def create_order(order: Mapping[str, Any]) -> Call[JsonObject]:
    """Place ``order``, which `validate.order` has checked; the answer names no order."""
    return Call(dict, json=dict(order))


@endpoint("POST", "/cancel_order")
def cancel_order(order_id: int, issue: Optional[str] = None) -> Call[Dict[str, Any]]:
    """Ask for the end of one order. Repeating it does no harm: it names the order."""
    body: JsonObject = {"id": validate.identifier("order_id", order_id)}
    if issue is not None:
        body["issue"] = validate.text("issue", issue, limit=validate.ISSUE_LIMIT)
    return Call(dict, json=body)


@endpoint("POST", "/cancel_orders")
def cancel_orders(order_ids: Sequence[int]) -> Call[CancelledOrders]:
    """End several orders, on GigaSPOT too. Repeating it does no harm: it names the orders.

    Args:
        order_ids: the orders, and the bids of GigaSPOT.

    Returns:
        The orders that could not be cancelled; those that had ended before can be among them.
    """
    return Call(
        models.CancelledOrders.from_dict, json={"order_ids": validate_gigaspot.order_ids(order_ids)}
    )


@endpoint("POST", "/set_server_settings", idempotent=False)
def set_server_settings(
    name: str,
    availability: Optional[bool] = None,
    mrl: Optional[int] = None,
    on_demand: Optional[float] = None,
    spot: Optional[float] = None,
    *,
    on_demand_prices: Optional[Mapping[str, float]] = None,
    spot_prices: Optional[Mapping[str, float]] = None,
    enabled_coins: Optional[Mapping[str, bool]] = None,
    autoprice: Optional[Mapping[str, bool]] = None,
    usd_pricing: Optional[Mapping[str, Mapping[str, float]]] = None,
) -> Call[Dict[str, Any]]:
    """Change a server that you rent out; what is not given is not sent.

    Args:
        name: the server's name.
        availability: whether it can be rented.
        mrl: the longest rental that you allow, in HOURS.
        on_demand: price per DAY, in bitcoin.
        spot: lowest bid per DAY, in bitcoin.
        on_demand_prices: price per DAY by coin, in that coin, e.g. ``{"USD-Blockchain": 1.68}``.
        spot_prices: lowest bid per DAY by coin, in that coin.
        enabled_coins: whether you take a coin.
        autoprice: whether a coin's prices follow your prices in USD.
        usd_pricing: your prices in USD per DAY for the coins that follow them:
            ``{"bitcoin": {"on_demand": 1.68, "spot": 1.32}}``.

    Returns:
        The API's answer.
    """
    body = validate_settings.settings(
        name, availability, mrl, on_demand, spot,
        on_demand_prices=on_demand_prices, spot_prices=spot_prices, enabled_coins=enabled_coins,
        autoprice=autoprice, usd_pricing=usd_pricing,
    )  # fmt: skip
    return Call(dict, json=body)


@endpoint("POST", "/set_spot_price", idempotent=False)
def set_spot_price(order_id: int, price: float) -> Call[Dict[str, Any]]:
    """Change your bid on a server.

    Args:
        order_id: the spot order.
        price: the bid from now on, per DAY in the order's own currency.

    Raises:
        FieldError: a bid can be lowered once every 600 seconds (``time_to_lowering`` in
            ``e.response``) and by a limited step (``max_step``).
    """
    return Call(
        dict,
        json={
            "order_id": validate.identifier("order_id", order_id),
            "desired_price": validate.positive("price", price),
        },
    )


@endpoint("GET", "/renter_fees")
def renter_fees() -> Call[RenterFees]:
    """What you pay beside the price: fees in percent of it, and per new order in its coin."""
    return Call(models.RenterFees.from_dict)


@endpoint("GET", "/poh_balance")
def poh_balance() -> Call[PohBalance]:
    """Your Proof of Holding: the CLORE that lower your fees, in all and by address."""
    return Call(models.PohBalance.from_dict)


@endpoint("GET", "/get_gigaspot")
def get_gigaspot() -> Call[Gigaspot]:
    """GigaSPOT without its servers, which are read from the address in ``v1_snapshot_url``."""
    return Call(models.Gigaspot.from_dict)


@endpoint("POST", "/create_gigaspot_orders", idempotent=False, paid=True)
def create_gigaspot_orders(rows: Sequence[Mapping[str, Any]]) -> Call[CreatedGigaspotOrders]:
    """Place bids, which `validate_gigaspot.orders` has checked; the answer names no bid."""
    made = models.CreatedGigaspotOrders  # imported before anything that costs money is sent
    return Call(
        lambda body: made.for_rows(rows, body),
        json=[dict(row) for row in rows],
    )


@endpoint("POST", "/edit_gigaspot_orders", idempotent=False)
def edit_gigaspot_orders(edits: Sequence[GigaspotEdit]) -> Call[EditedGigaspotOrders]:
    """Change bids of yours on GigaSPOT: the price, and the GPUs' settings.

    Args:
        edits: what to change; one bid each.

    Returns:
        Which bids were changed and which were not, and why. Some can fail while others do not.

    Raises:
        InvalidInputError: an edit is wrong (``argument`` names it); nothing was sent.
    """
    return Call(models.EditedGigaspotOrders.from_dict, json=validate_gigaspot.edits(edits))


ENDPOINTS: Dict[str, Endpoint[Any, Any]] = table(globals())
