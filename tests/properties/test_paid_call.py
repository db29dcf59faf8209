"""Whatever happens on the way, a paid call keeps its promises: histories against a model."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path
from typing import Any, Iterator, Type

import pytest
from hypothesis import Phase, example, given, settings
from properties.account import CLIENTS, live_through
from properties.fates import History, Together, crowds, histories
from properties.market import Fate, Stranger, Wish

from clore_client import AsyncCloreAI, CloreAI, plan, rental
from clore_client.errors import (
    CloreAPIError,
    DBError,
    NetworkError,
)
from clore_client.retry import RetryPolicy


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Thousands of rentals go wrong here, and each says so."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def keeps_its_promises(kind: Type[Any], history: History) -> None:
    with tempfile.TemporaryDirectory() as root:
        live_through(kind, history, Path(root))


@pytest.mark.parametrize("kind", CLIENTS)
@given(history=histories)
def test_no_history_breaks_a_promise(kind: Type[Any], history: History) -> None:
    keeps_its_promises(kind, history)


_WISH = Wish(1, "on-demand", "debian", "bitcoin")
#: One of two equal calls is lost and takes the other's order; a stranger's, which ended before,
#: is listed later. The other call must not be given that one.
_SWAPPED = History(
    (
        Together(
            wishes=(_WISH, _WISH),
            posts=(Fate(NetworkError("reset.", sent=True), makes=False),),
            strangers=(Stranger(_WISH._replace(image="ubuntu"), after=1.2, lasts=0.5, lag=8.0),),
            latency=0.4,
        ),
    )
)


@example(history=_SWAPPED)
@given(history=crowds)
def test_calls_at_the_same_time_do_not_harm_each_other(history: History) -> None:
    keeps_its_promises(AsyncCloreAI, history)


@settings(max_examples=1000, derandomize=True, database=None, phases=[Phase.generate])
@given(history=histories)
def search(history: History) -> None:
    keeps_its_promises(CloreAI, history)


def test_an_order_that_is_sent_again_after_a_lost_answer_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = RetryPolicy._may_repeat

    def careless(error: CloreAPIError, *, idempotent: bool) -> bool:
        return isinstance(error, NetworkError) or rule(error, idempotent=idempotent)

    monkeypatch.setattr(RetryPolicy, "_may_repeat", staticmethod(careless))
    with pytest.raises(AssertionError, match=r"two orders|sent again"):
        search()


def test_an_order_that_is_called_not_made_after_code_1_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rule = rental.proves_no_order

    def careless(error: CloreAPIError) -> bool:
        return isinstance(error, DBError) or rule(error)

    monkeypatch.setattr(rental, "proves_no_order", careless)
    monkeypatch.setattr(plan, "proves_no_order", careless)
    with pytest.raises(AssertionError, match="may have made an order"):
        search()
