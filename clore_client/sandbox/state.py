"""Everything the simulated API remembers; rules about it live in the other modules."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, Mapping, Optional, Set, Tuple

from .order import GigaBid, Order, Row

#: USD per coin, as recorded in 2026.
RATES: Dict[str, float] = {"bitcoin": 64118.0, "CLORE-Blockchain": 0.00124968, "USD-Blockchain": 1}

#: The account's number: the owner of its bids on GigaSPOT.
USER_ID = 2288

#: The first public port that orders are given.
_FIRST_PORT = 1970


@dataclass
class Host:
    """A server that the account rents out; without ``server`` it has never connected."""

    name: str
    server: Optional[Row] = None
    visible: bool = True


@dataclass(frozen=True)
class Call:
    """What a handler gets of a request.

    Attributes:
        known: whether a key came with it.
        origin: the scheme and host under which the world serves its snapshots.
    """

    query: Mapping[str, str]
    json: Any
    known: bool
    origin: str = ""


@dataclass
class State:
    """The market, the account and the present moment."""

    seed: int
    now: float
    #: seconds until a new order appears in my_orders; None: 2 to 5, by the order
    lag: Optional[float] = None
    #: seconds until its container runs; None: 35 to 180, by the order
    deploy: Optional[float] = None
    #: marketplace rows by id
    servers: Dict[int, Row] = field(default_factory=dict)
    #: ids of servers that do not answer
    offline: Set[int] = field(default_factory=set)
    hosts: Dict[str, Host] = field(default_factory=dict)
    #: the account's orders and strangers' bids, ended ones included, by id
    orders: Dict[int, Order] = field(default_factory=dict)
    #: bids on GigaSPOT, the account's and strangers', ended ones included, by id
    gigabids: Dict[int, GigaBid] = field(default_factory=dict)
    #: the snapshots of GigaSPOT by unix time, oldest first
    snapshots: Dict[int, Row] = field(default_factory=dict)
    #: everything ever paid into each wallet
    funds: Dict[str, float] = field(default_factory=dict)
    #: where the containers' port 22 is reached; None: a name as the API gives it
    ssh: Optional[Tuple[str, int]] = None
    next_order: int = 1_939_941
    next_port: int = _FIRST_PORT

    def chance(self, *about: object) -> random.Random:
        """A random source of its own for each subject, the same in every run with this seed."""
        return random.Random(f"{self.seed} {about}")  # noqa: S311  a simulation, no secret

    def live(self, server_id: int) -> Iterator[Order]:
        """Orders and bids on one server that have not ended."""
        return (
            order
            for order in self.orders.values()
            if order.ended is None and order.server["id"] == server_id
        )

    def mine(self) -> Iterator[Order]:
        """The account's own orders, ended ones included."""
        return (order for order in self.orders.values() if order.mine)

    def paid(self) -> Iterator[Order]:
        """Everything that the account pays for, or has: its orders and its bids on GigaSPOT."""
        yield from self.mine()
        yield from (bid for bid in self.gigabids.values() if bid.mine)

    def rented(self, server_id: int) -> bool:
        """Whether somebody rents the server on demand; a spot tenant does not count."""
        stranger = bool(self.servers[server_id]["rented"])
        return stranger or any(not order.spot for order in self.live(server_id))

    def owns(self, server_id: int) -> bool:
        """Whether the account rents this server out."""
        return any(host.server and host.server["id"] == server_id for host in self.hosts.values())


def usd(order: Order) -> float:
    """An order's price per day in USD: the measure by which bids compete."""
    return order.price * RATES[order.currency]
