"""Fixtures for the tests of plugins: the command ``clore`` on a marketplace of the test's own.

They are there wherever clore-ai is installed, by pytest's entry points. Nothing is imported here
but inside the fixtures: pytest loads this before it measures coverage.

Example:
    ::

        def test_demo(clore: Bench) -> None:
            assert clore("demo", "4090", "--json").json()[0]["gpu_count"] >= 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterator

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from .testbench import Bench, Result

__all__ = ["Bench", "Result", "clore"]


@pytest.fixture
def clore(tmp_path: Path) -> Iterator[Bench]:
    """A function that runs ``clore`` with its arguments, against a sandbox of its own.

    Each run is a process, as for a user. Nothing of the user's is seen or touched. See
    `clore_cli.testbench.Bench` for what it returns and what can be prepared.
    """
    from .testbench import bench

    with bench(tmp_path) as made:
        yield made


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """The types of the fixture, for the annotations of tests."""
        if name not in ("Bench", "Result"):
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from . import testbench

        return getattr(testbench, name)
