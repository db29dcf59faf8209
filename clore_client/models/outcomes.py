"""What became of requests about several orders at once. Data only."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Dict, Iterable, List, Mapping

from clore_client.convert import as_int, flat
from clore_client.decode import RAW
from clore_client.wire import JsonObject

from .base import Model


class _Outcome(Model):
    """An answer made of lists of ids, under the API's names."""

    @classmethod
    def _settle(cls, values: Dict[str, Any]) -> bool:
        """Refuse a list that holds anything but ids.

        Such an entry left out would turn a failure into a success, which costs money.
        """
        names = [item.name for item in fields(cls)]  # type: ignore[arg-type]
        return all(_are_ids(values[RAW].get(name)) for name in names)


def _are_ids(value: Any) -> bool:
    if value is None:
        return True
    return isinstance(value, list) and all(as_int(item) is not None for item in flat(value))


@dataclass(frozen=True)
class CreatedGigaspotOrders(_Outcome):
    """What became of new bids: the ids of SERVERS; the API names no bid.

    Attributes:
        failed_to_oc_servers: their GPUs do not take the ``oc``.
        failed_to_rent_servers: they cannot be had.
        too_low_bids_servers: the bid is below the lowest one.
        placed: the servers that were asked for and are in none of these lists.
    """

    failed_to_oc_servers: List[int] = field(default_factory=list)
    failed_to_rent_servers: List[int] = field(default_factory=list)
    too_low_bids_servers: List[int] = field(default_factory=list)
    placed: List[int] = field(default_factory=list)

    @classmethod
    def for_rows(cls, rows: Iterable[Mapping[str, Any]], body: JsonObject) -> CreatedGigaspotOrders:
        """The outcome for the ``rows`` that were sent, by the answer's ``body``.

        Raises:
            BadAnswerError: a list holds something that is no id.
        """
        outcome = cls.from_dict(body)
        failed = {
            *outcome.failed_to_oc_servers,
            *outcome.failed_to_rent_servers,
            *outcome.too_low_bids_servers,
        }
        asked: List[int] = [row["renting_server"] for row in rows]
        return outcome.replace(placed=[server for server in asked if server not in failed])


@dataclass(frozen=True)
class EditedGigaspotOrders(_Outcome):
    """What became of changed bids: the ids of BIDS.

    Attributes:
        success_to_update_ids: they are changed.
        failed_to_update_ids: they are as they were.
        too_low_bid_ids: as they were, because the price is below the lowest bid.
    """

    success_to_update_ids: List[int] = field(default_factory=list)
    failed_to_update_ids: List[int] = field(default_factory=list)
    too_low_bid_ids: List[int] = field(default_factory=list)


@dataclass(frozen=True)
class CancelledOrders(_Outcome):
    """What became of orders that were to be cancelled.

    Attributes:
        failed_to_cancel: the orders that were not: ended before, not yours, or still going.
    """

    failed_to_cancel: List[int] = field(default_factory=list)
