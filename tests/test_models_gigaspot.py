"""The servers and bids of GigaSPOT."""

from __future__ import annotations

import copy
import pickle
from typing import Any, Optional

import pytest
from payloads import payload

from clore_client.errors import BadAnswerError
from clore_client.models import Gigaspot, GigaspotGpu, GigaspotServers

SNAPSHOT = payload("gigaspot_snapshot")
MARKET = Gigaspot.from_dict(payload("get_gigaspot"))


def test_the_market() -> None:
    assert (MARKET.my_user_id, MARKET.clore_price) == (3105, 0.00162)
    assert MARKET.creation_fees == {"CLORE-Blockchain": 61.73}
    assert MARKET.snapshot_time == 1784106000
    assert (MARKET.servers, MARKET.my_bids) == ({}, [])
    assert MARKET.extra == {"code": 0}


@pytest.mark.parametrize(
    ("url", "time"),
    [
        ("https://x/v1_17.json?v=2_3.json", 17),
        ("https://x/v1.json", None),
        ("https://x/v1_17.json.gz", None),
        ("https://x/v1_" + "9" * 5000 + ".json", None),
        (None, None),
    ],
)
def test_the_time_of_a_snapshot(url: str, time: Optional[int]) -> None:
    assert MARKET.replace(v1_snapshot_url=url).snapshot_time == time


def test_a_server_with_a_bid() -> None:
    servers = GigaspotServers.of(SNAPSHOT)
    server = servers[47112]
    assert (server.id, server.min_bid, server.max_rental_length) == (47112, 22.5, 480)
    assert (server.online, server.on_demand_rented, server.working_properly) == (True, False, True)
    assert (server.cores, server.threads, server.ram, server.cuda) == (2, 2, 7.7, "12.4")
    assert (server.cc, server.host, server.reliability) == ("RU", 8140, 0.9871)
    assert server.energy_price == 0.07
    (bid,) = server.bids
    assert (bid.id, bid.server_id, bid.owner, bid.price) == (655201, 47112, 3105, 30.125)
    assert (bid.active, bid.to_cache, bid.cached, bid.pl) == (True, False, True, 880)
    (gpu,) = server.gpus
    assert gpu.model == "RTX 3080"
    assert (gpu.pl, gpu.mem_lock, gpu.core_lock) == ([100, 320], [405, 9501], [210, 2100])
    assert (gpu.mem_offset, gpu.core_offset) == ([-1000, 3000], [-200, 200])
    assert (server.extra, bid.extra, gpu.extra) == ({}, {}, {})
    assert server.raw is SNAPSHOT["47112"]
    assert MARKET.replace(servers=servers).my_bids == [bid]


def test_only_ones_own_bids_are_mine() -> None:
    rows = {"7": {"bids": [{"id": 1, "owner": 3105}, {"id": 2}, {"id": 3, "owner": 4}]}}
    market = MARKET.replace(servers=GigaspotServers.of(rows))
    assert [bid.id for bid in market.my_bids] == [1]
    assert market.replace(my_user_id=None).my_bids == []


@pytest.mark.parametrize("odd", [None, [100], [100, "x"], [100, 200, 300], "100", {"0": 1}, 5])
def test_half_a_range_is_none(odd: Any) -> None:
    assert GigaspotGpu.from_dict({"pl": odd, "core_lock": ["1", 2]}).pl is None
    assert GigaspotGpu.from_dict({"core_lock": ["1", 2]}).core_lock == [1, 2]


ODD = {"name": SNAPSHOT["47112"], "8": None, "9": [], "1.5": {}}


def test_odd_servers_never_cost_the_others() -> None:
    servers = GigaspotServers.of({**ODD, **SNAPSHOT, "10": {"bids": [None, {"id": "4"}, {}]}})
    assert sorted(servers) == [10, 47112]
    assert servers.skipped == ODD
    assert [bid.id for bid in servers[10].bids] == [4]
    assert servers[10].bids[0].server_id == 10
    assert servers[10].gpus == []


def test_servers_are_a_dictionary_that_keeps_what_was_skipped() -> None:
    servers = GigaspotServers.of({**ODD, **SNAPSHOT})
    for copied in (pickle.loads(pickle.dumps(servers)), copy.deepcopy(servers)):
        assert isinstance(copied, GigaspotServers)
        assert (copied, copied.skipped) == (servers, ODD)


def test_nothing_on_offer_is_no_error_but_nothing_readable_is() -> None:
    assert GigaspotServers.of({}) == {}
    with pytest.raises(BadAnswerError):
        GigaspotServers.of({"error": "gone", "status": 404})


@pytest.mark.parametrize("odd", [None, 3, [], {"error": "x"}, {"7": 3}])
def test_an_answer_with_odd_servers_in_it_has_none(odd: Any) -> None:
    assert Gigaspot.from_dict({"servers": odd}).servers == {}
