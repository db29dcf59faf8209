"""Faults on demand: which request fails, and how its answer looks; sends nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Collection, Dict, List, Optional

from clore_client.wire import Response

#: What can go wrong, for the help of whoever offers the choice.
KINDS: Dict[str, str] = {
    "lost-answer": "the request is carried out, then the connection closes without an answer",
    "reset": "the connection is reset; the request is not carried out",
    "refused-after": "the request is carried out, then answered HTTP 500 with code 1",
    "rate-limit": "HTTP 429 with code 5; the request is not carried out",
    "slow-body": "the request is carried out, the answer drips in over the seconds given",
    "html": "HTTP 502 with an HTML page; the request is not carried out",
    "truncated": "the request is carried out, its JSON cut off under a matching Content-Length",
    "blocked": "HTTP 403 with the edge's text; the request is not carried out",
    "bad-key": "HTTP 401 with code 3, as for a wrong API key; the request is not carried out",
}
#: These strike before the request acts; the others wait for one that is carried out.
BEFORE = ("reset", "rate-limit", "html", "blocked", "bad-key")
AFTER = ("lost-answer", "refused-after", "slow-body", "truncated")
#: The ``code`` of answers that replace the one that was made.
CODES = {"refused-after": 1, "rate-limit": 5, "bad-key": 3}

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body></body></html>"
_PARTS = 4
#: What Cloudflare answers to a client that it does not like.
BLOCKED_TEXT = b"error code: 1010"


@dataclass(frozen=True)
class Fault:
    """A fault that strikes requests to come.

    Attributes:
        kind: what happens, one of `FAULT_KINDS`.
        endpoint: the endpoint that it strikes, e.g. ``"create_order"``; None for any.
        times: how many requests it strikes.
        seconds: how long a slow-body takes, on a real socket; in process it comes at once.
    """

    kind: str
    endpoint: Optional[str] = None
    times: int = 1
    seconds: float = 10.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind!r}; there are: {', '.join(KINDS)}")
        if self.times < 1:
            raise ValueError(f"a fault happens at least once, not {self.times} times")
        if not 0 < self.seconds < float("inf"):
            raise ValueError(f"seconds must be a positive number, not {self.seconds!r}")


@dataclass(frozen=True)
class Answer:
    """What happens on the wire: a response, dripping for some seconds, or none at all."""

    response: Optional[Response]
    drip: float = 0.0
    #: without a response: whether the connection is reset rather than closed
    reset: bool = False


class Faults:
    """The faults that are still to happen, in the order they were asked for."""

    def __init__(self) -> None:
        self._waiting: List[Fault] = []

    def add(self, fault: Fault) -> None:
        """Let ``fault`` happen, after those of its kind that are waiting already."""
        self._waiting.append(fault)

    def take(self, endpoint: Optional[str], kinds: Collection[str]) -> Optional[Fault]:
        """The fault that strikes this request, if any; it then happens once less."""
        for index, fault in enumerate(self._waiting):
            if fault.kind in kinds and fault.endpoint in (None, endpoint):
                rest = [replace(fault, times=fault.times - 1)] if fault.times > 1 else []
                self._waiting[index : index + 1] = rest
                return fault
        return None


def strike(fault: Fault, answer: Response) -> Answer:
    """What becomes of ``answer`` under ``fault``."""
    text_type = {**answer.headers, "content-type": "text/plain; charset=UTF-8"}
    html_type = {**answer.headers, "content-type": "text/html"}
    return {
        "lost-answer": Answer(None),
        "reset": Answer(None, reset=True),
        "refused-after": Answer(Response(500, b'{"code": 1}', answer.headers)),
        "rate-limit": Answer(Response(429, b'{"code": 5}', answer.headers)),
        "bad-key": Answer(Response(401, b'{"code": 3}', answer.headers)),
        "slow-body": Answer(answer, drip=fault.seconds),
        "html": Answer(Response(502, _HTML, html_type)),
        "truncated": Answer(replace(answer, body=answer.body[: len(answer.body) * 2 // 3])),
        "blocked": Answer(Response(403, BLOCKED_TEXT, text_type)),
    }[fault.kind]


def parse(text: str) -> Fault:
    """Read a fault as the command line takes it.

    Args:
        text: ``KIND[:ENDPOINT[:TIMES[:SECONDS]]]``, e.g. ``lost-answer:create_order:2``; ENDPOINT
            may be ``any`` or empty.

    Raises:
        ValueError: with a text that says what is wrong and what would be right.
    """
    parts = text.split(":")
    if len(parts) > _PARTS:
        raise ValueError(f"{text!r} has too many colons: KIND[:ENDPOINT[:TIMES[:SECONDS]]]")
    kind, endpoint, times, seconds = [*parts, "", "", ""][:_PARTS]
    try:
        count, duration = int(times or 1), float(seconds or 10)
    except ValueError:
        raise ValueError(
            f"{text!r}: TIMES is a whole number and SECONDS a number, e.g. slow-body:any:1:20"
        ) from None
    return Fault(kind, _endpoint(endpoint), count, duration)


def _endpoint(name: str) -> Optional[str]:
    # Here, for it loads the models, which few users of faults need.
    from clore_client.endpoints import ENDPOINTS

    if name in ("", "any"):
        return None
    return check_endpoint(name, ENDPOINTS)


def check_endpoint(name: str, names: Collection[str]) -> str:
    """Return ``name`` if it is among ``names``; a fault for any other would never strike."""
    if name not in names:
        raise ValueError(f"no endpoint is called {name!r}; there are: {', '.join(names)}")
    return name
