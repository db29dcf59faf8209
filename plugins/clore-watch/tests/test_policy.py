"""What is told and what is not, with values alone."""

from __future__ import annotations

from typing import List, Optional, Tuple

from clore_watch.policy import CHEAPER, DEARER, GONE, NEW, Offer, Policy
from hypothesis import given, settings
from hypothesis import strategies as st

MINUTE = 60.0


def play(
    prices: List[float], policy: Optional[Policy] = None, step: float = MINUTE
) -> List[Tuple[int, str, Optional[float]]]:
    """The events about one offer, by look; a price of 0 stands for no offer."""
    policy = policy or Policy()
    told = []
    for turn, price in enumerate(prices):
        there = {1: Offer(1, price)} if price else {}
        told += [(turn, c.event, c.old_price) for c in policy.look(there, turn * step)]
    return told


def kinds(told: List[Tuple[int, str, Optional[float]]]) -> List[str]:
    return [event for _, event, _ in told]


def test_an_offer_is_new_once() -> None:
    assert play([5.0] * 10) == [(0, NEW, None)]


def test_it_is_gone_when_three_looks_lack_it() -> None:
    assert play([5.0, 0, 0, 5.0, 0, 0, 0, 0]) == [(0, NEW, None), (6, GONE, None)]


def test_a_look_that_may_overlook_something_tells_of_no_end() -> None:
    policy = Policy(settle=1)
    policy.look({1: Offer(1, 5.0)}, 0)
    assert policy.look({}, 60, whole=False) == []
    assert kinds([(0, c.event, None) for c in policy.look({}, 120)]) == [GONE]


def test_a_return_within_the_half_hour_waits_for_its_end() -> None:
    assert play([5.0, 0, 0, 0] + [5.0] * 40) == [(0, NEW, None), (3, GONE, None), (33, NEW, 5.0)]


def test_a_return_at_a_better_price_is_told_at_once() -> None:
    assert play([5.0, 0, 0, 0, 4.9]) == [(0, NEW, None), (3, GONE, None), (4, NEW, 5.0)]


def test_who_returns_late_is_new_and_was_forgotten() -> None:
    policy = Policy()
    assert kinds(play([5.0] + [0] * 40, policy)) == [NEW, GONE]
    assert len(policy) == 0
    assert kinds(play([5.0], policy)) == [NEW]


def test_cheaper_is_told_from_a_percent_and_a_cent() -> None:
    assert play([5.0, 4.96, 4.95]) == [(0, NEW, None), (2, CHEAPER, 5.0)]
    assert play([0.5, 0.495, 0.49]) == [(0, NEW, None), (2, CHEAPER, 0.5)]


def test_a_rise_is_told_when_it_lasts_and_a_fall_from_it_at_once() -> None:
    told = play([5.0, 6.0, 5.0, 6.0, 6.0, 6.0, 5.0])
    assert told == [(0, NEW, None), (5, DEARER, 5.0), (6, CHEAPER, 6.0)]


def test_a_price_that_is_not_known_is_no_change() -> None:
    policy = Policy()
    for turn, price in enumerate([None, 5.0, None, 5.0]):
        found = policy.look({1: Offer(1, price)}, turn * MINUTE)
        assert [change.event for change in found] == ([] if turn else [NEW])


def test_the_cheapest_comes_first_and_what_is_gone_last() -> None:
    policy = Policy(settle=1)
    policy.look({9: Offer(9, 1.0)}, 0)
    found = policy.look({i: Offer(i, p) for i, p in ((1, 3.0), (2, None), (3, 2.0))}, 60)
    assert [(c.event, c.offer.id) for c in found] == [(NEW, 3), (NEW, 1), (NEW, 2), (GONE, 9)]


@given(st.lists(st.sampled_from([0, 5.0, 5.04, 6.0]), max_size=400))
def test_however_it_flaps_it_is_told_a_few_times_an_hour(prices: List[float]) -> None:
    """Two events of each pair, once per half hour at most, beside the falls below all before."""
    periods = len(prices) // 30 + 1
    told = kinds(play(prices))
    assert told.count(GONE) <= periods
    assert told.count(DEARER) <= periods
    assert told.count(NEW) + told.count(CHEAPER) <= 2 * periods + 3


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([0, 4.0, 5.0, 6.0]), max_size=120), st.sampled_from([0, 4.0, 5.0, 6.0])
)
def test_what_lasts_is_told(prices: List[float], last: float) -> None:
    """After an hour of the same, what was told last is how it is."""
    policy = Policy()
    believed: Optional[float] = 0
    for turn, price in enumerate([*prices, *[last] * 60]):
        for change in policy.look({1: Offer(1, price)} if price else {}, turn * MINUTE):
            believed = 0 if change.event == GONE else change.offer.price
    assert believed == last


def test_weeks_of_strangers_are_not_remembered() -> None:
    policy = Policy()
    for turn in range(2000):
        policy.look({turn: Offer(turn, 5.0)}, turn * MINUTE)
    assert len(policy) < 50
