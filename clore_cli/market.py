"""The marketplace as of now, or as of a while ago where that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, NamedTuple, Optional, Tuple

from . import cells

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

    from .app import App


class Only(NamedTuple):
    """Servers that are not read at all; this costs less than it does to leave them out later.

    Attributes:
        gpu: part of the GPU's name, as in the SDK's ``marketplace``.
        available: leave out the servers that are rented.
    """

    gpu: Optional[str] = None
    available: bool = False


EVERY = Only()


def servers(app: App, max_age: float = 0.0, only: Only = EVERY) -> List[MarketplaceServer]:
    """The servers on the marketplace, those that are rented included unless ``only`` says no.

    What the API answers is kept on disk for the next one who can do with an older answer.

    Args:
        app: the run, which is told how old an answer from the disk is.
        max_age: seconds that it may be old; 0 always asks the API.
        only: which servers are read.
    """
    kept = _kept(_address(app), max_age, only) if max_age > 0 else None
    if kept is None:
        return _asked(app, only)
    app.note(f"As of {cells.age(kept.age)} ago; the API was not asked.")
    return kept.servers


class Look(NamedTuple):
    """The marketplace as it was a moment ago.

    Attributes:
        servers: every server, those that are rented included.
        unread: how many more the answer listed that could not be read.
        age: seconds since the answer came, by the API's clock.
    """

    servers: List[MarketplaceServer]
    unread: int
    age: float


def look(app: App, max_age: float) -> Look:
    """What `servers` gives, with its age, for a command that looks again and again.

    Processes that look at the same moment wait for the one that asks and share its answer. An
    error is nobody's answer: each one asks for itself then.

    Args:
        app: the run, which is told nothing.
        max_age: seconds, by the API's clock, that an answer from the disk may be old.
    """
    from clore_client import answer_cache, config

    address = _address(app)
    speed = config.sandbox_speed(address)
    found = _kept(address, max_age / speed)
    if found is None:
        with answer_cache.turn(address):
            found = _kept(address, max_age / speed) or Look(*_listed(_asked(app)), 0.0)
    return found._replace(age=found.age * speed)


def _address(app: App) -> str:
    from clore_client import config

    return config.base_url(app.settings.base_url, app.settings.profile)


def _listed(servers: List[MarketplaceServer]) -> Tuple[List[MarketplaceServer], int]:
    return servers, len(getattr(servers, "skipped", ()))


def _asked(app: App, only: Only = EVERY) -> List[MarketplaceServer]:
    from clore_client import answer_cache

    with answer_cache.keeping(app.client):
        return app.client.marketplace(only.gpu, available_only=only.available)


def _kept(address: str, max_age: float, only: Only = EVERY) -> Optional[Look]:
    """The answer on the disk, aged in real seconds; None when it is older, or lists nothing."""
    from clore_client import answer_cache
    from clore_client.errors import BadAnswerError
    from clore_client.models import MarketplaceServer, decode_list
    from clore_client.offers import OfferFilter

    wanted = OfferFilter(only.gpu, available_only=only.available)
    kept = answer_cache.marketplace(address, max_age, wanted)
    if kept is None:
        return None
    try:
        found = decode_list(MarketplaceServer, kept.body, "servers")
    except BadAnswerError:
        return None
    none_can_be_read = len(found.skipped) == kept.body["servers"].sent
    return None if none_can_be_read else Look(*_listed(found), kept.age)
