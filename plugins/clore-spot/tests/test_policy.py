"""The policy by values, and what holds on every market."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import List, Optional, Tuple

import pytest
from clore_spot.policy import (
    CAPPED,
    KEEP,
    LOWER,
    LOWERING_INTERVAL,
    RAISE,
    Market,
    Policy,
    at_most,
    default_step,
)
from hypothesis import given
from hypothesis import strategies as st

USD = "USD-Blockchain"
CENT = Decimal("0.01")


def market(bid: str, rival: str = "0", floor: str = "0", *, active: bool = True) -> Market:
    amounts = (Decimal(bid), active, Decimal(rival), rival, Decimal(floor))
    return Market(USD, *amounts)


def decided(
    seen: Market,
    cap: str = "5",
    step: str = "0.01",
    now: float = 0.0,
    max_step: Optional[Decimal] = None,
) -> Tuple[str, str]:
    policy = Policy(Decimal(cap), Decimal(step))
    policy.max_step = max_step
    decision = policy.decide(seen, now)
    return decision.action, str(decision.price)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (market("4", rival="4.1", active=False), (RAISE, "4.1100")),
        (market("4", rival="4", active=False), (RAISE, "4.0100")),
        (market("4", rival="4"), (KEEP, "4")),
        (market("4", rival="3.995"), (KEEP, "4")),
        (market("4", rival="3.98"), (KEEP, "4")),
        (market("4", rival="3.9"), (LOWER, "3.9100")),
        (market("4", floor="3.5"), (LOWER, "3.5")),
        (market("4", rival="3", floor="3.5"), (LOWER, "3.5")),
        (market("4", rival="4.995", active=False), (RAISE, "5")),
        (market("4", rival="5", active=False), (CAPPED, "4")),
        (market("0", floor="6", active=False), (CAPPED, "0")),
        (market("0", floor="3", active=False), (RAISE, "3")),
        (market("6", rival="5.5"), (LOWER, "5")),
        (market("6", rival="3"), (LOWER, "3.0100")),
        (market("6", floor="7"), (CAPPED, "6")),
    ],
)
def test_one_look(seen: Market, expected: Tuple[str, str]) -> None:
    assert decided(seen) == expected


def test_the_reason_names_the_bids() -> None:
    policy = Policy(Decimal(5), CENT)
    seen = market("4", rival="4.1", active=False)
    assert policy.decide(seen, 0).reason == "outbid: 4.1 by another renter; 4.11 wins"
    above = market("4", rival="5", active=False)
    assert policy.decide(above, 0).reason == "another renter bids 5; 5.01 would win"


def test_a_lowering_is_at_most_the_largest_step() -> None:
    policy = Policy(Decimal(5), CENT)
    policy.max_step = Decimal("0.25")
    decision = policy.decide(market("4", rival="3"), 0)
    assert (decision.action, str(decision.price)) == (LOWER, "3.75")
    assert decision.reason.startswith("by 0.25, the most at once, towards 3.01: ")


@pytest.mark.parametrize("raised", [True, False])
def test_after_any_change_a_bid_is_not_lowered_for_10_minutes(raised: bool) -> None:
    policy = Policy(Decimal(5), CENT)
    policy.changed(100.0, raised=raised)
    seen = market("4", rival="3")
    early = policy.decide(seen, 100.0 + LOWERING_INTERVAL - 1)
    assert (early.action, early.wait) == (KEEP, 1.0)
    assert policy.decide(seen, 100.0 + LOWERING_INTERVAL).action == LOWER


def test_a_step_is_a_cent_by_default() -> None:
    assert default_step(1.0, USD) == CENT
    assert default_step(64118.0, "bitcoin") == Decimal("0.00000016")
    assert default_step(0.00124968, "CLORE-Blockchain") == Decimal("8.0021")
    assert default_step(None, "bitcoin") == Decimal("0.00000001")


amounts = st.decimals("0.0001", "20", places=4)
times = st.floats(0, 5000)
moves = st.lists(st.tuples(st.floats(1, 900), amounts, amounts, st.booleans()), max_size=40)


@given(st.decimals("0.01", "20", places=18), moves)
def test_no_market_takes_the_bid_above_the_cap(
    cap: Decimal, history: List[Tuple[float, Decimal, Decimal, bool]]
) -> None:
    policy, bid, now = Policy(cap, CENT), Decimal(0), 0.0
    for passed, rival, floor, active in history:
        now += passed
        decision = policy.decide(Market(USD, bid, active, rival, "x", floor), now)
        sent = Decimal(repr(at_most(decision.price)))
        assert sent <= cap
        if decision.changes:
            policy.changed(now, raised=decision.action == RAISE)
            bid = sent


@given(amounts, amounts, moves)
def test_a_bid_above_the_cap_only_goes_down(
    cap: Decimal, bid: Decimal, history: List[Tuple[float, Decimal, Decimal, bool]]
) -> None:
    policy, now = Policy(cap, CENT), 0.0
    for passed, rival, floor, active in history:
        now += passed
        decision = policy.decide(Market(USD, bid, active, rival, "x", floor), now)
        assert decision.price <= max(bid, cap)
        if decision.changes:
            policy.changed(now, raised=decision.action == RAISE)
            bid = decision.price


@given(moves, amounts)
def test_lowerings_are_10_minutes_from_the_last_change_and_no_larger_than_allowed(
    history: List[Tuple[float, Decimal, Decimal, bool]], step: Decimal
) -> None:
    policy, bid, now, last = Policy(Decimal(15), CENT), Decimal(10), 0.0, -LOWERING_INTERVAL
    for passed, rival, floor, active in history:
        now += passed
        policy.max_step = step
        decision = policy.decide(Market(USD, bid, active, rival, "x", floor), now)
        if decision.action == LOWER:
            assert now - last >= LOWERING_INTERVAL
            assert 0 < bid - decision.price <= step
        if decision.changes:
            last, bid = now, decision.price
            policy.changed(now, raised=decision.action == RAISE)


@given(amounts, amounts, amounts)
def test_a_quiet_market_is_settled_in_a_few_steps_and_then_left_alone(
    bid: Decimal, rival: Decimal, floor: Decimal
) -> None:
    """The step that the API allows is a tenth of the bid here, as in the sandbox."""
    cap = Decimal(25)
    policy, now = Policy(cap, CENT), 0.0
    seen = Market(USD, bid, bid > rival, rival, "x", floor)
    for _ in range(200):
        policy.max_step = max(seen.bid / 10, Decimal("0.0001"))
        decision = policy.decide(seen, now)
        if decision.changes:
            policy.changed(now, raised=decision.action == RAISE)
            seen = replace(seen, bid=decision.price, active=decision.price > rival)
        elif not decision.wait:
            break
        now += 300
    assert decision.action == KEEP
    assert not decision.wait
    assert seen.wins
    lowest = policy.lowest(seen)
    assert seen.bid - lowest <= policy.step
    assert policy.decide(seen, now + 10_000).action == KEEP


@given(amounts, amounts, st.decimals("0.01", "1", places=2))
def test_two_programs_stop_at_the_lower_cap(
    one_cap: Decimal, other_cap: Decimal, step: Decimal
) -> None:
    bids, policies = [Decimal("0.0001")] * 2, [Policy(cap, step) for cap in (one_cap, other_cap)]
    now, quiet = 0.0, 0
    while quiet < 2:
        for me, policy in enumerate(policies):
            mine, other = bids[me], bids[1 - me]
            seen = Market(USD, mine, mine > other or (mine == other and me == 0), other, "x")
            decision = policy.decide(seen, now)
            quiet = 0 if decision.changes or decision.wait else quiet + 1
            if decision.changes:
                policy.changed(now, raised=decision.action == RAISE)
                bids[me] = decision.price
        now += 60
        assert now < 60 * 10_000
    assert max(bids) <= min(one_cap, other_cap) + 2 * step + Decimal("0.0001")
    assert all(bid <= policy.cap for bid, policy in zip(bids, policies))
