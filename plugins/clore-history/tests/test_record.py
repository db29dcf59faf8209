"""A marketplace in numbers per GPU model."""

from __future__ import annotations

from typing import Optional

import pytest
from clore_history.record import quantile, records, usd_per_day
from history_samples import server


def test_prices_are_per_gpu_and_hour_of_the_free_servers() -> None:
    (found,) = records(7, [
        server(count=1, price=2.4),
        server(count=2, price=9.6),
        server(count=4, price=28.8),
        server(count=8, price=0.24, rented=True),
    ])  # fmt: skip
    assert found[:6] == (7, "RTX 4090", 3, 1, 7, 8)
    assert found[6:10] == (100_000, 150_000, 200_000, 300_000)
    assert found[10:] == (None, None, None, None)


def test_spot_prices_have_numbers_of_their_own() -> None:
    (found,) = records(7, [server(spot=1.2), server(spot=2.4), server(price=None, spot=None)])
    assert found[10:] == (50_000, 62_500, 75_000, 100_000)
    assert found.free_servers == 3
    assert found.median == 100_000


def test_a_model_without_a_free_server_has_counts_and_no_price() -> None:
    (found,) = records(7, [server(rented=True, spot=1)])
    assert found[:6] == (7, "RTX 4090", 0, 1, 0, 1)
    assert found[6:] == (None,) * 8


def test_models_come_by_name_and_without_those_that_nobody_knows() -> None:
    found = records(7, [server("RTX 5090"), server("RTX 3090"), server(None, 0)])
    assert [one.gpu for one in found] == ["RTX 3090", "RTX 5090"]


@pytest.mark.parametrize("price", [None, float("inf"), float("nan"), 1e300])
def test_what_is_no_price_is_none(price: Optional[float]) -> None:
    (found,) = records(7, [server(price=price, spot=price)])
    assert found[6:] == (None,) * 8


def test_a_server_that_tells_neither_free_nor_rented_counts_as_neither() -> None:
    (found,) = records(7, [server(rented=None)])
    assert found[2:6] == (0, 0, 0, 0)


def test_a_server_without_a_number_of_gpus_has_no_price_per_gpu() -> None:
    odd = server()
    odd.gpu_count = 0
    (found,) = records(7, [odd])
    assert (found.free_servers, found.free_gpus, found.median) == (1, 0, None)


def test_quantiles_lie_between_values_in_a_straight_line() -> None:
    assert [quantile([1, 2, 4], share) for share in (0, 0.25, 0.5, 0.75, 1)] == [1, 1.5, 2, 3, 4]
    assert quantile([5], 0.25) == 5


def test_a_kept_price_reads_as_it_was() -> None:
    assert usd_per_day(125_000) == 3.0
    assert usd_per_day(None) is None


def test_a_name_of_a_hosts_own_making_is_one_line_that_can_be_stored() -> None:
    found = records(7, [server("RTX \ud800 1"), server("RTX\n2"), server("RTX " + "9" * 200)])
    assert all(name.encode() and name.isprintable() for name in (one.gpu for one in found))
    assert len(found) == 3
    assert max(len(one.gpu) for one in found) == 100
