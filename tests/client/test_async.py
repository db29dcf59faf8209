"""Awaited calls: cancelled at once, never in the loop's way, never in the way of the exit."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Tuple, Union

import pytest
from client.wires import OK, Answering, Busy, cancelled, happens, listening, read, until_hung_up
from scripted import Clock, Script

from clore_client import AsyncCloreAI, workers
from clore_client.errors import CloreAPIError
from clore_client.limiter import NoLimiter, RateLimiter, Slot
from clore_client.sandbox import RealClock, World, serve
from clore_client.transport import _KEPT
from clore_client.workers import REQUESTS

if TYPE_CHECKING:
    from clore_client.models import SpotMarket

KEY = "k" * 32
#: Seconds, measured 0.001 to 0.02. A loop or a call that waits for the socket would take seconds.
AT_ONCE = 0.3


def waiting(client: AsyncCloreAI) -> Any:
    """What waits for a thread."""
    off_loop: Any = client._off_loop
    return off_loop._requests._waiting


def connect(port: int, **options: Any) -> AsyncCloreAI:
    return AsyncCloreAI(KEY, base_url=f"http://127.0.0.1:{port}/v1", **options)


async def ticking(gaps: List[float]) -> None:
    """Note how long the loop was busy between two turns of this task."""
    while True:
        before = time.monotonic()
        await asyncio.sleep(0.005)
        gaps.append(time.monotonic() - before)


class Hanging:
    """A server that says nothing; `reached` counts who has sent it a request."""

    def __init__(self) -> None:
        self.reached = 0

    def __call__(self, connection: socket.socket) -> None:
        read(connection)
        self.reached += 1
        until_hung_up(connection)


def test_a_call_to_a_server_that_hangs_is_cancelled_at_once() -> None:
    with listening(server := Hanging()) as port:
        client = connect(port, limiter="off")  # imports urllib3, which takes its time

        async def main() -> Tuple[float, float]:
            gaps: List[Any] = []
            ticker = asyncio.ensure_future(ticking(gaps))
            task = asyncio.ensure_future(client.wallets())
            await happens(lambda: server.reached)
            await asyncio.sleep(0.05)
            seconds = await cancelled(task)
            ticker.cancel()
            return seconds, max(gaps)

        seconds, gap = asyncio.run(main())
    assert seconds < AT_ONCE
    assert gap < AT_ONCE


def test_a_look_up_that_hangs_neither_blocks_the_loop_nor_a_cancellation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate, asked = threading.Event(), threading.Event()

    def getaddrinfo(
        *_args: object, flags: Union[socket.AddressInfo, int] = 0, **_options: Any
    ) -> List[Any]:
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "a name")
        asked.set()
        gate.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    client = AsyncCloreAI(KEY, base_url="https://api.example/v1", limiter="off", timeout=2)

    async def main() -> Tuple[float, float]:
        gaps: List[Any] = []
        ticker = asyncio.ensure_future(ticking(gaps))
        task = asyncio.ensure_future(client.wallets())
        await happens(asked.is_set)
        await asyncio.sleep(0.1)
        seconds = await cancelled(task)
        ticker.cancel()
        return seconds, max(gaps)

    seconds, gap = asyncio.run(main())
    gate.set()
    assert seconds < AT_ONCE
    assert gap < AT_ONCE


EXITING = """
import asyncio, sys, time
from clore_client import AsyncCloreAI

async def main():
    client = AsyncCloreAI("k" * 32, base_url=sys.argv[1], limiter="off", timeout=60)
    try:
        await asyncio.wait_for(client.wallets(), 0.3)
    except asyncio.TimeoutError:
        print("gave up", flush=True)

asyncio.run(main())
print(time.time(), flush=True)
"""


def test_a_cancelled_call_does_not_delay_the_exit_of_the_program() -> None:
    with listening(server := Hanging()) as port:
        child = subprocess.run(
            [sys.executable, "-W", "error", "-c", EXITING, f"http://127.0.0.1:{port}/v1"],
            check=False, capture_output=True, text=True, timeout=30,
        )  # fmt: skip
        ended = time.time()
    assert child.returncode == 0, child.stderr
    assert server.reached == 1
    words, _, moment = child.stdout.partition("\n")
    assert words == "gave up"
    assert ended - float(moment) < 1.0
    assert child.stderr == ""


class Noting(RateLimiter):
    """Notes who has booked a moment."""

    def __init__(self, clock: Callable[..., Any]) -> None:
        super().__init__(clock)
        self.booked: List[Slot] = []

    def reserve(self, buckets: Iterable[str]) -> Slot:
        self.booked.append(super().reserve(buckets))
        return self.booked[-1]


def test_a_wait_for_the_limiter_that_is_cancelled_gives_its_slot_back() -> None:
    limiter = Noting(Clock().monotonic)
    limiter.reserve(["any"])
    client = AsyncCloreAI(transport=(script := Script(Clock())), limiter=limiter)

    async def main() -> None:
        task = asyncio.ensure_future(client.wallets())
        await happens(lambda: len(limiter.booked) == 2)
        await cancelled(task)

    asyncio.run(main())
    assert [slot.wait for slot in limiter.booked] == pytest.approx([0, 1.05])
    assert limiter.reserve(["any"]).wait == pytest.approx(1.05)
    assert script.sent == []


@pytest.mark.parametrize("paid", [False, True])
def test_a_call_that_waits_for_a_thread_is_cancelled_and_never_sent(
    monkeypatch: pytest.MonkeyPatch, paid: bool
) -> None:
    monkeypatch.setattr(workers, "REQUESTS", threads := 4)
    transport = Busy()
    client = AsyncCloreAI(transport=transport, limiter="off")

    async def main() -> Any:
        busy = [asyncio.ensure_future(client.request("GET", f"/x{n}")) for n in range(threads)]
        await happens(lambda: len(transport.sent) == threads)
        call = client.set_spot_price(1, 2) if paid else client.wallets()
        task = asyncio.ensure_future(call)
        await happens(lambda: waiting(client))
        seconds = await cancelled(task)
        transport.gate.set()
        await asyncio.gather(*busy)
        return seconds

    assert asyncio.run(main()) < AT_ONCE
    assert sorted(transport.sent) == sorted(f"/x{n}" for n in range(threads))


def test_what_was_never_sent_is_not_reported_as_interrupted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    test_a_call_that_waits_for_a_thread_is_cancelled_and_never_sent(monkeypatch, paid=True)
    assert "interrupted" not in caplog.text


def test_what_was_sent_and_must_not_be_repeated_is_reported(
    caplog: pytest.LogCaptureFixture,
) -> None:
    transport = Busy()
    client = AsyncCloreAI(transport=transport, limiter="off")

    async def main() -> None:
        task = asyncio.ensure_future(client.set_spot_price(1, 2))
        await happens(lambda: transport.sent)
        await cancelled(task)
        transport.gate.set()

    asyncio.run(main())
    assert "set_spot_price: interrupted; it may have been carried out" in caplog.text


@pytest.mark.parametrize("speed", [2.5])
def test_ten_gathered_calls_keep_the_limit(monkeypatch: pytest.MonkeyPatch, speed: float) -> None:
    world = World(scenario="docs", clock=RealClock(speed))
    monkeypatch.setenv("CLORE_SANDBOX_SPEED", str(speed))

    async def main(url: str) -> List[SpotMarket]:
        async with AsyncCloreAI("gathered-key", base_url=url) as client:
            return await asyncio.gather(*[client.spot_marketplace(n) for n in range(1, 11)])

    with serve(world) as url:
        assert len(asyncio.run(main(url))) == 10
    arrivals = sorted(entry.at for entry in world.log)
    assert [entry.code for entry in world.log] == [0] * 10
    assert min(b - a for a, b in zip(arrivals, arrivals[1:])) >= 1.0


def test_many_slow_calls_at_once_warn_of_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """urllib3 warns of each connection that it does not keep, on everybody's stderr."""
    many = 60
    barrier = threading.Barrier(many)

    def together(connection: socket.socket) -> None:
        barrier.wait(5)
        connection.sendall(OK.replace(b'{"code": 0}', b'{"code":0} '))

    with listening(Answering(together)) as port:

        async def main() -> List[Dict[str, Any]]:
            async with connect(port, limiter="off") as client:
                calls = [client.request("GET", f"/x{n}") for n in range(many)]
                return await asyncio.gather(*calls)

        assert asyncio.run(main()) == [{"code": 0}] * many
    assert [r.getMessage() for r in caplog.records if r.levelname == "WARNING"] == []
    assert _KEPT >= REQUESTS  # of any more than that were sent at once


class Remote(NoLimiter):
    """A limiter on another machine, slow to answer; `booked` and `given_back` count."""

    local = False

    def __init__(self) -> None:
        self.booked: List[Slot] = []
        self.given_back: List[Slot] = []
        self.gate = threading.Event()

    def reserve(self, buckets: Iterable[str]) -> Slot:
        slot = super().reserve(buckets)
        self.booked.append(slot)
        assert self.gate.wait(5)
        return slot

    def release(self, slot: Slot) -> None:
        self.given_back.append(slot)


def test_a_limiter_elsewhere_neither_blocks_the_loop_nor_keeps_a_slot_of_a_cancelled_call() -> None:
    limiter, script = Remote(), Script(Clock())
    client = AsyncCloreAI(transport=script, limiter=limiter)

    async def main() -> Tuple[float, float]:
        gaps: List[Any] = []
        ticker = asyncio.ensure_future(ticking(gaps))
        task = asyncio.ensure_future(client.wallets())
        await happens(lambda: limiter.booked)
        await asyncio.sleep(0.05)
        seconds = await cancelled(task)
        limiter.gate.set()
        await happens(lambda: limiter.given_back)
        ticker.cancel()
        return seconds, max(gaps)

    seconds, gap = asyncio.run(main())
    assert seconds < AT_ONCE
    assert gap < AT_ONCE
    assert limiter.given_back == limiter.booked
    assert script.sent == []


def test_a_slot_that_comes_when_the_loop_is_gone_is_given_back() -> None:
    limiter = Remote()
    client = AsyncCloreAI(transport=Script(Clock()), limiter=limiter)

    async def main() -> None:
        asyncio.ensure_future(client.wallets())  # noqa: RUF006  the loop's end cancels it
        await happens(lambda: limiter.booked)

    asyncio.run(main())
    limiter.gate.set()
    end = time.monotonic() + 5
    while not limiter.given_back and time.monotonic() < end:
        time.sleep(0.001)
    assert limiter.given_back == limiter.booked


def test_one_client_serves_one_loop_after_the_other_and_two_at_once() -> None:
    with listening(Answering()) as port:
        client = connect(port, limiter="off")
        errors = []

        async def main() -> None:
            for _ in range(5):
                await client.request("GET", "/a")

        def run() -> None:
            try:
                asyncio.run(main())
            except CloreAPIError as error:
                errors.append(error)

        threads = [threading.Thread(target=run) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        asyncio.run(main())
        asyncio.run(client.aclose())
    assert errors == []
