"""What hypothesis draws: the fates of requests, strangers, and whole histories of an account."""

from __future__ import annotations

import json
from typing import Any, Dict, NamedTuple, Optional, Tuple, Union

from hypothesis import strategies as st
from properties.market import Fate, Stranger, Wish

from clore_client.errors import AnswerTooLargeError, NetworkError
from clore_client.wire import Response

STATUSES = (200, 201, 204, 302, 400, 401, 403, 404, 409, 429, 500, 502, 503, 524)
#: Those that say nothing by themselves.
UNTOLD = [status for status in STATUSES if status not in (400, 401, 404, 429)]
REFUSALS = (2, 3, 4, 6)
ODD_BODIES = (
    b"", b"<html>502</html>", b'{"code"', b"[]", b"null", b'"0"', b"{}", b'{"x": 1}', b"\xff",
)  # fmt: skip
ODD_CODES = (7, 99, -1, None, "x", True, 0.5)
JUNK: Tuple[Any, ...] = (
    None,
    7,
    "row",
    [],
    {},
    {"id": None, "si": 1},
    {"id": [1], "si": 1},
    {"si": "x", "id": ""},
)

lags = st.sampled_from((0.0, 1.5, 8.0, 20.0, 35.0, 60.0))
statuses = st.sampled_from(STATUSES)
retry_after = st.sampled_from((None, "0", "1", "7", "60", "61", "3600", "soon"))


def _coded(code: Any, status: int, **headers: str) -> Response:
    return Response(status, json.dumps({"code": code, "error": "no"}).encode(), headers)


def _limited(status: int, body: bytes, after: Optional[str]) -> Response:
    return Response(status, body, {"retry-after": after} if after else {})


def _refused_by_edge(status: int) -> bool:
    return 400 <= status < 500


POST_KINDS = ("ok", "ok", "limit", "unsent", "doubt", "doubt", "doubt", "refused", "page", "page")

#: Code 5 at any status, and the edge's own 429.
limits = st.one_of(
    st.builds(_limited, statuses, st.sampled_from((b'{"code": 5}', b'{"code": "5"}')), retry_after),
    st.builds(_limited, st.just(429), st.sampled_from((b"", b"<html>")), retry_after),
)
pages = st.builds(Response, statuses, st.sampled_from(ODD_BODIES))
#: Code 1, codes nobody has documented, and code 0 under a status that is no success.
unclear = st.one_of(
    st.builds(_coded, st.just(1), statuses),
    st.builds(_coded, st.sampled_from(ODD_CODES), st.sampled_from(UNTOLD)),
    st.builds(_coded, st.just(0), st.sampled_from([s for s in STATUSES if s >= 300])),
)
lost = st.builds(lambda: NetworkError("reset.", sent=True))
unsent = st.builds(lambda: NetworkError("refused.", sent=False))
too_large = st.builds(
    lambda status: AnswerTooLargeError("too large.", status=status), st.sampled_from((200, 500))
)


@st.composite
def posts(draw: Any) -> Fate:
    """The fate of one create_order."""
    kind = draw(st.sampled_from(POST_KINDS))
    lag, makes = draw(lags), draw(st.booleans())
    if kind == "ok":
        return Fate(lag=lag)
    if kind == "limit":
        return Fate(draw(limits), makes=False, proves=True)
    if kind == "unsent":
        return Fate(draw(unsent), makes=False, proves=True)
    if kind == "refused":
        refusal = draw(st.builds(_coded, st.sampled_from(REFUSALS), statuses))
        return Fate(refusal, makes=False, proves=True)
    if kind == "doubt":
        return Fate(draw(st.one_of(lost, unclear, too_large)), makes, lag=lag)
    page = draw(pages)
    refused = _refused_by_edge(page.status)
    return Fate(page, makes and not refused, proves=refused, lag=lag)


#: Answers after which the order is sent again, up to the last attempt.
repeated = st.one_of(limits, unsent).map(lambda answer: Fate(answer, makes=False, proves=True))


@st.composite
def gets(draw: Any) -> Fate:
    """The fate of one my_orders."""
    kind = draw(st.sampled_from(("ok", "ok", "ok", "junk", "failed")))
    if kind == "failed":
        return Fate(draw(st.one_of(lost, unsent, limits, pages, unclear, too_large)))
    junk = draw(st.lists(st.sampled_from(JUNK), max_size=3)) if kind == "junk" else ()
    return Fate(junk=tuple(junk))


wishes = st.builds(
    Wish,
    server=st.sampled_from((1, 2)),
    type=st.sampled_from(("on-demand", "on-demand", "spot")),
    image=st.sampled_from(("ubuntu", "debian")),
    currency=st.sampled_from(("bitcoin", "USD-Blockchain")),
)
strangers = st.builds(
    Stranger,
    wish=wishes,
    after=st.sampled_from((0.0, 0.5, 1.2, 3.0, 10.0)),
    lasts=st.sampled_from((0.5, 3.0, 1e9)),
    lag=lags,
)


#: A kind of moment and its number: what a call does consists of sleeps, requests (two moments
#: each, before and after) and uses of the journal.
Moment = Tuple[str, int]


class Rent(NamedTuple):
    """One create_order, what goes wrong meanwhile, and when it is interrupted or killed."""

    wish: Wish
    posts: Tuple[Fate, ...] = ()
    gets: Tuple[Fate, ...] = ()
    strangers: Tuple[Stranger, ...] = ()
    latency: float = 0.0
    stop_at: Optional[Moment] = None
    killed: bool = False


class Together(NamedTuple):
    """Several create_order at the same time."""

    wishes: Tuple[Wish, ...]
    posts: Tuple[Fate, ...] = ()
    gets: Tuple[Fate, ...] = ()
    strangers: Tuple[Stranger, ...] = ()
    latency: float = 0.0


class Reconcile(NamedTuple):
    """One reconcile."""

    gets: Tuple[Fate, ...] = ()
    stop_at: Optional[Moment] = None


class Pass(NamedTuple):
    """Time passes."""

    seconds: float


class Restart(NamedTuple):
    """Another process takes over: it knows what is on the disk, and nothing else."""


class End(NamedTuple):
    """Somebody ends the latest order that lives."""


Event = Union[Rent, Together, Reconcile, Pass, Restart, End]


def _tuples(of: Any, most: int) -> Any:
    return st.lists(of, max_size=most).map(tuple)


under_way: Dict[str, Any] = {
    "posts": st.one_of(_tuples(posts(), 4), st.tuples(*[repeated] * 3, posts())),
    "gets": _tuples(gets(), 8),
    "strangers": _tuples(strangers, 2),
    "latency": st.sampled_from((0.0, 0.4, 2.3, 29.0)),
}
moments = st.one_of(
    st.none(),
    st.tuples(st.sampled_from(("sleep", "send")), st.integers(0, 16)),
    st.tuples(st.sampled_from(("open", "close", "settle")), st.integers(0, 3)),
)
rents = st.builds(
    Rent,
    wish=wishes,
    **under_way,
    stop_at=moments,
    killed=st.sampled_from((False, False, True)),
)
events = st.one_of(
    *[rents] * 4,
    st.builds(Reconcile, _tuples(gets(), 3), moments),
    st.builds(Pass, st.sampled_from((1.0, 15.0, 61.0, 700.0, 90_000.0))),
    st.just(Restart()),
    st.just(End()),
)


class History(NamedTuple):
    """What happens to an account, one event after the other."""

    events: Tuple[Event, ...]
    drift: float = 0.0  # seconds by which the API's clock is ahead


drifts = st.sampled_from((0.0, 400.0, -400.0))
histories = st.builds(History, st.lists(events, min_size=1, max_size=4).map(tuple), drifts)
togethers = st.builds(
    Together, wishes=st.lists(wishes, min_size=2, max_size=3).map(tuple), **under_way
)
crowds = st.builds(History, st.tuples(togethers), drifts)
