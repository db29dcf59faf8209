"""One of the user's orders, by its number."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, List

import pytest

from clore_cli.commands import own_order
from clore_cli.plugin import CommandError
from clore_client.models import Order


def app_with(orders: List[Order]) -> Any:
    """A run whose client lists ``orders``."""
    listing = SimpleNamespace(my_orders=lambda *, include_completed: orders * include_completed)
    return SimpleNamespace(client=listing)


RUNS = Order(id=38, server_id=7, type="on-demand", status="running")
BID = Order(id=39, server_id=6, type="spot", status="queued")
ENDED = Order(id=38, server_id=7, type="on-demand", status="completed", expired=True)


def test_an_order_that_ended_just_now_and_is_listed_live_too_has_ended() -> None:
    app = app_with([RUNS, ENDED])
    assert own_order.one(app, 38) is ENDED
    with pytest.raises(CommandError, match="has ended") as caught:
        own_order.live(app, 38)
    assert caught.value.exit_code == 4


def test_a_live_order_is_found_among_others() -> None:
    app = app_with([BID, RUNS])
    assert own_order.live(app, 38) is own_order.one(app, 38) is RUNS


def test_a_bid_that_waits_has_no_machine() -> None:
    assert own_order.one(app_with([BID]), 39) is BID
    with pytest.raises(CommandError, match="waits for its machine"):
        own_order.live(app_with([BID]), 39)


def test_no_such_order() -> None:
    for find in (own_order.one, own_order.live):
        with pytest.raises(CommandError, match="you have no order 40") as caught:
            find(app_with([RUNS, BID]), 40)
        assert caught.value.exit_code == 4
