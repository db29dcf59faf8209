"""GigaSPOT as the fault server knows it: its snapshot, and the bids that were really placed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List

from .market import Market, Row, fixture, next_id

if TYPE_CHECKING:
    from .inbound import Request

#: The user id in the recorded answer of get_gigaspot.
ME = 3105


@dataclass
class BidMarket(Market):
    """The state behind GigaSPOT; ``orders`` are the bids, each with its ``server``.

    Attributes:
        address: where the API says that the snapshot is, {files} being the host that has it.
        user: the user id that the API names.
    """

    address: Any = "{files}/gigaspot_snapshot"
    user: Any = ME

    def asked(self, body: Any) -> None:
        """Bids have been asked for."""
        for row in body:
            super().asked(row)

    def make(self, body: Any) -> Row:
        """Place the bids that ``body`` asks for; returns the last."""
        return [super(BidMarket, self).make(row) for row in body][-1]

    def row(self, body: Row) -> Row:
        """A bid as a snapshot lists it."""
        bid: Row = fixture("gigaspot_snapshot")["47112"]["bids"][0]
        bid.update(id=next_id(), server=body["renting_server"], price=body["price"])
        return bid

    def reveal(self, body: Any) -> None:
        """Place what was asked for and is not there yet, and list it."""
        there = {bid["server"] for bid in self.orders}
        missing = [row for row in body if row["renting_server"] not in there]
        for row in missing:
            super().make(row)
        super().reveal(body)
        self.address, self.user = BidMarket.address, ME

    def snapshot(self) -> Dict[str, Row]:
        """The servers with everybody's bids; looking counts."""
        servers = fixture("gigaspot_snapshot")
        empty: Dict[str, Any] = {**servers["47112"], "bids": []}
        for bid in self.listing():
            row: Dict[str, Any] = dict(bid)
            server = servers.setdefault(str(row.pop("server")), {**empty, "bids": []})
            server["bids"].append(row)
        return servers

    def respond(self, request: Request) -> Any:
        """What a healthy API or file host answers to ``request``."""
        if request.endpoint == "get_gigaspot":
            return {**fixture("get_gigaspot"), "v1_snapshot_url": self._snapshot_url,
                    "my_user_id": self.user}  # fmt: skip
        if request.endpoint == "gigaspot_snapshot":
            return self.snapshot()
        if request.endpoint == "create_gigaspot_orders":
            self.make(request.json)
            return fixture("create_gigaspot_orders")
        return super().respond(request)

    @property
    def _snapshot_url(self) -> Any:
        known = isinstance(self.address, str)
        return self.address.format(**self.places) if known else self.address


def stranger(**changes: Any) -> Any:
    """Makes a market where another bid turns up when one is asked for."""

    def rows(bid: Row) -> List[Row]:
        return [{**bid, "id": next_id(), **changes}]

    return lambda: BidMarket(strangers=rows)
