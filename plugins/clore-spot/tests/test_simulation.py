"""The simulated market: the same story from the same seed, and the cap holds in it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from clore_spot.simulation import Simulation

from clore_cli.plugin import UsageError


def run(seed=1, cap="3.5", step=None, hours=6.0):
    return list(Simulation(seed, Decimal(cap), step, interval=60.0).run(hours))


@pytest.mark.parametrize("seed", range(1, 3))
def test_no_bid_is_above_the_cap_and_each_has_a_reason(seed):
    *changes, summary = run(seed)
    assert changes
    assert all(row.new is None or row.new <= 3.5 for row in changes)
    assert all(row.reason for row in changes)
    assert summary.active_hours + summary.waiting_hours == pytest.approx(6, abs=0.1)
    assert summary.orders == sum(row.action == "order" for row in changes)
    assert summary.spent > 0


def test_the_same_seed_tells_the_same_story():
    assert [row.line for row in run()] == [row.line for row in run()]
    assert [row.line for row in run()] != [row.line for row in run(2)]


def test_a_cap_that_the_host_never_takes_is_refused():
    with pytest.raises(UsageError, match="takes no less than"):
        Simulation(1, Decimal("0.5"), None, 60.0)
