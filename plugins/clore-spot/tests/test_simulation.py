"""The simulated market: the same story from the same seed, and the cap holds in it."""

from __future__ import annotations

from decimal import Decimal
from typing import List, Optional, Tuple

import pytest
from clore_spot.rows import Row
from clore_spot.simulation import Simulation, Summary

from clore_cli.plugin import UsageError


def run(
    seed: int = 1, cap: str = "3.5", step: Optional[Decimal] = None, hours: float = 6.0
) -> Tuple[List[Row], Summary]:
    """What happened, and how it went in all."""
    *told, summary = Simulation(seed, Decimal(cap), step, interval=60.0).run(hours)
    assert isinstance(summary, Summary)
    rows = [row for row in told if isinstance(row, Row)]
    assert len(rows) == len(told)
    return rows, summary


@pytest.mark.parametrize("seed", range(1, 3))
def test_no_bid_is_above_the_cap_and_each_has_a_reason(seed: int) -> None:
    changes, summary = run(seed)
    assert changes
    assert all(row.new is None or row.new <= 3.5 for row in changes)
    assert all(row.reason for row in changes)
    assert summary.active_hours + summary.waiting_hours == pytest.approx(6, abs=0.1)
    assert summary.orders == sum(row.action == "order" for row in changes)
    assert summary.spent > 0


def lines(seed: int = 1) -> List[str]:
    changes, summary = run(seed)
    return [*(row.line for row in changes), summary.line]


def test_the_same_seed_tells_the_same_story() -> None:
    assert lines() == lines()
    assert lines() != lines(2)


def test_a_cap_that_the_host_never_takes_is_refused() -> None:
    with pytest.raises(UsageError, match="takes no less than"):
        Simulation(1, Decimal("0.5"), None, 60.0)
