"""Marketplace servers, field by field, and the whole recorded market where there is one."""

from __future__ import annotations

import copy
import gzip
import json
import os
import pickle
import re
import subprocess
import sys
from typing import Any

import pytest
from optional import some
from payloads import payload

from clore_client import offers
from clore_client.models import MarketplaceServer, ServerPrice, UsdPrice, decode_list

SERVERS = {s.id: s for s in decode_list(MarketplaceServer, payload("marketplace"), "servers")}
RECORDED = os.environ.get("CLORE_RECORDED_MARKETPLACE")


def test_the_documented_properties() -> None:
    server = SERVERS[52718]
    assert server.gpu_model == "1x NVIDIA GeForce RTX 4090"
    assert server.gpu_count == 1
    assert server.ram_gb == 62.7021
    assert server.available is True
    assert server.location == "TW"
    assert server.rented is False
    assert server.reliability == 0.9999
    assert (some(server.rating).avg, some(server.rating).cnt) == (4.76, 17)


def test_prices_are_per_hour_and_per_day() -> None:
    server = SERVERS[52718]
    assert server.price_usd_per_day == 2.788e-05 * 60250.0
    assert server.price_usd == some(server.price_usd_per_day) / 24
    assert server.spot_price_usd_per_day == 1.32
    assert server.spot_price_usd == 1.32 / 24


def test_a_price_is_looked_for_once_in_a_row_that_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is sorted by its prices and shows each of them twice: 130 ms more of 5,000 rows."""
    asked = []

    def found(row: Any) -> float:
        asked.append(row["id"])
        return 2.4

    monkeypatch.setattr("clore_client.offers.usd_per_day", found)
    server = MarketplaceServer.from_dict(payload("marketplace")["servers"][0])
    assert [server.price_usd, server.price_usd_per_day, server.price_usd] == [0.1, 2.4, 0.1]
    assert len(asked) == 1
    assert server == MarketplaceServer.from_dict(server.raw)
    assert copy.copy(server).price_usd_per_day == 2.4
    assert len(asked) == 1


def test_the_price_of_a_server_made_by_hand_is_that_of_its_fields() -> None:
    server = MarketplaceServer(1, price=ServerPrice(usd=UsdPrice(on_demand_usd=2.4)))
    assert server.price_usd_per_day == 2.4
    dearer = server.replace(price=ServerPrice(usd=UsdPrice(on_demand_usd=4.8)))
    assert (dearer.price_usd_per_day, server.price_usd_per_day) == (4.8, 2.4)


def test_a_price_in_a_coin_that_is_not_taken_is_no_price() -> None:
    server = SERVERS[36415]
    assert some(some(server.price).usd).on_demand_usd == 1.75
    assert "USD-Blockchain" not in some(server.allowed_coins)
    assert server.price_usd_per_day == pytest.approx(4.05)


def test_nested_objects() -> None:
    server = SERVERS[41207]
    assert some(server.specs).gpu == "1x NVIDIA GeForce RTX 3090"
    assert (some(server.specs).ram, some(server.specs).gpuram, some(server.specs).cpus) == (
        125.7441,
        24.0,
        "28/56",
    )
    assert type(some(server.specs).gpuram) is float
    assert some(some(server.specs).net).cc == "US"
    assert some(some(server.specs).net).test_history[0] == "S|1781120430|116.85|32.29"
    assert some(server.specs).pl == [350]
    assert [(gpu.type, gpu.mem) for gpu in some(server.specs).gpus] == [("GeForce RTX 3090", 24.0)]
    assert some(server.specs).stock_oc == "default"
    assert some(server.price).on_demand["USD-Blockchain"] == 2.4
    assert some(server.price).spot["bitcoin"] == 3.187e-05
    assert some(some(server.price).usd).spot == 0.0
    assert some(server.price).original_usd["bitcoin"].spot == 1.92


def test_the_other_fields() -> None:
    server = SERVERS[41207]
    assert (server.owner, server.mrl, server.autoprice) == (3105, 168, "usd")
    assert (server.cuda_version, server.gpu_array) == ("13.0", [" RTX 3090"])
    assert server.gpu_names == ["RTX 3090"]
    assert (server.vram_gb, server.disk_gb) == (24.0, 118.2314)
    assert server.reliability == 1.0
    assert type(server.reliability) is float


def test_the_oddities() -> None:
    assert SERVERS[52718].gigaspot is True
    assert SERVERS[52718].oc is True
    assert some(some(SERVERS[52718].specs).stock_oc)[0]["core_lock"] is None
    assert SERVERS[27930].available is False
    assert SERVERS[27930].gpu_count == 8
    assert SERVERS[61854].gpu_model == "6x Mixed GPUs"
    assert some(SERVERS[61854].specs).pl == [0]
    assert SERVERS[2071].gpu_array == ["GTX 745"]
    assert SERVERS[2071].gigaspot == {"min_bid": 1.5}
    assert SERVERS[2071].cuda_version is None
    assert SERVERS[2071].verification == 3


def test_a_row_of_2024() -> None:
    (server,) = decode_list(MarketplaceServer, payload("marketplace.legacy2024"), "servers")
    assert server.gpu_count == 2
    assert server.gpu_names == []
    assert some(server.price).usd is None
    assert server.price_usd is None
    assert server.spot_price_usd is None


def test_nothing_but_an_id() -> None:
    server = MarketplaceServer.from_dict({"id": 5})
    assert server.available is False
    assert server.gpu_count == 0
    nothing = [server.rented, server.specs, server.price, server.rating, server.location]
    assert nothing == [None] * 5
    assert server.price_usd is server.spot_price_usd is server.ram_gb is server.vram_gb is None


@pytest.mark.parametrize("odd", [None, "no", 3, [], {}, [[["x"]]]])
def test_odd_values_never_become_wrong_ones(odd: Any) -> None:
    server = MarketplaceServer.from_dict({**dict.fromkeys(SERVERS[41207].raw, odd), "id": 5})
    assert server.rented in (None, False)
    assert server.available is (server.rented is False)
    assert server.price_usd is None
    assert type(server.gpu_count) is int
    assert repr(server)
    assert MarketplaceServer.from_dict(server.to_dict()) == server


def test_prices_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    server = MarketplaceServer.from_dict(SERVERS[41207].raw)
    found = [server.price_usd, server.spot_price_usd]
    monkeypatch.setattr(offers, "_lowest", None)
    assert [server.price_usd, server.spot_price_usd] == found
    assert server.price_usd_per_day == pytest.approx(24 * some(server.price_usd))
    assert server == MarketplaceServer.from_dict(server.raw)


def test_no_is_not_true() -> None:
    assert MarketplaceServer.from_dict({"id": 5, "rented": "no"}).rented is None


@pytest.mark.skipif(not RECORDED, reason="CLORE_RECORDED_MARKETPLACE names no recorded market")
def test_a_whole_recorded_market() -> None:
    with gzip.open(some(RECORDED), "rt", encoding="utf-8") as file:
        body = json.load(file)
    servers = decode_list(MarketplaceServer, body, "servers")
    assert len(servers) == len(body["servers"]) == 3500
    assert servers.skipped == []
    assert {server.price_usd for server in servers} == {None}
    assert {server.spot_price_usd for server in servers} == {None}
    counts = [int(some(re.match(r"\d+", row["specs"]["gpu"]))[0]) for row in body["servers"]]
    assert [server.gpu_count for server in servers] == counts
    assert all(server.ram_gb and server.disk_gb and server.location for server in servers)
    assert all(some(server.price).on_demand for server in servers)
    assert [server.available for server in servers] == [
        not row["rented"] for row in body["servers"]
    ]


READ = """
import pickle, sys
server = pickle.load(sys.stdin.buffer)
specs = server.specs
print(server.allowed_coins, server.gpu_array, specs.ram, specs.gpuram, specs.cpu)
print(repr(server))
"""


@pytest.mark.parametrize("looked", [False, True])
def test_a_model_can_be_sent_to_another_process(looked: bool) -> None:
    server = MarketplaceServer.from_dict(payload("marketplace")["servers"][0])
    assert some(server.specs).ram is not None if looked else "specs" not in vars(server)
    sent = pickle.dumps(server)
    done = subprocess.run(
        [sys.executable, "-c", READ], input=sent, stdout=subprocess.PIPE, check=True, timeout=60
    )
    specs = server.specs
    fields = (
        server.allowed_coins,
        server.gpu_array,
        some(specs).ram,
        some(specs).gpuram,
        some(specs).cpu,
    )
    assert done.stdout.decode() == f"{' '.join(map(str, fields))}\n{server!r}\n"


def test_the_class_has_the_defaults_of_its_fields() -> None:
    MarketplaceServer.from_dict(payload("marketplace")["servers"][0])
    assert MarketplaceServer.allowed_coins is None
    assert not hasattr(MarketplaceServer, "gpu_array")
