"""The marketplace as of now, or as of a while ago where that will do."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Optional

from . import format as cells

if TYPE_CHECKING:
    from clore_client.models import MarketplaceServer

    from .app import App


def servers(app: App, max_age: float = 0.0) -> List[MarketplaceServer]:
    """Every server on the marketplace, those that are rented included.

    What the API answers is kept on disk for the next one who can do with an older answer.

    Args:
        app: the run, which is told how old an answer from the disk is.
        max_age: seconds that it may be old; 0 always asks the API.
    """
    return (_kept(app, max_age) if max_age > 0 else None) or _asked(app)


def _asked(app: App) -> List[MarketplaceServer]:
    from clore_client import answer_cache

    with answer_cache.keeping(app.client):
        found = app.client.marketplace(available_only=False)
    answer_cache.store_glances(app.client.base_url, found)
    return found


def _kept(app: App, max_age: float) -> Optional[List[MarketplaceServer]]:
    from clore_client import answer_cache, config
    from clore_client.errors import BadAnswerError
    from clore_client.models import MarketplaceServer, decode_list

    kept = answer_cache.marketplace(
        config.base_url(app.settings.base_url, app.settings.profile), max_age
    )
    if kept is None:
        return None
    try:
        found = decode_list(MarketplaceServer, kept.body, "servers")
    except BadAnswerError:
        return None
    app.note(f"As of {cells.age(kept.age)} ago; the API was not asked.")
    return found
