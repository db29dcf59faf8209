"""Processes of one account on one machine, each with the answers that it will get."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Union

import pytest
from reconcile.attempts import EMPTY, ORDER
from scripted import LOST, Clock, Script

from clore_client import CloreAI
from clore_client.errors import OrderUncertainError
from clore_client.journal import FileJournal
from clore_client.rental import Claims

if TYPE_CHECKING:
    from pathlib import Path

    from clore_client.wire import Response


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> FileJournal:
    return FileJournal(lambda: tmp_path / "attempts", "account", clock.time)


@pytest.fixture
def process(clock: Clock, journal: FileJournal) -> Callable[..., Any]:
    """A function that starts another process of the account with the answers it will get."""

    def start(*answers: Union[Response, Exception], kind: Any = CloreAI, **parts: Any) -> Any:
        client = kind(transport=Script(clock, *answers), clock=clock)
        client._run = replace(client._run, **{"journal": journal, "claims": Claims(), **parts})
        return client

    return start


@pytest.fixture
def in_doubt(process: Callable[..., Any]) -> None:
    """An order whose answer was lost, which is not listed yet."""
    with pytest.raises(OrderUncertainError):
        process(EMPTY, LOST, *[EMPTY] * 6).create_order(**ORDER)
