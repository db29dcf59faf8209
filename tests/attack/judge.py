"""Holds an outcome against what a case expects and against what always holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Tuple

from clore_cli.status import Status

from .case import PAID, Case, bounds
from .inbound import CONNECT, Request
from .leaks import shown

if TYPE_CHECKING:
    from .faultserver import FaultServer
    from .outcome import Outcome

#: Seconds by which an attempt may outlive its deadline, and in which everything else is done.
OVERRUN = 1.0
#: Seconds that a process of its own takes to start and end on a busy machine.
_STARTING = 4.0
TEXT_LIMIT = 400  # characters of an error's text
GROWTH_LIMIT = 256  # MB of peak memory

#: Their exceptions quote headers and bodies, or carry them.
_QUOTING = ("urllib3.", "http.", "ssl.", "json.", "builtins.Unicode")

#: The README's table.
_EXITS: Dict[str, Status] = {
    "AuthError": Status.AUTH,
    "InvalidInputError": Status.USAGE,
    "RateLimitError": Status.RATE_LIMIT,
    "FieldError": Status.REFUSED,
    "NetworkError": Status.NETWORK,
    "OrderUncertainError": Status.UNKNOWN,
    "InvalidEndpointError": Status.NOT_FOUND,
}


def problems(case: Case, outcome: Outcome, server: FaultServer) -> List[str]:
    """Everything that is wrong; empty when the case is survived."""
    judge = _interrupted if case.interrupt else _exit if outcome.client == "cli" else _ending
    ending = judge(case, outcome)
    return [
        *ending,
        *_traffic(case, server, _own_looks(case, outcome)),
        *_time(case, outcome),
        *(f"shows a secret: {leak}" for leak in outcome.leaks),
        *_memory(outcome),
    ]


def overrun(case: Case, outcome: Outcome) -> float:
    """Seconds by which the attempts outlived their deadlines, 0 where none reached its own."""
    return max(0.0, outcome.seconds - case.timeout * case.hangs) if case.hangs else 0.0


#: How a caller ends that was interrupted, by how it was.
_ENDS = {"cancel": "CancelledError", "SIGINT": 130, "SIGTERM": 143, "SIGKILL": -9}


def _interrupted(case: Case, outcome: Outcome) -> Iterator[str]:
    end = outcome.exit if outcome.client == "cli" else outcome.kinds[0]
    if end != _ENDS[case.interrupt]:
        yield f"ended with {end}, not {_ENDS[case.interrupt]}: {outcome.text!r}"
    if "Traceback" in outcome.text:
        yield f"a traceback: {outcome.text!r}"
    if (
        case.interrupt in ("cancel", "SIGINT", "SIGTERM")
        and case.leaves
        and "reconcile" not in outcome.text
    ):
        yield f"does not name what to do: {outcome.text!r}"


def _ending(case: Case, outcome: Outcome) -> Iterator[str]:
    if not outcome.kinds:
        if case.raises and not case.returns:
            yield f"returned {outcome.value}"
        elif not outcome.right:
            yield f"returned the wrong value: {outcome.value}"
        return
    kind = outcome.kinds[0]
    if not any(wanted.__name__ in outcome.kinds for wanted in case.raises):
        yield f"raised {kind}: {outcome.text[:TEXT_LIMIT]}"
    if "CloreAPIError" not in outcome.kinds:
        yield f"{kind} is not the SDK's own"
    if case.status is not None and outcome.status != case.status:
        yield f"the error's status is {outcome.status}, not {case.status}"
    if case.sent is not None and outcome.sent is not case.sent:
        yield f"the error's sent is {outcome.sent}, not {case.sent}"
    yield from _text(case, outcome)
    foreign = [name for name in outcome.chain if name.startswith(_QUOTING)]
    if foreign:
        yield f"drags along {', '.join(foreign)}"


def _text(case: Case, outcome: Outcome) -> Iterator[str]:
    text = outcome.text
    if not text or len(text) > TEXT_LIMIT:
        yield f"the text has {len(text)} characters"
    if not text.isprintable():
        yield f"the text is not one clean line: {text[:TEXT_LIMIT]!r}"
    if outcome.kinds[0] not in ("ConfigError", "InvalidInputError", "KeySourceError"):
        if not any(name in text for name in _endpoints(case)):
            yield f"the text does not name the endpoint: {text!r}"
        if outcome.status is not None and str(outcome.status) not in text:
            yield f"the text does not name HTTP {outcome.status}: {text!r}"


def _endpoints(case: Case) -> Tuple[str, ...]:
    """The endpoints that a call of the case asks."""
    others = {
        "create_order": ("my_orders",),
        "create_gigaspot_orders": ("get_gigaspot", "gigaspot_snapshot"),
        "gigaspot_snapshot": ("get_gigaspot",),
    }
    return (case.call.endpoint, *others.get(case.call.endpoint, ()))


def _exit(case: Case, outcome: Outcome) -> Iterator[str]:
    expected = {int(_EXITS.get(kind.__name__, Status.ERROR)) for kind in case.raises}
    if case.returns is not None or not case.raises:
        expected.add(int(Status.DONE))
    if case.cli is not True:
        expected = {case.cli}
    if outcome.exit not in expected:
        yield f"exit status {outcome.exit}, not {sorted(expected)}: {outcome.text!r}"
    if "Traceback" in outcome.text:
        yield f"a traceback: {outcome.text!r}"
    if "\x1b" in outcome.text + outcome.value:
        yield "a terminal escape"


def _own_looks(case: Case, outcome: Outcome) -> int:
    """How often `clore deploy` itself reads my_orders.

    Once to tell how long the wallet lasts, once more when the order is not listed in time.
    """
    if outcome.client != "cli" or case.call.endpoint != "create_order":
        return 0
    return 2 if case.cli == Status.UNKNOWN else 1


def _traffic(case: Case, server: FaultServer, own: int) -> Iterator[str]:
    yield from _count("requests", case.requests, server.count(case.call.endpoint))
    looks = "gigaspot_snapshot" if PAID.get(case.call.endpoint) == "bid" else "my_orders"
    yield from _count(f"looks at {looks}", case.looks, server.count(looks) - own)
    yield from _count("orders", case.orders, len(server.market.orders))
    for request in server.requests:
        yield from _keyless(request) if request.endpoint in _KEYLESS else _keyed(case, request)
        if "cookie" in request.headers:
            yield f"{request.endpoint} sent a cookie"
        if case.proxied and not request.secure and request.endpoint != CONNECT:
            yield f"the proxy could read {request.endpoint}"
    for post in server.posts:
        if post.nth != 1 + case.proxied:
            yield f"{post.endpoint} shared its connection with an earlier request"


#: What is asked of hosts that are not the API: none of them must see a secret.
_KEYLESS = ("gigaspot_snapshot", CONNECT)


def _keyless(request: Request) -> Iterator[str]:
    if "auth" in request.headers:
        yield f"{request.endpoint} came with a key"
    own = {n: value for n, value in request.headers.items() if n != "proxy-authorization"}
    for secret in shown(replace(request, headers=own).text):
        yield f"{request.endpoint} gave away {secret}"


def _keyed(case: Case, request: Request) -> Iterator[str]:
    if request.headers.get("auth") != case.key.strip():
        yield f"{request.endpoint} came without the key"
    if request.headers.get("accept-encoding") != "gzip":
        yield f"{request.endpoint} asked for {request.headers.get('accept-encoding')}"


def _count(what: str, expected: Any, count: int) -> Iterator[str]:
    if expected is not None:
        least, most = bounds(expected)
        if not least <= count <= most:
            yield f"{count} {what}, not {least}" + (f" to {most}" if most != least else "")


def _time(case: Case, outcome: Outcome) -> Iterator[str]:
    limit = case.timeout * max(case.hangs, 1) + case.least + OVERRUN
    limit += _STARTING if outcome.client == "cli" or outcome.growth is not None else 0.0
    if outcome.seconds > limit:
        yield f"took {outcome.seconds:.2f} s, not {limit:.2f} s at most"
    if outcome.seconds < case.least:
        yield f"took {outcome.seconds:.2f} s, not {case.least:.2f} s at least"


def _memory(outcome: Outcome) -> Iterator[str]:
    if outcome.growth is not None and outcome.growth > GROWTH_LIMIT:
        yield f"the peak memory grew by {outcome.growth:.0f} MB"
