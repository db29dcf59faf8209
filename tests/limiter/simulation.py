"""Actors who share a limit: they book, ask, leave, are held back, give up and die, in any order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, NamedTuple, Tuple, Union

from hypothesis import strategies as st

from clore_client.endpoint import ANY, CREATE
from clore_client.limiter import INTERVALS, Slot
from clore_client.schedule import INSTANT

if TYPE_CHECKING:
    from limiter.test_properties import Watched
    from scripted import Clock

    from clore_client.machine_limiter import MachineLimiter

#: Sums of floats are off by less than a microsecond.
ROUNDING = 1e-6
BUCKETS = {False: (ANY,), True: (ANY, CREATE)}


class Action(NamedTuple):
    kind: str
    number: int = 0
    seconds: float = 0.0
    creates: bool = False


SOME = st.integers(0, 11)
SECONDS = st.sampled_from([0.0, 0.0005, 0.05, 1.0, 1.05, 5.2]) | st.floats(0.0, 8.0)
ACTIONS = st.lists(
    st.one_of(
        st.builds(Action, st.just("book"), SOME, creates=st.booleans()),
        st.builds(Action, st.just("wake")),
        st.builds(Action, st.just("pass"), seconds=SECONDS),
        st.builds(Action, st.sampled_from(["ask", "left", "release", "die"]), SOME),
        st.builds(Action, st.just("hold"), SOME, st.floats(0.0, 90.0)),
    ),
    min_size=4,
    max_size=60,
)


class Actor:
    """Has a slot of one process's limiter, and was told to ask again at ``due``."""

    def __init__(self, limiter: Union[MachineLimiter, Watched], slot: Slot, now: float) -> None:
        self.limiter, self.slot, self.due = limiter, slot, now + slot.wait


class Simulation:
    """Acts on ``limiters`` (one for each process) and checks every departure.

    A departure is known from `confirm`, and again from `left`; no moment that is given out or
    taken may be closer to one that is known than the intervals of the buckets in common.
    """

    def __init__(self, limiters: List[Any], clock: Clock) -> None:
        self.limiters, self.clock = limiters, clock
        self.waiting: List[Any] = []
        self.sending: List[Any] = []
        self.known: List[Any] = []
        self.booked, self.held = 0, 0.0

    def run(self, actions: List[Action]) -> None:
        for action in actions:
            getattr(self, f"_{action.kind}")(action)
        self.drain()

    def _book(self, action: Action) -> None:
        limiter = self.limiters[action.number % len(self.limiters)]
        slot = limiter.reserve(BUCKETS[action.creates])
        assert slot.wait >= 0
        self._check(slot.buckets, slot.at)
        self.waiting.append(Actor(limiter, slot, self.clock.now))
        self.booked += 1

    def _pass(self, action: Action) -> None:
        self.clock.now += action.seconds

    def _wake(self, action: Action) -> None:
        """Let time pass until the first one is due, who asks."""
        if self.waiting:
            first = min(self.waiting, key=lambda actor: actor.due)
            self.clock.now = max(self.clock.now, first.due)
            self.ask(first)

    def _ask(self, action: Action) -> None:
        if self.waiting:
            self.ask(self.waiting[action.number % len(self.waiting)])

    def _left(self, action: Action) -> None:
        if self.sending:
            actor = self.sending.pop(action.number % len(self.sending))
            actor.limiter.left(actor.slot)
            self.known.append((self.clock.now, actor.slot.buckets))

    def _release(self, action: Action) -> None:
        if self.waiting:
            actor = self.waiting.pop(action.number % len(self.waiting))
            actor.limiter.release(actor.slot)
            self._check_release(actor)

    def _die(self, action: Action) -> None:
        for actors in (self.waiting, self.sending):
            if actors:
                actors.pop(action.number % len(actors))

    def _hold(self, action: Action) -> None:
        self.limiters[action.number % len(self.limiters)].hold(action.seconds)
        self.held = max(self.held, self.clock.now + min(action.seconds, 60))

    def ask(self, actor: Actor) -> bool:
        """Ask `confirm`; whether ``actor`` left."""
        wait = actor.limiter.confirm(actor.slot)
        assert wait == 0 or wait >= INSTANT
        actor.due = self.clock.now + wait
        if wait == 0:
            self._check(actor.slot.buckets, self.clock.now)
            self.known.append((self.clock.now, actor.slot.buckets))
            self.waiting.remove(actor)
            self.sending.append(actor)
        return wait == 0

    def _check_release(self, actor: Actor) -> None:
        """What was given back can be had again."""
        probes = [actor.limiter.reserve(actor.slot.buckets)]
        actor.limiter.release(probes[0])
        probes.append(actor.limiter.reserve(actor.slot.buckets))
        actor.limiter.release(probes[1])
        assert probes[0].at == probes[1].at

    def _check(self, buckets: Tuple[str, ...], at: float) -> None:
        assert at >= self.held - INSTANT
        for moment, others in self.known:
            for bucket in set(buckets) & set(others):
                gap = at - moment
                assert gap >= INTERVALS[bucket] - INSTANT - ROUNDING, (bucket, gap)

    def drain(self) -> None:
        """From now on everybody comes in time: then promises are kept, in their order."""
        self.sending.clear()
        for actor in reversed(self.waiting[:]):
            self.ask(actor)
        for actor in reversed(self.waiting[:]):  # once more: those who came late went first
            self.ask(actor)
        for creates in (False, True, False):
            self._book(Action("book", creates=creates))
        start, promised = self.clock.now, sorted(self.waiting, key=lambda actor: actor.due)
        for actor in promised:
            due = actor.due
            assert due <= start + 60 + INTERVALS[CREATE] * self.booked + ROUNDING, "waits too long"
            self.clock.now = max(self.clock.now, due)
            assert self.ask(actor), "told to wait longer, although nothing happened"
        assert self.waiting == []
