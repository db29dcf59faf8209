"""The account's orders as rows of my_orders, live and closed, key for key as recorded."""

from __future__ import annotations

from typing import Any, Dict, Tuple

from .order import CREATION_FEE_USD, Order, Row

_LIVE_SPECS = (
    "mb", "cpu", "cpus", "ram", "gpu", "gpuram", "disk", "disk_speed", "net",
    "backend_version", "pcie_rev", "pcie_width", "xfs",
)  # fmt: skip
_CLOSED_SPECS = ("ram", "disk", "gpu", "gpuram")


def live(order: Order, now: float, *, online: bool = True) -> Row:
    """An order as my_orders lists it while it lasts; a queued bid has spent 0."""
    server = order.server
    return {
        **_head(order, now),
        "specs": _pick(server["specs"], _LIVE_SPECS),
        "si": server["id"],
        "mon_container": 2 if order.deployed(now) else 0,
        "online": online,
        "pub_cluster": [order.pub_cluster],
        "tcp_ports": order.tcp_ports,
        **_http(order),
        **_pick(server, ("rating", "reliability", "owner", "cuda_version", "gpu_array")),
        **_spot(order),
    }


def closed(order: Order, now: float) -> Row:
    """An order as my_orders shows it after its end: without addresses, yet online and running."""
    server = order.server
    gpus = int(server["specs"]["gpu"].partition("x")[0])
    return {
        **_head(order, now),
        "order_end": int(order.ended or now),
        "expired": True,
        "online": True,
        "mon_container": 2,
        "si": server["id"],
        "tcp_ports": [],
        **_pick(server, ("cuda_version", "gpu_array")),
        "gpu_count": gpus,
        "total_gpus": gpus,
        **_pick(server, ("owner", "rating", "reliability")),
        "specs": {
            **_pick(server["specs"], _CLOSED_SPECS),
            "net": _pick(server["specs"]["net"], ("up", "down", "cc")),
        },
        **_spot(order),
    }


def _head(order: Order, now: float) -> Row:
    return {
        "id": order.id,
        "creation_fee": CREATION_FEE_USD,
        "price": order.price,
        "mrl": order.mrl,
        "image": order.image,
        "currency": order.currency,
        "spend": order.spend(now),
        "ct": int(order.created),
    }


def _http(order: Order) -> Row:
    if order.http_port is None:
        return {}
    return {"http_port": order.http_port, "http_pub": order.http_pub}


def _spot(order: Order) -> Row:
    return {"spot": True} if order.spot else {}


def _pick(source: Dict[str, Any], keys: Tuple[str, ...]) -> Row:
    return {key: source[key] for key in keys if key in source}
