"""One way in which a server or the network can fail, and what the SDK owes its caller then."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, Optional, Tuple, Type, Union

from clore_client.errors import BadAnswerError, CloreAPIError, NetworkError

from .leaks import ENV, KEY, PASSWORD, TOKEN
from .market import SERVER, Market

if TYPE_CHECKING:
    from .faultserver import Behaviour, Script

#: The paid calls, and what they make.
PAID = {"create_order": "order", "create_gigaspot_orders": "bid"}

#: A broken answer is no answer or a bad one, as far as the caller is concerned.
ODD = (NetworkError, BadAnswerError)


@dataclass(frozen=True)
class Call:
    """What the caller does.

    Attributes:
        endpoint: the endpoint that it is about.
        make: the call on either client; awaited where the client is asynchronous.
        argv: the same as a command line.
        times: how often it is made on one client; then the value is the list of all values.
        despite: errors that count as values then, so that the next call is made all the same.
    """

    endpoint: str
    make: Callable[[Any], Any]
    argv: Tuple[str, ...] = ()
    times: int = 1
    despite: Tuple[Type[CloreAPIError], ...] = ()


ORDER: Dict[str, Any] = {
    "server_id": SERVER,
    "image": "cloreai/jupyter:ubuntu24.04-v2",
    "type": "on-demand",
    "currency": "USD-Blockchain",
    "ssh_password": PASSWORD,
    "jupyter_token": TOKEN,
    "env": ENV,
    "ports": {"22": "tcp"},
}
_DEPLOY = (
    "deploy", str(SERVER), "--yes", "--json", "--ssh-password", PASSWORD, "--jupyter-token", TOKEN,
    *(word for name, value in ENV.items() for word in ("--env", f"{name}={value}")),
)  # fmt: skip

WALLETS = Call("wallets", lambda client: client.wallets(), ("wallets", "--json"))
#: Twice on one client, whose connection stays open if the server lets it.
AGAIN = Call("wallets", WALLETS.make, times=2)
MARKETPLACE = Call("marketplace", lambda client: client.marketplace(), ("search", "--json"))
MY_ORDERS = Call("my_orders", lambda client: client.my_orders(), ("orders", "--json"))
MY_SERVERS = Call("my_servers", lambda client: client.my_servers())
SPOT_MARKET = Call("spot_marketplace", lambda client: client.spot_marketplace(SERVER))
SERVER_CONFIG = Call("server_config", lambda client: client.server_config("MyGPU"))
SPOT_PRICE = Call("set_spot_price", lambda client: client.set_spot_price(7, 1.5))
SETTINGS = Call("set_server_settings", lambda client: client.set_server_settings("G", mrl=24))
CANCEL = Call("cancel_order", lambda client: client.cancel_order(7), ("cancel", "7", "--yes"))
CREATE = Call("create_order", lambda client: client.create_order(**ORDER), _DEPLOY)


@dataclass(frozen=True)
class Value:
    """What must be true of what a call returns."""

    what: str
    holds: Callable[[Any], bool]


ANSWER = Value("returns the answer", lambda value: value is not None)


@dataclass(frozen=True)
class Case:
    """A behaviour and the expectations.

    Attributes:
        id: unique.
        what: the behaviour, in one line for people.
        family: groups the cases in the report.
        script: what happens to the n-th request of an endpoint; see `faultserver`.
        raises: the classes of which the error must be one; empty when there must be none.
        returns: what must be true of the value; with ``raises``, either will do.
        status: the HTTP status that the error must carry and name.
        sent: what a `NetworkError` must say.
        requests: how many requests of the call's endpoint arrive, or the least and the most.
        looks: how many times my_orders is read; GigaSPOT's snapshot where bids are placed.
        orders: how many orders there are in the end.
        hangs: how many attempts last until the deadline.
        least: seconds that the call must take, because it was asked to wait.
        retries: max_retries.
        timeout: the deadline of one attempt in seconds.
        cli: try the installed script, too; it must end with the error's exit status, or
            with the one that is given.
        memory: measure the growth of the peak memory, in a process of its own.
        port: "open", "refused", "unaccepted" (nobody ever accepts) or "full" (not even the
            system does).
        tls: the server's kind of TLS, by its name in `tls.context`; empty for plain HTTP.
        key: the API key.
        market: makes the healthy part of the server.
        greeting: happens to each connection before a request is read.
        lifetime: requests that a connection survives.
        environment: variables of the environment, in which {gate} and {elsewhere} are the host
            and port of the server and of the other one. Where {gate} is asked for, the server is
            a proxy, and the API is behind it.
        interrupt: what happens to the caller when a behaviour says so: "cancel" (the task),
            "SIGINT", "SIGTERM" or "SIGKILL" (the script).
        leaves: whether the journal must keep an entry after the interruption.
    """

    id: str
    what: str
    family: str = ""
    script: Script = field(default_factory=dict)
    call: Call = WALLETS
    raises: Tuple[Type[CloreAPIError], ...] = ()
    returns: Optional[Value] = None
    status: Optional[int] = None
    sent: Optional[bool] = None
    requests: Any = None
    looks: Any = None
    orders: int = 0
    hangs: int = 0
    least: float = 0.0
    retries: int = 2
    timeout: float = 0.4
    cli: Union[bool, int] = False
    memory: bool = False
    key: Any = KEY
    market: Callable[[], Market] = Market
    greeting: Optional[Behaviour] = None
    lifetime: int = 1000
    port: str = "open"
    tls: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    interrupt: str = ""
    leaves: bool = False

    @property
    def proxied(self) -> bool:
        """Whether the server is a proxy."""
        return any("{gate}" in value for value in self.environment.values())

    @property
    def expected(self) -> str:
        """What the SDK owes, in words."""
        ends = " or ".join(kind.__name__ for kind in self.raises)
        if self.returns:
            ends = f"{ends} or {self.returns.what}" if ends else self.returns.what
        words = [self._interrupted or ends or ANSWER.what]
        if self.sent is not None:
            words.append("it may have arrived" if self.sent else "nothing was sent")
        if self.requests is not None:
            words.append(_counted(self.requests, "request"))
        if self.call.endpoint in PAID:
            words.append(_counted(self.orders, PAID[self.call.endpoint]))
        return ", ".join(words)

    @property
    def _interrupted(self) -> str:
        """How an interrupted call ends, and what it leaves."""
        if not self.interrupt:
            return ""
        left = "reconcile finds the order" if self.leaves else "the journal is empty"
        return f"ends at once, {left}"


def bounds(count: Any) -> Tuple[int, int]:
    """The least and the most of what `Case` counts."""
    least, most = count if isinstance(count, tuple) else (count, count)
    return least, most


def _counted(count: Any, what: str) -> str:
    least, most = bounds(count)
    number = str(least) if least == most else f"{least} to {most}"
    return f"{number} {what}{'' if most == 1 else 's'}"
