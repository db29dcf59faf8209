"""One order of a sandbox in this process: what is sent, and what refusals and faults lead to."""

from __future__ import annotations

from decimal import Decimal
from typing import List, Optional, Tuple

import pytest
from clore_spot import market
from clore_spot.keeper import Keeper, spot_order
from clore_spot.policy import Policy, default_step

from clore_cli.plugin import CommandError
from clore_client import CloreAI
from clore_client.errors import NetworkError
from clore_client.models import SpotMarket
from clore_client.sandbox import VirtualClock, World

BTC, USD = "bitcoin", "USD-Blockchain"
ORDER, SERVER = 39, 6  # a bid of 0.0000032 bitcoin, above a stranger's 0.00000257


class Bench:
    def __init__(self, cap: str = "0.00001", step: Optional[Decimal] = None) -> None:
        self.clock = VirtualClock()
        self.world = World(clock=self.clock, scenario="docs", lag=0.0)
        transport = self.world.transport("a-key")
        self.client = CloreAI(transport=transport, clock=self.clock, max_retries=0)
        self.notes: List[str] = []
        order = spot_order(self.client, ORDER)
        policy = Policy(Decimal(cap), step or default_step(64118.0, BTC))
        self.keeper = Keeper(self.client, order, policy, self.notes.append)

    def keep(self, after: float = 0.0) -> Tuple[str, Optional[float]]:
        self.clock.advance(after)
        row = self.keeper.keep()
        return row.action, row.new

    @property
    def sent(self) -> List[float]:
        calls = [entry for entry in self.world.log if entry.endpoint == "set_spot_price"]
        return [entry.json["desired_price"] for entry in calls]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_goes_down_by_the_largest_step_until_it_just_wins(bench: Bench) -> None:
    assert bench.keep() == ("lower", 2.88e-06)
    assert bench.sent == [2.73e-06, 2.88e-06]  # the first refusal tells the step
    assert bench.keep(60) == ("keep", 2.88e-06)
    assert bench.keeper.market
    assert bench.keeper.market.active


def test_every_lowering_waits_10_minutes() -> None:
    bench = Bench(step=Decimal("0.00000001"))
    assert bench.keep() == ("lower", 2.88e-06)
    assert [bench.keep(60)[0] for _ in range(9)] == ["keep"] * 9
    assert bench.keep(60) == ("lower", 2.592e-06)
    assert bench.sent == [2.58e-06, 2.88e-06, 2.58e-06, 2.592e-06]  # the step has shrunk, too


def test_a_refusal_for_being_too_soon_tells_when(bench: Bench) -> None:
    bench.client.set_spot_price(ORDER, 3.1e-06)
    row = bench.keeper.keep()
    assert (row.action, bench.sent) == ("keep", [3.1e-06, 2.73e-06])
    assert 580 < row.wait <= 600
    assert bench.keep(row.wait)[0] == "lower"


def test_an_order_that_waits_is_raised_just_above_the_others(bench: Bench) -> None:
    bid = bench.world.add_bid(SERVER, USD, 0.5)
    assert bench.keep() == ("ended", None)
    bench.client.create_order(SERVER, "ubuntu", "spot", USD, spot_price=0.3)
    mine = next(o for o in bench.client.my_orders() if o.type == "spot")
    policy = Policy(Decimal(1), Decimal("0.01"))
    keeper = Keeper(bench.client, mine, policy, bench.notes.append)
    assert (keeper.keep().action, keeper.keep().action) == ("raise", "keep")
    assert bench.sent == [0.51]
    offers = bench.client.spot_marketplace(SERVER).offers
    assert offers
    assert bid not in [offer.order_id for offer in offers]


def test_bids_in_other_coins_count_by_their_worth_in_usd(bench: Bench) -> None:
    bench.world.add_bid(SERVER, "CLORE-Blockchain", 140.0)  # 0.175 USD, 0.00000273 bitcoin
    assert bench.keep() == ("lower", 2.89e-06)
    assert "(140 CLORE)" in bench.keeper.keep().reason


def test_a_lost_answer_is_made_up_for_by_a_look(bench: Bench) -> None:
    bench.keep()
    bench.world.fail("lost-answer", "set_spot_price")
    bench.world.add_bid(SERVER, BTC, 2e-06)
    bench.world.drop_bid(35)
    assert bench.keep(600)[0] == "lower"
    assert bench.notes == ["The answer was lost, but the bid is set."]
    assert bench.keep()[0] == "keep"


def test_what_may_still_be_carried_out_is_not_sent_again(bench: Bench) -> None:
    bench.world.fail("reset", "set_spot_price")
    with pytest.raises(NetworkError):
        bench.keeper.keep()
    assert bench.keep(60) == ("keep", 3.2e-06)
    assert len(bench.sent) == 1
    assert bench.keep(600)[0] == "lower"


def test_an_order_that_has_gone_has_ended(bench: Bench) -> None:
    bench.client.cancel_order(ORDER)
    row = bench.keeper.keep()
    assert (row.action, row.new, row.usd_per_day) == ("ended", None, None)
    assert row.line.endswith("order 39 ended: outbid, cancelled, or its longest time is over")


@pytest.mark.parametrize(("order_id", "status"), [(999, 4), (38, 2)])
def test_only_a_spot_order_of_ones_own_has_a_bid(bench: Bench, order_id: int, status: int) -> None:
    with pytest.raises(CommandError) as failure:
        spot_order(bench.client, order_id)
    assert failure.value.exit_code == status


def test_bids_without_a_rate_are_left_out_and_told_of() -> None:
    offers = [
        {"offer_id": 1, "bid": 9, "active": True, "my": False, "currency": "other"},
        {"offer_id": 2, "bid": 3, "active": False, "my": True, "currency": USD},
    ]
    answer = {"market": {"offers": offers, "currency_rates_in_usd": {USD: 1}}, "exists": True}
    spot = SpotMarket.for_server(SERVER, answer)
    assert market.incomparable(spot, USD) == ["other"]
    seen = market.seen(spot, USD)
    assert (seen.bid, seen.rival, seen.active) == (Decimal(3), Decimal(0), False)
