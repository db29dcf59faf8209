"""`clore search`: terms, --explain, groups and answers from the disk, through the script."""

from __future__ import annotations

import csv
import io
import json
import re
import statistics
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

import jsonschema
import loopback
import pytest
from cli_helpers import Clore, data

from clore_cli import offers
from clore_cli.commands import groups
from clore_cli.market import EVERY
from clore_cli.width import measure
from clore_client import jsonrows
from clore_client.models import MarketplaceServer, decode_list
from clore_client.offers import OfferFilter

if TYPE_CHECKING:
    import subprocess

    from clore_cli.market import Only
    from clore_client.sandbox import World


Runs = Callable[..., "subprocess.CompletedProcess[str]"]


def free(world: World) -> List[Dict[str, Any]]:
    return [row for row in world.state.servers.values() if not row["rented"]]


def test_terms_choose_by_every_kind_of_value(clore: Clore, world: World) -> None:
    terms = [
        "gpus>=2",
        "price<=24/day",
        "ram>=16GB",
        "rel>=90%",
        "cc!=RU",
        "coins=USD",
        "cuda>=12.4",
    ]
    rows = data(clore("search", *terms, "--json"))
    assert rows
    for row in rows:
        assert row["gpu_count"] >= 2
        assert row["price_usd_per_hour"] <= 1
        assert row["ram_gb"] >= 16
        assert row["reliability"] >= 0.9
        assert row["country"] != "RU"
        assert "USD-Blockchain" in row["coins"]
        assert tuple(map(int, row["cuda_version"].split("."))) >= (12, 4)
    wanted = [
        row["id"]
        for row in free(world)
        if len(row["gpu_array"]) >= 2
        and row["specs"]["ram"] >= 16
        and row["specs"]["net"]["cc"] != "RU"
        and row["reliability"] >= 0.9
    ]
    assert {row["id"] for row in rows} <= set(wanted)


@pytest.mark.parametrize("words", [["country in RU,us"], ["country", "in", "RU,us"]])
def test_a_term_may_be_one_argument_or_three(clore: Clore, world: World, words: List[str]) -> None:
    rows = data(clore("search", *words, "--json"))
    expected = [row["id"] for row in free(world) if row["specs"]["net"]["cc"] in ("RU", "US")]
    assert sorted(row["id"] for row in rows) == sorted(expected)
    assert expected


def test_a_price_limit_holds_at_the_boundary(clore: Clore, world: World) -> None:
    row = data(clore("search", "--json", "--limit", 1))[0]
    day = repr(row["price_usd_per_day"])
    ids = [r["id"] for r in data(clore("search", f"price<={day}/day", "--json"))]
    assert row["id"] in ids
    assert row["id"] not in [r["id"] for r in data(clore("search", f"price<{day}/day", "--json"))]
    assert ids == [r["id"] for r in data(clore("search", "--max-price-day", day, "--json"))]


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (["prise<=1"], "no field 'prise'; did you mean 'price'?"),
        (["price<=1GB"], "'GB' does not fit price_usd_per_hour, which takes /h or /day."),
        (["gpus"], "'gpus' is a field, gpu_count"),
        (["gpu=4090", "--gpu", "4090"], "name the GPU once"),
    ],
)
def test_a_wrong_term_is_a_usage_error_before_anything_is_asked(
    clore: Clore, world: World, terms: List[str], words: str
) -> None:
    done = clore("search", *terms)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
    assert world.log == []


def test_explain_accounts_for_every_server(clore: Clore, world: World) -> None:
    done = clore("search", "4090", "price<=0.3", "--min-ram", 16, "--explain", "--json")
    steps = re.findall(r"(.+): removed (\d+)(?: \((\d+) of them.*\))?, left (\d+)\.", done.stderr)
    texts = [step[0] for step in steps]
    assert texts == ["rented = no", "gpu ~ 4090", "price_usd_per_hour <= 0.3", "ram_gb >= 16"]
    left = len(world.state.servers)
    for _, removed, _, rest in steps:
        left -= int(removed)
        assert left == int(rest)
    assert left == len(data(done))
    assert "removed" not in clore("search", "4090").stderr


MARKET = json.dumps(
    {
        "code": 0,
        "servers": [
            {"id": 1, "rented": False, "gpu_array": ["RTX 4090", "RTX 4090"],
             "allowed_coins": ["USD-Blockchain"], "price": {"usd": {"on_demand_usd": 9.6}}},
            {"id": 2, "rented": False, "gpu_array": ["RTX 4090"], "allowed_coins": []},
            {"id": 3, "rented": False, "gpu_array": ["RTX 4090"],
             "allowed_coins": ["USD-Blockchain"], "price": {"usd": {"on_demand_usd": 2.4}}},
            {"id": 4, "rented": True, "gpu_array": ["RTX 3090"]},
            {"id": 5, "rented": False, "specs": {"net": {"cc": "SE"}}},
        ],
    }
)  # fmt: skip


@pytest.fixture
def small(clore: Clore) -> Runs:
    """A function that runs `clore search` against a market of five servers."""

    def run(*args: object) -> subprocess.CompletedProcess[str]:
        with loopback.server(loopback.http(MARKET.encode())) as (url, _):
            done = clore("--base-url", url, "search", *args)
        assert done.returncode == 0, done.stderr
        return done

    return run


def test_servers_without_a_price_are_counted_under_a_price_limit(small: Runs) -> None:
    done = small("price<=0.4/h", "--json")
    assert [row["id"] for row in data(done)] == [3, 1]
    assert done.stderr == "2 servers lack a price.\n"
    assert small("4090", "--max-price", 0.4).stderr == "1 server lacks a price.\n"
    assert small("4090").stderr == ""
    assert "price_usd_per_hour <= 0.4: removed 2 (2 of them without a value), left 2." in (
        small("--max-price", 0.4, "--explain").stderr
    )


class Listener:
    """A run of the command line that keeps its notes."""

    def __init__(self) -> None:
        self.notes: List[str] = []
        self.note = self.notes.append


@pytest.mark.parametrize(
    ("terms", "options", "gpu"),
    [
        ([], {}, None),
        (["4090"], {}, "4090"),
        (["4090", "price<=0.4/h"], {}, "4090"),
        (["price<=0.4/h"], {"gpu": "4090"}, None),
        (["id>1"], {"gpu": "4090", "max_price": 0.4}, "4090"),
        (["gpu=4090"], {"max_price": 0.4}, None),
        (["gpu in 4090,3090"], {"max_price": 0.4}, None),
        (["gpu!=4090"], {"max_price_day": 9.6}, None),
        (["gpu~3090"], {"max_price": 1, "include_rented": True}, "3090"),
        (["coins~usd"], {"spot": True, "max_price": 1}, None),
    ],
)
def test_what_is_not_read_changes_neither_offers_nor_notes(
    terms: List[str], options: Dict[str, Any], gpu: Optional[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: List[Only] = []

    def servers(_app: Listener, _max_age: float, only: Only) -> List[MarketplaceServer]:
        asked.append(only)
        wanted = OfferFilter(only.gpu, available_only=only.available)
        return decode_list(
            MarketplaceServer, jsonrows.loads(MARKET.encode(), "servers", wanted.matches), "servers"
        )

    monkeypatch.setattr(offers, "servers", servers)
    listeners: List[Any] = [Listener() for _ in range(3)]
    quick, explained, whole = listeners
    found = offers.find(quick, terms, **options)
    assert offers.find(explained, terms, explain=True, **options) == found
    monkeypatch.setattr(offers, "_only", lambda *_, **__: EVERY)
    assert offers.find(whole, terms, **options) == found
    assert quick.notes == whole.notes
    only = (gpu, not options.get("include_rented", False))
    assert asked == [only, EVERY, EVERY]


def test_groups_of_models(small: Runs) -> None:
    rows = data(small("--group-by", "gpu", "--include-rented", "--json"))
    assert rows == [
        {
            "group": "RTX 4090",
            "offers": 3,
            "gpu_count": 4,
            "min_usd_per_gpu_hour": 0.1,
            "min_usd_per_gpu_day": 2.4,
            "median_usd_per_gpu_hour": 0.15,
            "median_usd_per_gpu_day": 3.6,
            "max_usd_per_gpu_hour": 0.2,
            "max_usd_per_gpu_day": 4.8,
            "relative_price": 1.0,
        },
        {"group": None, "offers": 1, "gpu_count": None, **dict.fromkeys(list(rows[0])[3:])},
        {"group": "RTX 3090", "offers": 1, "gpu_count": 1, **dict.fromkeys(list(rows[0])[3:])},
    ]


def test_groups_of_the_market_add_up(clore: Clore, world: World) -> None:
    rows = data(clore("search", "--group-by", "country", "--json"))
    found = free(world)
    assert sum(row["offers"] for row in rows) == len(found)
    assert sum(row["gpu_count"] for row in rows) == sum(len(row["gpu_array"]) for row in found)
    medians = [row["median_usd_per_gpu_hour"] for row in rows]
    assert medians == sorted(medians)
    assert rows[-1]["relative_price"] == 1
    one = data(clore("search", f"cc={rows[0]['group']}", "--json"))
    prices = [row["price_usd_per_hour"] / row["gpu_count"] for row in one]
    assert rows[0]["median_usd_per_gpu_hour"] == pytest.approx(statistics.median(prices))
    assert rows[0]["min_usd_per_gpu_hour"] == pytest.approx(min(prices))
    assert rows[0]["max_usd_per_gpu_hour"] == pytest.approx(max(prices))


def test_groups_count_spot_prices_with_spot(clore: Clore, world: World) -> None:
    on_demand, spot = (
        {
            row["group"]: row["min_usd_per_gpu_hour"]
            for row in data(clore("search", *args, "--json"))
        }
        for args in (["--group-by", "gpu"], ["--group-by", "gpu", "--spot"])
    )
    assert set(on_demand) == set(spot)
    assert all(spot[name] < on_demand[name] for name in spot)


@pytest.mark.parametrize("kind", groups.KINDS)
def test_groups_are_what_their_schema_says_in_every_format(
    clore: Clore, world: World, kind: str
) -> None:
    schema = data(clore("schema", "search", "--group-by", kind))
    args = ["search", "--group-by", kind]
    rows = data(clore(*args, "--json"))
    jsonschema.Draft202012Validator(schema).validate(rows)
    keys = list(schema["items"]["properties"])
    assert list(rows[0]) == keys
    assert [column.key for column in groups.COLUMNS] == keys
    table = list(csv.DictReader(io.StringIO(clore(*args, "--csv").stdout)))
    assert [row["group"] for row in table] == [row["group"] for row in rows]
    lines = [json.loads(line) for line in clore(*args, "-o", "jsonl").stdout.splitlines()]
    assert lines == rows
    assert clore(*args, "--raw").returncode == 2


def test_a_schema_of_options_that_do_not_exist(clore: Clore) -> None:
    done = clore("schema", "search", "--group-bye", "gpu")
    assert done.returncode == 2
    assert "--group-bye" in done.stderr


def test_groups_have_columns_and_an_order_of_their_own(clore: Clore, world: World) -> None:
    args = [
        "search",
        "--group-by",
        "gpu",
        "--columns",
        "group,offers",
        "--sort",
        "-offers",
        "--csv",
    ]
    offers = [int(line.split(",")[1]) for line in clore(*args).stdout.splitlines()[1:]]
    assert offers == sorted(offers, reverse=True)
    assert clore("search", "--group-by", "gpu", "--columns", "ram_gb").returncode == 2
    assert clore("search", "--columns", "offers").returncode == 2


def test_groups_are_sorted_by_the_names_of_offers_too(clore: Clore, world: World) -> None:
    args = ["search", "--group-by", "gpu", "--json", "--sort"]
    medians = [row["median_usd_per_gpu_hour"] for row in data(clore(*args, "-price"))]
    assert medians == sorted(medians, reverse=True)
    names = [row["group"] for row in data(clore(*args, "gpu"))]
    assert names == sorted(names)


def test_the_table_of_groups_has_a_bar_for_each_price(clore: Clore, world: World) -> None:
    head, *rows = clore("search", "--group-by", "gpu").stdout.splitlines()
    assert head.split()[:3] == ["GROUP", "OFFERS", "GPUS"]
    assert all(re.search(r"[█▏▎▍▌▋▊▉░]{12}$", row) for row in rows)
    filled = [row.count("█") for row in rows]
    assert filled == sorted(filled)
    assert filled[-1] == 12
    assert max(map(measure, rows)) <= 80


def test_price_is_the_spot_price_with_spot(clore: Clore, world: World) -> None:
    rows = data(clore("search", "--spot", "price<=2/day", "--sort=-price", "--json"))
    prices = [row["spot_price_usd_per_day"] for row in rows]
    assert prices == sorted(prices, reverse=True)
    assert 0 < prices[0] <= 2


def test_the_documented_sort_orders(clore: Clore, world: World) -> None:
    for name, key in (("price", "price_usd_per_hour"), ("gpu", "gpu"), ("ram", "ram_gb")):
        values = [row[key] for row in data(clore("search", "--sort", name, "--json"))]
        assert values == sorted(values)
