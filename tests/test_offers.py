"""Prices, GPU names and filters, on rows as the API sends them."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optional import some
from payloads import rows

from clore_client import offers
from clore_client.amounts import Exact
from clore_client.errors import InvalidInputError
from clore_client.offers import OfferFilter

MARKET = rows("marketplace", "servers")
LEGACY = rows("marketplace.legacy2024", "servers")
USUAL, GIGASPOT, NO_USD, RENTED, MIXED, OLD = MARKET
COINS = ["bitcoin", "CLORE-Blockchain", "USD-Blockchain"]
ODD: List[Any] = [None, 7, "text", True, [], [[]], ["x", 3, None], {}, {"usd": 3}, math.nan]


def row(allowed: Optional[Union[List[str], str]] = COINS, **price: Any) -> Dict[str, Any]:
    return {"price": price} if allowed is None else {"price": price, "allowed_coins": allowed}


@pytest.mark.parametrize(
    ("server", "per_day", "spot_per_day"),
    [
        (USUAL, 3.983e-05 * 60250.0, 1.92),
        (GIGASPOT, 2.788e-05 * 60250.0, 1.32),
        # USD is quoted cheapest, and not taken: CLORE is what can be paid.
        (NO_USD, 2500 * 0.00162, 679.01 * (2500 * 0.00162) / 2500),
        (RENTED, 28.8, 22.5),
        (MIXED, 5555.56 * 0.00162, 4320.99 * (5555.56 * 0.00162) / 5555.56),
        (OLD, 3.98e-06 * 60250.0, 3.98e-06 * 60250.0),
        (LEGACY[0], None, None),
    ],
    ids=["usual", "gigaspot", "no usd", "rented", "mixed", "old", "2024"],
)
def test_prices_of_the_recorded_rows(
    server: Any, per_day: Optional[float], spot_per_day: Optional[float]
) -> None:
    assert offers.usd_per_day(server) == pytest.approx(per_day)
    assert offers.spot_usd_per_day(server) == pytest.approx(spot_per_day)


USD = {"on_demand_btc": 3.0, "on_demand_clore": 2.0, "on_demand_usd": 1.0, "spot": 0}


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (row(usd=USD), 1.0),
        (row(["bitcoin"], usd=USD), 3.0),
        (row(["bitcoin", "CLORE-Blockchain"], usd=USD), 2.0),
        (row([], usd=USD), None),
        (row(["dogecoin"], usd=USD), None),
        (row(None, usd=USD), 1.0),
        (row(None, usd={**USD, "on_demand_usd": 9.0}), 9.0),
        (row(None, usd={**USD, "on_demand_usd": 0}), 2.0),
        (row("bitcoin", usd=USD), 1.0),
        (row(["USD-Blockchain"], on_demand={"USD-Blockchain": 4}), 4.0),
        (row(["USD-Blockchain"], usd={"on_demand_usd": 0}, on_demand={"USD-Blockchain": 0}), None),
        (row(usd={"on_demand_usd": "1.25"}), 1.25),
        (row(usd={"on_demand_usd": -1, "on_demand_btc": math.nan}), None),
        (row(["bitcoin"], on_demand={"bitcoin": 1e-05}), None),
        (row(), None),
        ({}, None),
    ],
)
def test_the_price_is_the_lowest_that_can_be_paid(
    offer: Dict[str, Any], expected: Optional[float]
) -> None:
    assert offers.usd_per_day(offer) == expected


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        (row(["bitcoin"], original_usd={"bitcoin": {"on_demand": 2, "spot": 1.5}}), 1.5),
        (
            row(
                ["bitcoin"],
                usd={"on_demand_btc": 3.0, "spot": 0},
                on_demand={"bitcoin": 6e-05},
                spot={"bitcoin": 2e-05},
            ),
            1.0,
        ),
        (row(["USD-Blockchain"], spot={"USD-Blockchain": 0.8}, usd={"spot": 0}), 0.8),
        (row(["bitcoin"], spot={"bitcoin": 2e-05}, usd={"spot": 0}), None),
        (row(["bitcoin"], spot={"bitcoin": 2e-05}, usd={"spot": 0.7}), 0.7),
        (row(["bitcoin"], usd={"on_demand_btc": 3}, on_demand={"bitcoin": 0}), None),
        (
            row(
                ["bitcoin"],
                usd={"on_demand_btc": 1e308},
                on_demand={"bitcoin": 1e-300},
                spot={"bitcoin": 1},
            ),
            None,
        ),
        (
            row(
                None,
                spot={"USD-Blockchain": 5},
                original_usd={"bitcoin": {"spot": 1}},
            ),
            5.0,
        ),
        (row(None, original_usd={"bitcoin": {"spot": 1}}), 1.0),
        ({}, None),
    ],
)
def test_the_spot_price_never_comes_from_a_zero(
    offer: Dict[str, Any], expected: Optional[float]
) -> None:
    assert offers.spot_usd_per_day(offer) == pytest.approx(expected)


def test_computed_prices_have_no_artefacts() -> None:
    """Each is something else in the arithmetic of floats."""
    assert offers.per_hour(1.2) == 0.05 != 1.2 / 24
    clore = row(
        ["CLORE-Blockchain"],
        usd={"on_demand_clore": 4.05},
        on_demand={"CLORE-Blockchain": 2500},
        spot={"CLORE-Blockchain": 679.01},
    )
    assert offers.spot_usd_per_day(clore) == 1.0999962 != 679.01 * 0.00162
    coin = row(usd={"on_demand_clore": 1.2}, on_demand={"CLORE-Blockchain": 24})
    assert offers.usd_rate(coin, "CLORE-Blockchain") == 0.05 != 1.2 / 24


def test_a_price_that_was_sent_is_taken_over_with_its_digits() -> None:
    exact = Exact("1.4997200212345678901")
    offer = row(["USD-Blockchain"], usd={"on_demand_usd": exact})
    assert offers.usd_per_day(offer) is exact


@given(st.floats(1e-6, 1e6))
def test_the_price_of_a_server_as_the_limit_finds_the_server(price: float) -> None:
    offer = {"rented": False, **row(["USD-Blockchain"], usd={"on_demand_usd": price})}
    for limit in (some(offers.per_hour(price)), price / 24):
        assert OfferFilter(max_price_usd=limit).matches(offer)
        assert not OfferFilter(max_price_usd=limit * (1 - 1e-12)).matches(offer)


def test_an_hour_is_the_24th_part_of_a_day() -> None:
    assert offers.per_hour(24.0) == 1.0
    assert offers.per_hour(None) is None


@pytest.mark.parametrize(
    ("server", "count", "model", "names"),
    [
        (USUAL, 1, "1x NVIDIA GeForce RTX 3090", ["RTX 3090"]),
        (RENTED, 8, "8x NVIDIA GeForce RTX 3090", ["RTX 3090"] * 8),
        (
            MIXED,
            6,
            "6x Mixed GPUs",
            ["RTX 3070"] * 2 + ["RTX 3060 Ti"] * 2 + ["GTX 1080 Ti"] * 2,
        ),
        (OLD, 1, "1x NVIDIA GeForce GTX 745", ["GTX 745"]),
        (LEGACY[0], 2, "2x NVIDIA GeForce RTX 3060 Ti", []),
        ({"gpu_array": ["A100", "A100"]}, 2, "2x A100", ["A100", "A100"]),
        ({"gpu_array": ["A100", "T4"]}, 2, "2x Mixed GPUs", ["A100", "T4"]),
        ({"specs": {"gpu": "NVIDIA A100"}}, 0, "NVIDIA A100", []),
        ({"specs": {"gpu": " "}}, 0, None, []),
        ({}, 0, None, []),
    ],
)
def test_gpus(server: Any, count: int, model: Optional[str], names: List[str]) -> None:
    assert offers.gpu_count(server) == count
    assert offers.gpu_model(server) == model
    assert offers.gpu_names(server) == names


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        ("1921 118.2314GB", 118.2314),
        (" 76.3309GB", 76.3309),
        ("ADATAx20SU650x20SSDx 91.4420GB", 91.442),
        ("P210x20x20256GBx20x2 71.9033GB", 71.9033),
        ("KINGSTON 480GB", 480.0),
        (" 456.1227226257324GB", 456.1227226257324),
        ("100 GB", 100.0),
        ("12345678901GB", None),
        ("SSD", None),
        pytest.param("9" * 200_000, None, id="200,000 digits"),
        (5, None),
        (None, None),
    ],
)
def test_the_last_size_in_the_disk_text_counts(disk: Any, expected: Optional[float]) -> None:
    assert offers.disk_gb({"specs": {"disk": disk}}) == expected


@pytest.mark.parametrize(
    "wanted",
    ["RTX 4090", "rtx4090", "rtx-4090", "RTX_4090", "4090", "GeForce RTX 4090",
     "NVIDIA GeForce RTX 4090", "nvidia rtx 4090"],
)  # fmt: skip
@pytest.mark.parametrize(
    "server",
    [
        GIGASPOT,
        {"gpu_array": [" RTX 4090"]},
        {"gpu_array": [["RTX 3070", "RTX 4090"]], "specs": {"gpu": "2x Mixed GPUs"}},
        {"gpu_array": ["GeForce RTX 4090"]},
    ],
    ids=["recorded", "names only", "mixed", "with brand"],
)
def test_a_gpu_is_found_however_it_is_written(wanted: str, server: Any) -> None:
    assert offers.has_gpu(server, wanted)


def test_the_cards_of_the_specs_are_names_too() -> None:
    assert offers.has_gpu({"specs": {"gpus": [{"type": "GeForce RTX 4090"}]}}, "rtx 4090")


@pytest.mark.parametrize(
    ("server", "wanted"),
    [
        (GIGASPOT, "RTX 3090"),
        (GIGASPOT, "NVIDIA RTX 40900"),
        ({"gpu_array": ["RX 6800"]}, "NVIDIA"),
        ({"gpu_array": ["GT 430"]}, "NVIDIA T4"),
        ({}, "RTX 4090"),
    ],
)
def test_another_gpu_is_not_found(server: Any, wanted: str) -> None:
    assert not offers.has_gpu(server, wanted)


def ids(**conditions: Any) -> List[int]:
    return [server["id"] for server in MARKET if OfferFilter(**conditions).matches(server)]


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, [41207, 52718, 36415, 61854, 2071]),
        ({"available_only": False}, [41207, 52718, 36415, 27930, 61854, 2071]),
        ({"gpu": "RTX 4090"}, [52718, 36415]),
        ({"gpu": "3060ti"}, [61854]),
        ({"min_gpu_count": 2}, [61854]),
        ({"min_gpu_count": 8, "available_only": False}, [27930]),
        ({"min_ram_gb": 62.7021}, [41207, 52718]),
        # 1.75 USD a day is quoted by 36415 in a coin that it does not take.
        ({"max_price_usd": 1.75 / 24}, [52718, 2071]),
        ({"max_price_usd": 4.05 / 24}, [41207, 52718, 36415, 2071]),
        ({"max_price_usd": 0}, []),
        ({"gpu": "4090", "max_price_usd": 0.1, "min_gpu_count": 1, "min_ram_gb": 16}, [52718]),
    ],
)
def test_filters(conditions: Any, expected: Union[List[int], List[Any]]) -> None:
    assert ids(**conditions) == expected


@pytest.mark.parametrize(
    "conditions",
    [{"gpu": "4090"}, {"min_gpu_count": 0}, {"min_ram_gb": 0}, {"max_price_usd": 1e9}, {}],
)
def test_a_missing_value_matches_no_condition(conditions: Any) -> None:
    assert not OfferFilter(**conditions).matches({"id": 1})


def test_no_condition_matches_every_row() -> None:
    assert OfferFilter(available_only=False).matches({})


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("key", ["price", "specs", "gpu_array", "allowed_coins", "rented"])
def test_odd_values_are_as_good_as_missing(key: str, odd: Any) -> None:
    server = {**USUAL, key: odd}
    OfferFilter("4090", 1, 1.0, 1.0).matches(server)
    for look in (offers.usd_per_day, offers.spot_usd_per_day, offers.disk_gb, offers.ram_gb):
        found = look(server)
        assert found is None or found > 0
    assert offers.gpu_count(server) >= 0


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("key", ["usd", "on_demand", "spot", "original_usd"])
def test_odd_prices_are_as_good_as_missing(key: str, odd: Any) -> None:
    server = {**USUAL, "price": {**USUAL["price"], key: odd}}
    for look in (offers.usd_per_day, offers.spot_usd_per_day):
        found = look(server)
        assert found is None or found > 0


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("gpu", ""), ("gpu", "  "), ("gpu", "- _"), ("gpu", 4090),
        ("min_gpu_count", -1), ("min_gpu_count", 1.5), ("min_gpu_count", True),
        ("min_gpu_count", "2"), ("min_ram_gb", -1), ("min_ram_gb", math.nan),
        ("min_ram_gb", "64"), ("max_price_usd", math.inf), ("max_price_usd", -0.1),
        ("max_price_usd", True), ("available_only", "no"), ("available_only", None),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_meant_is_refused(argument: str, value: Any) -> None:
    with pytest.raises(InvalidInputError) as caught:
        OfferFilter(**{argument: value})
    assert caught.value.argument == argument


@pytest.mark.parametrize(
    ("name", "wanted", "same"),
    [
        ("RTX 4090", "rtx-4090", True),
        ("RTX 4090", "NVIDIA GeForce RTX 4090", True),
        ("NVIDIA GeForce RTX 4090", "RTX4090", True),
        ("RTX 4090", "4090", True),
        ("RTX A4000", "a4000", True),
        ("RX 580", "gtx 580", False),
        ("RTX 4090 D", "4090", False),
        ("RTX 4070 Ti SUPER", "4070 SUPER", False),
        ("RTX 4090", "409", False),
        ("RTX", "nvidia", False),
        ("RTX 4090", "-", False),
    ],
)
def test_the_same_gpu_is_the_whole_name(name: str, wanted: str, same: bool) -> None:
    assert offers.same_gpu(name, wanted) is same
