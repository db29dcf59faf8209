"""What renting costs, by values: fees, totals, how long a wallet lasts, and how it is written."""

from __future__ import annotations

from typing import Any, Optional

import pytest

from clore_cli.commands.quote import Quote, brief, lines, price
from clore_client.models import MarketplaceServer

SERVER = MarketplaceServer.from_dict(
    {"id": 7, "mrl": 72, "specs": {"gpu": "2x NVIDIA RTX 4090", "net": {"cc": "DE"}}}
)
USD = Quote(SERVER, "on-demand", "USD-Blockchain", 2.4, 1.0, 5, 0.1, 10.18, 0.0)


def quote(**changes: Any) -> Quote:
    return Quote(**{**USD._asdict(), **changes})


CLORE = quote(coin="CLORE-Blockchain", per_day=2400, rate=0.001, creation_fee=80, balance=5360)


def test_the_fee_comes_on_top_and_has_no_artefacts() -> None:
    assert (USD.fee_per_day, USD.total_per_day, USD.usd_per_hour) == (0.12, 2.52, 0.1)
    assert quote(per_day=0.1, fee_percent=10).total_per_day == 0.11


def test_a_wallet_lasts_as_long_as_fees_and_other_orders_let_it() -> None:
    assert USD.lasts == pytest.approx(4 * 86400)
    assert quote(drain=2.52).lasts == pytest.approx(2 * 86400)
    assert quote(fee_percent=None, creation_fee=None, balance=2.4).lasts == pytest.approx(86400)
    assert quote(balance=0.05).lasts == 0
    assert quote(balance=None).lasts is None


@pytest.mark.parametrize(("balance", "hour", "day"), [(0.1, 0, 0), (0.3, 1, 0), (2.7, 1, 1)])
def test_what_a_wallet_can_pay(balance: float, hour: int, day: int) -> None:
    made = quote(balance=balance)
    assert (made.lasts_hours(1), made.lasts_hours(24)) == (hour, day)
    assert not quote(balance=None).lasts_hours(1)


def test_everything_is_shown_per_hour_and_per_day() -> None:
    assert list(lines(USD)) == [
        "Server 7: 2x RTX 4090 in DE, on-demand; it ends after 3d at the latest.",
        "Price:         $0.1000/h, $2.40/day",
        "Renter fee:    5%, $0.0050/h, $0.12/day",
        "Total:         $0.1050/h, $2.52/day",
        "Creation fee:  $0.10, once",
        "Wallet:        $10.18, lasts 4d 0h",
    ]


def test_a_price_in_another_coin_is_shown_in_both() -> None:
    assert list(lines(CLORE))[1:] == [
        "Price:         $0.1000/h, $2.40/day (100 CLORE/h, 2400 CLORE/day)",
        "Renter fee:    5%, $0.0050/h, $0.12/day (5 CLORE/h, 120 CLORE/day)",
        "Total:         $0.1050/h, $2.52/day (105 CLORE/h, 2520 CLORE/day)",
        "Creation fee:  80 CLORE ($0.08), once",
        "Wallet:        5360 CLORE ($5.36), lasts 2d 2h",
    ]


def test_a_fee_that_holding_lowers_says_that_it_is_the_full_one() -> None:
    assert list(lines(USD._replace(holding=True)))[2] == (
        "Renter fee:    5% before Proof of Holding, $0.0050/h, $0.12/day"
    )


def test_what_is_not_known_is_not_made_up() -> None:
    made = quote(
        coin="CLORE-Blockchain", rate=None, fee_percent=None, creation_fee=None, balance=None
    )
    assert list(lines(made))[1:] == [
        "Price:         0.1 CLORE/h, 2.4 CLORE/day",
        "Renter fee:    not known",
        "Creation fee:  not known",
        "Wallet:        none in CLORE",
    ]


def test_a_bid_without_fees_beside_other_orders() -> None:
    made = quote(kind="spot", fee_percent=0, creation_fee=0, drain=1.0, balance=3.4)
    assert list(lines(made))[1:] == [
        "Your bid:      $0.1000/h, $2.40/day",
        "Renter fee:    none",
        "Creation fee:  none",
        "Wallet:        $3.40, lasts 1d 0h with the orders that run already",
    ]


def test_dollars_are_not_rounded_where_they_are_what_is_paid() -> None:
    assert price(quote(per_day=2.34567), 2.34567).endswith("$2.34567/day")


def test_a_short_price_is_in_dollars_where_that_is_known() -> None:
    assert brief(CLORE, 2640) == "$2.64/day"
    assert brief(quote(coin="CLORE-Blockchain", rate=None), 2640) == "2640 CLORE/day"


@pytest.mark.parametrize(("floor", "below"), [(None, False), (2.4, False), (2.41, True)])
def test_a_bid_below_the_floor(floor: Optional[float], below: bool) -> None:
    assert quote(floor=floor).below_floor is below
