"""One order or spot bid and its meter; it does not know the market around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional

Row = Dict[str, Any]

DAY = 86400
#: What rows show as creation_fee; an order in another coin pays as much as that is worth.
CREATION_FEE_USD = 0.1
#: A recorded order of 2 USD per day had spent 2/86400 x 60 right after its creation.
PREPAID = 60


@dataclass
class Order:
    """An order of the account's, or (``mine`` false) a stranger's bid. Prices per day."""

    id: int
    #: the rented server's marketplace row
    server: Row
    currency: str
    price: float
    created: float
    spot: bool = False
    mine: bool = True
    image: str = ""
    creation_fee: float = 0.0
    #: the longest rental, in seconds
    mrl: int = DAY
    #: unix time from which my_orders shows it
    listed_at: float = 0.0
    #: seconds from its start to a running container
    deploy_time: float = 0.0
    pub_cluster: str = ""
    tcp_ports: List[str] = field(default_factory=list)
    http_port: Optional[str] = None
    http_pub: Optional[str] = None
    ended: Optional[float] = None
    #: unix time of the last lowering of the bid
    lowered: Optional[float] = None
    #: unix time at which it got the machine; None while it waits in the queue
    started: Optional[float] = None
    _priced: float = 0.0
    _advance: int = PREPAID
    _settled: float = 0.0

    @property
    def active(self) -> bool:
        """Whether it holds the machine, and pays for it."""
        return self.started is not None and self.ended is None

    @property
    def deadline(self) -> float:
        """Unix time at which the host's longest rental is over."""
        return self.created + self.mrl

    def start(self, now: float) -> None:
        """Give it the machine."""
        self.started = self._priced = now

    def end(self, now: float) -> None:
        """Stop it for good."""
        self._settled, self.ended = self.spend(now), now

    def reprice(self, price: float, now: float) -> None:
        """Bid ``price`` from now on; what has been spent stays spent."""
        self._settled = self.spend(now)
        if self.active:
            self._priced, self._advance = now, 0
        self.price = price

    def spend(self, now: float) -> float:
        """What it has cost so far in its currency, without the creation fee."""
        if not self.active:
            return self._settled
        return self._settled + self.price * (self._advance + int(now - self._priced)) / DAY

    def deployed(self, now: float) -> bool:
        """Whether its container runs."""
        # Recorded: an image named with its registry stayed in deployment for over 20 minutes.
        return (
            self.started is not None
            and now - self.started >= self.deploy_time
            and not self.image.startswith("docker.io/")
        )


@dataclass
class GigaBid(Order):
    """A bid on GigaSPOT, the account's or a stranger's. It can lose the machine and win it again.

    Attributes:
        owner: the bidder's user id.
        oc: the GPUs' settings, one for each.
    """

    owner: int = 0
    oc: List[Row] = field(default_factory=list)

    @property
    def power(self) -> int:
        """The power limits of all its GPUs together, in W."""
        return sum(int(settings["pl"]) for settings in self.oc)

    def pause(self, now: float) -> None:
        """Take the machine from it; what has been spent stays spent."""
        self._settled = self.spend(now)
        self.started: Optional[float] = None
