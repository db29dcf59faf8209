"""Holds an outcome against what a case expects and against what always holds."""

from __future__ import annotations

from typing import Any, Dict, Iterator, List

from clore_cli.status import Status

from .case import Case, bounds
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
    ending = _exit(case, outcome) if outcome.client == "cli" else _ending(case, outcome)
    return [
        *ending,
        *_traffic(case, server),
        *_time(case, outcome),
        *(f"shows a secret: {leak}" for leak in outcome.leaks),
        *_memory(outcome),
    ]


def overrun(case: Case, outcome: Outcome) -> float:
    """Seconds by which the attempts outlived their deadlines, 0 where none reached its own."""
    return max(0.0, outcome.seconds - case.timeout * case.hangs) if case.hangs else 0.0


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
    if outcome.kinds[0] not in ("ConfigError", "InvalidInputError"):
        known = {case.call.endpoint} | (
            {"my_orders"} if case.call.endpoint == "create_order" else set()
        )
        if not any(name in text for name in known):
            yield f"the text does not name the endpoint: {text!r}"
        if outcome.status is not None and str(outcome.status) not in text:
            yield f"the text does not name HTTP {outcome.status}: {text!r}"


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


def _traffic(case: Case, server: FaultServer) -> Iterator[str]:
    yield from _count("requests", case.requests, server.count(case.call.endpoint))
    yield from _count("looks at my_orders", case.looks, server.count("my_orders"))
    yield from _count("orders", case.orders, len(server.market.orders))
    for request in server.requests:
        if request.headers.get("auth") != case.key.strip():
            yield f"{request.endpoint} came without the key"
        if request.headers.get("accept-encoding") != "gzip":
            yield f"{request.endpoint} asked for {request.headers.get('accept-encoding')}"
        if "cookie" in request.headers:
            yield f"{request.endpoint} sent a cookie"
    for post in server.posts:
        if post.nth != 1:
            yield "create_order shared its connection with an earlier request"


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
