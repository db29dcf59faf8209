"""A model of the marketplace, told for each request what to do with it and what to answer.

It knows what the client cannot: which call made which order, and whether an answer proved anything.
"""

from __future__ import annotations

import json
import threading
from email.utils import formatdate
from typing import Any, Dict, FrozenSet, List, NamedTuple, Optional, Tuple, Union

from scripted import START

from clore_client.wire import Response

#: What the API answers where the drawn answer is "as it should be".
PROPER = None


class Fate(NamedTuple):
    """What becomes of one request.

    Attributes:
        answer: an exception, a `Response`, or `PROPER`.
        makes: create_order only: an order is made, if the server is free.
        proves: create_order only: the answer proves that nothing was made.
        lag: seconds until the order is listed.
        junk: rows that no client can read, put among the listed ones.
    """

    answer: Union[Exception, Response, None] = PROPER
    makes: bool = True
    proves: bool = False
    lag: float = 0.0
    junk: Tuple[Any, ...] = ()


class Wish(NamedTuple):
    """What somebody wants to rent."""

    server: int
    type: str
    image: str
    currency: str


class Stranger(NamedTuple):
    """Somebody else's order with the same key."""

    wish: Wish
    after: float  # seconds from the beginning of the call
    lasts: float
    lag: float


class Order:
    """An order as the marketplace knows it; times are those of the virtual clock."""

    def __init__(self, number: int, wish: Wish, at: float, lag: float, call: Optional[int]) -> None:
        self.id, self.wish, self.made_at, self.call = number, wish, at, call
        self.listed_at, self.ends_at = at + lag, float("inf")


class Post(NamedTuple):
    """One create_order that the model has seen."""

    call: int
    fate: Fate
    made: Optional[Order]
    accepted: bool


class Market:
    """Carries requests out and answers them as their fates say. Thread-safe."""

    def __init__(self, clock: Any, drift: float) -> None:
        self.clock, self.drift = clock, drift
        self.orders: List[Order] = []
        self.posts: List[Post] = []
        self.requests = 0
        self.listed: FrozenSet[Any] = frozenset()  # what the latest readable listing showed
        self.known: Dict[int, FrozenSet[Any]] = {}  # by call: what it could know before it sent
        self.fates: Dict[str, List[Fate]] = {"/create_order": [], "/my_orders": []}
        self.latency = 0.0
        self.strangers: List[Tuple[float, Stranger]] = []
        self._lock = threading.Lock()

    # ------------------------------------------------------------------ the transport
    def send(self, request: Any) -> Response:
        """Carry out ``request``."""
        with self._lock:
            self.requests += 1
            queue = self.fates[request.path]
            fate = queue.pop(0) if queue else Fate()
            if getattr(fate.answer, "sent", True) and request.on_departure:
                request.on_departure()
            self.clock.now += self.latency
            self._let_strangers_rent()
            carry_out = self._create if request.path == "/create_order" else self._list
            return self._dated(carry_out(request, fate))

    def close(self) -> None:
        """Nothing is open."""

    def _dated(self, answer: Union[Exception, Response]) -> Response:
        if isinstance(answer, Exception):
            raise answer
        date = formatdate(int(self.clock.time() + self.drift), usegmt=True)
        return Response(answer.status, answer.body, {**answer.headers, "date": date})

    # ------------------------------------------------------------------ what requests do
    def _create(self, request: Any, fate: Fate) -> Union[Exception, Response]:
        body = request.json
        wish = Wish(body["renting_server"], body["type"], body["image"], body["currency"])
        call = int(body.get("required_price") or body["spotprice"])
        self.known.setdefault(call, self.listed)
        free = not any(self._same_place(order.wish, wish) for order in self.live())
        made = self._rent(wish, fate.lag, call) if fate.makes and free else None
        proper = fate.answer is PROPER
        if proper and not free:
            answer: Union[Response, Exception, None] = _answer(
                {"code": 6, "error": "server-already-rented"}
            )
            fate = fate._replace(proves=True)
        else:
            answer = _answer({"code": 0}) if proper else fate.answer
        self.posts.append(Post(call, fate, made, accepted=proper and free))
        assert answer is not None
        return answer

    def _list(self, request: Any, fate: Fate) -> Union[Exception, Response]:
        if fate.answer is not PROPER:
            assert fate.answer is not None
            return fate.answer
        now, everything = self.clock.now, bool(request.query)
        seen = [o for o in self.orders if o.listed_at <= now and (everything or o.ends_at > now)]
        self.listed = frozenset(order.id for order in seen)
        rows = [self._row(order) for order in seen]
        return _answer({"code": 0, "orders": [*fate.junk, *rows], "limit": 50})

    def _row(self, order: Order) -> Dict[str, Any]:
        wish, ended = order.wish, order.ends_at <= self.clock.now
        return {
            "id": order.id,
            "si": wish.server,
            "spot": wish.type == "spot",
            "image": wish.image,
            "currency": wish.currency,
            "ct": int(START + order.made_at + self.drift),
            "spend": 0.1,
            "expired": ended,
        }

    @staticmethod
    def _same_place(one: Wish, other: Wish) -> bool:
        """A server has one order on demand, and an account one bid on it."""
        return (one.server, one.type) == (other.server, other.type)

    def _rent(self, wish: Wish, lag: float, call: Optional[int]) -> Order:
        order = Order(len(self.orders) + 1, wish, self.clock.now, lag, call)
        self.orders.append(order)
        return order

    def _let_strangers_rent(self) -> None:
        due = [item for item in self.strangers if item[0] <= self.clock.now]
        self.strangers = [item for item in self.strangers if item[0] > self.clock.now]
        for at, stranger in sorted(due, key=lambda item: item[0]):
            if not any(self._same_place(o.wish, stranger.wish) for o in self.live()):
                order = self._rent(stranger.wish, stranger.lag, None)
                order.ends_at = at + stranger.lasts

    # ------------------------------------------------------------------ what the test asks
    def live(self) -> List[Order]:
        """The orders that cost money now."""
        return [order for order in self.orders if order.ends_at > self.clock.now]

    def made_by(self, call: int) -> List[Order]:
        """The orders that ``call`` has made."""
        return [order for order in self.orders if order.call == call]

    def order(self, number: int) -> Order:
        """The order called ``number``."""
        return self.orders[number - 1]


def _answer(body: Dict[str, Any], status: int = 200) -> Response:
    return Response(status, json.dumps(body).encode())
