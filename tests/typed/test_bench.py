"""A test as the author of a plugin writes it, with the fixture that comes with clore-ai.

`assert_type` is for mypy and pyright; pytest runs it as it is.
"""
# pyright: strict

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict

from typing_extensions import assert_type

from clore_ai import CloreAI
from clore_cli.testing import Result
from clore_client.sandbox import World

if TYPE_CHECKING:
    from clore_cli.testing import Bench


def test_offers(clore: Bench) -> None:
    """A command, its exit status and its JSON."""
    done = clore("search", "4090", "--json", stdin="", env={"NO_COLOR": "1"})
    assert_type(done, Result)
    assert_type(done.status, int)
    assert_type(done.stdout, str)
    assert_type(done.stderr, str)
    assert_type(done.json(), Any)
    assert done.json()


def test_with_a_fault(clore: Bench) -> None:
    """The marketplace behind it can be changed."""
    assert_type(clore.world, World)
    assert_type(clore.env, Dict[str, str])
    clore.world.fail("reset", endpoint="wallets", times=9)
    assert clore("wallets", "--retries", 0).status == 7
    with clore.client() as client:
        assert_type(client, CloreAI)
