"""Reads that are one request: what the others get when their leader is cancelled or fails."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, List, Type, Union

import pytest
from client.reads import MARKET, Gated, clients, gathered
from client.wires import happens
from scripted import LIMITED, LOST, answer

from clore_client import AsyncCloreAI
from clore_client.errors import CloreAPIError, NetworkError, RateLimitError

if TYPE_CHECKING:
    from _asyncio import Task

    from clore_client.wire import Response


def test_a_leader_cancelled_before_it_was_sent_leaves_the_others_alive() -> None:
    client, script = clients(AsyncCloreAI, MARKET)

    async def act(tasks: List[Task[Any]]) -> None:
        await asyncio.sleep(0)
        tasks[0].cancel()

    first, *rest = gathered(client, 4, act)
    assert isinstance(first, asyncio.CancelledError)
    assert [[server.id for server in servers] for servers in rest] == [[1, 2]] * 3
    assert len(script.sent) == 1


def test_a_leader_cancelled_while_it_is_sent_costs_one_more_request() -> None:
    transport = Gated(MARKET, MARKET)
    client = AsyncCloreAI(transport=transport, limiter="off")

    async def act(tasks: List[Task[Any]]) -> None:
        await happens(transport.started.is_set)
        tasks[0].cancel()
        await asyncio.sleep(0.01)
        transport.gate.set()

    first, *rest = gathered(client, 4, act)
    assert isinstance(first, asyncio.CancelledError)
    assert [len(servers) for servers in rest] == [2] * 3
    assert len(transport.sent) == 2


def test_leaders_cancelled_one_after_the_other() -> None:
    client, script = clients(AsyncCloreAI, MARKET)

    async def act(tasks: List[Task[Any]]) -> None:
        for task in tasks[:3]:
            await asyncio.sleep(0)
            task.cancel()

    outcomes = gathered(client, 4, act)
    assert [isinstance(one, asyncio.CancelledError) for one in outcomes] == [True] * 3 + [False]
    assert len(script.sent) == 1


def test_a_follower_that_is_cancelled_leaves_the_others_alone() -> None:
    client, script = clients(AsyncCloreAI, MARKET)

    async def act(tasks: List[Task[Any]]) -> None:
        await asyncio.sleep(0)
        tasks[1].cancel()

    outcomes = gathered(client, 3, act)
    assert [isinstance(one, list) for one in outcomes] == [True, False, True]
    assert len(script.sent) == 1


@pytest.mark.parametrize(
    ("failure", "kind", "requests"),
    [
        ([answer({"code": 6, "error": "x", "n": 1})], CloreAPIError, 1),
        ([LIMITED] * 4, RateLimitError, 4),
        ([LOST] * 4, NetworkError, 4),
    ],
)
def test_a_leaders_error_reaches_everybody_as_an_object_of_its_own(
    failure: List[Union[Response, NetworkError]], kind: Type[CloreAPIError], requests: int
) -> None:
    client, script = clients(AsyncCloreAI, *failure)

    async def act(tasks: List[Task[Any]]) -> None:
        pass

    errors = gathered(client, 3, act)
    assert len(script.sent) == requests
    assert all(isinstance(error, kind) for error in errors)
    assert len({id(error) for error in errors}) == 3
    for name in ("args", "code", "status", "response"):
        assert [getattr(e, name) for e in errors] == [getattr(errors[0], name)] * 3
    for error in errors:
        if error.response is not None:
            error.response["mine"] = id(error)
    assert len({json.dumps(error.response) for error in errors}) in (1, 3)
    assert errors[0].response is None or len({id(e.response) for e in errors}) == 3


def test_a_followers_error_has_the_cause_as_well() -> None:
    lost = NetworkError("reset.", sent=True)
    lost.__cause__ = ConnectionError("cleaned")
    client, _ = clients(AsyncCloreAI, *[lost] * 4)

    async def act(tasks: List[Task[Any]]) -> None:
        pass

    errors = gathered(client, 2, act)
    assert [repr(error.__cause__) for error in errors] == ["ConnectionError('cleaned')"] * 2
    assert errors[0].__cause__ is not errors[1].__cause__
