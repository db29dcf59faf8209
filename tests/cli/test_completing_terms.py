"""What TAB offers of GPUs, queries and columns: asked of click in this process."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, List, Optional, Set

import pytest
from cli_helpers import Clore, Tab, data

from clore_cli import query
from clore_cli.offer_columns import COLUMNS
from clore_client import offers

if TYPE_CHECKING:
    from clore_cli.columns import Column
    from clore_client.sandbox import World


def test_gpus_are_words_that_no_shell_changes_and_that_find_them(
    clore: Clore, world: World, tab: Tab
) -> None:
    clore("search")
    (answer,) = (clore.home / ".clore" / "cache").glob("marketplace-*")
    rows = json.loads(answer.read_text())["servers"]
    found = tab("search", "--gpu", "")
    assert "rtx-4090" in found
    for word, about in found.items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", word)
        matching = [row for row in rows if offers.has_gpu(row, word)]
        assert matching, word
        free = int(about.removesuffix(" to rent"))
        assert free <= sum(not row["rented"] for row in matching)
    assert set(tab("search", "--gpu", "RTX")) == {word for word in found if word[:3] == "rtx"}
    assert "4090" in tab("search", "40")
    assert "rtx-4090" in tab("rent", "rtx")
    assert "rtx-4090" not in tab("rent", "rtx-4090", "rtx")


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["pri"], {"price", "price_usd_per_day"}),
        (["--spot", "spo"], {"spot", "spot_price_usd_per_day"}),
        (["price_usd_per_h"], {"price_usd_per_hour"}),
        (["country", ""], {"=", "!=", "~", "in"}),
        (["price", ""], {"=", "!=", "<", "<=", ">", ">=", "in"}),
        (["rented", "!"], {"!="}),
        (["rented", "=", ""], {"yes", "no"}),
        (["rented="], {"rented=yes", "rented=no"}),
        (["coins ~ "], {"coins ~ USD", "coins ~ BTC", "coins ~ CLORE"}),
        (["coins in USD,B"], {"coins in USD,BTC"}),
        (["coins", "in", "USD,"], {"USD,BTC", "USD,CLORE"}),
        (["gpu=rtx-409"], {"gpu=rtx-4090"}),
        (["gpu ~ 409"], {"gpu ~ 4090"}),
        (["price<=0"], set()),
        (["nosuch="], set()),
        (["nosuch", ""], None),
    ],
    ids=lambda words: " ".join(sorted(words or ["all"])),  # a set has no order of its own
)
def test_query_terms(
    clore: Clore, world: World, tab: Tab, words: List[str], offered: Optional[Set[str]]
) -> None:
    clore("search")
    found = set(tab("search", *words))
    assert found == (set(tab("search", "")) if offered is None else offered)


def test_countries_are_values(clore: Clore, world: World, tab: Tab) -> None:
    rows = data(clore("search", "--include-rented", "--json"))
    countries = {row["country"] for row in rows}
    assert set(tab("search", "country", "in", "")) == countries
    assert set(tab("rent", "country=")) == {f"country={one}" for one in countries}
    first, second = sorted(countries)[:2]
    assert f"{first},{second}" in tab("search", "country", "in", f"{first},")
    assert f"{first},{first}" not in tab("search", "country", "in", f"{first},")


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.key)
def test_each_operator_that_is_offered_is_taken(column: Column) -> None:
    value = {"boolean": "yes", "string": "12.4", "array": "USD"}.get(str(column.kind), "1")
    for operator in query.OPERATORS:
        try:
            query.condition(COLUMNS, column.key, operator, value)
        except query.QueryError:
            taken = False
        else:
            taken = True
        # in one of one value is the same as =, which is more than anybody needs to be offered
        assert taken is (operator in query.operators(column)) or operator == "in"


def test_columns_are_offered_one_after_the_other(tab: Tab) -> None:
    assert "gpu" in tab("orders", "--columns", "")
    found = tab("orders", "--columns", "id,gpu,st")
    assert set(found) == {"id,gpu,status", "id,gpu,started_at"}
    assert "id" not in found
    assert "id,id" not in tab("orders", "--columns", "id,")
    assert set(tab("search", "--sort", "gpu,-pri")) == {
        "gpu,-price", "gpu,-price_usd_per_hour", "gpu,-price_usd_per_day",
    }  # fmt: skip
    assert "-price,price_usd_per_hour" not in tab("search", "--sort", "-price,")
    assert set(tab("search", "--group-by", "gpu", "--columns", "offers,rel")) == {
        "offers,relative_price"
    }
    assert set(tab("search", "--columns", "offers,rel")) == {"offers,reliability"}
