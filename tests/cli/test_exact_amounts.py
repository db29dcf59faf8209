"""Amounts of money on stdout: digit for digit as the API sent them, in every format."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ContextManager, Dict, List, Optional, Tuple

import loopback
import pytest

if TYPE_CHECKING:
    from cli_helpers import Clore

PRECISE = "0.1234567890123456789"
HUGE = "123456789.123456789012"
# A text that would come out if the exact numbers were put in by replacing a mark.
MARKS = ["Exact(0.1)", "\ue000" + PRECISE, '"' + PRECISE + '"', PRECISE]

WALLETS = """{"code": 0, "wallets": [
 {"name": "bitcoin", "balance": %s, "deposit": "bc1q", "withdrawal_fee": 0.00010000000000000000001},
 {"name": "CLORE-Blockchain", "balance": "%s", "deposit": null, "withdrawal_fee": 1},
 {"name": "USD-Blockchain", "balance": 1.49972002, "deposit": %s, "withdrawal_fee": 0.1}
]}"""  # fmt: skip


def serve(clore: Clore, body: str, *, turns: int = 1) -> ContextManager[Tuple[str, List[bytes]]]:
    """Answer the next calls of `clore` with ``body``; use it as a context."""
    clore.env["CLORE_API_KEY"] = "key-0123456789"
    return loopback.server(*[loopback.http(body.encode())] * turns)


def run(clore: Clore, body: str, *args: str) -> str:
    with serve(clore, body) as (url, _):
        done = clore("--base-url", url, *args)
    assert done.returncode == 0, done.stderr
    return done.stdout


def wallets(mark: Optional[str] = None) -> str:
    return WALLETS % (PRECISE, HUGE, json.dumps(mark))


def exact(text: str) -> Any:
    return json.loads(text, parse_float=Decimal)


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_balances_in_json_are_the_digits_that_came(clore: Clore, form: str) -> None:
    out = run(clore, wallets(), "wallets", "-o", form)
    rows = exact(out) if form == "json" else [exact(line) for line in out.splitlines()]
    assert [str(row["balance"]) for row in rows] == [PRECISE, HUGE, "1.49972002"]
    assert str(rows[0]["withdrawal_fee"]) == "0.00010000000000000000001"


def test_raw_objects_are_what_came(clore: Clore) -> None:
    out = run(clore, wallets(), "wallets", "--raw")
    assert exact(out) == exact(wallets())["wallets"]


def test_csv_and_tsv_have_the_digits_that_came(clore: Clore) -> None:
    rows = list(csv.DictReader(io.StringIO(run(clore, wallets(), "wallets", "--csv"))))
    assert [row["balance"] for row in rows] == [PRECISE, HUGE, "1.49972002"]
    lines = run(clore, wallets(), "wallets", "-o", "tsv", "--columns", "balance").split()
    assert lines == ["balance", PRECISE, HUGE, "1.49972002"]


def test_the_table_shows_balances_in_full(clore: Clore) -> None:
    out = run(clore, wallets(), "wallets")
    assert [line.split()[1] for line in out.splitlines()[1:]] == [PRECISE, HUGE, "1.49972002"]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize("options", [["--json"], ["--raw"]])
def test_no_text_of_a_stranger_passes_for_a_number(
    clore: Clore, mark: str, options: List[str]
) -> None:
    rows = json.loads(run(clore, wallets(mark), "wallets", *options))
    assert rows[2]["deposit"] == mark


MARKET = """{"code": 0, "my_servers": [], "servers": [
 {"id": 1, "rented": false, "allowed_coins": ["USD-Blockchain"], "gpu_array": ["RTX 4090"],
  "reliability": 0.99876543210987654321,
  "price": {"usd": {"on_demand_usd": 1.4997200212345678901}, "on_demand": {}, "spot": {}}},
 {"id": 2, "rented": false, "allowed_coins": ["CLORE-Blockchain"], "gpu_array": ["RTX 4090"],
  "price": {"usd": {"on_demand_clore": 4.05}, "on_demand": {"CLORE-Blockchain": 2500},
            "spot": {"CLORE-Blockchain": 679.01}}},
 {"id": 3, "rented": false, "allowed_coins": ["USD-Blockchain"], "gpu_array": ["RTX 4090"],
  "price": {"usd": {"on_demand_usd": 1.2}}}
]}"""


def market(clore: Clore, *options: str) -> List[Dict[str, Any]]:
    rows: List[Dict[str, Any]] = exact(run(clore, MARKET, "search", "--sort", "id", *options))
    return rows


def test_prices_that_were_sent_are_shown_as_sent(clore: Clore) -> None:
    prices = [str(row["price_usd_per_day"]) for row in market(clore, "--json")]
    assert prices == ["1.4997200212345678901", "4.05", "1.2"]
    raw = market(clore, "--raw")
    assert str(raw[0]["reliability"]) == "0.99876543210987654321"
    assert str(raw[0]["price"]["usd"]["on_demand_usd"]) == "1.4997200212345678901"
    out = run(clore, MARKET, "search", "--csv", "--sort", "id", "--columns", "price_usd_per_day")
    assert out.split()[1:] == ["1.4997200212345678901", "4.05", "1.2"]


def test_prices_that_are_computed_read_as_people_compute_them(clore: Clore) -> None:
    rows = market(clore, "--json")
    hours = [str(row["price_usd_per_hour"]) for row in rows]
    assert hours[1:] == ["0.16875", "0.05"]
    # 679.01 * 4.05 / 2500, where floats say 1.0999961999999999 or the like
    assert str(rows[1]["spot_price_usd_per_day"]) == "1.0999962"


BIDS = """{"code": 0, "exists": true, "market": {
 "server": {"min_pricing": {"CLORE-Blockchain": 0.00012345678901234567890}},
 "currency_rates_in_usd": {"CLORE-Blockchain": 0.00124968, "bitcoin": 60250.0},
 "offers": [
  {"offer_id": 1, "bid": 1200.083, "currency": "CLORE-Blockchain", "active": true, "my": false},
  {"offer_id": 2, "bid": 0.000012345678901234567890, "currency": "bitcoin"}
]}}"""


def test_bids_in_usd_have_no_artefacts(clore: Clore) -> None:
    rows = exact(run(clore, BIDS, "spot", "6", "--json"))
    assert [str(row["price_usd_per_day"]) for row in rows] == [
        "1.49971972344",
        "0.7438271537993827",
    ]
    assert [str(row["price_per_day"]) for row in rows] == ["1200.083", "0.000012345678901234567890"]


def test_the_lowest_bid_is_noted_in_full(clore: Clore) -> None:
    with serve(clore, BIDS) as (url, _):
        done = clore("--base-url", url, "spot", "6")
    assert "0.00012345678901234567890 CLORE/day." in done.stderr
