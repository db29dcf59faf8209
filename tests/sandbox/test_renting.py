"""An on-demand order's life: created, listed, deployed, billed, ended."""

from __future__ import annotations

import pytest
from sandbox.api import IMAGE, USD, Api

from clore_client.sandbox import FrozenClock

MINUTE = 60 / 86400


def test_the_answer_to_create_order_names_no_order(api: Api) -> None:
    assert api.rent(201) == (200, {"code": 0})


def test_a_new_order_has_the_recorded_keys_in_the_recorded_order(api: Api) -> None:
    api.rent(201)
    assert list(api.newest()) == [
        "id", "creation_fee", "price", "mrl", "image", "currency", "spend", "ct", "specs", "si",
        "mon_container", "online", "pub_cluster", "tcp_ports", "http_port", "http_pub", "rating",
        "reliability", "owner", "cuda_version", "gpu_array",
    ]  # fmt: skip


def test_a_new_order_says_what_was_rented(api: Api) -> None:
    api.rent(201, ports={"22": "tcp", "8080": "tcp", "8888": "http"})
    order, server = api.newest(), api.server(201)
    assert (order["si"], order["image"], order["currency"]) == (201, IMAGE, USD)
    assert order["price"] == server["price"]["on_demand"][USD]
    assert order["mrl"] == server["mrl"] * 3600
    assert [port.split(":")[0] for port in order["tcp_ports"]] == ["22", "8080"]
    assert order["http_port"] == "8888"
    assert order["http_pub"].endswith(order["pub_cluster"][0].partition(".")[2])


def test_public_ports_are_nobody_elses(api: Api) -> None:
    api.rent(201, ports={"22": "tcp"})
    api.rent(202, ports={"22": "tcp", "80": "tcp"})
    ports = [port.split(":")[1] for row in api.orders().values() for port in row["tcp_ports"]]
    assert len(set(ports)) == len(ports)


def test_without_an_http_port_there_are_no_http_keys(api: Api) -> None:
    api.rent(201, ports={"22": "tcp"})
    assert not {"http_port", "http_pub"} & set(api.newest())


def test_an_http_only_order_has_no_tcp_ports(api: Api) -> None:
    api.rent(201, ports={"8888": "http"})
    assert api.newest()["tcp_ports"] == []


@pytest.mark.parametrize("lag", [0.0, 3.0, 20.0])
def test_an_order_is_listed_after_the_lag(lag: float) -> None:
    api = Api(lag=lag)
    api.rent(201)
    order_id = max(api.world.state.orders)
    created = api.world.state.orders[order_id].created
    seen = {}
    for _ in range(6):
        listed = order_id in api.orders()
        seen[api.clock.time() - created] = listed
    assert seen == {elapsed: elapsed >= lag for elapsed in seen}


def test_lag_and_deployment_differ_from_order_to_order_within_the_observed_bounds() -> None:
    api = Api("market", lag=None, deploy=None)
    rows = api.get("/marketplace")["servers"]
    for row in [r for r in rows if not r["rented"] and USD in r["allowed_coins"]][:10]:
        api.rent(row["id"])
    orders = list(api.world.state.mine())
    lags = {round(order.listed_at - order.created, 6) for order in orders}
    assert len(lags) == len(orders) > 5
    assert all(2 <= lag <= 5 for lag in lags)
    assert all(35 <= order.deploy_time <= 180 for order in orders)


def test_the_container_runs_after_its_deployment(api: Api) -> None:
    api.rent(201)
    api.pass_time(50)
    assert api.newest()["mon_container"] == 0
    assert api.newest()["mon_container"] == 2


def test_an_image_named_with_its_registry_never_deploys(api: Api) -> None:
    api.rent(201, image="docker.io/library/ubuntu")
    api.pass_time(3600)
    assert api.newest()["mon_container"] == 0


def test_the_first_minute_is_charged_at_once() -> None:
    api = Api(clock=FrozenClock(tick=0))
    api.world.state.servers[201]["price"]["on_demand"][USD] = 2
    api.rent(201)
    assert api.newest()["spend"] == 0.001388888888888889


def test_spend_is_price_by_whole_seconds(api: Api) -> None:
    api.world.state.servers[201]["price"]["on_demand"][USD] = 1.83
    api.rent(201)
    api.pass_time(940.7)
    row = api.newest()
    assert row["spend"] == 1.83 * 1005 / 86400
    assert row["price"] == 1.83


def test_the_wallet_pays_spend_and_creation_fee() -> None:
    api = Api()
    api.post("/cancel_order", id=38)
    before = api.balance()
    api.rent(201)
    order = api.newest()
    api.post("/cancel_order", id=order["id"])
    spent = api.closed()[order["id"]]["spend"]
    assert api.balance() == pytest.approx(before - 0.1 - spent, abs=2e-8)


def test_the_creation_fee_is_worth_ten_cents_in_every_coin(api: Api) -> None:
    for server, coin, fee in ((201, "bitcoin", 1.56e-06), (202, "CLORE-Blockchain", 80.02)):
        before = api.balance(coin)
        api.rent(server, currency=coin)
        order = api.newest()
        assert order["creation_fee"] == 0.1  # in USD whatever the coin, as it was recorded
        charged = before - api.balance(coin) - order["spend"]
        assert charged == pytest.approx(fee, rel=0.2)  # and what ran on since


def test_rented_follows_the_order(api: Api) -> None:
    assert api.server(201)["rented"] is False
    api.rent(201)
    assert api.server(201)["rented"] is True
    api.post("/cancel_order", id=api.newest()["id"])
    assert api.server(201)["rented"] is False


def test_a_cancelled_order_leaves_the_list_and_is_shown_closed(api: Api) -> None:
    api.rent(201)
    api.pass_time(100)
    order_id = api.newest()["id"]
    assert api.post("/cancel_order", id=order_id, issue="GPU 1 was throttling") == (
        200,
        {"code": 0},
    )
    assert order_id not in api.orders()
    row = api.closed()[order_id]
    assert list(row) == [
        "id", "creation_fee", "price", "mrl", "image", "currency", "spend", "ct", "order_end",
        "expired", "online", "mon_container", "si", "tcp_ports", "cuda_version", "gpu_array",
        "gpu_count", "total_gpus", "owner", "rating", "reliability", "specs",
    ]  # fmt: skip
    assert list(row["specs"]) == ["ram", "disk", "gpu", "gpuram", "net"]
    assert list(row["specs"]["net"]) == ["up", "down", "cc"]
    assert (row["expired"], row["online"], row["mon_container"]) == (True, True, 2)
    assert row["order_end"] - row["ct"] == 110
    assert row["spend"] == row["price"] * (110 + 60) / 86400


def test_billing_stops_with_the_order(api: Api) -> None:
    api.post("/cancel_order", id=38)
    before = api.closed()[38]["spend"], api.balance()
    api.pass_time(3600)
    assert (api.closed()[38]["spend"], api.balance()) == before


def test_an_id_may_come_as_digits(api: Api) -> None:
    assert api.post("/cancel_order", id="38") == (200, {"code": 0})


def test_an_order_ends_with_the_longest_rental(api: Api) -> None:
    api.world.state.servers[201]["mrl"] = 6
    api.rent(201)
    order = api.newest()
    assert order["mrl"] == 6 * 3600
    api.pass_time(7 * 3600)
    row = api.closed()[order["id"]]
    assert row["order_end"] == order["ct"] + 6 * 3600
    assert api.server(201)["rented"] is False


def test_orders_end_when_the_wallet_is_empty(api: Api) -> None:
    api.post("/cancel_order", id=38)
    api.world.state.funds[USD] = 1.0 + sum(
        order.creation_fee + order.spend(api.world.state.now)
        for order in api.world.state.mine()
        if order.currency == USD
    )
    price = api.server(201)["price"]["on_demand"][USD]
    api.rent(201)
    order_id = api.newest()["id"]
    api.pass_time(30 * 86400)
    row = api.closed()[order_id]
    left = 1.0 - 0.1 - price * MINUTE
    assert row["order_end"] - row["ct"] == pytest.approx(left / (price / 86400), abs=1)
    assert api.balance() == pytest.approx(0, abs=price / 86400)
    assert api.balance() >= 0


def test_one_wallet_pays_for_several_orders_until_it_is_empty(api: Api) -> None:
    for server_id in (201, 202, 204):
        api.rent(server_id)
    live = set(api.orders()) - {39}
    api.pass_time(60 * 86400)
    ends = {api.closed()[order_id]["order_end"] for order_id in live}
    assert len(ends) <= 2  # all at the same moment, unless a host's longest rental came first
    assert api.balance() >= 0


def test_an_offline_host_shows_in_the_order(api: Api) -> None:
    api.world.state.offline.add(7)
    assert api.orders()[38]["online"] is False
