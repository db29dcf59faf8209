"""One event: what its columns are, and how it reads on a line."""

from __future__ import annotations

import time
from operator import attrgetter
from typing import Any, Dict, NamedTuple, Optional, Sequence

from clore_cli.plugin import Column, cells, clean, iso_utc, per_hour, price_columns

from .policy import Offer


class Event(NamedTuple):
    """Something that happened to an offer.

    Attributes:
        event: one of `policy.EVENTS`.
        moment: unix time of the answer that showed it.
        watch: the name of the watch that it is for.
        offer: the offer as it is, or as it was last seen.
        old_price: USD per DAY before, where that is known.
        reason: why it is new or gone, where that is known.
        named: a person needs the name of the watch, for there are several.
    """

    event: str
    moment: float
    watch: str
    offer: Offer
    old_price: Optional[float] = None
    reason: Optional[str] = None
    named: bool = False


COLUMNS = [
    Column("event", kind="string", about="new, cheaper, dearer or gone"),
    Column(
        "at",
        get=lambda event: iso_utc(int(event.moment)),
        whole=True,
        kind="string",
        about="ISO 8601, UTC",
    ),
    Column("watch", kind="string", about="the name of the watch"),
    Column("id", get=attrgetter("offer.id"), align="right", kind="integer", about="the server"),
    Column(
        "gpu_count",
        "GPUS",
        get=attrgetter("offer.gpu_count"),
        align="right",
        kind="integer",
        about="how many GPUs",
    ),
    Column("gpu", get=attrgetter("offer.gpu"), kind="string", about="the model of its GPUs"),
    *price_columns(
        "price_usd_per_{}",
        "$/{}",
        attrgetter("offer.price"),
        usd=True,
        about="the whole server, USD; with --spot the lowest bid",
    ),
    *price_columns(
        "old_price_usd_per_{}", "OLD/{}", attrgetter("old_price"), usd=True, about="before that"
    ),
    Column("country", "CC", get=attrgetter("offer.country"), kind="string", about="two letters"),
    Column(
        "reason",
        kind="string",
        about="of new: listed, freed, changed or back; of gone: rented, changed or unlisted",
    ),
]

_WORDS = {
    "changed": "no longer matches",
    "rented": "rented",
    "unlisted": "left the market",
    "freed": "no longer rented",
    "back": "back again",
}
_GPU = 24  # characters; few names are longer, and what they end in tells little


def record(event: Event) -> Dict[str, Any]:
    """The event under the keys that JSON has."""
    return {column.key: column.value(event) for column in COLUMNS}


def lines(events: Sequence[Event]) -> str:
    """Events for a person, one on a line, with the time of this place."""
    return "\n".join(map(_line, events))


def _line(event: Event) -> str:
    offer = event.offer
    at = time.strftime("%m-%d %H:%M", time.localtime(event.moment))
    gpus = clean(f"{offer.gpu_count or '?'}x {offer.gpu or 'unknown GPU'}")
    gpus = gpus if len(gpus) <= _GPU else gpus[: _GPU - 1] + "…"
    price = "no price" if offer.price is None else _price(offer.price)
    words = [offer.country or "--", f"[{event.watch}]" if event.named else "", _remark(event)]
    tail = " ".join(word for word in words if word)
    # Cleaned as a whole: a newline in a host's text would begin what reads as another event.
    return clean(f"{at}  {event.event:7} {offer.id:>6}  {gpus:{_GPU}} {price:>20}  {tail}")


def _price(per_day: float) -> str:
    return f"${cells.usd_per_hour(per_hour(per_day) or 0)}/h ${cells.usd(per_day)}/day"


def _remark(event: Event) -> str:
    """Why, and what it cost."""
    known = event.reason == "changed" and event.event == "new"
    words = "" if known else _WORDS.get(event.reason or "", "")
    cost = event.old_price
    was = "" if cost is None else f"was ${cells.usd_per_hour(per_hour(cost) or 0)}/h"
    return ", ".join(word for word in (words, was) if word)
