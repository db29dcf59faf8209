"""What is worth telling about offers that come, go and change their price. Pure.

People are told what lasts, not what flickers: an offer that is missing from one answer is not gone,
one that is rented and freed every few minutes does not fill the screen, and a price that moves by
a cent is the same price. What lasts is always told, `REST` seconds later at the latest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

NEW, CHEAPER, DEARER, GONE = "new", "cheaper", "dearer", "gone"
#: In the order in which those of one look are told.
EVENTS = (NEW, CHEAPER, DEARER, GONE)

#: Looks in a row without an offer, or at a higher price, until that is told.
SETTLE = 3
#: Seconds from one "gone" or "dearer" about an offer until its return, or the next rise, is told.
REST = 1800.0

# A price in another coin moves with its rate: less than the larger of these is nobody's decision.
_SHARE, _USD_PER_DAY = 0.01, 0.01
_ROUNDED = 1 - 1e-9  # 0.50 - 0.49 is a little less than 0.01 for a processor


class Offer(NamedTuple):
    """An offer that a watch wants.

    Attributes:
        id: the server's number.
        price: USD per DAY for the whole machine; None when it has none that can be paid.
        gpu: the GPU's model.
        gpu_count: how many.
        country: two letters.
    """

    id: int
    price: Optional[float] = None
    gpu: Optional[str] = None
    gpu_count: Optional[int] = None
    country: Optional[str] = None


class Change(NamedTuple):
    """What is to be told.

    Attributes:
        event: one of `EVENTS`.
        offer: the offer as it is, or as it was last seen.
        old_price: the price that was told before, in USD per DAY.
        back: it was told to be gone, and is there again.
    """

    event: str
    offer: Offer
    old_price: Optional[float] = None
    back: bool = False


@dataclass
class _Told:
    """What has been told of an offer, and what has been seen since."""

    offer: Offer
    price: Optional[float]
    missed: int = 0  # looks in a row without it
    risen: int = 0  # looks in a row at a higher price
    gone_at: Optional[float] = None  # when it was told to be gone
    rose_at: float = float("-inf")  # when a rise was told


class Policy:
    """Turns one look after the other into what is worth telling.

    It remembers the offers that are there, and those that are gone for `REST` seconds.

    Args:
        settle: how many looks in a row must agree that an offer is gone or dearer.
        rest: seconds, see `REST`.
    """

    def __init__(self, settle: int = SETTLE, rest: float = REST) -> None:
        self._settle, self._rest = settle, rest
        self._told: Dict[int, _Told] = {}

    def __len__(self) -> int:
        return len(self._told)

    def look(self, offers: Mapping[int, Offer], now: float, *, whole: bool = True) -> List[Change]:
        """What to tell after a look, the cheapest of each kind first.

        Args:
            offers: what was seen, by id.
            now: when, in seconds of any clock that only moves forwards.
            whole: nothing may have been overlooked: what is not there counts as missing.
        """
        found = [self._seen(offer, now) for offer in offers.values()]
        if whole:
            found += [self._missing(i, now) for i in list(self._told) if i not in offers]
        changes = [change for change in found if change]
        return sorted(changes, key=_rank)

    def _seen(self, offer: Offer, now: float) -> Optional[Change]:
        told = self._told.get(offer.id)
        if told is None:
            self._told[offer.id] = _Told(offer, offer.price)
            return Change(NEW, offer)
        told.offer, told.missed = offer, 0
        if told.gone_at is not None:
            return self._back(told, told.gone_at, now)
        return self._repriced(told, now)

    def _back(self, told: _Told, gone_at: float, now: float) -> Optional[Change]:
        """A return is told at once when it is a better offer, else when it may have settled."""
        if now - gone_at < self._rest and not _below(told.offer.price, told.price):
            return None
        old = told.price
        self._told[told.offer.id] = _Told(told.offer, told.offer.price, rose_at=told.rose_at)
        return Change(NEW, told.offer, old, back=True)

    def _repriced(self, told: _Told, now: float) -> Optional[Change]:
        price, old = told.offer.price, told.price
        if old is None or price is None:
            told.price = old if price is None else price
            return None
        if _below(price, old):
            told.price, told.risen = price, 0
            return Change(CHEAPER, told.offer, old)
        told.risen = told.risen + 1 if _below(old, price) else 0
        if told.risen < self._settle or now - told.rose_at < self._rest:
            return None
        told.price, told.risen, told.rose_at = price, 0, now
        return Change(DEARER, told.offer, old)

    def _missing(self, number: int, now: float) -> Optional[Change]:
        told = self._told[number]
        told.missed, told.risen = told.missed + 1, 0
        if told.gone_at is not None:
            if now - told.gone_at >= self._rest:
                del self._told[number]
            return None
        if told.missed < self._settle:
            return None
        told.gone_at = now
        return Change(GONE, told.offer)


def _below(price: Optional[float], than: Optional[float]) -> bool:
    """Whether ``price`` is lower by enough to be told."""
    if price is None or than is None:
        return False
    return than - price >= max(than * _SHARE, _USD_PER_DAY) * _ROUNDED


def _rank(change: Change) -> Tuple[int, bool, float, int]:
    price = change.offer.price
    return EVENTS.index(change.event), price is None, price or 0.0, change.offer.id
