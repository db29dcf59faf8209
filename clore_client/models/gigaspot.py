"""GigaSPOT, the market of bids with GPU settings: its servers and everybody's bids. Data only."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional

from clore_client.convert import as_int
from clore_client.decode import converter, decoder, wire
from clore_client.errors import BadAnswerError

from .base import Model

_SNAPSHOT_TIME = re.compile(r"_([0-9]{1,11})\.json\Z")
_PAIR = 2

_whole_numbers = converter(List[int])


def _range(value: Any) -> Optional[List[int]]:
    """``[lowest, highest]``, or None: half a range must not look like a whole one."""
    numbers: List[int] = _whole_numbers(value) or []
    return numbers if len(numbers) == _PAIR == len(value) else None


@dataclass(frozen=True)
class GigaspotBid(Model):
    """One bid.

    Attributes:
        id: the number that `edit_gigaspot_orders` and `cancel_orders` take.
        server_id: the server that it is for.
        owner: the bidder's user id.
        price (``currency`` per DAY): the bid.
        currency: the coin that it is paid in.
        active: whether this bid has the server now.
        pl (W): the power limits of all its GPUs together.
        to_cache: whether its image is to be put on the server.
        cached: whether its image is on the server already.
    """

    id: int
    server_id: Optional[int] = None
    owner: Optional[int] = None
    price: Optional[float] = None
    currency: Optional[str] = None
    active: Optional[bool] = None
    pl: Optional[int] = None
    to_cache: Optional[bool] = None
    cached: Optional[bool] = None


@dataclass(frozen=True)
class GigaspotGpu(Model):
    """One GPU and what a bid may set on it, each as ``[lowest, highest]``, None where unknown.

    Attributes:
        model: its name.
        pl (W): power limit.
        core_lock (MHz): clock of the core.
        mem_lock (MHz): clock of the memory.
        core_offset (MHz): offset of the core's clock.
        mem_offset (MHz): offset of the memory's clock.
    """

    model: Optional[str] = None
    pl: Optional[List[int]] = field(default=None, metadata=wire(convert=_range))
    core_lock: Optional[List[int]] = field(default=None, metadata=wire(convert=_range))
    mem_lock: Optional[List[int]] = field(default=None, metadata=wire(convert=_range))
    core_offset: Optional[List[int]] = field(default=None, metadata=wire(convert=_range))
    mem_offset: Optional[List[int]] = field(default=None, metadata=wire(convert=_range))


@dataclass(frozen=True)
class GigaspotServer(Model):
    """A server on GigaSPOT.

    Attributes:
        id: the server's number.
        min_bid (CLORE per DAY): the lowest bid.
        bids: everybody's bids; a bid that cannot be read is left out.
        gpus: its GPUs: a bid needs one ``oc`` for each.
        online: whether it is online.
        on_demand_rented: whether it is rented on demand, so that no bid can have it.
        working_properly: False when the marketplace has found a fault.
        max_rental_length (hours): the longest rental.
        cpu: processor.
        cores: how many cores the processor has.
        threads: how many threads the processor runs at once.
        ram (GB): main memory.
        cuda: the version of CUDA that it reports.
        cc: country code.
        host: the host's user id.
        reliability (0 to 1): how reliable the marketplace takes it to be.
        energy_price (not documented): what the host pays for power, as sent.
    """

    id: Optional[int] = None
    min_bid: Optional[float] = None
    bids: List[GigaspotBid] = field(default_factory=list)
    gpus: List[GigaspotGpu] = field(default_factory=list)
    online: Optional[bool] = None
    on_demand_rented: Optional[bool] = None
    working_properly: Optional[bool] = None
    max_rental_length: Optional[int] = None
    cpu: Optional[str] = None
    cores: Optional[int] = None
    threads: Optional[int] = None
    ram: Optional[float] = None
    cuda: Optional[str] = None
    cc: Optional[str] = None
    host: Optional[int] = None
    reliability: Optional[float] = None
    energy_price: Optional[float] = None


class GigaspotServers(Dict[int, GigaspotServer]):
    """The servers of a snapshot, by id.

    Attributes:
        skipped: what could not be read, by its key, as it came.
    """

    def __init__(self) -> None:
        super().__init__()
        self.skipped: Dict[Any, Any] = {}

    @classmethod
    def of(cls, snapshot: Mapping[Any, Any]) -> GigaspotServers:
        """The servers of a whole ``snapshot``; one that cannot be read never costs the others.

        Raises:
            BadAnswerError: nothing in it can be read as a server.
        """
        servers = cls()
        for key, row in snapshot.items():
            server_id = as_int(key)
            server = None if server_id is None else _server(server_id, row)
            if server_id is None or server is None:
                servers.skipped[key] = row
            else:
                servers[server_id] = server
        if servers.skipped and not servers:
            raise BadAnswerError("the snapshot holds nothing that can be read as a server")
        return servers


def _server(server_id: int, row: Any) -> Optional[GigaspotServer]:
    server = decoder(GigaspotServer)(row)
    if server is None:
        return None
    bids = [bid.replace(server_id=server_id) for bid in server.bids]
    return server.replace(id=server_id, bids=bids)


def _servers(value: Any) -> Optional[GigaspotServers]:
    try:
        return GigaspotServers.of(value) if isinstance(value, dict) else None
    except BadAnswerError:
        return None


@dataclass(frozen=True)
class Gigaspot(Model):
    """The whole of GigaSPOT.

    Attributes:
        my_user_id: your user id: the ``owner`` of your bids.
        clore_price (USD): what one CLORE is worth.
        creation_fees (that coin): what a new bid costs once, by coin.
        v1_snapshot_url: where the servers were read, or can be.
        servers: by id, with everybody's bids; empty when the snapshot was left out.
    """

    my_user_id: Optional[int] = None
    clore_price: Optional[float] = None
    creation_fees: Dict[str, float] = field(default_factory=dict)
    v1_snapshot_url: Optional[str] = None
    servers: Dict[int, GigaspotServer] = field(
        default_factory=GigaspotServers, repr=False, metadata=wire(convert=_servers)
    )

    @property
    def snapshot_time(self) -> Optional[int]:
        """When the snapshot was made (unix time, s): its name ends in ``_<time>.json``."""
        found = _SNAPSHOT_TIME.search((self.v1_snapshot_url or "").partition("?")[0])
        return int(found[1]) if found else None

    @property
    def my_bids(self) -> List[GigaspotBid]:
        """Your own bids, as of the snapshot; each names its ``server_id``."""
        bids = (bid for server in self.servers.values() for bid in server.bids)
        return [bid for bid in bids if bid.owner is not None and bid.owner == self.my_user_id]
