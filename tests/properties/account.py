"""An account that lives through a history, on real clients, and is held to what was promised."""

from __future__ import annotations

import asyncio
import shutil
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, Generator, List, Optional

from properties.fates import End, History, Moment, Pass, Reconcile, Rent, Restart, Together
from properties.market import Market, Order, Wish
from scripted import Clock

from clore_client import AsyncCloreAI, CloreAI
from clore_client.errors import CloreAPIError, OrderUncertainError
from clore_client.journal import FileJournal
from clore_client.rental import Claims

if TYPE_CHECKING:
    from pathlib import Path

#: 4 reads, 4 attempts and 6 looks.
MOST_REQUESTS = 14
#: Seconds: a pause of at most 60 and an answer after 29 for each, and the waits of the looks.
LONGEST = MOST_REQUESTS * (60 + 29 + 5.2) + 21


class InterruptError(BaseException):
    """Ctrl-C."""


class KilledError(BaseException):
    """The process is no more; what stands on the disk in this moment is all that is left."""


class Interruption:
    """Stops a call at the n-th moment of a kind; what it does consists of such moments."""

    def __init__(self, moment: Optional[Moment] = None, stop: Any = None) -> None:
        self._moment, self._stop = moment, stop
        self._passed: Counter[str] = Counter()

    def point(self, kind: str) -> None:
        """A moment at which it may happen."""
        number = self._passed[kind]
        self._passed[kind] += 1
        if (kind, number) == self._moment:
            self._stop()


class WatchedJournal(FileJournal):
    """The real journal, with moments for interruptions."""

    def __init__(self, account: Account) -> None:
        super().__init__(lambda: account.directory, "account", account.client._clock.time)
        self._of = account

    def open(self, attempt: Any) -> None:
        self._of.interruption.point("open")
        super().open(attempt)
        self._of.interruption.point("open")

    def settle(self, attempt: Any, state: Optional[str]) -> None:
        self._of.point_of_death()
        super().settle(attempt, state)
        self._of.point_of_death()

    def close(self, attempt: Any) -> None:
        self._of.interruption.point("close")
        super().close(attempt)
        if not self._of.mortal:  # from here on a killed process has told what it knows
            self._of.interruption.point("close")


class Account:
    """One account: its marketplace, its directory, and the process that works with it."""

    def __init__(self, kind: Any, history: History, root: Path) -> None:
        self.kind, self.root, self.clock = kind, root, Clock()
        self.market = Market(self.clock, history.drift)
        self.directory = root / "0"
        self.wishes: Dict[int, Wish] = {}
        self.mortal, self.interruption = False, Interruption()
        self.told: Dict[int, int] = {}  # order -> the process that was told of it last
        self.process = 0
        self._restart()

    def live_through(self, history: History) -> None:
        """Let everything happen, then settle what is open and see that nothing was lost."""
        for event in history.events:
            self._happen(event)
        for seconds in (0.0, 61.0, 700.0, 90_000.0):
            self.clock.now += seconds
            self._happen(Reconcile())
        assert all(self._may_hide_one(call) for call in self._entries())
        lost = [o.id for o in self.market.live() if o.call is not None and o.id not in self.told]
        assert lost == []

    def _may_hide_one(self, call: int) -> bool:
        """Whether an order on the call's server could be its own for all that is known."""
        server = self.wishes[call].server
        return any(o.wish.server == server and o.call != call for o in self.market.orders)

    def _happen(self, event: Any) -> None:
        if isinstance(event, Rent):
            self._rent(event)
        elif isinstance(event, Together):
            self._rent_together(event)
        elif isinstance(event, Reconcile):
            self._reconcile(event)
        elif isinstance(event, Pass):
            self.clock.now += event.seconds
        elif isinstance(event, Restart):
            self._restart()
        elif isinstance(event, End) and self.market.live():
            self.market.live()[-1].ends_at = self.clock.now

    def _restart(self, directory: Optional[Path] = None) -> None:
        self.directory = directory or self.directory
        self.process += 1
        self.client = self.kind(transport=self, clock=self)
        self.journal = WatchedJournal(self)
        self.client._run = replace(self.client._run, journal=self.journal, claims=Claims())

    # ------------------------------------------------------------------ clock and transport
    def monotonic(self) -> float:
        return self.clock.monotonic()

    def time(self) -> float:
        return self.clock.time()

    def sleep(self, seconds: float) -> None:
        self.interruption.point("sleep")
        self.clock.sleep(seconds)

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)

    def send(self, request: Any) -> Any:
        self.interruption.point("send")
        try:
            return self.market.send(request)
        finally:
            self.interruption.point("send")

    def close(self) -> None:
        pass

    # ------------------------------------------------------------------ what happens
    def _rent(self, event: Rent) -> None:
        wanted = self._wanted(event.wish)
        with self._under_way(event):
            outcome = self._perform("create_order", event, **wanted)
        self._judge_rent(len(self.wishes), outcome)

    def _rent_together(self, event: Together) -> None:
        wanted = [self._wanted(wish) for wish in event.wishes]
        calls = list(self.wishes)[-len(wanted) :]
        with self._under_way(event, len(calls)):
            outcomes = asyncio.run(self._gathered(wanted))
        for call, outcome in zip(calls, outcomes):
            self._judge_rent(call, outcome, alone=False)

    async def _gathered(self, wanted: List[Any]) -> List[Any]:
        calls = (self.client.create_order(**arguments) for arguments in wanted)
        return await asyncio.gather(*calls, return_exceptions=True)

    def _wanted(self, wish: Wish) -> Dict[str, Any]:
        """The arguments of one more call; the price tells which call it is."""
        call = len(self.wishes) + 1
        self.wishes[call] = wish
        price = {"spot_price" if wish.type == "spot" else "required_price": float(call)}
        rest = {"image": wish.image, "type": wish.type, "currency": wish.currency}
        return {"server_id": wish.server, **rest, **price}

    @contextmanager
    def _under_way(self, event: Any, calls: int = 1) -> Generator[None, None, None]:
        """Let ``event`` happen, within its bounds of time and requests."""
        market, begin = self.market, self.clock.now
        market.fates = {"/create_order": list(event.posts), "/my_orders": list(event.gets)}
        market.strangers += [(begin + stranger.after, stranger) for stranger in event.strangers]
        market.latency, market.requests = event.latency, 0
        yield
        assert market.requests <= MOST_REQUESTS * calls
        assert self.clock.now - begin <= LONGEST * calls
        market.fates = {"/create_order": [], "/my_orders": []}
        market.latency = 0.0

    def _judge_rent(self, call: int, outcome: Any, *, alone: bool = True) -> None:
        posts = [post for post in self.market.posts if post.call == call]
        made = self.market.made_by(call)
        entries = self._entries().count(call)
        assert len(made) <= 1, "one call has made two orders"
        assert all(post.fate.proves for post in posts[:-1]), "sent again after a doubt"
        in_doubt = bool(posts) and not posts[-1].fate.proves
        if isinstance(outcome, (InterruptError, KilledError, asyncio.CancelledError)):
            assert entries == 1 or not in_doubt
        elif isinstance(outcome, OrderUncertainError):
            assert in_doubt
            assert not posts[-1].accepted
            assert entries == 1
        elif isinstance(outcome, CloreAPIError):
            assert not in_doubt, f"{outcome!r} for a call that may have made an order"
            assert made == []
            assert entries == 0
        elif outcome.id is None:
            assert posts[-1].accepted
            assert entries == 1
        else:
            assert in_doubt
            assert entries == 0
            assert not alone or outcome.id not in self.market.known[call]
            self._tell(self.market.order(outcome.id), call)

    def _reconcile(self, event: Reconcile) -> None:
        self.market.fates["/my_orders"] = list(event.gets)
        calls = self._entries()
        outcome = self._perform("reconcile", event)
        self.market.fates["/my_orders"] = []
        if isinstance(outcome, list):
            assert [result.server_id for result in outcome] == [
                self.wishes[c].server for c in calls
            ]
            results = sorted(zip(calls, outcome), key=lambda pair: pair[1].outcome)
            for call, result in results:  # those found first
                self._judge_result(call, result)
            left = [c for c, r in zip(calls, outcome) if r.outcome == "unknown"]
            assert self._entries() == left
        else:
            assert isinstance(outcome, (CloreAPIError, InterruptError, asyncio.CancelledError))
            assert self._entries() == calls, "forgotten, although nobody was told"

    def _judge_result(self, call: int, result: Any) -> None:
        untold = [order for order in self.market.made_by(call) if order.id not in self.told]
        if result.outcome == "found":
            self._tell(self.market.order(result.order_id), call)
        elif result.outcome == "none":
            assert untold == []
        else:
            assert not self._visible(untold)

    def _tell(self, order: Order, call: int) -> None:
        """``order`` is given to the caller of ``call``: its own, or one that nobody can tell."""
        assert self.told.get(order.id) != self.process, "two calls were given the same order"
        self.told[order.id] = self.process
        if order.call != call:
            assert order.wish == self.wishes[call]
            own = [own for own in self.market.made_by(call) if own.id not in self.told]
            assert not self._visible(own)

    def _visible(self, orders: List[Order]) -> List[Order]:
        """Those of ``orders`` that cost money and are listed; one that has ended may wait."""
        return [o for o in self.market.live() if o in orders and o.listed_at <= self.clock.now]

    def _entries(self) -> List[int]:
        """The calls in the journal, as another process sees it."""
        journal = FileJournal(lambda: self.directory, "account")
        return [int(attempt.price or 0) for attempt in journal.pending()]

    # ------------------------------------------------------------------ how it happens
    def point_of_death(self) -> None:
        """A moment at which only a kill is tried: a signal here leaves the journal held."""
        if self.mortal:
            self.interruption.point("settle")

    def _perform(self, method: str, event: Any, **arguments: Any) -> Any:
        self.mortal = getattr(event, "killed", False)
        try:
            if self.kind is CloreAI:
                self.interruption = Interruption(event.stop_at, self._die if self.mortal else _stop)
                return getattr(self.client, method)(**arguments)
            return asyncio.run(self._aperform(method, event.stop_at, arguments))
        except KilledError as killed:
            self._restart(self._snapshot)
            return killed
        except (CloreAPIError, InterruptError, asyncio.CancelledError) as error:
            return error
        finally:
            assert self.journal._held == {}, "an attempt that nobody works on any more is held"
            self.mortal, self.interruption = False, Interruption()

    async def _aperform(self, method: str, stop_at: Optional[Moment], arguments: Any) -> Any:
        loop = asyncio.get_running_loop()
        task = loop.create_task(getattr(self.client, method)(**arguments))

        over = threading.Event()
        task.add_done_callback(lambda _: over.set())

        def cancel() -> None:
            loop.call_soon_threadsafe(task.cancel)
            if threading.current_thread() is not threading.main_thread():
                over.wait()  # this thread goes on when nobody waits for it any more

        self.interruption = Interruption(stop_at, self._die if self.mortal else cancel)
        try:
            return await task
        finally:
            for thread in threading.enumerate():
                if thread.name == "clore-worker":
                    thread.join()
            for _ in range(3):  # what the threads have told the loop
                await asyncio.sleep(0)

    def _die(self) -> None:
        self._snapshot = self.root / str(self.process)
        if self.directory.exists():
            shutil.copytree(self.directory, self._snapshot)
        raise KilledError


def _stop() -> None:
    raise InterruptError


def live_through(kind: Any, history: History, root: Path) -> None:
    """Let an account of a ``kind`` of client live through ``history`` below ``root``."""
    Account(kind, history, root).live_through(history)


CLIENTS = (CloreAI, AsyncCloreAI)
