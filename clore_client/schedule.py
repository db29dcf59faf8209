"""The limiter's arithmetic: who goes when. Values in, values out: no lock, no clock, no file.

Everybody books a moment, waits for it, and asks again before leaving. In between, requests may
leave late, the API may ask for a pause, and owners may die. The schedule moves the booked moments
back in their order, and whoever asks learns of it. Nobody is ever moved forward.
"""

from __future__ import annotations

from math import isfinite
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .retry import LONGEST_PAUSE

#: Waits below this many seconds are none: no sleep is that exact.
INSTANT = 0.001

#: Whoever has not asked `Schedule.confirm` so many seconds after their moment is gone.
PATIENCE = 5.0

#: What was written down is believed up to so many seconds ahead: a queue of some 3,400 requests,
#: more than the file of a machine's limiter holds. Beyond it is another clock, or garbage.
HORIZON = 3600.0
SKEW = 1.0  # so far ahead a departure may lie: clocks of two machines are never quite equal


class Booking:
    """A booked moment ``at``; its owner was told to come at ``due``."""

    def __init__(self, name: str, at: float, due: float, buckets: Tuple[str, ...]) -> None:
        self.name = name
        self.at = at
        self.due = due
        self.buckets = buckets


class Schedule:
    """The booked moments, when requests really left, and how long the API asked to wait.

    Args:
        intervals: seconds between two departures, for each bucket.

    Attributes:
        waiting: who has booked and not left, in the order in which they will.
        left_at: the latest departure in each bucket.
        held_until: nobody leaves before.
    """

    def __init__(self, intervals: Mapping[str, float]) -> None:
        self._intervals = intervals
        self.waiting: List[Booking] = []
        self.left_at: Dict[str, float] = {}
        self.held_until: float = 0.0

    def book(self, now: float, name: str, buckets: Tuple[str, ...]) -> float:
        """Book the first moment far enough from every other one in all ``buckets``; return it.

        A moment between two that are booked will do: a read need not wait behind an order that
        waits for its cooldown.
        """
        self.drop(name)  # a question that was repeated because its answer was lost
        self._put_back(now)
        at = self._gap(max(now, self.held_until), buckets)
        self._insert(Booking(name, at, at, buckets))
        return at

    def confirm(self, now: float, name: str, at: float, buckets: Tuple[str, ...]) -> float:
        """Whether ``name`` may leave now: 0, and the departure is counted; else seconds to wait.

        Args:
            now: the present moment.
            name: who asks.
            at: the moment that was booked; it counts if the booking is not known any more,
                because its owner comes very late or the schedule was lost.
            buckets: the buckets that were booked.
        """
        booking = self._find(name)
        if booking is None:
            booking = Booking(name, max(at, now - PATIENCE / 2), now, buckets)
            self._insert(booking)
        booking.due = now
        self._put_back(now)
        wait = booking.at - now
        if wait >= INSTANT:
            booking.due = booking.at
            return wait
        self.drop(name)
        self.depart(now, buckets)
        return 0.0

    def depart(self, now: float, buckets: Tuple[str, ...]) -> None:
        """Count the intervals of ``buckets`` from ``now`` on: a request leaves."""
        for bucket in buckets:
            self.left_at[bucket] = max(self.left_at.get(bucket, now), now)

    def hold(self, now: float, seconds: float) -> None:
        """Keep everybody back for ``seconds``, `LONGEST_PAUSE` at most."""
        self.held_until = max(self.held_until, now + min(seconds, LONGEST_PAUSE))
        self._put_back(now)

    def learn(self, other: Schedule) -> None:
        """Count the departures and the pause that ``other`` knows of, too."""
        for bucket, moment in list(other.left_at.items()):
            self.depart(moment, (bucket,))
        self.held_until = max(self.held_until, other.held_until)

    def drop(self, name: str) -> None:
        """Give the moment of ``name`` to whoever books next; without one, nothing happens."""
        self.waiting = [booking for booking in self.waiting if booking.name != name]

    def _find(self, name: str) -> Optional[Booking]:
        return next((booking for booking in self.waiting if booking.name == name), None)

    def _insert(self, booking: Booking) -> None:
        later = (place for place, other in enumerate(self.waiting) if other.at > booking.at)
        self.waiting.insert(next(later, len(self.waiting)), booking)

    def _gap(self, at: float, wanted: Tuple[str, ...]) -> float:
        taken = sorted(
            (moment, self._intervals[bucket])
            for bucket in wanted
            for moment in self._moments(bucket)
        )
        conflict = True
        while conflict:
            conflict = False
            for moment, interval in taken:
                if abs(at - moment) < interval - INSTANT:
                    at, conflict = moment + interval, True
        return at

    def _moments(self, bucket: str) -> List[float]:
        booked = [booking.at for booking in self.waiting if bucket in booking.buckets]
        return booked + ([self.left_at[bucket]] if bucket in self.left_at else [])

    def _put_back(self, now: float) -> None:
        """Move the booked moments, in their order, behind what has happened since.

        A request left late, because a busy machine overslept or a TLS handshake took its time,
        or the API asked everybody to slow down. Nobody is overtaken: after a pause all would be
        due at once. Whoever is late, though, keeps the place but gets no new moment before
        showing up, and is forgotten in the end: else one killed process would cost the others
        every second moment for as long as it is waited for.
        """
        self.waiting = [b for b in self.waiting if self._due(b) > now - PATIENCE]
        latest = dict(self.left_at)
        for booking in self.waiting:
            if self._due(booking) >= now:
                after = (latest[b] + self._intervals[b] for b in booking.buckets if b in latest)
                booking.at = max([booking.at, self.held_until, *after])
                latest.update(dict.fromkeys(booking.buckets, booking.at))

    def _due(self, booking: Booking) -> float:
        return max(booking.due, self.held_until)

    def document(self) -> Dict[str, Any]:
        """All of it in JSON's types, for `read`."""
        rows = [[b.name, b.at, b.due, list(b.buckets)] for b in self.waiting]
        return {"held": self.held_until, "left": self.left_at, "waiting": rows}

    @classmethod
    def read(cls, document: Any, intervals: Mapping[str, float], now: float) -> Schedule:
        """The schedule in ``document``, without what cannot be true ``now``.

        Raises:
            ValueError: it is not what `document` returns.
        """
        schedule = cls(intervals)
        try:
            schedule._fill(document, now)
        except (AttributeError, KeyError, OverflowError, TypeError) as error:
            raise ValueError(f"not a schedule: {type(error).__name__}") from None
        return schedule

    def _fill(self, document: Any, now: float) -> None:
        held = _moment(document["held"])
        self.held_until = held if held <= now + LONGEST_PAUSE else 0.0
        for bucket, value in document["left"].items():
            if bucket in self._intervals and _moment(value) <= now + SKEW:
                self.left_at[bucket] = _moment(value)
        for name, at, due, buckets in document["waiting"]:
            booking = Booking(str(name), _moment(at), _moment(due), self._known(buckets))
            if booking.buckets and max(booking.at, booking.due) <= now + HORIZON:
                self.waiting.append(booking)

    def _known(self, buckets: List[str]) -> Tuple[str, ...]:
        return tuple(bucket for bucket in buckets if bucket in self._intervals)


def _moment(value: Any) -> float:
    """A number of seconds; refuses texts, booleans and what JSON does not have."""
    if type(value) not in (int, float) or not isfinite(value):
        raise ValueError("not a moment")
    return float(value)
