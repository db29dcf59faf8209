"""What you send to GigaSPOT: new bids, and changes to them. Data only.

`clore_client.validate_gigaspot` checks them, when they are about to be sent.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping, Optional, Sequence

#: What bids are paid in unless they say otherwise.
CLORE = "CLORE-Blockchain"


@dataclass(frozen=True)
class GigaspotOrder:
    """A bid for a server on GigaSPOT.

    Attributes:
        server_id: the server, which the API calls ``renting_server``.
        image: the id of an image in Clore.ai's own registry, e.g.
            ``"a3f9c4d7e5b088d8a0bff880"``, its Ubuntu.
        price (CLORE per DAY): your bid, from 0.0001 to 5000.
        oc: the settings of each GPU, one mapping per GPU of the server, in its order: ``pl``
            (power limit, W) is needed, ``core_lock``, ``mem_lock``, ``core_offset`` and
            ``mem_offset`` (MHz) are optional; all are whole numbers.
        currency: what it is paid in.
        env: environment variables.
    """

    server_id: int
    image: str
    price: float
    oc: Sequence[Mapping[str, int]]
    currency: str = CLORE
    env: Optional[Mapping[str, str]] = field(default=None, repr=False)  # may hold secrets


@dataclass(frozen=True)
class GigaspotEdit:
    """A change of one of your bids on GigaSPOT.

    Attributes:
        order_id: the bid's ``id``.
        price (CLORE per DAY): your bid from now on, from 0.0001 to 5000.
        oc: new settings of the GPUs, as in `GigaspotOrder`; those that it has when left out.
    """

    order_id: int
    price: float
    oc: Optional[Sequence[Mapping[str, int]]] = None
