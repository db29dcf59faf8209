"""An order: what you rent. Its status is derived here, because the API sends none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

from clore_client import offers
from clore_client.convert import as_int
from clore_client.decode import RAW, converter, wire
from clore_client.statuses import COMPLETED as COMPLETED
from clore_client.statuses import DEPLOYING as DEPLOYING
from clore_client.statuses import EXPIRED as EXPIRED
from clore_client.statuses import PENDING as PENDING
from clore_client.statuses import QUEUED as QUEUED
from clore_client.statuses import RUNNING as RUNNING
from clore_client.statuses import UNKNOWN as UNKNOWN
from clore_client.validate import ON_DEMAND, SPOT

from .base import Model
from .specs import ServerRating, ServerSpecs

# mon_container was 0 (one note says 1) until the container ran, and 2 from then on.
_CONTAINER = {0: DEPLOYING, 1: DEPLOYING, 2: RUNNING}
_PORTS = range(1, 65536)

_texts = converter(List[str])


def _hosts(value: Any) -> Optional[List[str]]:
    hosts: Optional[List[str]] = _texts([value] if isinstance(value, str) else value)
    return hosts


def _first_host(value: Any) -> Optional[str]:
    return next(iter(_hosts(value) or ()), None)


def _tcp_ports(value: Any) -> Optional[Dict[str, int]]:
    """``["22:1972"]`` or ``{"22": 1972}`` as ``{"22": 1972}``."""
    if isinstance(value, list):
        pairs = [text.partition(":")[::2] for text in _texts(value) or ()]
    elif isinstance(value, dict):
        pairs = list(value.items())
    else:
        return None
    ports = [(_port(inside), _port(outside)) for inside, outside in pairs]
    return {str(inside): outside for inside, outside in ports if inside and outside}


def _port(value: Any) -> Optional[int]:
    port = as_int(value.strip() if isinstance(value, str) else value)
    return port if port in _PORTS else None


def _kind(sent: Any, spot: Optional[bool]) -> str:
    return sent if sent in (ON_DEMAND, SPOT) else SPOT if spot else ON_DEMAND


def _status(order: Dict[str, Any]) -> str:
    """The status that an order's other values tell."""
    if order["expired"]:
        end, limit = order["order_end"], _limit(order["ct"], order["mrl"])
        return COMPLETED if end is not None and limit is not None and end < limit else EXPIRED
    if order["type"] == SPOT and order["spend"] == 0:
        return QUEUED
    return _CONTAINER.get(order["mon_container"], UNKNOWN)


def _limit(ct: Optional[int], mrl: Optional[int]) -> Optional[int]:
    return None if ct is None or mrl is None else ct + mrl


@dataclass(frozen=True)
class Order(Model):
    """An order, on demand or spot, live or ended.

    Attributes:
        id: the order's number; None only when `create_order` was accepted and the order is not
            listed yet.
        server_id: the server that is rented.
        type: ``"on-demand"`` or ``"spot"``.
        status: ``"pending"`` accepted, but not listed yet; ``"deploying"`` the container is
            being made; ``"running"``; ``"queued"`` a spot bid that has not run yet (one that
            was outbid later cannot be told from a running one); ``"completed"`` ended before its
            longest time was over, as a cancelled order does; ``"expired"`` ended otherwise;
            ``"unknown"`` when nothing tells.
        image: the Docker image.
        currency: the coin that it is paid in.
        price (``currency`` per DAY): the price; your bid on a spot order.
        pub_cluster: the host for SSH and TCP ports, the first of ``hosts``.
        hosts: all the host names that the API sent.
        tcp_ports: public port by container port, e.g. ``{"22": 1972}``.
        http_port: the container port that ``https://<http_pub>/`` leads to.
        http_pub: the host name under which that port is reached by https.
        spot: whether it is a spot order, as sent; see ``type``.
        expired: True once it has ended; see `ended`.
        ct (unix time, s): when it was made.
        mrl (seconds): the longest time it may run.
        order_end (unix time, s): when it ended.
        spend (``currency``): charged so far, without fees; the first minute is charged at once.
        creation_fee (USD): charged once.
        original_price_usd (USD per DAY): the price in USD that ``price`` was made from.
        mon_container: 2 once the container runs; keeps it when the order ends.
        online: whether the HOST is online; true on ended orders, too.
        specs: the machine's hardware.
        gpu_array: one name per GPU, as sent.
        gpu_count: how many GPUs this order has.
        total_gpus: how many GPUs the server has.
        cuda_version: the version of CUDA that the server reports.
        rating: what renters gave the server.
        my_past_rating (0 to 5): what you gave it earlier.
        reliability (0 to 1): how reliable the marketplace takes the server to be.
        owner: the host's user id.
        auto_login: as sent, on few rows; by its name it logs somebody in, so treat it as a secret.
    """

    id: Optional[int] = field(default=None, metadata=wire("id", "order_id"))
    server_id: Optional[int] = field(
        default=None, metadata=wire("si", "renting_server", "server_id")
    )
    type: str = ON_DEMAND
    status: str = UNKNOWN
    image: Optional[str] = None
    currency: Optional[str] = None
    price: Optional[float] = None
    pub_cluster: Optional[str] = field(default=None, metadata=wire(convert=_first_host))
    hosts: List[str] = field(
        default_factory=list, metadata=wire("hosts", "pub_cluster", convert=_hosts)
    )
    tcp_ports: Optional[Dict[str, int]] = field(default=None, metadata=wire(convert=_tcp_ports))
    http_port: Optional[str] = None
    http_pub: Optional[str] = None
    spot: Optional[bool] = None
    expired: Optional[bool] = None
    ct: Optional[int] = None
    mrl: Optional[int] = None
    order_end: Optional[int] = None
    spend: Optional[float] = None
    creation_fee: Optional[float] = None
    original_price_usd: Optional[float] = None
    mon_container: Optional[int] = None
    online: Optional[bool] = None
    specs: Optional[ServerSpecs] = field(default=None, repr=False)
    gpu_array: List[str] = field(default_factory=list)
    gpu_count: Optional[int] = None
    total_gpus: Optional[int] = None
    cuda_version: Optional[str] = None
    rating: Optional[ServerRating] = field(default=None, repr=False)
    my_past_rating: Optional[float] = None
    reliability: Optional[float] = None
    owner: Optional[int] = None
    auto_login: Optional[str] = field(default=None, repr=False)

    @classmethod
    def _settle(cls, values: Dict[str, Any]) -> bool:
        row = values[RAW]
        values["type"] = _kind(row.get("type"), values["spot"])
        sent = row.get("status")
        values["status"] = sent if sent and isinstance(sent, str) else _status(values)
        if values["gpu_count"] is None:
            values["gpu_count"] = offers.gpu_count(row) or None
        return values["id"] is not None or values["status"] == PENDING

    @property
    def gpu_model(self) -> Optional[str]:
        """The GPUs in one text, e.g. ``"1x NVIDIA GeForce RTX 4090"``."""
        return offers.gpu_model(self.raw)

    @property
    def ended(self) -> bool:
        """Whether it has ended, and its machine is gone; a bid that waits has not."""
        return bool(self.expired) or self.status in (COMPLETED, EXPIRED)

    @property
    def expires_at(self) -> Optional[int]:
        """When its longest time is over (unix time, s)."""
        return _limit(self.ct, self.mrl)
