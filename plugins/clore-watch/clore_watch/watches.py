"""What is watched, and what one look at the whole marketplace means for it. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from .events import Event
from .policy import GONE, NEW, SETTLE, Change, Offer, Policy

if TYPE_CHECKING:
    from clore_cli.plugin import Query
    from clore_client.models import MarketplaceServer


class Watch(NamedTuple):
    """A name, and which servers it is about."""

    name: str
    query: Query


class _State(NamedTuple):
    """A server as some look saw it."""

    rented: bool
    price: Optional[float]


class Watches:
    """Tells what changes from look to look, for several watches at once.

    Args:
        watches: what to watch.
        spot: the lowest bid is the price.
        settle: see `Policy`.
    """

    def __init__(
        self, watches: Sequence[Watch], *, spot: bool = False, settle: int = SETTLE
    ) -> None:
        self._watches = [(watch, Policy(settle)) for watch in watches]
        self._spot = spot
        self._before: Dict[int, _State] = {}
        self._unread = 0
        self._now = 0.0
        #: How many offers match, by the name of the watch, as of the latest look.
        self.matching: Dict[str, int] = {}

    def look(
        self, servers: Sequence[MarketplaceServer], moment: float, unread: int = 0
    ) -> List[Event]:
        """What has happened since the look before.

        Args:
            servers: the whole marketplace, which lists at least one.
            moment: unix time of the answer. Should it ever step back, no time has passed.
            unread: how many more rows the answer had that could not be read.
        """
        market = {server.id: self._state(server) for server in servers}
        whole = len(market) * 2 >= len(self._before) and unread <= self._unread
        self._now = max(self._now, moment)
        events: List[Event] = []
        for watch, policy in self._watches:
            found = self._offers(watch.query.select(servers))
            self.matching[watch.name] = len(found)
            changes = policy.look(found, self._now, whole=whole or not self._before)
            events += [self._event(watch, change, moment, market) for change in changes]
        self._before, self._unread = market, unread
        return events

    def _state(self, server: MarketplaceServer) -> _State:
        return _State(not server.available, self._price(server))

    def _price(self, server: MarketplaceServer) -> Optional[float]:
        return server.spot_price_usd_per_day if self._spot else server.price_usd_per_day

    def _offers(self, servers: Iterable[MarketplaceServer]) -> Dict[int, Offer]:
        from clore_cli.plugin import gpus  # --help need not know any

        return {
            server.id: Offer(
                server.id,
                self._price(server),
                gpus.model(server),
                gpus.count(server),
                server.location,
            )
            for server in servers
        }

    def _event(
        self, watch: Watch, change: Change, moment: float, market: Dict[int, _State]
    ) -> Event:
        number, old = change.offer.id, change.old_price
        reason = None
        if change.event == NEW:
            reason, before = self._why_new(change), self._before.get(number)
            if reason == "changed" and before and before.price != change.offer.price:
                old = before.price
        if change.event == GONE:
            reason = _why_gone(market.get(number))
        named = len(self._watches) > 1
        return Event(change.event, moment, watch.name, change.offer, old, reason, named)

    def _why_new(self, change: Change) -> Optional[str]:
        before = self._before.get(change.offer.id)
        if not self._before:  # the first look
            return None
        if change.back:
            return "back"
        if before is None:
            return "listed"
        return "freed" if before.rented else "changed"


def _why_gone(now: Optional[_State]) -> str:
    if now is None:
        return "unlisted"
    return "rented" if now.rented else "changed"


def parsed(
    terms: Sequence[str], named: Sequence[str], *, below: Optional[str] = None, spot: bool = False
) -> List[Watch]:
    """The watches that a command line asks for; everything on offer when it names nothing.

    Args:
        terms: those of a watch without a name, which is called by them.
        named: texts such as ``"cheap: 4090 price<=0.3/h"``.
        below: a price that no watch goes above, as a query term writes it.
        spot: the price is the lowest bid.

    Raises:
        UsageError: a term or a text is not what it should be.
    """
    from clore_cli.plugin import UsageError

    always = ["rented=no", *(["spot>0"] if spot else [])]
    if below is not None:
        always.append(f"price<={below}")
        _query(always, spot=spot, place="--below: ")
    written = [(f"--watch {text!r}: ", *_split(text)) for text in named]
    if terms or not named:
        written.insert(0, ("", " ".join(terms) or "all", list(terms)))
    names = [name for _, name, _ in written]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two watches are called {twice!r}.")
    return [
        Watch(name, _query([*always, *own], spot=spot, place=place)) for place, name, own in written
    ]


def _query(terms: List[str], *, spot: bool, place: str) -> Query:
    """The query of ``terms``; an error text begins with the ``place`` where they stand."""
    from clore_cli.plugin import UsageError, offers

    try:
        return offers.parse(terms, spot=spot)
    except UsageError as error:
        raise UsageError(f"{place}{error.message}") from None


def _split(text: str) -> Tuple[str, List[str]]:
    import shlex

    from clore_cli.plugin import UsageError

    name, colon, terms = text.partition(":")
    if not (colon and name.strip()):
        raise UsageError(f"--watch takes 'NAME: TERMS', not {text!r}.")
    try:
        return name.strip(), shlex.split(terms)
    except ValueError:
        raise UsageError(f"--watch {name.strip()!r}: a quote is not closed.") from None
