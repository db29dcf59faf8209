"""The spot market of one server: the bids, the floor, the coins' rates. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Optional

from clore_client.convert import as_bool
from clore_client.decode import wire
from clore_client.errors import BadAnswerError
from clore_client.wire import JsonObject

from .base import Model, Rows, decode_list
from .hosting import visibility


@dataclass(frozen=True)
class SpotOffer(Model):
    """One bid on a server.

    Attributes:
        order_id: the order that bids.
        price (``currency`` per DAY): the bid; compare through
            `SpotMarket.currency_rates_in_usd`.
        server_id: the server that was asked for.
        active: whether this bid is the one that runs.
        my: whether it is yours.
        currency: the bid's coin.
    """

    order_id: int = field(metadata=wire("offer_id", "order_id"))
    price: Optional[float] = field(default=None, metadata=wire("bid", "price"))
    server_id: Optional[int] = None
    active: Optional[bool] = None
    my: Optional[bool] = None
    currency: Optional[str] = None


@dataclass(frozen=True)
class SpotServerInfo(Model):
    """The server that is bid for.

    Attributes:
        min_pricing (that coin, per DAY): the lowest bid, by coin.
        mrl (hours): the longest rental.
        visibility: ``"public"`` or ``"private"``.
        online: whether it is online.
    """

    min_pricing: Dict[str, float] = field(default_factory=dict)
    mrl: Optional[int] = None
    visibility: Optional[str] = field(default=None, metadata=wire(convert=visibility))
    online: Optional[bool] = None


@dataclass(frozen=True)
class SpotMarket(Model):
    """The spot market of one server.

    Attributes:
        offers: the bids; None where the server has no spot market.
        server: the server that is bid for.
        currency_rates_in_usd (USD): what one unit of a coin is worth, by coin.
        server_id: the server that was asked for.
        exists: whether the API knows such a market.
    """

    offers: Optional[List[SpotOffer]] = None
    server: Optional[SpotServerInfo] = None
    currency_rates_in_usd: Optional[Dict[str, float]] = None
    server_id: Optional[int] = None
    exists: Optional[bool] = None

    @classmethod
    def for_server(cls, server_id: int, body: JsonObject) -> SpotMarket:
        """The market of ``server_id`` from ``body``, the whole answer.

        Raises:
            BadAnswerError: the answer holds no market.
        """
        exists = as_bool(body.get("exists"))
        sent = body.get("market")
        if sent is None and exists is False:
            sent = {}
        if not isinstance(sent, dict):
            raise BadAnswerError("the answer holds no market")
        offers = None
        if sent.get("offers") is not None:
            rows = decode_list(SpotOffer, sent, "offers")
            offers = Rows((row.replace(server_id=server_id) for row in rows), rows.skipped)
        return cls.from_dict(sent).replace(offers=offers, server_id=server_id, exists=exists)
