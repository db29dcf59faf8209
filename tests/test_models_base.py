"""What every model can do: keep what was sent, turn into JSON and back, survive odd rows."""

from __future__ import annotations

import copy
import dataclasses
import json
import logging
import pickle
import subprocess
import sys
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Type, Union

import pytest
from optional import some
from payloads import FIXTURES, payload, rows

from clore_client import models
from clore_client.errors import BadAnswerError
from clore_client.models import (
    CancelledOrders,
    CreatedGigaspotOrders,
    EditedGigaspotOrders,
    Gigaspot,
    GigaspotServers,
    GpuSpecs,
    MarketplaceServer,
    MyServer,
    NetSpecs,
    Order,
    PohBalance,
    RenterFees,
    ServerConfig,
    ServerSpecs,
    SpotMarket,
    Wallet,
    decode_list,
)

if TYPE_CHECKING:
    from clore_client.models.base import Model

LISTS = [
    ("wallets", Wallet, "wallets"),
    ("wallets.null_balance", Wallet, "wallets"),
    ("marketplace", MarketplaceServer, "servers"),
    ("marketplace.legacy2024", MarketplaceServer, "servers"),
    ("marketplace.empty", MarketplaceServer, "servers"),
    ("my_orders", Order, "orders"),
    ("my_orders.states", Order, "orders"),
    ("my_orders.completed", Order, "orders"),
    ("my_orders.empty", Order, "orders"),
    ("my_orders.variants", Order, "orders"),
    ("my_servers", MyServer, "servers"),
]


def every_model() -> Iterator[Model]:
    for name, model, key in LISTS:
        yield from decode_list(model, payload(name), key)
    yield ServerConfig.from_dict(payload("server_config")["config"])
    yield SpotMarket.for_server(41207, payload("spot_marketplace"))
    yield SpotMarket.for_server(999999, payload("spot_marketplace.not_exists"))
    yield RenterFees.from_dict(payload("renter_fees"))
    yield PohBalance.from_dict(payload("poh_balance"))
    market = Gigaspot.from_dict(payload("get_gigaspot"))
    yield market.replace(servers=GigaspotServers.of(payload("gigaspot_snapshot")))
    yield CreatedGigaspotOrders.for_rows([{"renting_server": 1}], {"failed_to_oc_servers": ["2"]})
    yield EditedGigaspotOrders.from_dict(payload("edit_gigaspot_orders"))
    yield CancelledOrders.from_dict({"failed_to_cancel": [1, "2"]})


EVERY = pytest.mark.parametrize(
    "model", list(every_model()), ids=lambda model: type(model).__name__
)


def test_the_index_names_every_payload() -> None:
    index = payload("index")
    assert sorted(index) == sorted(f.name for f in FIXTURES.iterdir() if f.name != "index.json")
    for entry in index.values():
        assert sorted(entry) == ["evidence", "http_status", "kind", "method", "note", "path"]
        assert (entry["http_status"] is None) == (entry["kind"] == "request")


@pytest.mark.parametrize(("name", "model", "key"), LISTS)
def test_no_recorded_row_is_lost(name: str, model: Type[Model], key: str) -> None:
    decoded = decode_list(model, payload(name), key)
    assert [row.raw for row in decoded] == rows(name, key)
    assert decoded.skipped == []


@EVERY
def test_round_trips(model: Model) -> None:
    assert type(model).from_dict(model.to_dict()) == model
    assert type(model).from_json(model.to_json()) == model
    assert type(model).from_dict(model.raw).raw is model.raw or isinstance(model, SpotMarket)


@EVERY
def test_schemas_dump_and_load(model: Model) -> None:
    schema = type(model).schema()
    assert schema.load(schema.dump(model)) == model


@EVERY
def test_copies_and_pickles(model: Model) -> None:
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == model
    anything: Any = model
    assert dataclasses.replace(anything) == model


@EVERY
def test_models_are_frozen(model: Model) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        model.id = 5  # type: ignore[attr-defined]  # it has none that can be set


def test_what_no_field_reads_is_kept_at_every_level() -> None:
    row: Dict[str, Any] = {
        "id": 1,
        "colour": "red",
        "specs": {"ram": 4, "smell": [1], "net": {"cc": "US", "ipv6": True}, "gpus": [{"x": 1}]},
        "price": {"original_usd": {"bitcoin": {"spot": 1, "tax": 0.2}}},
    }
    server = MarketplaceServer.from_dict(row)
    assert server.extra == {"colour": "red"}
    assert some(server.specs).extra == {"smell": [1]}
    assert some(some(server.specs).net).extra == {"ipv6": True}
    written = server.to_dict()
    assert written["colour"] == "red"
    assert written["specs"]["smell"] == [1]
    assert written["specs"]["net"]["ipv6"] is True
    assert written["specs"]["gpus"][0]["x"] == 1
    assert written["price"]["original_usd"]["bitcoin"]["tax"] == 0.2
    assert MarketplaceServer.from_dict(written).to_dict() == written
    written["specs"]["smell"].append(2)
    assert row["specs"]["smell"] == [1]
    assert json.loads(server.to_json(indent=1, sort_keys=True))["specs"]["smell"] == [1]


def test_dictionaries_use_the_names_of_the_wire() -> None:
    written = Order(id=1, server_id=6).to_dict()
    assert (written["si"], written["id"]) == (6, 1)
    assert "server_id" not in written


def test_a_model_made_by_hand() -> None:
    specs = ServerSpecs(gpu="2x RTX 4090", net=NetSpecs(cc="DE"), gpus=[GpuSpecs(mem=24)])
    server = MarketplaceServer(id=7, rented=False, specs=specs)
    assert server.raw == server.to_dict()
    assert server.extra == {}
    assert (server.gpu_count, server.available, server.location) == (2, True, "DE")
    assert MarketplaceServer.from_dict(server.raw) == server


def test_replace_keeps_what_was_sent() -> None:
    order = Order.from_dict({"id": 1, "colour": "red", "specs": {"ram": 4}})
    changed = order.replace(status="pending")
    assert (changed.status, order.status) == ("pending", "unknown")
    assert (changed.raw, changed.extra) == (order.raw, {"colour": "red"})
    assert changed.specs == order.specs


@pytest.mark.parametrize("value", [None, [], "text", 5, {}, {"id": None}, {"id": "one"}])
def test_what_is_no_server_is_refused(value: Any) -> None:
    with pytest.raises(BadAnswerError, match="MarketplaceServer"):
        MarketplaceServer.from_dict(value)


@pytest.mark.parametrize("text", ["", "{", "<html>", "[]", b"\xff\xff", None, "[" * 100_000])
def test_what_is_no_json_is_refused(text: Optional[Union[str, bytes]]) -> None:
    with pytest.raises(BadAnswerError, match="Wallet") as caught:
        Wallet.from_json(text)
    assert caught.value.__cause__ is None
    assert len(str(caught.value)) < 100


@pytest.mark.parametrize("key", ["gigaspot", "colour"])
def test_what_is_nested_too_deeply_is_refused(key: str) -> None:
    deep: List[Any] = []
    for _ in range(100_000):
        deep = [deep]
    server = MarketplaceServer.from_dict({"id": 1, key: deep})
    with pytest.raises(BadAnswerError, match="nested"):
        server.to_dict()


def test_bytes_are_json_too() -> None:
    assert Wallet.from_json(b'{"name": "bitcoin"}') == Wallet("bitcoin")


ODD_ROWS: List[Any] = [None, 3, "row", [], {}, {"id": {}}]


def test_odd_rows_are_left_out_named_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    body: Dict[str, Any] = {"servers": [{"id": 1}, *ODD_ROWS, {"id": "2"}]}
    servers = decode_list(MarketplaceServer, body, "servers")
    assert [server.id for server in servers] == [1, 2]
    assert servers.skipped == ODD_ROWS
    assert [record.message for record in caplog.records] == ["6 of 8 servers could not be read"]
    assert caplog.records[0].name == "clore_client"
    assert caplog.records[0].levelno == logging.WARNING


def test_a_usual_answer_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    decode_list(MarketplaceServer, payload("marketplace"), "servers")
    assert caplog.records == []


@pytest.mark.parametrize("body", [{}, {"orders": None}, {"orders": {}}, {"orders": "x"}])
def test_an_answer_without_the_list_is_bad(body: Any) -> None:
    with pytest.raises(BadAnswerError, match="orders"):
        decode_list(Order, body, "orders")


def test_rows_are_a_list() -> None:
    decoded = decode_list(Wallet, payload("wallets"), "wallets")
    assert isinstance(decoded, list)
    assert decoded == list(decoded)
    assert pickle.loads(pickle.dumps(decoded)) == decoded


def test_a_copy_of_rows_is_a_list_of_its_own() -> None:
    decoded = decode_list(Wallet, {"wallets": [{"name": "a"}, 7]}, "wallets")
    copied = copy.copy(decoded)
    copied.append(Wallet("b"))
    copied.skipped.clear()
    assert (len(decoded), decoded.skipped) == (1, [7])
    assert copied[0] is decoded[0]


def test_secrets_stay_out_of_reprs() -> None:
    secret = "hunter2secret"
    shown = [
        repr(Order.from_dict({"id": 1, "auto_login": secret})),
        repr(MyServer.from_dict({"id": 1, "init_token": secret})),
        repr(ServerConfig.from_dict({"background_job": {"env": {"K": secret}, "command": secret}})),
    ]
    assert not any(secret in text for text in shown)


def test_every_public_name_is_listed_in_order() -> None:
    assert models.__all__ == sorted(models.__all__)
    assert all(hasattr(models, name) for name in models.__all__)


HEAVY = ["dataclasses_json", "marshmallow", "urllib3", "asyncio", "http.client"]
LOADED = f"print([m for m in {HEAVY} if m in sys.modules])"


@pytest.mark.parametrize(
    ("use", "loaded"),
    [
        ("", []),
        ("s = MarketplaceServer.from_dict({'id': 1, 'specs': {}}); s.specs; s.price_usd", []),
        ("Wallet('a').to_dict()", ["dataclasses_json", "marshmallow"]),
    ],
)
def test_the_package_is_loaded_only_by_what_needs_it(
    use: str, loaded: Union[List[Any], List[str]]
) -> None:
    program = f"import sys\nfrom clore_client.models import *\n{use}\n{LOADED}"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == str(loaded)
