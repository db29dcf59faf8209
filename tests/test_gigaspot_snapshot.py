"""The snapshot of GigaSPOT, at an address that the API names: which is asked, without the key."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Optional, Tuple, Type, Union

import loopback
import pytest
import scripted
from payloads import payload

from clore_client import CloreAI
from clore_client.errors import BadAnswerError, CloreAPIError, InvalidEndpointError, NetworkError

if TYPE_CHECKING:
    from clore_client.wire import Response

KEY = "k" * 28 + "9876"


def scripted_client(
    *answers: Union[Response, Exception], **options: Any
) -> Tuple[CloreAI, scripted.Script]:
    clock = scripted.Clock()
    script = scripted.Script(clock, *answers)
    return CloreAI(transport=script, clock=clock, **options), script


def naming(url: Optional[Union[str, int]]) -> bytes:
    """The answer of get_gigaspot with this address in it."""
    return json.dumps({**payload("get_gigaspot"), "v1_snapshot_url": url}).encode()


def named(url: Optional[Union[int, str]]) -> Response:
    return scripted.answer(naming(url))


def test_the_key_stays_away_from_the_snapshots_host() -> None:
    """Byte by byte: the header is not there, under any name, and neither is the key."""
    snapshot = json.dumps(payload("gigaspot_snapshot")).encode()
    with loopback.server(loopback.http(snapshot)) as (elsewhere, seen):
        answer = loopback.http(naming(f"{elsewhere}/v1_17.json"))
        with loopback.server(answer) as (api, asked), CloreAI(KEY, api, limiter="off") as client:
            market = client.get_gigaspot()
    assert (list(market.servers), market.snapshot_time) == ([47112], 17)
    assert [bid.id for bid in market.my_bids] == [655201]
    assert f"auth: {KEY}".encode() in asked[0]
    (request,) = seen
    assert request.startswith(b"GET /v1_17.json HTTP/1.1\r\n")
    assert KEY.encode() not in request
    assert b"auth" not in request.lower().split(b"\r\n\r\n")[0]


UNSAFE = [
    None,
    5,
    "",
    "/v1_17.json",
    "//cdn.example/v1_17.json",
    "http://cdn.example/v1_17.json",
    "http://127.0.0.1.example/v1_17.json",
    "http://127.0.0.1@cdn.example/v1_17.json",
    "http://localhost\\@cdn.example/v1_17.json",
    "https://user@cdn.example/v1_17.json",
    "https://user:word@cdn.example/v1_17.json",
    "https://cdn.example\\.invalid/v1_17.json",
    "https://cdn.example/v1 17.json",
    "https://cdn.example/\r\nauth: x",
    "https://cdn.example/\n",
    "https://cdn.exämple/v1_17.json",
    "https://cdn.example/v1_17.json\u202e",
    "https:///v1_17.json",
    "https://",
    "HTTPS://cdn.example/v1_17.json",
    "ftp://cdn.example/v1_17.json",
    "file:///etc/passwd",
    "https://[fe80::1%25lo]/v1_17.json",
    "https://cdn.example/" + "x" * 3000,
]


@pytest.mark.parametrize("url", UNSAFE)
def test_an_unsafe_address_is_not_asked(url: Optional[Union[int, str]]) -> None:
    client, script = scripted_client(named(url))
    with pytest.raises(BadAnswerError, match=r"get_gigaspot: .*address"):
        client.get_gigaspot()
    assert [request.path for _, request in script.sent] == ["/get_gigaspot"]


SAFE = [
    "https://cdn.example/v1_17.json",
    "https://cdn.example:8443/a/v1_17.json?x=1&y=@",
    "http://127.0.0.1:8080/v1_17.json",
    "http://localhost/v1_17.json",
    "http://[::1]:80/v1_17.json",
]


@pytest.mark.parametrize("url", SAFE)
def test_a_safe_address_is_asked_as_it_is(url: str) -> None:
    client, script = scripted_client(named(url), scripted.answer(payload("gigaspot_snapshot")))
    assert list(client.get_gigaspot().servers) == [47112]
    request = script.sent[1][1]
    assert (request.method, request.url, request.json) == ("GET", url, None)


INSIDE = [
    "127.0.0.1:2375", "127.1", "2130706433", "0x7f000001", "127.0.0.0x1", "017700000001", "0.0.0.0",
    "localhost:8080", "localhost.", "me.localhost", "[::1]", "router", "router.", "127.0.0.1.",
    "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", ".",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", INSIDE)
def test_the_real_api_does_not_send_the_client_into_its_own_network(scheme: str, host: str) -> None:
    client, script = scripted_client(named(f"{scheme}://{host}/containers/_1.json"))
    client._run = replace(client._run, local_api=False)
    with pytest.raises(BadAnswerError, match="network of yours"):
        client.get_gigaspot()
    assert len(script.sent) == 1


@pytest.mark.parametrize("host", ["cdn.example", "cdn.example.", "1.1.1.1", "1cdn.example", "a.b1"])
def test_the_real_api_may_name_any_other_host(host: str) -> None:
    snapshot = scripted.answer(payload("gigaspot_snapshot"))
    client, _ = scripted_client(named(f"https://{host}/v1_17.json"), snapshot)
    client._run = replace(client._run, local_api=False)
    assert list(client.get_gigaspot().servers) == [47112]


def test_the_snapshot_does_not_wait_for_the_rate_limit() -> None:
    answers = named(SAFE[0]), scripted.answer(payload("gigaspot_snapshot"))
    client, script = scripted_client(*answers, scripted.answer({"code": 0, "wallets": []}))
    client.get_gigaspot()
    client.wallets()
    assert [at for at, _ in script.sent] == pytest.approx([0, 0, 1.05])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (scripted.answer(b"<html>", 404), InvalidEndpointError),
        (scripted.answer(b"<html>", 200), BadAnswerError),
        (scripted.answer([], 200), BadAnswerError),
        (scripted.answer({"error": "gone"}, 200), BadAnswerError),
        (scripted.answer({}, 302), BadAnswerError),
        (scripted.LOST, NetworkError),
    ],
)
def test_a_snapshot_that_cannot_be_had(
    answer: Union[Response, NetworkError], error: Type[CloreAPIError]
) -> None:
    client, _ = scripted_client(named(SAFE[0]), answer, max_retries=0)
    with pytest.raises(error) as caught:
        client.get_gigaspot()
    assert type(caught.value) is error


def test_a_lost_snapshot_is_asked_for_again() -> None:
    good = scripted.answer(payload("gigaspot_snapshot"))
    client, script = scripted_client(named(SAFE[0]), scripted.LOST, scripted.LIMITED, good)
    assert list(client.get_gigaspot().servers) == [47112]
    assert len(script.sent) == 4


def test_a_fault_on_the_way_to_the_snapshot_is_named() -> None:
    answer = loopback.http(naming("http://127.0.0.1:9/v1_17.json"))  # nobody listens there
    with loopback.server(answer) as (api, _), pytest.raises(NetworkError) as caught:
        CloreAI(KEY, api, max_retries=0).get_gigaspot()
    assert str(caught.value).startswith("gigaspot_snapshot: ")
    assert caught.value.sent is False
