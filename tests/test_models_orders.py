"""Orders: every documented field from the real wire, and the derived status."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Union

import pytest
from optional import some
from payloads import payload

from clore_client.models import Order, decode_list

if TYPE_CHECKING:
    from clore_client.models.base import Rows


def orders(name: str) -> Rows[Order]:
    return decode_list(Order, payload(name), "orders")


def test_a_row_seconds_after_its_creation() -> None:
    (order,) = orders("my_orders")
    assert (order.id, order.server_id) == (2004417, 41207)
    assert (order.type, order.status) == ("on-demand", "deploying")
    assert (order.image, order.currency) == ("cloreai/jupyter:ubuntu24.04-v2", "USD-Blockchain")
    assert order.price == 3.0
    assert type(order.price) is float
    assert (order.pub_cluster, order.hosts) == ("n1.us.cluster.example", ["n1.us.cluster.example"])
    assert order.tcp_ports == {"22": 2283}
    assert (order.http_port, order.http_pub) == ("8888", "k4d7wq2mz9.us.cluster.example")
    assert (order.ct, order.mrl, order.expires_at) == (1784106000, 604800, 1784106000 + 604800)
    assert order.spend == order.price / 86400 * 60
    assert (order.creation_fee, order.mon_container, order.online) == (0.1, 0, True)
    assert order.spot is order.expired is order.order_end is None
    assert (order.gpu_count, order.gpu_model) == (1, "1x NVIDIA GeForce RTX 3090")
    assert (order.owner, order.cuda_version, order.reliability) == (3105, "13.0", 1.0)
    assert some(order.rating).cnt == 38
    assert some(order.specs).ram == 125.7441


def test_the_states() -> None:
    assert [order.status for order in orders("my_orders.states")] == [
        "deploying", "running", "queued", "running", "running",
    ]  # fmt: skip
    _, running, queued, http_only, host_offline = orders("my_orders.states")
    assert running.tcp_ports == {"22": 1588, "5000": 1589}
    assert (running.gpu_count, running.total_gpus) == (1, 1)
    assert (running.original_price_usd, running.my_past_rating) == (1.8, 5.0)
    assert (queued.type, queued.spot, queued.spend) == ("spot", True, 0.0)
    assert queued.gpu_count == 8
    assert (queued.http_port, queued.http_pub) == (None, None)
    assert http_only.tcp_ports == {}
    assert host_offline.online is False


def test_an_order_that_was_cancelled() -> None:
    _, order = orders("my_orders.completed")
    assert order.status == "completed"
    assert order.expired is True
    assert some(order.order_end) - some(order.ct) == 948
    assert order.spend == pytest.approx(1.44 / 86400 * 1006)
    assert (order.pub_cluster, order.hosts, order.tcp_ports) == (None, [], {})
    assert (order.online, order.mon_container) == (True, 2)


def test_rows_by_the_documentation() -> None:
    first, second = orders("my_orders.variants")
    assert (first.id, first.server_id) == (38, 6)
    assert (first.type, first.status) == ("on-demand", "running")
    assert first.price == 2e-05
    assert (first.pub_cluster, first.hosts) == ("n1.us.cluster.example", ["n1.us.cluster.example"])
    assert first.tcp_ports == {"22": 1588}
    assert first.http_port == "8888"
    assert (second.id, second.server_id) == (39, 6)
    assert (second.type, second.status) == ("spot", "unknown")
    assert (second.pub_cluster, second.hosts) == ("n1.a.example", ["n1.a.example", "n2.b.example"])
    assert second.tcp_ports == {"22": 1620, "8080": 1621}
    assert (second.http_port, second.online, second.expired) == (None, True, False)
    assert second.extra == {"fee": 1.5, "p": 0}


ENDED = {"expired": True, "ct": 1000, "mrl": 600}


@pytest.mark.parametrize(
    ("row", "status"),
    [
        ({}, "unknown"),
        ({"mon_container": 0}, "deploying"),
        ({"mon_container": 1}, "deploying"),
        ({"mon_container": 2}, "running"),
        ({"mon_container": "2"}, "running"),
        ({"mon_container": 3}, "unknown"),
        ({"mon_container": "no"}, "unknown"),
        ({"mon_container": 2, "online": False}, "running"),
        ({"mon_container": 2, "spot": True, "spend": 0}, "queued"),
        ({"mon_container": 2, "spot": True, "spend": 0.1}, "running"),
        ({"mon_container": 2, "spot": True}, "running"),
        ({"mon_container": 2, "spend": 0}, "running"),
        ({"mon_container": 0, "type": "spot", "spend": 0}, "queued"),
        ({**ENDED, "mon_container": 2, "order_end": 1599}, "completed"),
        ({**ENDED, "order_end": 1600}, "expired"),
        ({**ENDED, "order_end": 1700}, "expired"),
        (ENDED, "expired"),
        ({"expired": True, "order_end": 5}, "expired"),
        ({"expired": "yes", "mon_container": 2}, "running"),
        ({"status": "paused", "mon_container": 2}, "paused"),
        ({"status": None, "mon_container": 2}, "running"),
        ({"status": "", "mon_container": 2}, "running"),
        ({"status": 0, "mon_container": 2}, "running"),
    ],
)
def test_the_status_is_derived(row: Any, status: str) -> None:
    assert Order.from_dict({"id": 1, **row}).status == status


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({}, "on-demand"), ({"spot": True}, "spot"), ({"spot": False}, "on-demand"),
        ({"spot": "yes"}, "on-demand"), ({"type": "spot"}, "spot"),
        ({"type": "on-demand", "spot": True}, "on-demand"), ({"type": "on_demand"}, "on-demand"),
        ({"type": [], "spot": 1}, "spot"),
    ],
)  # fmt: skip
def test_the_type_is_one_of_two(
    row: Union[Dict[str, Any], Dict[str, bool], Dict[str, str]], kind: str
) -> None:
    assert Order.from_dict({"id": 1, **row}).type == kind


@pytest.mark.parametrize(
    ("sent", "ports"),
    [
        (["22:1972"], {"22": 1972}),
        ([" 22 : 1972 ", "80:0", "x:1", "22", 5, None, "1:70000", "-1:5"], {"22": 1972}),
        ([["22:1972"]], {"22": 1972}),
        ([], {}),
        ({"22": 1972, "80": "8080", "x": 1, "1": None}, {"22": 1972, "80": 8080}),
        ({}, {}),
        ("22:1972", None),
        (22, None),
        (None, None),
    ],
)
def test_ports(sent: Any, ports: Optional[Union[Dict[str, int], Dict[str, Any]]]) -> None:
    assert Order.from_dict({"id": 1, "tcp_ports": sent}).tcp_ports == ports


@pytest.mark.parametrize(
    ("sent", "first", "hosts"),
    [
        (["a", "b"], "a", ["a", "b"]), ("a", "a", ["a"]), ([None, "b"], "b", ["b"]),
        ([], None, []), (None, None, []), ({"a": 1}, None, []), (True, None, []),
    ],
)  # fmt: skip
def test_hosts(sent: Any, first: Optional[str], hosts: Union[List[str], List[Any]]) -> None:
    order = Order.from_dict({"id": 1, "pub_cluster": sent})
    assert (order.pub_cluster, order.hosts) == (first, hosts)


@pytest.mark.parametrize(
    ("row", "server_id"),
    [
        ({"si": 1, "renting_server": 2, "server_id": 3}, 1),
        ({"renting_server": 2, "server_id": 3}, 2),
        ({"server_id": "3"}, 3),
        ({"si": "odd", "server_id": 3}, 3),
        ({}, None),
    ],
)
def test_the_server(
    row: Union[Dict[str, int], Dict[str, str], Dict[str, Any]], server_id: Optional[int]
) -> None:
    assert Order.from_dict({"id": 1, **row}).server_id == server_id


def test_an_order_that_is_not_listed_yet() -> None:
    order = Order(id=None, server_id=6, type="spot", status="pending", price=0.5)
    assert [order.id, order.gpu_model, order.expires_at] == [None] * 3
    assert Order.from_dict(order.to_dict()) == order


def test_a_row_without_a_number_is_odd() -> None:
    row: Dict[str, Any] = {"si": 6, "mon_container": 2}
    assert decode_list(Order, {"orders": [row]}, "orders").skipped == [row]


@pytest.mark.parametrize("odd", [None, "no", -1, 0, True, [], {}, [[["x"]]], "9" * 400])
def test_odd_values_never_become_wrong_ones(odd: Any) -> None:
    keys = orders("my_orders.states")[1].raw
    order = Order.from_dict({**dict.fromkeys(keys, odd), "id": 5})
    assert order.type in ("on-demand", "spot")
    assert order.status in ("deploying", "running", "queued", "expired", "unknown")
    assert Order.from_dict(order.to_dict()) == order
