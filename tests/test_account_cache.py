"""What an account was last seen to have: what is kept of it, for whom, and what is not."""

from __future__ import annotations

import json
import stat
from typing import TYPE_CHECKING, Any, Dict, Iterator, List

import pytest
from optional import some

from clore_client import CloreAI, account_cache, config, credentials
from clore_client.errors import BadAnswerError, FieldError
from clore_client.sandbox import VirtualClock, World
from clore_client.wire import Request, Response

if TYPE_CHECKING:
    from clore_client.models import Order

URL = "https://api.example/v1"
SECRET = "s3cr3t"
TOLD = ("auto_login", "init_token", "env", "ssh_password", "jupyter_token", "command", "oc_gpus")


@pytest.fixture
def world() -> World:
    return World(clock=VirtualClock(), servers=40)


@pytest.fixture
def clore(world: World) -> Iterator[CloreAI]:
    with CloreAI(base_url=URL, transport=world.transport("key"), clock=world.clock) as client:
        yield client


def rent(clore: CloreAI) -> Order:
    """An order on the first server on offer."""
    server = clore.marketplace()[0]
    coin, price = next(iter(some(server.price).on_demand.items()))
    return clore.create_order(
        server.id, "an/image:1", "on-demand", coin, ports={"22": "tcp"}, required_price=price,
        ssh_password="a1b2c3d4",
    )  # fmt: skip


def kept(profile: str = "default") -> List[int]:
    return [order.id for order in account_cache.orders(URL, profile)]


def test_orders_and_servers_that_a_client_is_told_of_are_kept(clore: CloreAI) -> None:
    with account_cache.keeping(clore, "default"):
        order = rent(clore)
        servers = clore.my_servers()
    (found,) = account_cache.orders(URL, "default")
    assert found == (
        order.id, order.type, order.status, order.gpu_model, order.pub_cluster, "an/image:1",
        order.expires_at, order.server_id,
    )  # fmt: skip
    assert [server.name for server in account_cache.servers(URL, "default")] == [
        server.name for server in servers
    ]


class Telltale:
    """A transport whose answers are full of secrets."""

    def send(self, request: Request) -> Response:
        name = request.path.removeprefix("/my_")
        row: Dict[str, Any] = {
            "id": 7,
            "name": "rig",
            "pub_cluster": ["a.example"],
            **dict.fromkeys(TOLD, SECRET),
        }
        return Response(200, json.dumps({"code": 0, name: [row]}).encode())

    def close(self) -> None:
        """Nothing is open."""


def test_no_secret_is_kept_and_only_the_user_can_read_what_is() -> None:
    told = CloreAI(base_url=URL, transport=Telltale(), clock=VirtualClock())
    with told as clore, account_cache.keeping(clore, "default"):
        assert SECRET in (clore.my_orders()[0].auto_login, clore.my_servers()[0].init_token)
    cache = config.directory() / "cache"
    files = list(cache.iterdir())
    assert len(files) == 2
    for file in files:
        assert SECRET not in file.read_text()
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(cache.stat().st_mode) == 0o700
    assert kept() == [7]


def test_an_order_that_ended_is_forgotten(clore: CloreAI) -> None:
    with account_cache.keeping(clore, "default"):
        first, second = rent(clore), rent(clore)
    assert kept() == [first.id, second.id]
    with account_cache.keeping(clore, "default"):
        clore.cancel_order(some(first.id))
    assert kept() == [second.id]
    clore.cancel_order(some(second.id))
    with account_cache.keeping(clore, "default"):
        ended = {order.id for order in clore.my_orders(include_completed=True) if order.ended}
    assert ended == {first.id, second.id}
    assert kept() == []


def test_an_order_that_was_not_cancelled_stays(clore: CloreAI) -> None:
    with account_cache.keeping(clore, "default"):
        order = rent(clore)
    with account_cache.keeping(clore, "default"), pytest.raises(FieldError):
        clore.cancel_order(987_654)
    assert kept() == [order.id]


def test_what_was_heard_is_kept_also_when_the_run_fails(clore: CloreAI) -> None:
    with pytest.raises(KeyboardInterrupt), account_cache.keeping(clore, "default"):
        _interrupted(clore)
    assert len(kept()) == 1


def _interrupted(clore: CloreAI) -> None:
    rent(clore)
    raise KeyboardInterrupt


def test_an_answer_that_is_none_changes_nothing(clore: CloreAI, world: World) -> None:
    with account_cache.keeping(clore, "default"):
        order = rent(clore)
    world.fail("html", "my_orders", 99)
    with pytest.raises(BadAnswerError), account_cache.keeping(clore, "default"):
        clore.my_orders()
    assert kept() == [order.id]


def test_each_account_has_its_own(clore: CloreAI, monkeypatch: pytest.MonkeyPatch) -> None:
    with account_cache.keeping(clore, "default"):
        order = rent(clore)
    assert account_cache.orders("https://other.example/v1", "default") == []
    assert kept("other") == []
    monkeypatch.setenv("CLORE_API_KEY", "another-key")  # it comes before what the profile has
    assert kept() == []
    monkeypatch.delenv("CLORE_API_KEY")
    monkeypatch.setenv("CLORE_API_KEY_FILE", "/a/file")
    assert kept() == []
    monkeypatch.delenv("CLORE_API_KEY_FILE")
    assert kept() == [order.id]


def test_another_key_begins_with_nothing(clore: CloreAI) -> None:
    with account_cache.keeping(clore, "default"):
        order = rent(clore)
        clore.my_servers()
    credentials.store("a-key-of-another-account", "other", insecure=True)
    assert kept() == [order.id]
    credentials.store("a-key-of-another-account", insecure=True)
    assert kept() == []
    assert account_cache.servers(URL, "default") == []
    with account_cache.keeping(clore, "default"):
        clore.my_orders()
    credentials.remove()
    assert kept() == []


@pytest.mark.parametrize("raw", [b"", b"{", b"{}", b"[1]", b"[[1]]", b"[[[[", b"\xff\xfe", b"null"])
def test_a_corrupt_file_is_nothing(clore: CloreAI, raw: bytes) -> None:
    with account_cache.keeping(clore, "default"):
        rent(clore)
    (file,) = (config.directory() / "cache").iterdir()
    file.write_bytes(raw)
    assert kept() == []


def test_a_directory_that_cannot_be_used_harms_nobody(clore: CloreAI) -> None:
    config.directory().write_text("in the way")
    with account_cache.keeping(clore, "default"):
        assert rent(clore).id
    assert kept() == []
    account_cache.forget("default")
