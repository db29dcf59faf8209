"""The simulated API itself: limits, keys, faults, routing. It opens no socket and never waits."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any, Callable, Collection, Dict, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from clore_client.errors import NetworkError
from clore_client.wire import Request, Response, Transport

from . import (
    browsing,
    cancelling,
    fees,
    gigaspot,
    hosting,
    money,
    renting,
    snapshots,
    spot,
    spotqueue,
    timeline,
)
from .clock import Clock, RealClock
from .faults import AFTER, BEFORE, CODES, Answer, Fault, Faults, check_endpoint, strike
from .inprocess import MALFORMED, InProcess
from .limits import Limiter
from .refusal import Refused, bare, malformed
from .scenarios import SCENARIOS
from .state import Call, State

Handler = Callable[[State, Call], Dict[str, Any]]

HANDLERS: Dict[str, Handler] = {
    "wallets": money.wallets,
    "marketplace": browsing.marketplace,
    "my_servers": hosting.my_servers,
    "server_config": hosting.server_config,
    "my_orders": renting.my_orders,
    "spot_marketplace": spot.spot_marketplace,
    "create_order": renting.create_order,
    "cancel_order": renting.cancel_order,
    "cancel_orders": cancelling.cancel_orders,
    "set_server_settings": hosting.set_server_settings,
    "set_spot_price": spot.set_spot_price,
    "renter_fees": fees.renter_fees,
    "poh_balance": fees.poh_balance,
    "get_gigaspot": gigaspot.get_gigaspot,
    "create_gigaspot_orders": gigaspot.create_gigaspot_orders,
    "edit_gigaspot_orders": gigaspot.edit_gigaspot_orders,
}
_PUBLIC = ("marketplace",)
#: Where the snapshots of a world without a socket seem to lie; that name can never exist.
_ORIGIN = "https://sandbox.invalid"
_TOO_MANY = 429


@dataclass
class LogEntry:
    """One request as the sandbox saw it; the key is not kept.

    Attributes:
        endpoint: its name, or None for a path that the API does not have.
        method: ``"GET"`` or ``"POST"``.
        path: below the base URL.
        query: the query parameters.
        json: the body; None without one, or when it is not JSON.
        at: when it arrived, in seconds of the clock's ``monotonic()``.
        status: the HTTP status of the answer, None when a fault swallowed it.
        code: the ``code`` of the answer that was made, whether or not it was delivered whole.
        executed: whether the request did what it asked for.
        fault: the kind of the fault that struck it.
        keyed: whether a key came with it.
    """

    endpoint: Optional[str]
    method: str
    path: str
    query: Mapping[str, str]
    json: Any
    at: float
    status: Optional[int] = None
    code: Optional[int] = None
    executed: bool = False
    fault: Optional[str] = None
    keyed: bool = False


@dataclass(frozen=True)
class _Caller:
    """Who asks, from where, and under which scheme and host they see the world."""

    key: Optional[str]
    peer: str
    origin: str


class World:
    """A stateful marketplace with one account in it, whatever key asks. Safe for threads.

    Args:
        seed: the same seed makes the same market, delays and names.
        clock: a `RealClock` unless given.
        scenario: ``"market"``, ``"docs"`` or ``"empty"``.
        servers: how many offers the ``market`` scenario has.
        keys: the API keys to accept; any key that is not empty when left out.
        lag: seconds until a new order appears in my_orders, up to 20 live; 2 to 5 when left out.
        deploy: seconds until its container runs; 35 to 180 when left out.
        retry_after: seconds to put into a Retry-After header of every HTTP 429.

    Attributes:
        clock: the clock in use.
        log: every request so far, oldest first.
        state: everything the market and the account hold.
    """

    def __init__(
        self,
        seed: int = 2026,
        clock: Optional[Clock] = None,
        scenario: str = "market",
        *,
        servers: int = 400,
        keys: Optional[Collection[str]] = None,
        lag: Optional[float] = None,
        deploy: Optional[float] = None,
        retry_after: Optional[int] = None,
    ) -> None:
        if scenario not in SCENARIOS:
            raise ValueError(
                f"no scenario is called {scenario!r}; there are: {', '.join(SCENARIOS)}"
            )
        self.clock = RealClock() if clock is None else clock
        self.log: List[LogEntry] = []
        self.state = State(seed, self.clock.time(), lag, deploy)
        SCENARIOS[scenario](self.state, servers)
        self._keys, self._retry_after = keys, retry_after
        self._limiter, self._faults = Limiter(), Faults()
        self._lock = threading.Lock()
        self._routes: Dict[Tuple[str, str], str] = {}

    def fail(
        self, kind: str, endpoint: Optional[str] = None, times: int = 1, seconds: float = 10.0
    ) -> None:
        """Let a fault strike requests to come.

        Args:
            kind: what happens, one of `FAULT_KINDS`.
            endpoint: the endpoint that it strikes, e.g. ``"create_order"``; None for any.
            times: how many requests it strikes.
            seconds: how long a ``"slow-body"`` takes.

        Raises:
            ValueError: there is no such kind or endpoint.
        """
        self.inject(Fault(kind, endpoint, times, seconds))

    def inject(self, fault: Fault) -> None:
        """`fail` with a ``fault`` that exists already, e.g. from `parse_fault`.

        Raises:
            ValueError: there is no such endpoint.
        """
        if fault.endpoint is not None:
            check_endpoint(fault.endpoint, HANDLERS)
        with self._lock:
            self._faults.add(fault)

    def has_running_order(self) -> bool:
        """Whether a container of the account's runs now."""
        with self._lock:
            self.clock.tick()
            now = self.clock.time()
            timeline.advance(self.state, now)
            return any(o.ended is None and o.deployed(now) for o in self.state.mine())

    def add_bid(self, server_id: int, currency: str, price: float) -> int:
        """Let a stranger bid on a server, and return the number of the bid.

        Whoever runs on a lower bid loses the machine and ends.

        Args:
            server_id: a server of this world.
            currency: what the bid is in.
            price: the bid per DAY; nobody checks it against the host's lowest.

        Raises:
            KeyError: there is no such server.
        """
        with self._lock:
            timeline.advance(self.state, self.clock.time())
            return spotqueue.add(self.state, server_id, currency, price)

    def drop_bid(self, bid_id: int) -> None:
        """Let a stranger take a bid back; one that has ended stays as it is.

        Args:
            bid_id: what `add_bid` has returned.

        Raises:
            KeyError: there is no such bid.
        """
        with self._lock:
            timeline.advance(self.state, self.clock.time())
            bid = self.state.orders[bid_id]
            if bid.ended is None:
                timeline.close(self.state, bid)

    def transport(self, api_key: Optional[str] = None) -> Transport:
        """A `clore_client.wire.Transport` into this world that opens no socket.

        Args:
            api_key: the key that its requests bring along; None for none.
        """
        return InProcess(self, api_key)

    def handle(self, request: Request, key: Optional[str], peer: str = "local") -> Response:
        """Answer one request.

        Args:
            request: what is asked.
            key: the API key that came with it.
            peer: whose rate limit counts where there is no key.

        Raises:
            NetworkError: a fault swallowed the answer; as far as the client can tell, the
                request may have arrived.
        """
        answer = self.answer(request, key, peer)
        if answer.response is None:
            raise NetworkError(
                "connection reset" if answer.reset else "connection closed without an answer",
                sent=True,
            )
        return answer.response

    def answer(
        self, request: Request, key: Optional[str], peer: str, origin: str = _ORIGIN
    ) -> Answer:
        """`handle` for a server that can act out the network's faults itself.

        Args:
            request: what is asked.
            key: the API key that came with it.
            peer: whose rate limit counts where there is no key.
            origin: scheme and host under which the server is reached.
        """
        at = self.clock.monotonic()  # before the lock: a busy world must not hold it against anyone
        with self._lock:
            self.clock.tick()
            caller = _Caller(key, peer, origin)
            entry = self._note(request, at, caller)
            answer = self._react(entry, request, caller)
            entry.status = answer.response.status if answer.response else None
            return answer

    def _note(self, request: Request, at: float, caller: _Caller) -> LogEntry:
        name = None if request.url else self._endpoint(request)
        path = urlsplit(request.url).path if request.url else request.path
        document = None if request.json is MALFORMED else request.json
        entry = LogEntry(name, request.method, path, dict(request.query), document, at)
        entry.keyed = bool(caller.key)
        self.log.append(entry)
        return entry

    def _react(self, entry: LogEntry, request: Request, caller: _Caller) -> Answer:
        fault = self._faults.take(entry.endpoint, BEFORE)
        response = self._response(429, {"code": 5})
        if fault is None:
            status, body = self._dispatch(entry, request, caller)
            entry.code = body.get("code")  # a snapshot has none
            entry.executed = not entry.code
            response = self._response(status, body)
            fault = self._faults.take(entry.endpoint, AFTER) if entry.executed else None
        if fault is None:
            return Answer(response)
        entry.fault, entry.code = fault.kind, CODES.get(fault.kind, entry.code)
        return strike(fault, response)

    def _dispatch(
        self, entry: LogEntry, request: Request, caller: _Caller
    ) -> Tuple[int, Dict[str, Any]]:
        try:
            if request.url:
                return 200, snapshots.fetch(self.state, entry.path)
            self._admit(entry, caller)
            if request.json is MALFORMED:
                raise malformed()
            timeline.advance(self.state, self.clock.time())
            call = Call(request.query, request.json, bool(caller.key), caller.origin)
            return 200, {**HANDLERS[entry.endpoint or ""](self.state, call), "code": 0}
        except Refused as refusal:
            return refusal.status, refusal.body

    def _admit(self, entry: LogEntry, caller: _Caller) -> None:
        who = caller.key or caller.peer
        if self.clock.limited and not self._limiter.admit(who, entry.endpoint or "", entry.at):
            raise bare(5, 429)
        if entry.endpoint not in HANDLERS:
            raise bare(4, 404)
        if entry.endpoint not in _PUBLIC and not self._accepts(caller.key):
            raise bare(3, 401)

    def _accepts(self, key: Optional[str]) -> bool:
        return bool(key) and (self._keys is None or key in self._keys)

    def _endpoint(self, request: Request) -> Optional[str]:
        if not self._routes:
            # Here, for it loads the models, which whoever only makes a world does not need.
            from clore_client.endpoints import ENDPOINTS

            self._routes = {(e.spec.method, e.spec.path): n for n, e in ENDPOINTS.items()}
        return self._routes.get((request.method, request.path))

    def _response(self, status: int, body: Dict[str, Any]) -> Response:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "date": formatdate(self.clock.time(), usegmt=True),
        }
        if status == _TOO_MANY and self._retry_after is not None:
            headers["retry-after"] = str(self._retry_after)
        return Response(status, json.dumps(body).encode(), headers)
